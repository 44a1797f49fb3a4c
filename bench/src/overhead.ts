/**
 * What the record costs: a recorded agent turn and a recorded workflow of three steps, each beside the same
 * statements sent by the plain SDK in the same process. The statements are not written again here: the ones that the
 * library sends are kept and sent again to a fresh database. With `--server` both are databases of a SurrealDB server.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { Agent, step, SurrealDb, Workflow } from "minutier";
import { scriptedModel } from "minutier/testing";
import { RecordId, type Surreal } from "surrealdb";

import { percentile, printTable, timeEach, timeTogether } from "./measure.ts";
import { openPlainClient, recordQueries, replay, type SentQuery } from "./recorded-client.ts";
import { openServerClient, startSurreal } from "./surreal-server.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { server: { type: "boolean" } } });
const rounds = Number(positionals[0] ?? 12);
const runsPerRound = 50;
const inFlight = 64;

const folder = await mkdtemp(join(tmpdir(), "minutier-bench-"));
const server = values.server === true ? await startSurreal(join(folder, "served")) : undefined;
if (values.server === true && server === undefined) process.exit(1);
const openClient = (name: string): Promise<Surreal> =>
  server === undefined ? openPlainClient(join(folder, name)) : openServerClient(server, name);
const ours = await openClient("ours");
const floor = await openClient("floor");
const sent: SentQuery[] = [];
const db = new SurrealDb({ client: recordQueries(ours, sent) });

const agent = new Agent({ name: "agent", db, model: scriptedModel(() => "The answer is forty-two.") });
const addOne = (input: number): number => input + 1;
const workflow = new Workflow({
  name: "workflow",
  db,
  steps: [step("a", addOne), step("b", addOne), step("c", addOne)],
});
const jobs: [name: string, run: (index: number) => Promise<unknown>][] = [
  ["agent turn", () => agent.run("What is six times seven?")],
  ["3-step workflow", (index) => workflow.run(index)],
];

// The tables, in both databases.
await db.createTables();
await new SurrealDb({ client: floor }).createTables();
await Promise.all(jobs.map(([, run]) => run(0)));
sent.length = 0;

const rows: string[][] = [];
for (const [name, run] of jobs) rows.push(...(await compare(name, run)));
console.log(
  `${server?.version ?? "RocksDB"}, one fsync a commit; median of ${rounds} rounds of ${runsPerRound} runs, taken in turns.\n`,
);
printTable(["", "round trips", "library ms", "plain SDK ms", "ratio"], rows);

console.log();
if (server === undefined) await printSessionLengths();
else await printTurnsOfASession(400);

await db.close();
await ours.close();
await floor.close();
await server?.stop();
await rm(folder, { recursive: true, force: true });
// The SDK's own embedded engine leaves a pending receive behind that keeps the process alive.
process.exit();

/** The library and the floor by turns, so that what else the machine does falls on both. */
async function compare(name: string, run: (index: number) => Promise<unknown>): Promise<string[][]> {
  const library: number[] = [];
  const plain: number[] = [];
  const libraryTogether: number[] = [];
  const plainTogether: number[] = [];
  let roundTrips = 0;
  for (let round = 0; round < rounds; round++) {
    const runs: SentQuery[][] = [];
    const oneRun = async (index: number): Promise<void> => {
      await run(index);
      runs.push(sent.splice(0));
    };
    library.push(...(await timeEach(runsPerRound, oneRun)));
    plain.push(...(await timeEach(runs.length, (index) => replay(floor, runs[index] ?? []))));
    roundTrips = runs.at(-1)?.length ?? 0;

    // The floor of runs that go on together: each run's own statements, as the plain SDK would send them.
    const apart: SentQuery[][] = [];
    for (let index = 0; index < inFlight * 4; index++) {
      await run(index);
      apart.push(sent.splice(0));
    }
    libraryTogether.push(await timeTogether(apart.length, inFlight, run));
    sent.length = 0;
    plainTogether.push(await timeTogether(apart.length, inFlight, (index) => replay(floor, apart[index] ?? [])));
  }
  const row = (label: string, trips: string, mine: readonly number[], theirs: readonly number[]): string[] => {
    const [a, b] = [percentile(mine, 0.5), percentile(theirs, 0.5)];
    return [label, trips, a.toFixed(2), b.toFixed(2), (a / b).toFixed(2)];
  };
  return [
    row(`${name}, one at a time`, String(roundTrips), library, plain),
    row(`${name}, ${inFlight} at once`, "", libraryTogether, plainTogether),
  ];
}

async function printSessionLengths(): Promise<void> {
  const [small, large] = await sessionLengths();
  printTable(
    ["agent turn in a session of", "median ms", "ratio"],
    [
      ["10 messages", small.toFixed(2), "1.00"],
      ["10,000 messages", large.toFixed(2), (large / small).toFixed(2)],
    ],
  );
}

/** The turns of one session around the tenth and the last of `count`, each beside the same statements. */
async function printTurnsOfASession(count: number): Promise<void> {
  const library: number[] = [];
  const plain: number[] = [];
  sent.length = 0;
  for (let turn = 0; turn < count; turn++) {
    library.push(...(await timeEach(1, () => agent.run("And now?", { sessionId: "growing" }))));
    const statements = sent.splice(0);
    plain.push(...(await timeEach(1, () => replay(floor, statements))));
  }
  const rowOf = (from: number): string[] => {
    const medianAt = (times: readonly number[], start: number): number =>
      percentile(times.slice(start, start + 10), 0.5);
    const [a, b] = [medianAt(library, from), medianAt(plain, from)];
    const grown = [a / medianAt(library, 5), b / medianAt(plain, 5)];
    return [`${from + 1} to ${from + 10}`, ...[a, b, a / b, ...grown].map((figure) => figure.toFixed(2))];
  };
  printTable(
    ["turns of a session", "library ms", "plain SDK ms", "ratio", "library, grown", "plain SDK, grown"],
    [rowOf(5), rowOf(count - 10)],
  );
}

/** A turn at both lengths of a session, by turns. */
async function sessionLengths(): Promise<[number, number]> {
  await seed(ours, "short", 10);
  await seed(ours, "long", 10_000);
  const times: Record<"short" | "long", number[]> = { short: [], long: [] };
  for (let round = 0; round < rounds * 2; round++) {
    // The short session must stay short: a fresh one for each pair of turns.
    const short = `short${round}`;
    await seed(ours, short, 10);
    times.short.push(...(await timeEach(5, () => agent.run("And now?", { sessionId: short }))));
    times.long.push(...(await timeEach(5, () => agent.run("And now?", { sessionId: "long" }))));
  }
  return [percentile(times.short, 0.5), percentile(times.long, 0.5)];
}

async function seed(client: Surreal, session: string, count: number): Promise<void> {
  const now = new Date();
  for (let from = 0; from < count; from += 500) {
    const messages = Array.from({ length: Math.min(500, count - from) }, (_, index) => ({
      id: new RecordId("agent_messages", ["agent", session, from + index]),
      role: index % 2 === 0 ? "user" : "assistant",
      content: "Six times seven is a question that has been asked before, and was answered before.".repeat(3),
      timestamp: now,
      run_id: "seed",
    }));
    await client.query("INSERT INTO agent_messages $messages RETURN NONE", { messages });
  }
  await client.query(
    "CREATE $row CONTENT { agent_name: 'agent', session_id: $name, message_count: $count, metadata: {}, created_at: $now, updated_at: $now } RETURN NONE; CREATE $sequence CONTENT { next: $count } RETURN NONE",
    {
      row: new RecordId("agent_sessions", ["agent", session]),
      sequence: new RecordId("session_sequences", ["agent", "agent", session]),
      name: session,
      count,
      now,
    },
  );
}
