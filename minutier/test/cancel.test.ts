import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { leaseLost } from "../src/db/run-leases.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { approval, branch, loop, step } from "../src/workflow/entries.ts";
import { executeRun } from "../src/workflow/execute-run.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends, sharedServer, temporaryFolder } from "./backends.ts";
import { failureOf } from "./failure-of.ts";
import { FixtureLines, nextLine, startFixture } from "./run-fixture.ts";

describe.each(backends)("cancelling on $name", ({ open }) => {
  test("a run that goes on here aborts its step's signal, nested runs too, and the rows say so", async () => {
    const db = await open();
    let aborted: unknown;
    const begun = Promise.withResolvers<void>();
    const inner = new Workflow({
      name: "inner",
      steps: [
        step("long", async (_: unknown, { signal }) => {
          begun.resolve();
          await sleep(30_000, undefined, { signal }).catch(() => (aborted = signal.reason));
        }),
      ],
    });
    const workflow = new Workflow({ name: "outer", db, steps: [step("n", inner), step("after", () => "not reached")] });
    const failure = failureOf(workflow.run(1, { runId: "R1" }));
    await begun.promise;
    const row = await db.runs.cancel("R1");
    expect(row).toMatchObject({ status: "error", error_code: "cancelled", error_step: "n" });
    expect(await failure).toMatchObject({ code: "cancelled", runId: "R1" });
    expect(aborted).toMatchObject({ code: "cancelled" });
    const [nested] = await db.query("SELECT status, error_code FROM workflow_runs WHERE workflow_name = 'inner'");
    expect(nested).toEqual([{ status: "error", error_code: "cancelled" }]);
    expect((await db.query("SELECT * FROM workflow_steps WHERE status = 'running'"))[0]).toEqual([]);
    expect((await db.query("SELECT * FROM run_leases"))[0]).toEqual([]);
  });

  test("a run that has ended is left as it is, and one that does not exist is not found", async () => {
    const db = await open();
    const run = await new Workflow({ name: "w", db, steps: [step("un", () => 1)] }).run(1);
    expect(await db.runs.cancel(run.id)).toMatchObject({ status: "success", revision: 2 });
    await expect(db.runs.cancel("none")).rejects.toMatchObject({ code: "not_found" });
    await expect(db.runs.interrupt(run.id)).rejects.toMatchObject({ code: "run_finished" });
  });

  test("a run that waits for its session, to go on in it, ends at once and not when its lease is over", async () => {
    const db = await open({ leaseMs: 60_000 });
    const begun = Promise.withResolvers<void>();
    const asks = new Workflow<boolean>({
      name: "w",
      db,
      steps: [
        branch("b", (isLong: boolean) => String(isLong), {
          false: approval("ok?"),
          true: step("long", async (_: unknown, { signal }) => {
            begun.resolve();
            await sleep(30_000, undefined, { signal });
          }),
        }),
      ],
    });
    const { id } = await asks.run(false, { sessionId: "s" });
    const other = failureOf(asks.run(true, { sessionId: "s", runId: "R" }));
    await begun.promise;
    const approved = failureOf(asks.approve(id, undefined, { by: "n" }));
    while ((await db.runs.waiting()).length > 0) await sleep(5);
    expect(await db.runs.cancel(id)).toMatchObject({ status: "error", error_code: "cancelled" });
    expect(await approved).toMatchObject({ code: "cancelled" });
    await db.runs.cancel("R");
    await other;
  });

  test("twenty cancels at once end it once", async () => {
    const db = await open();
    const begun = Promise.withResolvers<void>();
    const workflow = new Workflow({
      name: "w",
      db,
      steps: [
        step("long", (_: unknown, { signal }) => {
          begun.resolve();
          return sleep(30_000, undefined, { signal });
        }),
      ],
    });
    const failure = failureOf(workflow.run(1, { runId: "R2" }));
    await begun.promise;
    const rows = await Promise.all(Array.from({ length: 20 }, () => db.runs.cancel("R2")));
    expect(new Set(rows.map((row) => `${row.error_code} ${row.revision}`))).toEqual(new Set(["cancelled 2"]));
    expect((await failure).code).toBe("cancelled");
  });
});

test("a run of many quick steps hears it too, between two of them", async () => {
  const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
  const one = new SurrealDb({ url, leaseMs: 50 });
  // Another object, as in another process: it can't abort the run itself.
  const other = new SurrealDb({ url, leaseMs: 50 });
  let steps = 0;
  const quick = step("quick", async () => {
    await sleep(5);
    return (steps += 1);
  });
  const workflow = new Workflow({
    name: "w",
    db: one,
    steps: [loop("l", quick, { maxIterations: 400, onLimit: "continue", until: () => false })],
  });
  const failure = failureOf(workflow.run(1, { runId: "R3" }));
  while (steps < 5) await sleep(5);
  expect(await other.runs.cancel("R3")).toMatchObject({ status: "error", error_code: "cancelled" });
  expect((await failure).code).toBe("cancelled");
  expect(steps).toBeLessThan(100);
  await Promise.all([one.close(), other.close()]);
});

test("one that a process asked for before another took the run over is heard by that other", async () => {
  const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
  const dead = new SurrealDb({ url, leaseMs: 60_000 });
  const alive = new SurrealDb({ url, leaseMs: 50 });
  const asks = new SurrealDb({ url, leaseMs: 50 });
  const begun = Promise.withResolvers<void>();
  const stop = new AbortController();
  const workflowOn = (db: SurrealDb): Workflow =>
    new Workflow({
      name: "w",
      db,
      steps: [
        step("long", (_: unknown, { signal }) => {
          begun.resolve();
          return sleep(20_000, "done", { signal });
        }),
      ],
    });
  const definition = Workflow.definitionOf(workflowOn(dead));
  const first = executeRun({
    definition,
    db: dead,
    input: 1,
    runId: "R4",
    metadata: {},
    sessionId: "s",
    userId: undefined,
    signal: stop.signal,
    onEvent: () => undefined,
    streaming: false,
  }).catch(() => undefined);
  await begun.promise;
  const cancelled = asks.runs.cancel("R4");
  const asked = "SELECT * FROM run_leases WHERE cancel != NONE";
  while ((await asks.query<[object[]]>(asked))[0].length === 0) await sleep(5);
  stop.abort(leaseLost("R4"));
  await first;
  await asks.query("UPDATE run_leases SET expires_at = time::now() - 1s");
  const second = failureOf(workflowOn(alive).resume("R4"));
  expect(await cancelled).toMatchObject({ status: "error", error_code: "cancelled" });
  await second;
  await Promise.all([dead.close(), alive.close(), asks.close()]);
});

test("is asked again, should what was asked go with the lease", async () => {
  const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
  const one = new SurrealDb({ url, leaseMs: 300 });
  const other = new SurrealDb({ url, leaseMs: 300 });
  const begun = Promise.withResolvers<void>();
  const slow = step("slow", (_: unknown, { signal }) => {
    begun.resolve();
    return sleep(20_000, undefined, { signal });
  });
  const failure = failureOf(new Workflow({ name: "w", db: one, steps: [slow] }).run(1, { runId: "R5" }));
  await begun.promise;
  const cancelled = other.runs.cancel("R5");
  for (let asked = 0; asked < 1;)
    asked += (await other.query<[object[]]>("UPDATE run_leases SET cancel = NONE WHERE cancel != NONE"))[0].length;
  expect(await cancelled).toMatchObject({ status: "error", error_code: "cancelled" });
  await failure;
  await Promise.all([one.close(), other.close()]);
});

test("a run that is a part of another can't be closed as interrupted by itself", async () => {
  const db = await backends[0]!.open();
  const inner = new Workflow({
    name: "inner",
    steps: [
      step("close", async (_: unknown, { runId }) => {
        await expect(db.runs.interrupt(runId)).rejects.toMatchObject({ code: "invalid_options" });
        return "still here";
      }),
    ],
  });
  const run = await new Workflow({ name: "outer", db, steps: [inner] }).run(1);
  expect(run.output).toBe("still here");
});

async function remoteDatabase(database: string, leaseMs: number): Promise<{ db: SurrealDb; args: string[] }> {
  const { url } = await sharedServer();
  const auth = { username: "root", password: "root" };
  return {
    db: new SurrealDb({ url, auth, namespace: "test", database, leaseMs }),
    args: [url, database, String(leaseMs)],
  };
}

test("a run that goes on in another process ends within its sign of life, its step's signal aborted", async () => {
  const { db, args } = await remoteDatabase("cancel-elsewhere", 200);
  const child = startFixture("long-run", args);
  const lines = new FixtureLines(child);
  const runId = (await lines.find("RUN ")).slice(4);
  expect(await db.runs.cancel(runId)).toMatchObject({ status: "error", error_code: "cancelled", error_step: "long" });
  expect(await lines.find("FAILED ")).toBe("FAILED cancelled aborted");
  await db.close();
});

test("a run whose process died is closed once its lease is over", async () => {
  const { db, args } = await remoteDatabase("cancel-dead", 200);
  const child = startFixture("long-run", args);
  const runId = (await nextLine(child, "RUN ")).slice(4);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(await db.runs.cancel(runId)).toMatchObject({ status: "error", error_code: "cancelled" });
  expect((await db.query("SELECT * FROM workflow_steps WHERE status = 'running'"))[0]).toEqual([]);
  await db.close();
});
