import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { ChannelIterator, Decimal, RecordId, Uuid } from "surrealdb";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { changesRun, writeRunChanges } from "../src/db/run-changes.ts";
import { surql } from "../src/db/statement.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { RunLease } from "../src/db/run-leases.ts";
import { encodeRunStart, endRunStatement, startRun } from "../src/db/workflow-runs.ts";
import { step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { createId } from "../src/ids.ts";
import { backends, sharedServer, temporaryFolder } from "./backends.ts";
import { nextLine, startFixture } from "./run-fixture.ts";
import { byRun, expectOrder, follow, until } from "./watched-changes.ts";

/** From here on the live queries of this process hear nothing. */
function deafen(): void {
  const spy = vi.spyOn(ChannelIterator.prototype, "submit").mockReturnValue(undefined);
  onTestFinished(() => spy.mockRestore());
}

function workflowOn(db: SurrealDb): Workflow<number, number> {
  return new Workflow({ name: "w", db, steps: [step("double", (n: number) => n * 2)] });
}

for (const backend of backends) {
  describe(`the order of changes in ${backend.name}`, () => {
    test("of three hundred runs at once, while the reader is slow: each change once, each run's in order", async () => {
      const db = await backend.open();
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch, 1);
      await Promise.all(Array.from({ length: 300 }, (_, n) => workflowOn(db).run(n)));
      await until(() => changes.length >= 600);
      await sleep(200);
      await watch.return?.();
      expect(changes).toHaveLength(600);
      expect(changes.filter(({ missed }) => missed !== undefined)).toEqual([]);
      expect(byRun(changes).size).toBe(300);
      expectOrder(changes);
    });

    test("is that of the revisions, whatever order the changes arrive in", async () => {
      const db = await backend.open();
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch);
      for (let n = 1; n <= 20; n++) {
        const id = new RecordId("workflow_runs", createId());
        await db.query("CREATE $id SET revision = 1, status = 'running', metadata = {}", { id });
        for (const revision of [4, 3, 2]) await db.query("UPDATE $id SET revision = $revision", { id, revision });
      }
      await until(() => changes.length >= 80);
      await sleep(700);
      await watch.return?.();
      expect(changes).toHaveLength(80);
      expectOrder(changes);
      expect(changes.filter(({ missed }) => missed !== undefined)).toEqual([]);
    });

    test("a change that never comes is counted, and not told when it comes too late", async () => {
      const db = await backend.open();
      const id = new RecordId("workflow_runs", createId());
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch);
      await db.query("CREATE $id SET revision = 1, status = 'running', metadata = {}", { id });
      await db.query("UPDATE $id SET revision = 4", { id });
      await until(() => changes.length >= 2);
      await db.query("UPDATE $id SET revision = 3", { id });
      await db.query("UPDATE $id SET revision = 5, status = 'success'", { id });
      await until(() => changes.length >= 3);
      await db.query("DELETE $id", { id });
      await until(() => changes.length >= 4);
      expect(changes.map(({ action, run, missed }) => [action, run.revision, missed])).toEqual([
        ["create", 1, undefined],
        ["update", 4, 2],
        ["update", 5, undefined],
        ["delete", 5, undefined],
      ]);
    });

    test("the row is read when a change is missing, and what it shows is told", async () => {
      const db = await backend.open();
      const id = new RecordId("workflow_runs", createId());
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch);
      await db.query("CREATE $id SET revision = 1, status = 'running', metadata = {}", { id });
      await db.query("UPDATE $id SET revision = 3", { id });
      await sleep(50);
      deafen();
      await db.query("UPDATE $id SET revision = 7, status = 'success'", { id });
      await until(() => changes.length >= 3);
      expect(changes.map(({ run, missed }) => [run.revision, run.status, missed])).toEqual([
        [1, "running", undefined],
        [3, "running", 1],
        [7, "success", 3],
      ]);
    });

    test("a change whose notification is lost is found within half a minute", async () => {
      const db = await backend.open();
      const id = new RecordId("workflow_runs", createId());
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      onTestFinished(() => void vi.useRealTimers());
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch);
      await db.query("CREATE $id SET revision = 1, status = 'running', metadata = {}", { id });
      await until(() => changes.length >= 1);
      vi.advanceTimersByTime(30_000);
      await sleep(200);
      expect(changes).toHaveLength(1);
      deafen();
      await db.query("UPDATE $id SET revision = 2, status = 'success'", { id });
      await sleep(200);
      expect(changes).toHaveLength(1);
      vi.advanceTimersByTime(30_000);
      await until(() => changes.length >= 2);
      expect(changes.map(({ run, missed }) => [run.revision, missed])).toEqual([
        [1, undefined],
        [2, undefined],
      ]);
      await watch.return?.();
    });

    test("runs from before the watch go on with their next revision", async () => {
      const db = await backend.open();
      await workflowOn(db).run(1);
      const running = new RecordId("workflow_runs", createId());
      const old = new RecordId("workflow_runs", "01BX5ZZKBKACTAV9WEVGEMMVRZ");
      for (const id of [running, old])
        await db.query("CREATE $id SET revision = 3, status = 'running', metadata = {}", { id });
      await db.query("UPDATE $old SET revision = 6, status = 'success'", { old });
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch);
      for (const revision of [5, 4]) await db.query("UPDATE $running SET revision = $revision", { running, revision });
      await db.query("UPDATE $old SET revision = 7", { old });
      await until(() => changes.length >= 3);
      expect(changes.map(({ run, missed }) => [run.revision, missed])).toEqual([
        [4, undefined],
        [5, undefined],
        [7, undefined],
      ]);
    });

    test("a deletion is told once, with the row as it was; also one that comes before an earlier change", async () => {
      const db = await backend.open();
      const database = SurrealDb.databaseOf(db);
      const { id: runId } = await workflowOn(db).run(4);
      const id = new RecordId("workflow_runs", runId);
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch);
      const deletion = changesRun("delete", (returning) => surql`DELETE ${id} ${returning}`);
      await writeRunChanges(database, [deletion]);
      const other = new RecordId("workflow_runs", createId());
      await db.query("CREATE $other SET revision = 2, status = 'running', metadata = {}; DELETE $other", { other });
      await until(() => changes.length >= 3);
      await sleep(200);
      expect(changes.map(({ action, run }) => [action, run.id.id])).toEqual([
        ["delete", runId],
        ["create", other.id],
        ["delete", other.id],
      ]);
      expect(changes[0]?.run).toMatchObject({ revision: 2, output: 8 });
    });

    test("what this process commits is told without the database, once, as it is stored", async () => {
      const db = await backend.open();
      const watch = db.runs.watch({ dossier_id: "dossier:1" });
      await watch.ready;
      deafen();
      const input = {
        zéro: -0,
        at: new Date(-1),
        list: [undefined, null, 2n ** 60n, 3n],
        set: new Set([3, 1, 3, 2]),
        bytes: new Uint8Array([1, 2]),
        amount: new Decimal("1.50"),
        uuid: Uuid.v7(),
        map: new Map([["b", new RecordId("x", 1)]]),
        error: new RangeError("non"),
        half: "\uD800",
        a: undefined,
      };
      const workflow = new Workflow({ name: "w", db, steps: [step("keep", (value: object) => value)] });
      const { id: runId } = await workflow.run(input, { metadata: { dossier_id: "dossier:1" } });
      await workflow.run(input, { metadata: { dossier_id: "dossier:2" } });
      const { changes } = follow(watch);
      await sleep(100);
      expect(changes.map(({ action, run }) => [action, run.id.id, run.status])).toEqual([
        ["create", runId, "running"],
        ["update", runId, "success"],
      ]);
      const { steps: _, ...stored } = (await db.runs.get(runId)) ?? { steps: [] };
      expect(inspect(changes[1]?.run, { depth: 9 })).toBe(inspect(stored, { depth: 9 }));
      expect(inspect(changes[0]?.run.input, { depth: 9 })).toBe(
        inspect((stored as { input?: unknown }).input, { depth: 9 }),
      );
      // And the live query is deaf indeed.
      await db.query("CREATE workflow_runs SET metadata = { dossier_id: 'dossier:1' }");
      await sleep(100);
      expect(changes).toHaveLength(2);
    });

    test("a failed run, and a run that had ended, are told as they are stored", async () => {
      const db = await backend.open();
      const watch = db.runs.watch();
      await watch.ready;
      deafen();
      const failing = new Workflow({ name: "w", db, steps: [step("fail", () => Promise.reject(new Error("non")))] });
      await expect(failing.run(1)).rejects.toThrow("non");
      const ended = new Workflow({
        name: "w",
        db,
        steps: [
          step("end it elsewhere", async () => {
            await db.query("UPDATE workflow_runs SET status = 'error', revision = 2 WHERE status = 'running'");
          }),
        ],
      });
      await expect(ended.run(1)).rejects.toThrow();
      const { changes } = follow(watch);
      await sleep(50);
      expect(changes.map(({ run }) => [run.status, run.error_code])).toEqual([
        ["running", undefined],
        ["error", "step_failed"],
        ["running", undefined],
      ]);
    });

    test("past the limit the newest change of each run is kept, and the others are counted", async () => {
      const db = await backend.open();
      const watch = db.runs.watch({}, { maxUnread: 100 });
      await watch.ready;
      const ids = Array.from({ length: 60 }, () => new RecordId("workflow_runs", createId()));
      for (const id of ids) await db.query("CREATE $id SET revision = 1, status = 'running', metadata = {}", { id });
      for (const revision of [2, 3]) await db.query("UPDATE workflow_runs SET revision = $revision", { revision });
      await sleep(500);
      const { changes } = follow(watch);
      await sleep(100);
      expect(changes).toHaveLength(60);
      expect(changes.every(({ run, missed }) => run.revision === 3 && missed === 2)).toBe(true);
      await db.query("UPDATE workflow_runs SET revision = 4, status = 'success'");
      await until(() => changes.length >= 120);
      expect(changes.slice(60).every(({ run, missed }) => run.revision === 4 && missed === undefined)).toBe(true);
    });

    test("two watches have rows of their own", async () => {
      const db = await backend.open();
      const watches = [db.runs.watch(), db.runs.watch()];
      await Promise.all(watches.map(({ ready }) => ready));
      await workflowOn(db).run(1);
      const [one, two] = await Promise.all(watches.map((watch) => watch.next()));
      Object.assign((one?.value as { run: object }).run, { status: "changed" });
      expect(two?.value).toMatchObject({ run: { status: "running" } });
    });
  });
}

for (const [name, open] of [
  ["rocksdb", async () => ({ url: `rocksdb://${await temporaryFolder()}` })],
  [
    "ws",
    async () => ({
      url: (await sharedServer()).url,
      auth: { username: "root", password: "root" },
      database: "sequence",
    }),
  ],
] as const) {
  test(`a thousand runs one after the other, watched from another SurrealDb in ${name}: all, in order`, async () => {
    const options = await open();
    await using db = new SurrealDb(options);
    await using other = new SurrealDb(options);
    const watch = other.runs.watch();
    await watch.ready;
    const { changes } = follow(watch);
    const database = SurrealDb.databaseOf(db);
    for (let n = 0; n < 1000; n++) {
      const runId = createId();
      const lease = new RunLease(runId, 5000);
      const session = { sessionId: "s", initialState: {} };
      const start = { runId, workflowName: "w", definition: "f", input: n, metadata: {}, ...session };
      await startRun(database, encodeRunStart(start, lease));
      await database.write([endRunStatement(runId, { status: "success", output: n }, lease)]);
    }
    await until(() => changes.length >= 2000);
    expect(changes).toHaveLength(2000);
    expect(changes.filter(({ missed }) => missed !== undefined)).toEqual([]);
    expectOrder(changes);
  });
}

test("a watch in another process sees all", async () => {
  const options = {
    url: (await sharedServer()).url,
    auth: { username: "root", password: "root" },
    database: "process",
  };
  await using db = new SurrealDb(options);
  const watcher = startFixture("watch-runs", [JSON.stringify(options), "400"]);
  await nextLine(watcher, "READY");
  await Promise.all(Array.from({ length: 200 }, (_, n) => workflowOn(db).run(n)));
  const told = JSON.parse((await nextLine(watcher, "TOLD ")).slice("TOLD ".length)) as [string, number, number?][];
  const revisions = Map.groupBy(told, ([key]) => key);
  expect(revisions.size).toBe(200);
  for (const changes of revisions.values()) expect(changes.map(([, ...rest]) => rest)).toEqual([[1], [2]]);
});

test("ten thousand unread changes are kept one by one; with one more, the newest of each run", async () => {
  await using db = new SurrealDb({ url: "mem://" });
  const [all, newest] = [db.runs.watch(), db.runs.watch()];
  await all.ready;
  const ids = Array.from({ length: 9999 }, () => new RecordId("workflow_runs", createId()));
  for (let first = 0; first < ids.length; first += 250) {
    const rows = ids.slice(first, first + 250).map((id) => ({ id, revision: 1, status: "running", metadata: {} }));
    await db.query("INSERT INTO workflow_runs $rows RETURN NONE", { rows });
  }
  const id = ids[5000];
  await db.query("UPDATE $id SET revision = 2", { id });
  await sleep(200);
  const kept = follow(all).changes;
  await until(() => kept.length >= 10_000);
  expect(kept).toHaveLength(10_000);
  expectOrder(kept);
  await db.query("UPDATE $id SET revision = 3", { id });
  await until(() => kept.length >= 10_001);
  const { changes } = follow(newest);
  await until(() => changes.length >= 9999);
  await sleep(50);
  expect(changes).toHaveLength(9999);
  expectOrder(changes);
  expect(changes.filter(({ missed }) => missed !== undefined)).toMatchObject([{ run: { id, revision: 3 }, missed: 2 }]);
});
