/** Runs that have all that a run can have, and a server of their own that knows prices. */
import { setTimeout as sleep } from "node:timers/promises";

import {
  Agent,
  approval,
  branch,
  forEach,
  loop,
  parallel,
  RecordId,
  RunError,
  step,
  type SurrealDb,
  Workflow,
} from "minutier";
import { serve } from "minutier/server";
import { openTestDatabase, scriptedModel } from "minutier/testing";

/** The runs by what they show. */
export interface RunOffice {
  url: string;
  db: SurrealDb;
  /** Ids of runs. */
  whole: string;
  nestedFailure: string;
  waiting: string;
  answered: string;
  thousand: string;
  silent: string;
  /** Ends the steps at which runs of `lent` are. */
  endSteps(): void;
  close(): Promise<void>;
}

/** A page of a scan, as it would stand in an output. */
const scan = Buffer.alloc(3000, "minutier").toString("base64");
const longText = "Le notaire soussigné certifie ce qui suit. ".repeat(40);

export async function startRunOffice(): Promise<RunOffice> {
  const db = await openTestDatabase();
  const clerc = new Agent({
    name: "clerc",
    model: scriptedModel(() => "Le titre est clair.", { modelId: "petit" }),
    db,
  });
  // Nobody gave a price for its model.
  const greffier = new Agent({ name: "greffier", model: scriptedModel(() => "Prêt.", { modelId: "grand" }), db });
  const flaky = failingOnce();
  const titres = new Workflow({
    name: "titres",
    db,
    steps: [
      step("chercher", () => pause(30, ["vente 1998", "vente 2011"])),
      step("conclure", () => pause(20, "clair")),
    ],
  });
  const dossier = new Workflow({
    name: "dossier",
    db,
    steps: [
      step("lire", (input: { dossier: string }) => pause(40, { ...input, texte: longText, scan })),
      parallel("analyser", {
        parties: clerc,
        calculs: [step("somme", () => pause(60, 412_000)), step("taxes", () => flaky(6180), { retries: 2 })],
      }),
      branch("choisir", () => "vente", { vente: [step("acte", () => pause(25, "acte de vente"))], don: () => "don" }),
      forEach("pages", [step("ocr", (page: number) => pause(15, `page ${page}`)), step("ranger", (text) => text)], {
        items: () => [1, 2, 3],
      }),
      loop("relire", (text: unknown) => pause(10, text), { until: (_, __, iteration) => iteration >= 2 }),
      step("verifier", titres),
      step("conclure", () => pause(20, { points: 12, alertes: ["hypothèque"], complet: true, montant: 412_000 })),
    ],
  });
  const interne = new Workflow({
    name: "interne",
    db,
    steps: [step("calculer", () => Promise.reject(new Error("Le prix de vente ne se lit pas à la page 3.")))],
  });
  const externe = new Workflow({
    name: "externe",
    db,
    steps: [step("lire", () => "acte"), step("controler", interne)],
  });
  const signature = new Workflow({
    name: "signature",
    db,
    steps: [
      step("preparer", greffier),
      approval("valider", { reason: "Valider la liste avant la signature", who: "user:notaire1" }),
      step("signer", () => "signé"),
    ],
  });
  const gates: (() => void)[] = [];
  const lent = new Workflow({
    name: "lent",
    db,
    steps: [1, 2, 3].map((number) =>
      step(`partie${number}`, () => new Promise<void>((resolve) => gates.push(resolve))),
    ),
  });

  const metadata = { dossier_id: "dossier:7", user_id: "user:notaire1", urgent: true };
  const whole = await dossier.run(
    { dossier: "dossier:7" },
    { metadata, sessionId: "bureau-7", userId: "user:notaire1" },
  );
  const nestedFailure = await externe.run(null, { metadata }).then(failedToFail, runIdOf);
  const waiting = await signature.run({ points: 12 }, { metadata });
  const answered = await signature.run({ points: 12 }, { metadata });
  await signature.approve(answered.id, undefined, { by: "user:notaire1", note: "Vérifié au registre." });
  await seedLongWait(db, answered.id);
  const server = await serve({
    db,
    agents: [clerc, greffier],
    workflows: [dossier, titres, interne, externe, signature, lent],
    port: 0,
    prices: { petit: { input: 1, output: 5, currency: "CAD" } },
  });
  return {
    url: server.url,
    db,
    whole: whole.id,
    nestedFailure,
    waiting: waiting.id,
    answered: answered.id,
    thousand: await seedThousand(db),
    silent: await seedSilent(db),
    endSteps() {
      for (const end of gates.splice(0)) end();
    },
    async close() {
      await server.close({ graceMs: 0 });
      await db.close();
    },
  };
}

function pause<T>(ms: number, value: T): Promise<T> {
  return sleep(ms, value);
}

function failingOnce(): (value: number) => number {
  let calls = 0;
  return (value) => {
    calls += 1;
    if (calls === 1) throw new Error("The tax table was busy.");
    return value;
  };
}

function failedToFail(): never {
  throw new Error("The run should have failed.");
}

function runIdOf(error: unknown): string {
  if (error instanceof RunError && error.runId !== undefined) return error.runId;
  throw error;
}

/** Nobody answered for three days. */
async function seedLongWait(db: SurrealDb, id: string): Promise<void> {
  await db.query(
    `UPDATE $run SET created_at = created_at - 3d;
    UPDATE workflow_steps:[$key, NONE]..=[$key, ..] SET started_at = started_at - 3d WHERE name IN ["preparer", "valider"];
    UPDATE workflow_steps:[$key, NONE]..=[$key, ..] SET completed_at = completed_at - 3d WHERE name = "preparer"`,
    { run: new RecordId("workflow_runs", id), key: id },
  );
}

function rowOf(key: string, name: string, times: { begun: number; ended?: number }): Record<string, unknown> {
  return {
    id: new RecordId("workflow_runs", key),
    workflow_name: name,
    status: times.ended === undefined ? "running" : "success",
    input: null,
    metadata: {},
    session_id: "s-1",
    created_at: new Date(times.begun),
    updated_at: new Date(times.ended ?? times.begun),
    ...(times.ended === undefined ? {} : { completed_at: new Date(times.ended), output: "fait" }),
    revision: 1,
  };
}

/** A list of 500 items with two steps each, 1,001 rows. */
async function seedThousand(db: SurrealDb): Promise<string> {
  const key = "01THOUSAND0000000000000000";
  const begun = Date.now() - 600_000;
  const stepOf = (number: number, fields: Record<string, unknown>, [from, to]: [number, number]): object => ({
    id: new RecordId("workflow_steps", [key, number]),
    run: new RecordId("workflow_runs", key),
    status: "success",
    attempt: 1,
    started_at: new Date(begun + from),
    completed_at: new Date(begun + to),
    ...fields,
  });
  const steps = [
    stepOf(0, { name: "pages", path: "pages", kind: "forEach", items: [...Array(500).keys()] }, [0, 50_000]),
  ];
  for (let item = 0; item < 500; item += 1) {
    for (const [place, name] of ["ocr", "ranger"].entries()) {
      const from = item * 100 + place * 50;
      const fields = { name, path: `pages[${item}]/${name}`, kind: "function", output: `page ${item}` };
      steps.push(stepOf(item * 2 + place + 1, fields, [from, from + 50]));
    }
  }
  const run = rowOf(key, "numerisation", { begun, ended: begun + 50_000 });
  await db.query("CREATE $run.id CONTENT $run; INSERT INTO workflow_steps $steps RETURN NONE", { run, steps });
  return key;
}

/** Its row says that it is under way, and no process holds it. */
async function seedSilent(db: SurrealDb): Promise<string> {
  const run = rowOf("01SILENT000000000000000000", "lent", { begun: Date.now() - 120_000 });
  await db.query("CREATE $run.id CONTENT $run", { run });
  return "01SILENT000000000000000000";
}
