/**
 * The server is killed, and an empty one stands in its place: what was acknowledged before is gone with the disk. Each
 * server's database is held against what was told while it was the one.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { inspectDatabase } from "../../../src/db/inspect-database.ts";
import { SurrealDb } from "../../../src/db/surreal-db.ts";
import { check } from "../check.ts";
import { type Findings, Problems } from "../findings.ts";
import { type Context, databaseOf, type Place, type Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";

/** While one of the servers was the one. */
interface Reign {
  folder: string;
  journal: string;
}

export const replacedServer: Scenario = {
  name: "replaced",
  title: "SIGKILL of the server, and an empty one in its place, under 64 runs of a client that goes on",
  faults: (kills) => Math.ceil(kills / 10),
  async run(context, faults) {
    let folder = await context.makeFolder("db0");
    let server = await context.server(folder);
    const client = context.worker({ ...databaseOf(server), leaseMs: 600 });
    await client.next("OPEN");
    const reigns: Reign[] = [];
    let from = 0;
    const endReign = (): void => {
      const journal = `${context.journal}-${reigns.length}`;
      const to = statSync(context.journal).size;
      writeFileSync(journal, readFileSync(context.journal).subarray(from, to));
      reigns.push({ folder, journal });
      from = to;
    };
    for (let n = 1; n <= faults; n++) {
      await context.toldMore(context.between(20_000, 250_000));
      await sleep(context.between(0, 20));
      await server.kill();
      client.tell("mark");
      await client.next("MARKED");
      endReign();
      folder = await context.makeFolder(`db${n}`);
      server = await context.server(folder, server.port);
      context.progress(`replacement ${n} of ${faults}`);
    }
    await context.toldMore(100_000);
    await client.drain();
    await server.kill();
    endReign();
    const all: Findings[] = [];
    for (const reign of reigns) all.push(await checkReign(context, reign));
    return {
      runs: all.reduce((sum, { runs }) => sum + runs, 0),
      steps: all.reduce((sum, { steps }) => sum + steps, 0),
      problems: all.flatMap(({ problems }) => problems),
    };
  },
};

async function checkReign(context: Context, { folder, journal }: Reign): Promise<Findings> {
  const server = await context.server(folder);
  const remote = { ...databaseOf(server), leaseMs: 600 };
  const problems = await missingIn(remote);
  const last = context.worker({ ...remote, journal, inFlight: 0 });
  await last.next("OPEN");
  await last.drain();
  const findings = check(journal, await readStored(remote), {
    codes: ["lease_lost", "result_not_recorded", "not_recorded"],
  });
  await server.kill();
  const named = [...problems.all, ...findings.problems].map(({ kind, text }) => ({ kind, text: `${folder}: ${text}` }));
  return { ...findings, problems: named };
}

/** The tables are there as they are to be, since runs were recorded. */
async function missingIn(place: Place): Promise<Problems> {
  const problems = new Problems();
  const db = new SurrealDb(place);
  try {
    const { missing, missingTables } = await inspectDatabase(SurrealDb.databaseOf(db));
    for (const table of missingTables) problems.add("torn", `there is no table ${table}`);
    for (const { kind, table, name } of missing) problems.add("torn", `${table} has no ${kind} ${name}`);
  } finally {
    await db.close();
  }
  return problems;
}
