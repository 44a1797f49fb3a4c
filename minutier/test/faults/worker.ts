/**
 * A process of the suite: goes on with the runs of those before it, and keeps many of its own in flight, until it is
 * killed, or told by a line on stdin to come to an end. Everything that it is told goes into the journal at once.
 */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { SurrealDb } from "../../src/db/surreal-db.ts";
import { errorMessage, MinutierError, RunError } from "../../src/errors.ts";
import { Recovery, type RecoveryEvent } from "../../src/workflow/recovery.ts";
import type { Workflow } from "../../src/workflow/workflow.ts";
import type { WorkflowEvent } from "../../src/workflow-events.ts";
import { openJournal } from "./journal.ts";
import { type Assignment, minuteWorkflows, nonceOf } from "./minute-workflow.ts";
import { plant } from "./plants.ts";
import { between, createRandom } from "./random.ts";
import { shiftClock } from "./shift-clock.ts";
import type { Work } from "./work.ts";
import type { WorkerOptions } from "./worker-process.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as WorkerOptions;
if (options.plant !== undefined) plant(options.plant);
if (options.skewMs !== undefined) shiftClock(options.skewMs);
const { url, auth, namespace, database, leaseMs, callTimeoutMs, inFlight, recovers, stepMs } = options;
const random = createRandom(options.seed);
const journal = openJournal(options.journal);

const db = new SurrealDb({
  url,
  ...(auth === undefined ? {} : { auth }),
  ...(namespace === undefined ? {} : { namespace }),
  ...(database === undefined ? {} : { database }),
  ...(callTimeoutMs === undefined ? {} : { callTimeoutMs }),
  leaseMs,
});
console.log("READY");
await db.connect().catch((error: unknown) => {
  console.log(`REFUSED ${MinutierError.isInstance(error) ? error.code : ""}: ${errorMessage(error)}`);
  process.exit(1);
});
console.log("OPEN");

const { resumed, closed } = minuteWorkflows(db, journal);
const recovery = new Recovery({
  db,
  workflows: [resumed, closed],
  intervalMs: options.recoveryMs,
  concurrency: 64,
  maxResumes: 1_000_000,
  onEvent: noteRecovery,
});
if (recovers) recovery.start();

let told = "";
const commands = createInterface({ input: process.stdin }).on("line", (line) => {
  told = line;
  if (line === "probe") void probe();
  if (line === "mark") void mark();
});
const loops = Promise.all(Array.from({ length: inFlight }, runOnAndOn));
while (told !== "drain") await sleep(20);
commands.close();
await loops;
if (recovers) await settleAll();
await recovery.close({ graceMs: 10_000 });
await db.close();
console.log("DRAINED");
process.exit(0);

async function runOnAndOn(): Promise<void> {
  while (told !== "drain") {
    const closes = random() < 1 / 8;
    const assignment = {
      size: random() < 1 / 30 ? 20_000 : between(random, 10, 300),
      stepMs,
      fails: random() < 1 / 16,
    };
    await runOne(closes ? closed : resumed, assignment);
  }
}

async function runOne(workflow: Workflow<number, Work>, assignment: Assignment): Promise<void> {
  let runId: string | undefined;
  try {
    for await (const event of workflow.stream(1, { metadata: { ...assignment } })) {
      runId ??= event.runId;
      note(event);
    }
  } catch (error) {
    const code = MinutierError.isInstance(error) ? error.code : "not ours";
    const run = error instanceof RunError ? error.runId : runId;
    const cause = error instanceof Error && error.cause !== undefined ? `: ${causesOf(error.cause)}` : "";
    journal.append({ type: "failed", run, code, message: `${errorMessage(error)}${cause}` });
    // A database that refuses everything is not to be asked a thousand times a second.
    if (code !== "step_failed") await sleep(100);
  }
}

function causesOf(error: unknown): string {
  const code = MinutierError.isInstance(error) ? `[${error.code}] ` : "";
  const cause = error instanceof Error && error.cause !== undefined ? ` < ${causesOf(error.cause)}` : "";
  return `${code}${errorMessage(error)}${cause}`;
}

/** What the events acknowledge, those of nested runs too. */
function note(event: WorkflowEvent): void {
  switch (event.type) {
    case "run-started":
      journal.append({ type: "started", run: event.runId });
      break;
    case "step-completed":
      journal.append({ type: "committed", run: event.runId, path: event.step, nonce: nonceOf(event.output) });
      break;
    case "run-completed":
      journal.append({ type: "succeeded", run: event.runId, nonce: nonceOf(event.result.output) });
      break;
    case "step-event":
      if ("workflowName" in event.event) note(event.event as WorkflowEvent);
      break;
    default:
  }
}

function noteRecovery(event: RecoveryEvent): void {
  switch (event.type) {
    case "run-settled":
      journal.append({ type: "settled", run: event.runId, status: event.status });
      break;
    case "run-interrupted":
      journal.append({ type: "settled", run: event.runId, status: "error" });
      break;
    case "run-left":
      journal.append({ type: "note", text: `left ${event.runId}: ${causesOf(event.error)}` });
      break;
    case "round-failed":
      journal.append({ type: "note", text: `round failed: ${causesOf(event.error)}` });
      break;
    default:
  }
}

/** Waits until nothing is under way any more, for as long as it becomes less: first, the leases of the dead run out. */
async function settleAll(): Promise<void> {
  // A planted bug can leave what nobody ends.
  const patienceMs = options.plant === undefined ? 60_000 : 5000;
  let fewest = Number.POSITIVE_INFINITY;
  for (let progress = performance.now(); performance.now() - progress < patienceMs; await sleep(300)) {
    const [[row]] = await db.query<[{ count: number }[]]>(
      "SELECT count() FROM workflow_runs WHERE status = 'running' GROUP ALL",
    );
    const count = row?.count ?? 0;
    if (count === 0) return;
    if (count < fewest) progress = performance.now();
    fewest = Math.min(fewest, count);
  }
}

/** Says whether the database can be read and written. */
async function probe(): Promise<void> {
  const outcome = async (call: () => Promise<unknown>): Promise<string> =>
    call().then(
      () => "ok",
      (error: unknown) => causesOf(error),
    );
  const read = await outcome(() => db.runs.latest(5));
  const written = await outcome(() => db.query("UPSERT probe:1 SET at = time::now()"));
  console.log(`PROBE ${JSON.stringify({ read, written })}`);
}

/** Says so once everything is in the journal that the database had acknowledged before it was asked. */
async function mark(): Promise<void> {
  await sleep(300);
  console.log("MARKED");
}
