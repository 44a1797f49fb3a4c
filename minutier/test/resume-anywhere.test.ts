import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import fc from "fast-check";
import { expect, test } from "vitest";

import { leaseLost } from "../src/db/run-leases.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { MinutierError, RunError } from "../src/errors.ts";
import type { WorkflowEvent, WorkflowRun } from "../src/workflow-events.ts";
import { branch, forEach, step, type StepEntry } from "../src/workflow/entries.ts";
import { executeRun } from "../src/workflow/execute-run.ts";
import { resumeRun } from "../src/workflow/resume-run.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { temporaryFolder } from "./backends.ts";
import { anyPlans, buildWorkflow, isConcurrent, type Plan, recordOf } from "./random-workflow.ts";

const runId = "R";

/** What one process did of the run. */
interface Part {
  executed: string[];
  completed: string[];
  /** How it ended here; none when this process was cut off. */
  end: object | undefined;
}

/** Starts the run, or goes on with it, and is cut off after so many events. */
async function carry(plans: readonly Plan[], db: SurrealDb, first: boolean, events: number): Promise<Part> {
  const part: Part = { executed: [], completed: [], end: undefined };
  const workflow = buildWorkflow(plans, db, (place) => part.executed.push(place));
  const definition = Workflow.definitionOf(workflow);
  const cut = new AbortController();
  let told = 0;
  const onEvent = (event: WorkflowEvent): void => {
    if (event.type === "step-completed") part.completed.push(`${event.runId}:${event.step}`);
    if (event.type === "step-event") onEvent(event.event as WorkflowEvent);
    if (event.type !== "step-event" && ++told === events) cut.abort(leaseLost(runId));
  };
  const caller = { db, signal: cut.signal, onEvent, streaming: false };
  const start = { input: 5, metadata: { a: 1 }, sessionId: "S", userId: "u", runId };
  const work = first ? executeRun({ ...caller, ...start, definition }) : resumeRun(definition, runId, caller);
  part.end = await work.then(endOf, (error: unknown) => failureOf(error));
  return part;
}

function endOf(run: WorkflowRun): object {
  const { status, id, sessionId } = run;
  return { status, id, sessionId, output: run.status === "success" ? run.output : undefined };
}

/** A run that failed says it in other words to one who asks later. */
function failureOf(error: unknown): object | undefined {
  if (MinutierError.isInstance(error) && error.code === "lease_lost") return undefined;
  if (!(error instanceof RunError)) throw error;
  return { code: error.code, step: error.step, runId: error.runId };
}

/** Goes on with a run whose lease is over; a write that was under way when its process was cut off may renew it once. */
async function takeOver(plans: readonly Plan[], db: SurrealDb, events: number): Promise<Part> {
  for (;;) {
    await expireLease(db);
    const part = await carry(plans, db, false, events).catch((error: unknown) => {
      if (MinutierError.isInstance(error) && error.code === "run_busy") return undefined;
      throw error;
    });
    if (part !== undefined) return part;
  }
}

async function expireLease(db: SurrealDb): Promise<void> {
  await db.query("UPDATE run_leases SET expires_at = time::now() - 1s");
}

/** The run of these steps, cut off after each of these numbers of events, is as if nothing had happened. */
async function compare(plans: readonly Plan[], cuts: readonly number[]): Promise<void> {
  await using whole = new SurrealDb({ url: "mem://" });
  await using db = new SurrealDb({ url: "mem://" });
  const undisturbed = await carry(plans, whole, true, 0);
  const parts: Part[] = [];
  for (const events of [...cuts, 0]) {
    if (parts.at(-1)?.end !== undefined) break;
    parts.push(parts.length === 0 ? await carry(plans, db, true, events) : await takeOver(plans, db, events));
  }
  expect(parts.at(-1)?.end).toEqual(undisturbed.end);
  const numbers = !isConcurrent(plans);
  expect(await recordOf(db, numbers)).toEqual(await recordOf(whole, numbers));
  expectOnce(parts, undisturbed);
}

/** What was committed in one process is neither done nor committed in a later one. */
function expectOnce(parts: readonly Part[], undisturbed: Part): void {
  const committed = new Set<string>();
  for (const { executed, completed } of parts) {
    expect(executed.filter((place) => committed.has(place))).toEqual([]);
    expect(completed.filter((place) => committed.has(place))).toEqual([]);
    for (const place of completed) committed.add(place);
  }
  expect(committed).toEqual(new Set(undisturbed.completed));
}

test("any workflow, cut off after any event and again, ends with the same result, state and rows", async () => {
  await fc.assert(
    fc.asyncProperty(anyPlans, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }), compare),
    { numRuns: 100 },
  );
});

test("any workflow that another process takes over under the hands of the first ends with the same rows, no step committed twice", async () => {
  await fc.assert(
    fc.asyncProperty(anyPlans, fc.integer({ min: 1, max: 20 }), async (plans, events) => {
      await using whole = new SurrealDb({ url: "mem://" });
      const undisturbed = await carry(plans, whole, true, 0);
      const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
      await using one = new SurrealDb({ url });
      await using other = new SurrealDb({ url });
      const parts = await runTwice(plans, one, other, events);
      expect(parts.map(({ end }) => end).findLast((end) => end !== undefined)).toEqual(undisturbed.end);
      const numbers = !isConcurrent(plans);
      expect(await recordOf(other, numbers)).toEqual(await recordOf(whole, numbers));
      const completed = parts.flatMap((part) => [...new Set(part.completed)]);
      expect(completed.toSorted()).toEqual([...new Set(undisturbed.completed)].toSorted());
    }),
    { numRuns: 12 },
  );
});

/** Expires the lease after so many events, and goes on with the run while the first process does too. */
async function runTwice(plans: readonly Plan[], one: SurrealDb, other: SurrealDb, events: number): Promise<Part[]> {
  const reached = Promise.withResolvers<void>();
  let done = 0;
  const zombie: Part = { executed: [], completed: [], end: undefined };
  const workflow = buildWorkflow(plans, one, () => {
    if (++done === events) reached.resolve();
  });
  const onEvent = (event: WorkflowEvent): void => {
    if (event.type === "step-event") onEvent(event.event as WorkflowEvent);
    if (event.type === "step-completed") zombie.completed.push(`${event.runId}:${event.step}`);
  };
  const caller = { db: one, signal: new AbortController().signal, onEvent, streaming: false };
  const start = { input: 5, metadata: { a: 1 }, sessionId: "S", userId: "u", runId };
  const first = executeRun({ ...caller, ...start, definition: Workflow.definitionOf(workflow) })
    .then(endOf, failureOf)
    .finally(reached.resolve);
  await reached.promise;
  const second = await takeOver(plans, other, 0);
  zombie.end = await first;
  return [zombie, second];
}

test("a process that leaves its run writes nothing more of it, not even what its steps would have shown", async () => {
  await using db = new SurrealDb({ url: "mem://" });
  const cut = new AbortController();
  const slow = step("slow", (_: unknown, { signal }) => sleep(10_000, undefined, { signal }));
  const definition = Workflow.definitionOf(new Workflow({ name: "w", db, steps: [slow] }));
  const start = { input: 5, metadata: {}, sessionId: "S", userId: "u", runId };
  const onEvent = ({ type }: WorkflowEvent): void => {
    if (type === "step-started") setTimeout(() => cut.abort(leaseLost(runId)), 5);
  };
  const run = executeRun({ db, signal: cut.signal, onEvent, streaming: false, ...start, definition });
  await expect(run).rejects.toMatchObject({ code: "lease_lost" });
  const left = await db.query("SELECT * FROM run_leases; SELECT * FROM workflow_steps");
  await sleep(150);
  expect(await db.query("SELECT * FROM run_leases; SELECT * FROM workflow_steps")).toEqual(left);
});

test.each(["choose", "items"])("what a slow %s decided is not decided again, however long it took", async (what) => {
  await using db = new SurrealDb({ url: "mem://" });
  let decided = 0;
  // Slower than what it takes for a step at work to be shown: its row is there before the decision.
  const decide = async (): Promise<number> => {
    await sleep(120);
    return (decided += 1);
  };
  const work = (cut?: AbortController): Workflow =>
    new Workflow({
      name: "w",
      db,
      steps: [
        what === "choose"
          ? branch("b", async () => `c${await decide()}`, { c1: casesOf(1, cut), c2: casesOf(2, cut) })
          : forEach("b", casesOf(0, cut), { items: async () => [await decide()] }),
      ],
    });
  const cut = new AbortController();
  const definition = Workflow.definitionOf(work(cut));
  const start = { input: 5, metadata: {}, sessionId: "S", userId: "u", runId };
  const caller = { db, signal: cut.signal, onEvent: () => undefined, streaming: false };
  await expect(executeRun({ ...caller, ...start, definition })).rejects.toMatchObject({ code: "lease_lost" });
  await expireLease(db);
  const run = await work().resume(runId);
  expect(decided).toBe(1);
  expect(run).toMatchObject({ status: "success", output: what === "choose" ? 1 : [1] });
});

/** Two steps; the process is cut off in the second. */
function casesOf(n: number, cut: AbortController | undefined): StepEntry[] {
  return [
    step(`one${n}`, (input: number) => (n === 0 ? input : n)),
    step(`two${n}`, (input: number) => {
      cut?.abort(leaseLost(runId));
      return input;
    }),
  ];
}
