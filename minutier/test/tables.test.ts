import { once } from "node:events";

import { Surreal } from "surrealdb";
import { describe, expect, onTestFinished, test } from "vitest";

import { createId } from "../src/ids.ts";
import { renewDefinitions } from "../src/db/renew-definitions.ts";
import { fixed } from "../src/db/statement.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { RunLease } from "../src/db/run-leases.ts";
import { encodeRunStart, startRun } from "../src/db/workflow-runs.ts";
import { saveStepStatement } from "../src/db/workflow-steps.ts";
import { backends, rootAuth, sharedServer } from "./backends.ts";
import { startServerProcess } from "./server-process.ts";

const contractTables = ["agent_sessions", "team_sessions", "workflow_runs", "workflow_sessions"];
const allTables = [
  ...contractTables,
  "agent_messages",
  "agent_tool_calls",
  "minutier_schema",
  "run_keys",
  "run_leases",
  "session_sequences",
  "team_messages",
  "team_tool_calls",
  "workflow_steps",
].toSorted();

type Info = Record<string, Record<string, string>>;

async function infoOf(db: SurrealDb, what = "DB"): Promise<Info> {
  const [info] = await db.query<[Info]>(`INFO FOR ${what}`);
  return info;
}

function startARun(db: SurrealDb, runId = createId()): Promise<unknown> {
  const start = {
    runId,
    workflowName: "w",
    input: 1,
    metadata: { dossier_id: "d" },
    sessionId: runId,
    initialState: {},
  };
  return startRun(SurrealDb.databaseOf(db), encodeRunStart({ ...start, definition: "f" }, new RunLease(runId, 5000)));
}

for (const backend of backends) {
  describe(`the tables in ${backend.name}`, () => {
    test("are not created by connecting, reading or the caller's own queries", async () => {
      const db = await backend.open();
      await db.connect();
      expect(await db.runs.latest()).toEqual([]);
      expect(await db.runs.history({ dossier_id: "d" })).toEqual([]);
      expect(await db.runs.running()).toEqual([]);
      expect(await db.runs.stats()).toEqual([]);
      expect(await db.runs.get("none")).toBeUndefined();
      await db.query("CREATE dossier:1");
      expect(Object.keys((await infoOf(db))["tables"] ?? {})).toEqual(["dossier"]);
    });

    test("are created by the first run, without a schema, with the function for people", async () => {
      const db = await backend.open();
      await startARun(db);
      const info = await infoOf(db);
      expect(Object.keys(info["tables"] ?? {}).toSorted()).toEqual(allTables);
      for (const table of contractTables) expect(info["tables"]?.[table]).toContain("SCHEMALESS");
      expect(Object.keys(info["functions"] ?? {})).toEqual(["run_steps"]);
      const indexes = (await infoOf(db, "TABLE workflow_runs"))["indexes"] ?? {};
      expect(Object.keys(indexes).toSorted()).toEqual(["workflow_runs_metadata_dossier_id", "workflow_runs_status"]);
      // No index may stand on a table with a computed field.
      for (const table of ["agent_sessions", "team_sessions"])
        expect((await infoOf(db, `TABLE ${table}`))["indexes"]).toEqual({});
    });

    test("fn::run_steps gives the steps of one run in order", async () => {
      const db = await backend.open();
      await startARun(db, "A");
      await startARun(db, "B");
      const step = (runId: string, number: number) =>
        saveStepStatement({
          runId,
          number,
          name: `n${number}`,
          path: `n${number}`,
          kind: "function",
          status: "success",
          attempt: 1,
          startedAt: new Date(),
        });
      await SurrealDb.databaseOf(db).write([step("A", 10), step("A", 2), step("B", 0), step("A", 0)]);
      const [steps] = await db.query<[{ name: string }[]]>("fn::run_steps(workflow_runs:A)");
      expect(steps.map(({ name }) => name)).toEqual(["n0", "n2", "n10"]);
    });

    test("have the indexes that the indexes option names, and they serve", async () => {
      const db = await backend.open({ indexes: ["metadata.user_id", "metadata.a.b"] });
      await startARun(db);
      const indexes = (await infoOf(db, "TABLE workflow_runs"))["indexes"] ?? {};
      expect(Object.keys(indexes).toSorted()).toEqual([
        "workflow_runs_metadata_a_b",
        "workflow_runs_metadata_user_id",
        "workflow_runs_status",
      ]);
      const [plan] = await db.query(
        "EXPLAIN SELECT * FROM workflow_runs WHERE metadata.`user_id` = 'u' ORDER BY id DESC LIMIT 3",
      );
      expect(JSON.stringify(plan)).toContain("workflow_runs_metadata_user_id");
    });

    test("are left alone when they exist", async () => {
      const db = await backend.open();
      await db.query(`
        DEFINE TABLE workflow_runs SCHEMAFULL COMMENT 'ours';
        DEFINE FIELD workflow_name ON workflow_runs TYPE string;
        DEFINE FIELD status ON workflow_runs TYPE string;
        DEFINE FIELD metadata ON workflow_runs TYPE object FLEXIBLE;
        DEFINE FIELD created_at ON workflow_runs TYPE datetime;
        DEFINE INDEX by_user ON workflow_runs FIELDS metadata.user_id;
        DEFINE TABLE agent_sessions SCHEMALESS PERMISSIONS FOR select FULL;
        DEFINE FUNCTION fn::run_steps($run: any) { RETURN 'mine' };`);
      const before = [
        await infoOf(db, "TABLE workflow_runs"),
        await infoOf(db, "TABLE agent_sessions"),
        await infoOf(db),
      ];
      await SurrealDb.databaseOf(db).createTables();
      expect([await infoOf(db, "TABLE workflow_runs"), await infoOf(db, "TABLE agent_sessions")]).toEqual(
        before.slice(0, 2),
      );
      const after = await infoOf(db);
      for (const table of ["workflow_runs", "agent_sessions"])
        expect(after["tables"]?.[table]).toBe(before[2]?.["tables"]?.[table]);
      expect(after["functions"]).toEqual(before[2]?.["functions"]);
      expect(Object.keys(after["tables"] ?? {}).toSorted()).toEqual(allTables);
    });

    test("a table that refuses a row makes the run's start fail, not pass silently", async () => {
      const db = await backend.open();
      await db.query("DEFINE TABLE workflow_runs SCHEMAFULL; DEFINE FIELD status ON workflow_runs TYPE int");
      await expect(startARun(db)).rejects.toMatchObject({
        code: "query_failed",
        message: expect.stringContaining("status"),
      });
    });

    test("twenty first writes at once create them once", async () => {
      const db = await backend.open();
      await Promise.all(Array.from({ length: 20 }, () => startARun(db)));
      expect(await db.runs.latest(100)).toHaveLength(20);
    });

    test("are made again where another engine made them, by whoever connects: ours, as they stand, and nothing else", async () => {
      const first = await backend.open();
      await startARun(first);
      await first.query(`
        DEFINE FIELD OVERWRITE messages ON team_sessions COMPUTED { RETURN ['mine'] } PERMISSIONS NONE;
        ALTER TABLE agent_sessions PERMISSIONS FOR select WHERE mine = true;
        DEFINE FIELD note ON agent_sessions TYPE option<string>;
        DEFINE FUNCTION fn::mine() { RETURN 1 }`);
      const read = async (): Promise<unknown> => [
        await infoOf(first),
        await infoOf(first, "TABLE agent_sessions"),
        await infoOf(first, "TABLE team_sessions"),
      ];
      const before = await read();
      const { engine } = await first.version();
      const rowOf = async (): Promise<{ engine_version: string; schema_version: number; defined_at: Date }> => {
        const [row] = await first.query<[{ engine_version: string; schema_version: number; defined_at: Date }]>(
          "SELECT * FROM ONLY minutier_schema:current",
        );
        return row;
      };
      const made = await rowOf();
      expect(made).toMatchObject({ engine_version: engine, schema_version: 1 });

      // By the same engine: nothing is done. By an older or a newer one, or before there was such a row: all is.
      for (const [change, isRenewed] of [
        ["RETURN 1", false],
        ["UPDATE minutier_schema:current SET engine_version = '3.0.1', schema_version = 7", true],
        ["UPDATE minutier_schema:current SET engine_version = '3.9.0'", true],
        ["UPDATE minutier_schema:current SET engine_version = NONE", true],
        ["REMOVE TABLE minutier_schema", true],
      ] as const) {
        const { defined_at: last } = await rowOf();
        await first.query(change);
        await renewDefinitions(await SurrealDb.databaseOf(first).connection());
        const row = await rowOf();
        expect([change, row.engine_version, row.defined_at > last]).toEqual([change, engine, isRenewed]);
        expect(await read()).toEqual(before);
      }
      // The version of the tables is not this one's to change.
      await first.query("UPDATE minutier_schema:current SET engine_version = '3.0.1', schema_version = 7");
      await renewDefinitions(await SurrealDb.databaseOf(first).connection());
      expect(await rowOf()).toMatchObject({ engine_version: engine, schema_version: 7 });
    });

    test("a failed creation is tried again by the next write", async () => {
      const db = await backend.open();
      await db.query("DEFINE TABLE dossier");
      await expect(SurrealDb.databaseOf(db).write([fixed("THROW 'no'")])).rejects.toThrow("no");
      await startARun(db);
      expect(await db.runs.latest()).toHaveLength(1);
    });
  });
}

test("a user who may only read can't start a run", async () => {
  const server = await sharedServer();
  const options = { url: server.url, namespace: "n", database: "d" };
  const owner = new SurrealDb({ ...options, auth: { username: "root", password: "root" } });
  onTestFinished(() => owner.close());
  await owner.query("DEFINE USER v ON DATABASE PASSWORD 'p' ROLES VIEWER");
  const viewer = new SurrealDb({ ...options, auth: { namespace: "n", database: "d", username: "v", password: "p" } });
  onTestFinished(() => viewer.close());
  await expect(startARun(viewer)).rejects.toMatchObject({
    code: expect.stringMatching(/query_failed|authentication_failed/),
  });
});

test("a record user, who may not look, runs where the tables are there and open to it", async () => {
  const server = await sharedServer();
  const place = { url: server.url, namespace: "test", database: "records" };
  await using owner = new SurrealDb({ ...place, auth: rootAuth });
  await startARun(owner);
  const open = "PERMISSIONS FOR select, create, update, delete FULL";
  const tables = ["workflow_runs", "workflow_sessions", "workflow_steps", "run_leases"];
  await owner.query(`
    ${tables.map((table) => `ALTER TABLE ${table} ${open}`).join(";")};
    DEFINE TABLE person; CREATE person:1 SET name = 'Ana';
    DEFINE ACCESS people ON DATABASE TYPE RECORD SIGNIN (SELECT * FROM person WHERE name = $name)`);
  const client = new Surreal();
  onTestFinished(async () => void (await client.close()));
  await client.connect(server.url, { namespace: "test", database: "records" });
  await client.signin({ namespace: "test", database: "records", access: "people", variables: { name: "Ana" } });
  await using ana = new SurrealDb({ client });
  await startARun(ana);
  expect(await owner.runs.latest()).toHaveLength(2);
});

test("a server that comes back empty gets its tables again, with indexes, fields and functions, before what waited", async () => {
  const server = await startServerProcess({});
  const place = { url: server.url, namespace: "test", database: "again", auth: rootAuth };
  await using db = new SurrealDb(place);
  await startARun(db);
  const read = async (): Promise<unknown> => {
    const [info, ...tables] = [
      await infoOf(db),
      await infoOf(db, "TABLE workflow_runs"),
      await infoOf(db, "TABLE agent_sessions"),
    ];
    return [info?.["tables"], info?.["functions"], ...tables.map(({ indexes, fields }) => [indexes, fields])];
  };
  const before = await read();
  expect(await db.queryRecord("SELECT id FROM workflow_runs")).toMatchObject([{ result: [{}] }]);
  let { process: running } = server;
  for (const waits of [false, true]) {
    running.kill("SIGKILL");
    await once(running, "close");
    // One write is made while there is nobody, the other when the connection is back.
    const early = waits ? startARun(db) : undefined;
    const next = await startServerProcess({ port: new URL(server.url).port });
    await (early ?? db.query("RETURN 1").then(() => startARun(db)));
    expect([waits, await read()]).toEqual([waits, before]);
    expect(await db.runs.latest()).toHaveLength(1);
    expect(await db.queryRecord("SELECT id FROM workflow_runs")).toMatchObject([{ result: [{}] }]);
    running = next.process;
  }
});
