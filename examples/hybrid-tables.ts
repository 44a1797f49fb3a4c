// Business tables and Minutier's in one database: `dossier` is the application's, `workflow_runs` the library's.
import { RecordId, step, SurrealDb, Workflow } from "minutier";

interface Dossier {
  title: string;
  pages: string[];
}

const db = new SurrealDb({ url: "mem://" });
await db.query(`
  DEFINE TABLE dossier SCHEMAFULL;
  DEFINE FIELD title ON dossier TYPE string;
  DEFINE FIELD pages ON dossier TYPE array<string>;
  CREATE dossier:abc123 SET title = "Sale of lot 9 412 305", pages = ["Deed of sale", "between Ana and Luc"];
  CREATE dossier:def456 SET title = "Sale of lot 9 412 350", pages = [];
`);

const analyse = new Workflow({
  name: "analyse_dossier",
  db,
  steps: [
    step("read", async (id: string) => {
      const [[dossier]] = await db.query<[Dossier[]]>("SELECT title, pages FROM $id", {
        id: new RecordId("dossier", id),
      });
      if (dossier === undefined || dossier.pages.length === 0) throw new Error(`The dossier ${id} has no pages.`);
      return dossier;
    }),
    step("count", ({ pages }: Dossier) => ({ words: pages.join(" ").split(" ").length })),
  ],
});

// The record id in the metadata is a link: a query can follow it, and find a dossier's runs by it.
for (const id of ["abc123", "def456"]) {
  const metadata = { dossier_id: new RecordId("dossier", id) };
  await analyse.run(id, { metadata }).catch((error: Error) => console.log(error.message.replace(/ \(workflow.*/, "")));
}

const [runs, dossiers] = await db.query<[object[], object[]]>(`
  SELECT metadata.dossier_id.title AS title, status, output FROM workflow_runs ORDER BY title;
  SELECT title, (SELECT VALUE status FROM workflow_runs WHERE metadata.dossier_id = $parent.id) AS runs FROM dossier ORDER BY title;
`);
console.log(runs);
console.log(dossiers);
await db.close();
