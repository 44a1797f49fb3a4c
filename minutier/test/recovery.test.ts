import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, onTestFinished, test } from "vitest";

import { Agent } from "../src/agent/agent.ts";
import type { RunTransaction } from "../src/db/run-transaction.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { step } from "../src/workflow/entries.ts";
import { Recovery, type RecoveryEvent, type RecoveryOptions } from "../src/workflow/recovery.ts";
import { Workflow, type WorkflowOptions } from "../src/workflow/workflow.ts";
import { backends, sharedServer } from "./backends.ts";
import { failureOf } from "./failure-of.ts";
import { FixtureLines, runFixture, startFixture } from "./run-fixture.ts";

const leaseMs = 200;
const auth = { username: "root", password: "root" };
let databases = 0;

interface Scene {
  db: SurrealDb;
  url: string;
  database: string;
  args: string[];
}

async function newScene(): Promise<Scene> {
  const { url } = await sharedServer();
  const database = `recovery${++databases}`;
  const db = new SurrealDb({ url, auth, namespace: "test", database, leaseMs });
  onTestFinished(() => db.close());
  return { db, url, database, args: [url, database, String(leaseMs)] };
}

/** The same steps as the fixture's, quick; `done` tells which were executed. */
function longWorkflow(
  db: SurrealDb,
  done: string[],
  options: Partial<WorkflowOptions<unknown, unknown>> = {},
): Workflow {
  return new Workflow({
    name: "long",
    db,
    steps: [
      step("first", () => done.push("first")),
      step("long", async () => {
        done.push("long");
        await sleep(20);
      }),
      step("last", () => done.push("last")),
    ],
    ...options,
  });
}

/** A run whose process is killed in its second step. */
async function deadRun({ args }: Scene): Promise<{ runId: string; child: ChildProcess }> {
  const child = startFixture("long-run", args);
  const runId = (await new FixtureLines(child).find("RUN ")).slice(4);
  child.kill("SIGKILL");
  await once(child, "close");
  return { runId, child };
}

function recoveryOf(
  scene: Scene,
  workflow: Workflow,
  told: RecoveryEvent[],
  options: Partial<RecoveryOptions> = {},
): Recovery {
  const recovery = new Recovery({
    db: scene.db,
    workflows: [workflow],
    intervalMs: 50,
    onEvent: (event) => told.push(event),
    ...options,
  });
  onTestFinished(() => recovery.close());
  return recovery;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

describe("recovery", () => {
  test("finds a run whose process died once its lease is over, and goes on after the last committed step", async () => {
    const scene = await newScene();
    const { runId } = await deadRun(scene);
    const done: string[] = [];
    const told: RecoveryEvent[] = [];
    recoveryOf(scene, longWorkflow(scene.db, done), told).start();
    await until(async () => (await scene.db.runs.get(runId))?.status === "success");
    expect(done).toEqual(["long", "last"]);
    expect(await scene.db.runs.get(runId)).toMatchObject({ resumed: 1 });
    await until(() => told.length === 2);
    expect(told).toEqual([
      { type: "run-resumed", runId, workflowName: "long" },
      { type: "run-settled", runId, workflowName: "long", status: "success" },
    ]);
    expect(await scene.db.runs.recover()).toEqual([]);
  });

  test("closes the run as interrupted where the workflow says so, and the step that was at work", async () => {
    const scene = await newScene();
    const { runId } = await deadRun(scene);
    const done: string[] = [];
    recoveryOf(scene, longWorkflow(scene.db, done, { onInterrupted: "fail" }), []).start();
    await until(async () => (await scene.db.runs.get(runId))?.status === "error");
    expect(await scene.db.runs.get(runId)).toMatchObject({ error_code: "interrupted", completed_at: expect.any(Date) });
    expect((await scene.db.runs.get(runId))?.steps.map((each) => each.status)).not.toContain("running");
    expect(done).toEqual([]);
  });

  test("leaves a run that is alive alone, however long its step takes", async () => {
    const scene = await newScene();
    const child = startFixture("long-run", [...scene.args, "1500"]);
    const lines = new FixtureLines(child);
    const runId = (await lines.find("RUN ")).slice(4);
    const done: string[] = [];
    recoveryOf(scene, longWorkflow(scene.db, done), []).start();
    await expect(longWorkflow(scene.db, done).resume(runId)).rejects.toMatchObject({ code: "run_busy" });
    expect(await lines.find("DONE ")).toBe("DONE success");
    expect(done).toEqual([]);
    expect((await scene.db.runs.get(runId))?.resumed).toBeUndefined();
  });

  test("of twenty that claim one run in four processes, one goes on and the others are told", async () => {
    const scene = await newScene();
    const { runId } = await deadRun(scene);
    await until(async () => (await scene.db.runs.recover()).length === 1);
    const processes = await Promise.all(
      Array.from({ length: 4 }, () => runFixture("resume-five", [scene.url, scene.database, String(leaseMs), runId])),
    );
    const lines = processes.flatMap(({ stdout }) => stdout.trim().split("\n"));
    expect(lines.filter((line) => line === "STEP long")).toHaveLength(1);
    expect(lines.filter((line) => line === "STEP last")).toHaveLength(1);
    const outcomes = lines.filter((line) => line.startsWith("OUTCOME "));
    expect(outcomes).toHaveLength(20);
    // Those that came when the run had ended are given its result.
    expect(new Set(outcomes)).toEqual(new Set(["OUTCOME success", "OUTCOME run_busy"]));
    expect(await scene.db.runs.get(runId)).toMatchObject({ status: "success", resumed: 1 });
  });

  test("a process that was stopped and comes back after its run was taken writes nothing more of it", async () => {
    const scene = await newScene();
    const child = startFixture("long-run", [...scene.args, "400"]);
    const lines = new FixtureLines(child);
    const runId = (await lines.find("RUN ")).slice(4);
    child.kill("SIGSTOP");
    await until(async () => (await scene.db.runs.recover()).length === 1);
    const done: string[] = [];
    expect(await longWorkflow(scene.db, done).resume(runId)).toMatchObject({ status: "success" });
    const before = await scene.db.runs.get(runId);
    child.kill("SIGCONT");
    expect(await lines.find("FAILED ")).toMatch(/^FAILED lease_lost/);
    expect(lines.all).not.toContain("LAST");
    expect(await scene.db.runs.get(runId)).toEqual(before);
  });

  test("a process that was stopped between two steps does not begin the second, which another has done", async () => {
    const scene = await newScene();
    const child = startFixture("long-run", [...scene.args, "0", "0", "freeze"]);
    const lines = new FixtureLines(child);
    const runId = (await lines.find("RUN ")).slice(4);
    await lines.find("FROZEN");
    await until(async () => (await scene.db.runs.recover()).length === 1);
    const done: string[] = [];
    expect(await longWorkflow(scene.db, done).resume(runId)).toMatchObject({ status: "success" });
    expect(done).toEqual(["last"]);
    expect(await lines.find("FAILED ")).toMatch(/^FAILED lease_lost/);
    expect(lines.all).not.toContain("LAST");
  });

  test("a process that was stopped before it asked a model does not ask, since another has closed its turn", async () => {
    const scene = await newScene();
    const child = startFixture("long-run", [...scene.args, "0", "0", "freeze-turn"]);
    const lines = new FixtureLines(child);
    const runId = (await lines.find("RUN ")).slice(4);
    await lines.find("FROZEN");
    await until(async () => (await scene.db.runs.recover()).length === 1);
    const clerk = new Agent({ name: "clerk", model: scriptedModel(["!"]) });
    const steps = [step("first", () => 1), step("long", clerk, { input: () => "?" }), step("last", () => 1)];
    const workflow = new Workflow({ name: "long", db: scene.db, steps });
    expect(await workflow.resume(runId)).toMatchObject({ status: "success" });
    expect(await lines.find("FAILED ")).toMatch(/^FAILED lease_lost/);
    expect(lines.all).not.toContain("MODEL");
  });

  test("a process that was stopped before its run's last write is told that it lost the run, which another ended", async () => {
    const scene = await newScene();
    const child = startFixture("long-run", [...scene.args, "0", "0", "freeze-end"]);
    const lines = new FixtureLines(child);
    const runId = (await lines.find("RUN ")).slice(4);
    await lines.find("FROZEN");
    await until(async () => (await scene.db.runs.recover()).length === 1);
    const done: string[] = [];
    const commit = (tx: RunTransaction): void => tx.create("journal", { by: "resumed" });
    expect(await longWorkflow(scene.db, done).resume(runId, { commit })).toMatchObject({ status: "success" });
    expect(await lines.find("FAILED ")).toMatch(/^FAILED lease_lost/);
    expect((await scene.db.query("SELECT VALUE by FROM journal"))[0]).toEqual(["resumed"]);
  });

  test("a clock that is an hour off, in the one that holds or in the one that claims, steals no lease", async () => {
    for (const skew of [3_600_000, -3_600_000]) {
      const scene = await newScene();
      const child = startFixture("long-run", [...scene.args, "1200", String(skew)]);
      const lines = new FixtureLines(child);
      const runId = (await lines.find("RUN ")).slice(4);
      const done: string[] = [];
      const started = performance.now();
      while (performance.now() - started < 700) {
        await expect(longWorkflow(scene.db, done).resume(runId)).rejects.toMatchObject({ code: "run_busy" });
        await sleep(50);
      }
      expect(await lines.find("DONE ")).toBe("DONE success");
      expect(done).toEqual([]);
    }
  });

  test("a definition whose steps have changed is refused, and the run stays for one that has them", async () => {
    const scene = await newScene();
    const { runId } = await deadRun(scene);
    const changed = new Workflow({
      name: "long",
      db: scene.db,
      steps: [step("first", () => 1), step("other", () => 2)],
    });
    const told: RecoveryEvent[] = [];
    recoveryOf(scene, changed, told).start();
    await until(() => told.length > 0);
    expect(told[0]).toMatchObject({ type: "run-left", runId, error: { code: "definition_changed" } });
    await expect(changed.resume(runId)).rejects.toMatchObject({ code: "definition_changed" });
    expect(await longWorkflow(scene.db, []).resume(runId)).toMatchObject({ status: "success" });
  });

  test("a run that goes down with one process after another is closed in the end", async () => {
    const scene = await newScene();
    const { runId } = await deadRun(scene);
    for (let round = 0; round < 2; round++) {
      await until(async () => (await scene.db.runs.recover()).length === 1);
      const child = startFixture("resume-and-die", [scene.url, scene.database, String(leaseMs), runId]);
      await once(child, "close");
    }
    const done: string[] = [];
    const told: RecoveryEvent[] = [];
    recoveryOf(scene, longWorkflow(scene.db, done), told, { maxResumes: 2 }).start();
    await until(() => told.length > 0);
    expect(told).toMatchObject([
      { type: "run-interrupted", reason: expect.stringContaining("2 that went on with it") },
    ]);
    expect(done).toEqual([]);
    expect(await scene.db.runs.get(runId)).toMatchObject({ status: "error", error_code: "interrupted", resumed: 2 });
  });

  test("that is closed leaves the run that it went on with to another one", async () => {
    const scene = await newScene();
    const { runId } = await deadRun(scene);
    const begun = Promise.withResolvers<void>();
    const slow = new Workflow({
      name: "long",
      db: scene.db,
      steps: [
        step("first", () => 1),
        step("long", (_: unknown, { signal }) => {
          begun.resolve();
          return sleep(30_000, undefined, { signal });
        }),
        step("last", () => 1),
      ],
    });
    const recovery = recoveryOf(scene, slow, []).start();
    await begun.promise;
    await recovery.close();
    expect(await scene.db.runs.get(runId)).toMatchObject({ status: "running" });
    const done: string[] = [];
    recoveryOf(scene, longWorkflow(scene.db, done), []).start();
    await until(async () => (await scene.db.runs.get(runId))?.status === "success");
    expect(done).toEqual(["long", "last"]);
  });

  test("a run with a commit of its caller is resumed only with that commit", async () => {
    const scene = await newScene();
    const { runId } = await deadRun({ ...scene, args: [...scene.args, "60000", "0", "commit"] });
    await until(async () => (await scene.db.runs.recover()).length === 1);
    await expect(longWorkflow(scene.db, []).resume(runId)).rejects.toMatchObject({ code: "invalid_options" });
    await longWorkflow(scene.db, []).resume(runId, { commit: (tx) => tx.create("journal", { done: true }) });
    expect((await scene.db.query("SELECT VALUE done FROM journal"))[0]).toEqual([true]);
  });

  test("the second call with a key goes on with a run whose process died", async () => {
    const scene = await newScene();
    const { runId } = await deadRun({ ...scene, args: [...scene.args, "60000", "0", "key"] });
    const done: string[] = [];
    const run = await longWorkflow(scene.db, done).run(1, { key: "key" });
    expect(run).toMatchObject({ id: runId, status: "success" });
    expect(done).toEqual(["long", "last"]);
  });
});

test("the second call with a key goes on with a run whose process died, also in a session that it names", async () => {
  const db = await backends[0]!.open({ leaseMs: 20 });
  const done: string[] = [];
  const workflow = longWorkflow(db, done);
  const options = { key: "key", sessionId: "s" };
  const { id } = await workflow.run(1, options);
  await db.query(`UPDATE workflow_runs:${id} SET status = 'running'; DELETE workflow_steps:[$id, 2]`, { id });
  expect(await workflow.run(1, options)).toMatchObject({ id, status: "success" });
  expect(done).toEqual(["first", "long", "last", "last"]);
});

describe("runs of one session in several processes", () => {
  test("go one after the other, each with the state that the one before left", async () => {
    const scene = await newScene();
    const processes = await Promise.all(
      Array.from({ length: 4 }, () => runFixture("count-in-session", [scene.url, scene.database, "5"])),
    );
    const seen = processes.flatMap(({ stdout }) => stdout.trim().split("\n").map(Number));
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(await scene.db.sessions.workflow("count", "s")).toMatchObject({ state: { count: 20 } });
  });
});

test("a run whose lease was over does not write its state over that of one which took the session meanwhile", async () => {
  const scene = await newScene();
  const { url, database } = scene;
  const other = new SurrealDb({ url, auth, namespace: "test", database, leaseMs: 60_000 });
  const slow = new SurrealDb({ url, auth, namespace: "test", database, leaseMs: 60_000 });
  onTestFinished(async () => void (await Promise.all([other.close(), slow.close()])));
  const define = (db: SurrealDb, work: () => Promise<unknown>) =>
    new Workflow({
      name: "count",
      db,
      state: { count: 0 },
      steps: [
        step("add", async (_: unknown, { state }) => {
          await work();
          state["count"] = (state["count"] as number) + 1;
        }),
      ],
    });
  const first = define(slow, async () => {
    // The step's own row renews the lease when it is written.
    for (let isShown = false; !isShown; await sleep(5)) {
      const [[shown]] = await scene.db.query<[unknown[]]>("SELECT id FROM workflow_steps WHERE status = 'running'");
      isShown = shown !== undefined;
    }
    await scene.db.query("UPDATE run_leases SET expires_at = time::now() - 1s");
    await define(other, async () => undefined).run(1, { sessionId: "s" });
  });
  const error = await failureOf(first.run(1, { sessionId: "s" }));
  expect(error).toMatchObject({ code: "lease_lost" });
  expect(await scene.db.sessions.workflow("count", "s")).toMatchObject({ state: { count: 1 } });
  await scene.db.query("UPDATE run_leases SET expires_at = time::now() - 1s");
  expect(await define(other, async () => undefined).resume(error.runId)).toMatchObject({ state: { count: 2 } });
});

test("resuming what is not there, or another workflow's, is a clear error; a run that ended gives its result", async () => {
  const scene = await newScene();
  const workflow = longWorkflow(scene.db, []);
  await expect(workflow.resume("none")).rejects.toMatchObject({ code: "not_found" });
  const other = new Workflow({ name: "other", db: scene.db, steps: [step("un", () => 1)] });
  const run = await other.run(1);
  await expect(workflow.resume(run.id)).rejects.toMatchObject({ code: "invalid_options" });
  expect(await other.resume(run.id)).toMatchObject({ id: run.id, status: "success", output: 1 });
  await expect(new Workflow({ name: "w", steps: [step("un", () => 1)] }).resume("x")).rejects.toMatchObject({
    code: "invalid_options",
  });
});
