import fc from "fast-check";
import { Decimal, RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";

import type { SurrealDb as Db } from "../src/db/surreal-db.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { RunLease } from "../src/db/run-leases.ts";
import { encodeRunStart, endRunStatement, type RunEnd, startRun } from "../src/db/workflow-runs.ts";
import { saveStepStatement } from "../src/db/workflow-steps.ts";
import { createId } from "../src/ids.ts";
import { backends } from "./backends.ts";

interface Run {
  workflow?: string;
  metadata?: Record<string, unknown>;
  end?: RunEnd;
  runId?: string;
}

/** Writes a run as the library does; gives its id. */
async function recordRun(
  db: Db,
  { workflow = "analyse", metadata = {}, end, runId = createId() }: Run = {},
): Promise<string> {
  const database = SurrealDb.databaseOf(db);
  const lease = new RunLease(runId, 5000);
  const session = { sessionId: runId, initialState: {} };
  const start = { runId, workflowName: workflow, definition: "f", input: { n: 1 }, metadata, ...session };
  await startRun(database, encodeRunStart(start, lease));
  if (end !== undefined) await database.write([endRunStatement(runId, end, lease)]);
  return runId;
}

const success: RunEnd = { status: "success", output: { fait: true } };
const failure: RunEnd = { status: "error", message: "non", code: "step_failed" };
const keysOf = (rows: readonly { id: RecordId }[]): unknown[] => rows.map(({ id }) => id.id);

for (const backend of backends) {
  describe(`questions to ${backend.name}`, () => {
    test("the four queries of the contract work word for word", async () => {
      const db = await backend.open();
      const first = await recordRun(db, { metadata: { dossier_id: "dossier:abc123" }, end: success });
      await recordRun(db, { metadata: { dossier_id: "dossier:other" }, end: failure });
      const last = await recordRun(db, {
        workflow: "résumé",
        metadata: { dossier_id: "dossier:abc123", user_id: "user:1" },
      });

      const [history] = await db.query<[{ id: RecordId }[]]>(
        'SELECT * FROM workflow_runs WHERE metadata.dossier_id = "dossier:abc123" ORDER BY created_at DESC;',
      );
      expect(keysOf(history).toSorted()).toEqual([first, last]);
      const [stats] = await db.query<[{ workflow_name: string }[]]>(
        "SELECT workflow_name, count() AS executions, count(status = 'success') AS successes, count(status = 'error') AS errors FROM workflow_runs GROUP BY workflow_name;",
      );
      expect(stats.toSorted((a, b) => a.workflow_name.localeCompare(b.workflow_name))).toEqual([
        { workflow_name: "analyse", executions: 2, successes: 1, errors: 1 },
        { workflow_name: "résumé", executions: 1, successes: 0, errors: 0 },
      ]);
      const [latest] = await db.query<[object[]]>(
        "SELECT workflow_name, status, created_at, completed_at, metadata FROM workflow_runs ORDER BY created_at DESC LIMIT 10;",
      );
      expect(latest).toHaveLength(3);
      expect(latest).toContainEqual({
        workflow_name: "résumé",
        status: "running",
        created_at: expect.any(Date),
        metadata: { dossier_id: "dossier:abc123", user_id: "user:1" },
      });
      const [running] = await db.query<[{ id: RecordId }[]]>(
        "SELECT * FROM workflow_runs WHERE status = 'running' AND created_at > time::now() - 1h;",
      );
      expect(keysOf(running)).toEqual([last]);
    });

    test("a run is got by each way of naming it, with its steps in order", async () => {
      const db = await backend.open();
      const runId = await recordRun(db, { metadata: { a: 1 }, end: success });
      const step = (number: number) =>
        saveStepStatement({
          runId,
          number,
          name: `n${number}`,
          path: `n${number}`,
          kind: "function",
          status: "success",
          attempt: 1,
          output: new Decimal("1.5"),
          startedAt: new Date(),
        });
      await SurrealDb.databaseOf(db).write([step(10), step(0), step(2)]);
      for (const reference of [
        runId,
        `workflow_runs:${runId}`,
        `workflow_runs:⟨${runId}⟩`,
        `workflow_runs:\`${runId}\``,
        new RecordId("workflow_runs", runId),
      ]) {
        const run = await db.runs.get(reference);
        expect(run).toMatchObject({
          id: new RecordId("workflow_runs", runId),
          workflow_name: "analyse",
          status: "success",
          input: { n: 1 },
          output: { fait: true },
          metadata: { a: 1 },
          created_at: expect.any(Date),
          updated_at: expect.any(Date),
          completed_at: expect.any(Date),
          session_id: runId,
        });
        expect(run?.steps.map(({ name }) => name)).toEqual(["n0", "n2", "n10"]);
        expect(run?.steps[0]?.output).toBeInstanceOf(Decimal);
      }
    });

    test("a run that is not there is undefined, however hostile its name; nothing else is touched", async () => {
      const db = await backend.open();
      const runId = await recordRun(db);
      await db.query("CREATE dossier:1; CREATE workflow_runs:1 SET workflow_name = 'mine', metadata = {}");
      const hostile = [
        "none",
        "",
        "workflow_runs:",
        `workflow_runs:${runId}; REMOVE TABLE dossier`,
        `${runId}⟩; REMOVE TABLE dossier; --`,
        "dossier:1",
        "..",
        `${runId}..`,
        "⟨",
        "`",
        "workflow_runs",
        "*",
        "$run",
        `['${runId}']`,
        "\u0000",
        "x".repeat(10_000),
      ];
      for (const reference of hostile) expect(await db.runs.get(reference)).toBeUndefined();
      for (const key of [["a", 1], { a: 1 }, 404, 5n])
        expect(await db.runs.get(new RecordId("workflow_runs", key) as RecordId)).toBeUndefined();
      await expect(db.runs.get(new RecordId("dossier", 1))).rejects.toMatchObject({ code: "invalid_options" });
      expect(await db.runs.get(new RecordId("workflow_runs", 1))).toMatchObject({ workflow_name: "mine", steps: [] });
      expect(await db.query("SELECT VALUE id FROM dossier")).toEqual([[new RecordId("dossier", 1)]]);
      expect(await db.runs.latest()).toHaveLength(2);
    });

    test("latest gives the newest first, as many as asked", async () => {
      const db = await backend.open();
      const ids: string[] = [];
      for (let n = 0; n < 15; n++) ids.push(await recordRun(db));
      expect(keysOf(await db.runs.latest(5))).toEqual(ids.toReversed().slice(0, 5));
      expect(await db.runs.latest()).toHaveLength(10);
      expect(await db.runs.latest(1000)).toHaveLength(15);
    });

    test("running gives those under way, newest first, within a time by the database's clock", async () => {
      const db = await backend.open();
      const old = await recordRun(db);
      await db.query("UPDATE $run SET created_at = time::now() - 2h", { run: new RecordId("workflow_runs", old) });
      await recordRun(db, { end: success });
      const young = await recordRun(db);
      expect(keysOf(await db.runs.running())).toEqual([young, old]);
      expect(keysOf(await db.runs.running({ within: "1h" }))).toEqual([young]);
      expect(keysOf(await db.runs.running({ within: "3h" }))).toEqual([young, old]);
    });

    test("history finds by a string or by a record id, never one for the other", async () => {
      const db = await backend.open();
      const text = await recordRun(db, { metadata: { dossier_id: "dossier:1" } });
      const link = await recordRun(db, { metadata: { dossier_id: new RecordId("dossier", 1) } });
      expect(keysOf(await db.runs.history({ dossier_id: "dossier:1" }))).toEqual([text]);
      const found = await db.runs.history({ dossier_id: new RecordId("dossier", 1) });
      expect(keysOf(found)).toEqual([link]);
      expect(found[0]?.metadata["dossier_id"]).toEqual(new RecordId("dossier", 1));
    });

    test("history finds by values of every type", async () => {
      const db = await backend.open();
      const values = [
        0,
        1.5,
        2n ** 60n,
        true,
        false,
        null,
        "",
        new Date(-1),
        new Decimal("1.5"),
        ["a", 1],
        { a: { b: 1 } },
      ];
      const ids: string[] = [];
      for (const [index, value] of values.entries()) ids.push(await recordRun(db, { metadata: { value, index } }));
      // SurrealDB holds the float 1.5 and the decimal 1.5 for equal.
      for (const [index, value] of values.entries()) {
        const expected = index === 1 || index === 8 ? [ids[8], ids[1]] : [ids[index]];
        expect(keysOf(await db.runs.history({ value }))).toEqual(expected);
      }
    });

    test("history takes several keys, odd keys, and no text as code", async () => {
      const db = await backend.open();
      const metadata = {
        dossier_id: "d",
        "clé à accent": 1,
        "a.b": 2,
        select: 3,
        "x y": 4,
        "1": 5,
        "dossier_id = 'd' OR true": 6,
        "⟩": 7,
        value: 8,
        id: 9,
      };
      const runId = await recordRun(db, { metadata });
      await recordRun(db, { metadata: { dossier_id: "other", a: { b: 2 } } });
      expect(keysOf(await db.runs.history(metadata))).toEqual([runId]);
      for (const [key, value] of Object.entries(metadata)) {
        expect(keysOf(await db.runs.history({ [key]: value }))).toEqual([runId]);
        expect(await db.runs.history({ [key]: "other value" })).toEqual([]);
      }
      expect(await db.runs.history({ dossier_id: "d", value: 9 })).toEqual([]);
      for (const value of [
        'x" OR true',
        "d' OR '1' = '1",
        "d; REMOVE TABLE workflow_runs",
        "$value",
        "metadata.dossier_id",
      ]) {
        expect(await db.runs.history({ dossier_id: value })).toEqual([]);
      }
      for (const key of [
        'dossier_id = "x" OR true --',
        "x] OR true",
        "dossier_id; REMOVE TABLE workflow_runs",
        "⟩ OR true",
        "() OR true",
      ]) {
        expect(await db.runs.history({ [key]: "x" })).toEqual([]);
      }
      for (const key of ["` OR true OR `", "a\\", "", "a\u0000b"]) {
        expect(() => db.runs.history({ [key]: 1 })).toThrow(expect.objectContaining({ code: "invalid_options" }));
      }
      expect(await db.runs.latest()).toHaveLength(2);
    });

    test("history by a key that no row has, or by a filter that is not one", async () => {
      const db = await backend.open();
      await recordRun(db, { metadata: { a: 1 } });
      expect(await db.runs.history({ b: 1 })).toEqual([]);
      for (const filter of [{}, { a: undefined }]) {
        expect(() => db.runs.history(filter)).toThrow(
          expect.objectContaining({ code: "invalid_options", message: expect.stringContaining("latest()") }),
        );
      }
      expect(() => db.runs.history({ a: () => 1 })).toThrow(expect.objectContaining({ code: "invalid_value" }));
    });

    test("history gives a hundred, or as many as asked, newest first", async () => {
      const db = await backend.open();
      const ids = await Promise.all(
        Array.from({ length: 120 }, () => recordRun(db, { metadata: { dossier_id: "d" } })),
      );
      const newestFirst = ids.toSorted().toReversed();
      expect(keysOf(await db.runs.history({ dossier_id: "d" }))).toEqual(newestFirst.slice(0, 100));
      expect(keysOf(await db.runs.history({ dossier_id: "d" }, { limit: 7 }))).toEqual(newestFirst.slice(0, 7));
      expect(await db.runs.history({ dossier_id: "d" }, { limit: 1000 })).toHaveLength(120);
    });

    test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("the limit %d is refused", async (limit) => {
      const db = await backend.open();
      const refused = expect.objectContaining({
        code: "invalid_options",
        message: expect.stringContaining(String(limit)),
      });
      expect(() => db.runs.latest(limit)).toThrow(refused);
      expect(() => db.runs.history({ a: 1 }, { limit })).toThrow(refused);
    });

    test.each(["", "soon", "1h; REMOVE TABLE x", "-"])("within %j is refused", async (within) => {
      const db = await backend.open();
      expect(() => db.runs.running({ within })).toThrow(expect.objectContaining({ code: "invalid_options" }));
    });

    test("stats counts executions, successes and errors by workflow", async () => {
      const db = await backend.open();
      for (const end of [success, success, failure, undefined])
        await recordRun(db, { workflow: "a", ...(end && { end }) });
      await recordRun(db, { workflow: "b", end: failure });
      const stats = await db.runs.stats();
      expect(stats.toSorted((a, b) => a.workflow_name.localeCompare(b.workflow_name))).toEqual([
        { workflow_name: "a", executions: 4, successes: 2, errors: 1 },
        { workflow_name: "b", executions: 1, successes: 0, errors: 1 },
      ]);
    });

    test("metadata of any keys is found by each of them", async () => {
      const db = await backend.open();
      const key = fc
        .string({ minLength: 1, maxLength: 12, unit: "grapheme" })
        .filter((text) => !/[`\\\u0000]/.test(text));
      await fc.assert(
        fc.asyncProperty(
          fc.dictionary(key, fc.string(), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
          async (metadata) => {
            const runId = await recordRun(db, { metadata });
            expect(keysOf(await db.runs.history(metadata, { limit: 1 }))).toEqual([runId]);
          },
        ),
        { numRuns: 40 },
      );
    });
  });
}
