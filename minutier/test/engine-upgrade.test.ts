/** A folder of the embedded engine that a newer server opens, and what is in it on another server. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { RecordId, Surreal } from "surrealdb";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { Agent } from "../src/agent/agent.ts";
import { testedVersions } from "../src/db/engine/engine-version.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { approval, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { rootAuth, temporaryFolder } from "./backends.ts";
import { runFixture } from "./run-fixture.ts";
import { findSurreal, startSurreal, type SurrealServer } from "./surreal-server.ts";

const place = { namespace: "agno", database: "notary_db" };
const [embedded, newer] = testedVersions;

/** What the fixture said of the folder that it left. */
interface Written {
  folder: string;
  run: string;
  waiting: string;
  info: [Info];
}

interface Info {
  tables: Record<string, string>;
  functions: Record<string, string>;
}

async function writeFolder(): Promise<Written> {
  const folder = join(await temporaryFolder(), "db");
  const { code, stdout, stderr } = await runFixture("write-before-upgrade", [folder]);
  expect([code, stderr]).toEqual([0, ""]);
  return { folder, ...(JSON.parse(stdout) as Omit<Written, "folder">) };
}

/** What the tests have opened, closed after the last of them: those of the first group go on with one server. */
const opened: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of opened.toReversed()) await close();
});

async function serve(folder?: string): Promise<SurrealServer> {
  const server = await startSurreal(folder === undefined ? {} : { path: `rocksdb:${folder}` });
  opened.push(() => server.kill());
  return server;
}

function use(server: SurrealServer, auth: object = rootAuth): SurrealDb {
  const db = new SurrealDb({ url: server.url, auth: auth as typeof rootAuth, ...place });
  opened.push(() => db.close());
  return db;
}

/** As people read it, with nothing of ours. */
async function plain(server: SurrealServer): Promise<Surreal> {
  const client = new Surreal();
  opened.push(() => client.close());
  await client.connect(server.url, { authentication: rootAuth, ...place });
  return client;
}

const read = `SELECT VALUE array::len(messages) FROM agent_sessions:["extracteur", "s1"];
  SELECT VALUE array::len(messages) FROM team_sessions:["étude", "s2"];
  RETURN fn::run_steps($run).map(|$step| $step.name)`;

function readBy(client: Surreal, run: string): Promise<unknown[]> {
  return client.query(read, { run: new RecordId("workflow_runs", run) }).collect();
}

const whole = [[6], [2], ["lire", "relire"]];

const asks = (db: SurrealDb): Workflow<never> =>
  new Workflow({ name: "attente", db, steps: [approval("signer"), step("suite", () => "après")] }) as never;

function surreal(command: "export" | "import", server: SurrealServer, file: string): void {
  // The key of an access is not exported, so that an access can't be imported; an older engine knows no newer's users.
  const more = command === "export" ? ["--accesses", "false", "--users", "false"] : [];
  const options = ["--endpoint", `http://127.0.0.1:${server.port}`, "--username", "root", "--password", "root"];
  const names = ["--namespace", place.namespace, "--database", place.database];
  const { status, stderr } = spawnSync(findSurreal() ?? "", [command, ...options, ...names, ...more, file], {
    encoding: "utf8",
  });
  expect([command, status, status === 0 ? "" : stderr]).toEqual([command, 0, ""]);
}

describe.skipIf(findSurreal() === undefined)("a folder of the embedded engine, opened by a newer server", () => {
  let written: Written;
  let server: SurrealServer;
  let people: Surreal;
  beforeAll(async () => {
    written = await writeFolder();
    server = await serve(written.folder);
    people = await plain(server);
  });

  test("messages and steps are missing until one of ours connects: news when it holds no more", async () => {
    expect(await readBy(people, written.run)).toEqual([[0], [0], []]);
    await use(server).connect();
    expect(await readBy(people, written.run)).toEqual(whole);
    const [row] = await people.query("SELECT * FROM minutier_schema").collect<[object[]]>();
    expect(row).toMatchObject([{ schema_version: 1, engine_version: newer }]);
  });

  test("what the application defined, and changed of ours, is as it was", async () => {
    const [info] = await people.query("INFO FOR DB").collect<[Info]>();
    expect([info.tables, info.functions]).toEqual([written.info[0].tables, written.info[0].functions]);
    const [{ fields }] = await people.query("INFO FOR TABLE team_sessions").collect<[{ fields: Info["tables"] }]>();
    expect(fields["messages"]).toMatch(/SELECT content .*COMMENT "l'étude" PERMISSIONS FOR select WHERE/);
  });

  test("people's queries and the doctor find it well", async () => {
    const db = use(server);
    const query = 'SELECT VALUE array::len(messages) FROM agent_sessions:["extracteur", "s1"]';
    expect(await db.queryRecord(query)).toEqual([{ result: [6] }]);
    const well = { missingTables: [], missing: [], harmful: [], staleRuns: [], waitingRuns: 1 };
    expect(await SurrealDb.inspect(db)).toMatchObject({
      ...well,
      version: { engine: newer, tested: true },
      definedBy: newer,
    });
  });

  test("a waiting run is answered there, and a conversation goes on", async () => {
    const db = use(server);
    const answered = await asks(db).approve(written.waiting, undefined, { by: "moi" });
    expect(answered).toMatchObject({ status: "success", output: "après" });
    const model = scriptedModel(() => "Suite.");
    await new Agent({ name: "extracteur", db, model }).run("quatre", { sessionId: "s1" });
    expect(JSON.stringify(model.requests[0]?.prompt)).toMatch(/un.*Deux parties ✓.*trois.*quatre/);
    expect((await db.runs.get(written.run))?.steps).toHaveLength(2);
  });

  test("exported and imported into another server, it is whole and goes on", async () => {
    const copy = await serve();
    const file = join(await temporaryFolder(), "record.surql");
    surreal("export", server, file);
    surreal("import", copy, file);
    expect(await readBy(await plain(copy), written.run)).toEqual([[8], [2], ["lire", "relire"]]);
    const db = use(copy);
    await new Agent({ name: "extracteur", db, model: scriptedModel(() => "Fin.") }).run("cinq", { sessionId: "s1" });
    expect((await db.sessions.agent("extracteur", "s1"))?.messages).toHaveLength(10);
  });

  test("the embedded engine can't read it any more, and says so", async () => {
    await server.kill("SIGTERM");
    const { stdout } = await runFixture("read-folder", [written.folder]);
    const refused = { code: "unsupported_engine", message: expect.stringMatching(/newer SurrealDB.*surreal start/) };
    expect(JSON.parse(stdout)).toEqual([refused, refused]);
  });
});

describe.skipIf(findSurreal() === undefined)("another folder of the embedded engine", () => {
  test("carried over by export and import to a server, and back into a folder", async () => {
    const { folder, run, waiting } = await writeFolder();
    const file = join(await temporaryFolder(), "record.surql");
    expect(await runFixture("carry-over", ["export", folder, file])).toMatchObject({ code: 0, stderr: "" });
    const server = await serve();
    surreal("import", server, file);
    expect(await readBy(await plain(server), run)).toEqual(whole);
    const db = use(server);
    expect(await asks(db).approve(waiting, undefined, { by: "moi" })).toMatchObject({ output: "après" });
    expect(await db.queryRecord("SELECT VALUE status FROM workflow_runs")).toEqual([
      { result: ["success", "success"] },
    ]);

    surreal("export", server, file);
    const back = join(await temporaryFolder(), "back");
    expect(await runFixture("carry-over", ["import", back, file])).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse((await runFixture("read-folder", [back])).stdout)).toEqual(["fine", [[6, 2]]]);
    // The folder that was exported is as it was.
    expect(JSON.parse((await runFixture("read-folder", [folder])).stdout)).toEqual(["fine", [[6, 2]]]);
  });

  test("twenty at once define it again once, and nobody fails", async () => {
    const { folder, run } = await writeFolder();
    const server = await serve(folder);
    const all = Array.from({ length: 20 }, () => use(server));
    await Promise.all(all.map((db) => db.connect()));
    expect(await readBy(await plain(server), run)).toEqual(whole);
    const heard = await Promise.all(
      all.map((db) => db.query<[unknown[]]>("SELECT VALUE engine_version FROM minutier_schema")),
    );
    expect(heard).toEqual(all.map(() => [[newer]]));
  });

  test("who may not define reads and is told once; afterwards there is nothing to tell", async () => {
    const { folder, run } = await writeFolder();
    const server = await serve(folder);
    const people = await plain(server);
    await people.query("DEFINE USER reader ON DATABASE PASSWORD 'p' ROLES VIEWER");
    const reader = { ...place, username: "reader", password: "p" };
    const told: string[] = [];
    const listener = (warning: Error & { code?: string }): void => {
      if (warning.code === "MINUTIER_STALE_DEFINITIONS") told.push(warning.message);
    };
    process.on("warning", listener);
    onTestFinished(() => void process.off("warning", listener));
    const before = [use(server, reader), use(server, reader)];
    for (const db of before) expect(await db.runs.latest()).toHaveLength(2);
    expect((await SurrealDb.inspect(before[0] as SurrealDb)).definedBy).toBe(embedded);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told).toEqual([
      expect.stringMatching(new RegExp(`defined by SurrealDB ${embedded}.*${newer}.*permissions.*EDITOR`)),
    ]);

    await people.query("DEFINE USER writer ON DATABASE PASSWORD 'p' ROLES EDITOR");
    await use(server, { ...place, username: "writer", password: "p" }).connect();
    expect(await readBy(people, run)).toEqual(whole);
    await use(server, reader).connect();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told).toHaveLength(1);
  });

  test("a server that is replaced by a newer one while it is used is noticed", async () => {
    const { folder, run } = await writeFolder();
    const server = await serve(folder);
    const db = use(server);
    await db.connect();
    const people = await plain(server);
    // As if the one before had been older.
    await people.query("UPDATE minutier_schema:current SET engine_version = '3.1.0'");
    await server.kill("SIGTERM");
    const next = await startSurreal({ path: `rocksdb:${folder}`, port: server.port });
    opened.push(() => next.kill());
    expect((await db.runs.get(run))?.steps).toHaveLength(2);
    expect(await db.query("SELECT VALUE engine_version FROM minutier_schema")).toEqual([[newer]]);
  });
});
