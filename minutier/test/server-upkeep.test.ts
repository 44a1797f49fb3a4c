import { describe, expect, onTestFinished, test } from "vitest";

import { approval, RecordId, step, SurrealDb, Workflow } from "../src/index.ts";
import type { Identity, ServerOptions } from "../src/server/index.ts";
import { openTestDatabase } from "../src/testing/index.ts";
import { backends, rootAuth, temporaryFolder } from "./backends.ts";
import { startClaimingServer } from "./claimed-version.ts";
import { allFrames, frames, type Json, names, openDb, request, send, start, until } from "./server-fixture.ts";

/** Users by their tokens. */
const users: Record<string, Identity> = {
  ana: { userId: "user:ana" },
  luc: { userId: "user:luc" },
  chief: { userId: "user:chief", scopes: ["admin"] },
  reader: { userId: "user:reader", scopes: ["read"] },
};
const auth = (asked: Request): Identity | null => users[asked.headers.get("authorization")?.slice(7) ?? ""] ?? null;

function parts(db: SurrealDb): Pick<ServerOptions, "db"> & { workflows: Workflow[] } {
  const half = new Workflow({ name: "half", db, steps: [step("halve", (n: number) => n / 2)] });
  const ask = new Workflow({ name: "ask", db, steps: [approval("validate", {})] });
  const closed = new Workflow({ name: "closed", db, onInterrupted: "fail", steps: half.steps });
  return { db, workflows: [half, ask, closed] };
}

/** A run as a process leaves it that dies in its first step. */
async function leaveRun(db: SurrealDb, workflow: Workflow, runId: string): Promise<void> {
  const until = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  const never = new Workflow({ name: workflow.name, db, steps: [step("halve", (_, { signal }) => until(signal))] });
  const run = never.run(1, { runId });
  run.catch(() => undefined);
  while ((await db.runs.get(runId)) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  // Its lease is another's, and over: here it ends without a word in the database.
  const lease = new RecordId("run_leases", runId);
  await db.query("UPDATE $lease SET holder = 'dead', expires_at = time::now() - 1s", { lease });
  await expect(run).rejects.toMatchObject({ code: "lease_lost" });
}

/** One whose leases are looked at often. */
async function openDbOfLeases(): Promise<SurrealDb> {
  const db = await openTestDatabase({ leaseMs: 50 });
  onTestFinished(() => db.close());
  return db;
}

describe("runs whose process died", () => {
  test("are listed, and gone on with in the background", async () => {
    const db = await openDbOfLeases();
    const { workflows } = parts(db);
    const [half, ask] = workflows as [Workflow, Workflow];
    const { url } = await start({ db, workflows });
    await leaveRun(db, half, "STALE");
    const { body } = await request(`${url}/runs/stale`);
    expect(body).toMatchObject({ runs: [{ id: "STALE", workflow_name: "half", status: "running" }] });
    expect(JSON.stringify(body)).not.toContain("input");

    const resumed = await request(`${url}/runs/STALE/resume`, { method: "POST" });
    expect([resumed.status, resumed.body]).toMatchObject([202, { run_id: "STALE", status: "RUNNING" }]);
    await until(async () => (await db.runs.get("STALE"))?.status === "success");
    expect((await request(`${url}/runs/stale`)).body).toEqual({ runs: [] });

    const status = async (id: string): Promise<number> =>
      (await request(`${url}/runs/${id}/resume`, { method: "POST" })).status;
    expect(await status("STALE")).toBe(409);
    expect(await status("NONE")).toBe(404);
    const waiting = await ask.run(1);
    expect(await status(waiting.id)).toBe(409);
    await leaveRun(db, new Workflow({ name: "gone", db, steps: half.steps }), "GONE");
    expect(await status("GONE")).toBe(404);
  });

  test("are seen to as their workflows say, with what is left told", async () => {
    const db = await openDbOfLeases();
    const { workflows } = parts(db);
    const [half, , closed] = workflows as [Workflow, Workflow, Workflow];
    const { url } = await start({ db, workflows });
    await leaveRun(db, half, "A");
    await leaveRun(db, closed, "B");
    await leaveRun(db, new Workflow({ name: "gone", db, steps: half.steps }), "C");
    const events = await allFrames(await send(`${url}/runs/recover`, { json: { stream: true } }));
    expect(events.map(({ data }) => [data["type"], data["run_id"], data["status"]])).toEqual(
      expect.arrayContaining([
        ["run-resumed", "A", undefined],
        ["run-settled", "A", "success"],
        ["run-interrupted", "B", undefined],
        ["run-left", "C", undefined],
      ]),
    );
    expect(events.at(-1)).toMatchObject({ event: "RecoveryCompleted", data: { resumed: 1, interrupted: 1, left: 1 } });
    const again = await request(`${url}/runs/recover`, { json: {} });
    expect([again.status, again.body]).toEqual([200, { resumed: 0, interrupted: 0, left: 1 }]);
  });

  test("that nobody here can go on with do not keep a recovery going", async () => {
    const db = await openDbOfLeases();
    const { workflows } = parts(db);
    const { url } = await start({ db, workflows });
    await leaveRun(db, workflows[0] as Workflow, "A");
    await db.query("UPDATE workflow_runs:A SET definition = 'another'");
    const { body } = await request(`${url}/runs/recover`, { json: {} });
    expect(body).toEqual({ resumed: 0, interrupted: 0, left: 1 });
  });
});

describe("a purge", () => {
  async function recorded(): Promise<{ db: SurrealDb; url: string }> {
    const db = await openDb();
    const { workflows } = parts(db);
    const [half, ask] = workflows as [Workflow, Workflow];
    for (const dossier of ["dossier:a", new RecordId("dossier", "a"), "dossier:b"])
      await half.run(1, { metadata: { dossier_id: dossier } });
    await ask.run(1, { metadata: { dossier_id: "dossier:a" } });
    return { db, url: (await start({ db, workflows })).url };
  }

  test("counts unless told otherwise, and takes what GET /runs lists by the same words", async () => {
    const { db, url } = await recorded();
    const filter = { metadata: { dossier_id: "dossier:a" } };
    const counted = await request(`${url}/runs/purge`, { json: filter });
    expect(counted.body).toMatchObject({ dry_run: true, deleted: { workflow_runs: 2, workflow_steps: 2 }, kept: 1 });
    expect(await db.runs.latest()).toHaveLength(4);
    const done = await request(`${url}/runs/purge`, { json: { ...filter, dry_run: false } });
    expect(done.body).toEqual({ ...counted.body, dry_run: false });
    const left = await request(`${url}/runs?metadata.dossier_id=dossier:a`);
    expect(left.body).toMatchObject({ runs: [{ workflow_name: "ask" }] });
  });

  test("tells how far it is", async () => {
    const { url } = await recorded();
    const json = { before: "2100-01-01", status: "success", dry_run: false, stream: true };
    const events = await allFrames(await send(`${url}/runs/purge`, { json }));
    expect(names(events).at(0)).toBe("PurgeProgress");
    const [progress] = events.filter(({ event }) => event === "PurgeProgress").slice(-1);
    expect(progress?.data["done"]).toBe(progress?.data["total"]);
    expect(events.at(-1)).toMatchObject({
      event: "PurgeCompleted",
      data: { dry_run: false, deleted: { workflow_runs: 3 } },
    });
  });

  test.each([
    {},
    { before: "yesterday" },
    { status: "running" },
    { metadata: {} },
    { metadata: "x" },
    { metadata: Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`k${index}`, "1"])) },
    { before: "2100-01-01", dry_run: "perhaps" },
  ])("refuses %j", async (json) => {
    const { db, url } = await recorded();
    expect((await request(`${url}/runs/purge`, { json: { dry_run: false, ...json } })).status).toBe(422);
    expect(await db.runs.latest()).toHaveLength(4);
  });

  test("is of one's own runs, and needs admin where there are scopes", async () => {
    const db = await openDb();
    const { workflows } = parts(db);
    for (const userId of ["user:ana", "user:luc"]) await workflows[0]?.run(1, { userId });
    const { url } = await start({ db, workflows, auth });
    const json = { before: "2100-01-01", dry_run: false };
    const asked = async (key: string): Promise<Json> => (await request(`${url}/runs/purge`, { json, key })).body;
    expect((await request(`${url}/runs/purge`, { json, key: "reader" })).status).toBe(403);
    expect(await asked("ana")).toMatchObject({ deleted: { workflow_runs: 1 } });
    expect((await db.runs.latest()).map((run) => run.user_id)).toEqual(["user:luc"]);
    expect(await asked("chief")).toMatchObject({ deleted: { workflow_runs: 1 } });
  });
});

describe("an export", () => {
  test("is a line for each run, oldest first, with steps, input and output", async () => {
    const db = await openDb();
    const { workflows } = parts(db);
    for (let n = 0; n < 120; n++)
      await workflows[0]?.run(n, { metadata: { n, even: n % 2 === 0 }, userId: n < 20 ? "user:ana" : "user:luc" });
    const { url } = await start({ db, workflows, auth });
    const lines = async (query: string, key: string): Promise<Json[]> => {
      const response = await send(`${url}/runs/export${query}`, { key });
      expect(response.headers.get("content-type")).toBe("application/x-ndjson");
      const text = await response.text();
      return text === ""
        ? []
        : text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line) as Json);
    };
    const all = await lines("", "chief");
    expect(all.map((run) => run["input"])).toEqual(Array.from({ length: 120 }, (_, index) => index));
    expect(all[7]).toMatchObject({ output: 3.5, steps: [{ path: "halve", output: 3.5, status: "success" }] });
    expect(await lines("?metadata.even=true", "chief")).toHaveLength(60);
    expect(await lines("", "ana")).toHaveLength(20);
    expect(await lines("?workflow=none", "chief")).toEqual([]);
    expect(await lines(`?session_id=${String(all[3]?.["session_id"])}`, "chief")).toEqual([all[3]]);
    const inSession = await request(`${url}/runs?session_id=${String(all[3]?.["session_id"])}`, { key: "chief" });
    expect(inSession).toMatchObject({ status: 200, body: { runs: [{ id: all[3]?.["id"] }] } });
    expect((await send(`${url}/runs/export?status=done`, { key: "chief" })).status).toBe(422);
  });

  test("ends when its client leaves", async () => {
    const db = await openDb();
    const { workflows } = parts(db);
    for (let n = 0; n < 60; n++) await workflows[0]?.run(n);
    const server = await start({ db, workflows });
    const leaving = new AbortController();
    const response = await send(`${server.url}/runs/export`, { signal: leaving.signal });
    leaving.abort();
    await expect(response.text()).rejects.toThrow(/abort/i);
    await server.close({ graceMs: 0 });
  });
});

describe("the doctor", () => {
  test("finds a fresh database well, and creates nothing", async () => {
    const db = await openDb();
    const { url } = await start({ db });
    const { body } = await request(`${url}/doctor`);
    const checks = body["checks"] as Json[];
    expect(checks.map(({ status }) => status)).toEqual(checks.map(() => "ok"));
    expect(checks.map(({ name }) => name)).toEqual(["engine", "tables", "indexes", "leases", "stale runs"]);
    const [info] = await db.query<[{ tables: object }]>("INFO FOR DB");
    expect(Object.keys(info.tables)).toEqual([]);
  });

  test("names what is missing, what makes queries wrong, and stale runs, with what to do", async () => {
    const db = await openDbOfLeases();
    const { workflows } = parts(db);
    const { url } = await start({ db, workflows });
    await workflows[0]?.run(1);
    await leaveRun(db, workflows[0] as Workflow, "STALE");
    await db.query(`REMOVE INDEX workflow_runs_status ON workflow_runs; REMOVE FIELD messages ON agent_sessions;
      REMOVE FUNCTION fn::run_steps; REMOVE TABLE run_keys;
      DEFINE INDEX by_time ON workflow_runs FIELDS created_at; DEFINE INDEX by_user ON team_sessions FIELDS user_id`);
    const checks = ((await request(`${url}/doctor`)).body["checks"] as Json[]).filter(({ status }) => status !== "ok");
    expect(checks).toMatchObject([
      { name: "tables", status: "warning", detail: "missing: run_keys" },
      { name: "indexes", status: "error" },
      { name: "stale runs", status: "warning", detail: expect.stringContaining("STALE") },
    ]);
    const fix = String(checks.find(({ name }) => name === "indexes")?.["fix"]);
    expect(fix).toContain("REMOVE INDEX by_time ON workflow_runs;");
    expect(fix).toContain("REMOVE INDEX by_user ON team_sessions;");
    // What it says to do does it.
    await db.query(fix);
    const again = (await request(`${url}/doctor`)).body["checks"] as Json[];
    expect(again.find(({ name }) => name === "indexes")).toMatchObject({ status: "ok" });
  });

  test("tells the engine's version, and by which one our definitions were made when it was another", async () => {
    const db = await openDb();
    const { workflows } = parts(db);
    const { url } = await start({ db, workflows });
    const engine = async (): Promise<Json | undefined> =>
      ((await request(`${url}/doctor`)).body["checks"] as Json[]).find(({ name }) => name === "engine");
    expect(await engine()).toMatchObject({ status: "ok", detail: "SurrealDB 3.0.2, in memory" });
    await workflows[0]?.run(1);
    expect(await engine()).toMatchObject({ status: "ok" });
    await db.query("UPDATE minutier_schema:current SET engine_version = '3.3.5'");
    expect(await engine()).toMatchObject({
      status: "warning",
      detail: expect.stringMatching(/defined by 3\.3\.5/),
      fix: expect.stringContaining("EDITOR"),
    });
  });

  test("says of a folder, before it happens, that a newer server closes it to the embedded engine", async () => {
    const db = new SurrealDb({ url: `rocksdb://${await temporaryFolder()}` });
    onTestFinished(() => db.close());
    const { url } = await start({ db });
    const { checks } = (await request(`${url}/doctor`)).body as { checks: Json[] };
    expect(checks[0]).toMatchObject({
      status: "ok",
      detail: expect.stringMatching(/server that opens.*can't read it/),
    });
  });

  test("warns of a version that was never tested", async () => {
    const claiming = await startClaimingServer("surrealdb-3.7.0");
    const db = new SurrealDb({ url: claiming.url, auth: rootAuth });
    onTestFinished(() => db.close());
    const { url } = await start({ db });
    const { checks } = (await request(`${url}/doctor`)).body as { checks: Json[] };
    expect(checks[0]).toMatchObject({ status: "warning", detail: "SurrealDB 3.7.0, a server" });
    expect((await request(`${url}/info`)).body).toMatchObject({ engine_version: "3.7.0", engine_tested: false });
  });

  test.each(backends)("finds an index harmful only where the engine makes it so: $name", async ({ name, open }) => {
    const db = await open();
    const { url } = await start({ db });
    await db.createTables();
    await db.query(
      "DEFINE INDEX by_time ON workflow_runs FIELDS created_at; DEFINE INDEX by_user ON team_sessions FIELDS user_id",
    );
    const { checks } = (await request(`${url}/doctor`)).body as { checks: Json[] };
    const status = name === "server" ? "ok" : "error";
    expect(checks.find((check) => check["name"] === "indexes")).toMatchObject({ status });
  });

  test("is for whoever sees everything", async () => {
    const { url } = await start({ db: await openDb(), auth });
    const status = async (path: string, key: string): Promise<number> =>
      (await send(`${url}${path}`, { key, method: path === "/doctor" ? "GET" : "POST" })).status;
    expect(await Promise.all(["ana", "reader", "chief"].map((key) => status("/doctor", key)))).toEqual([403, 403, 200]);
    expect(await Promise.all(["ana", "reader", "chief"].map((key) => status("/runs/recover", key)))).toEqual([
      403, 403, 200,
    ]);
  });
});

test("sessions of what is not served are found by their name, or where nothing of their kind is served", async () => {
  const db = await openDb();
  const gone = new Workflow({ name: "gone", db, steps: [step("s", () => 1)] });
  await gone.run(1, { sessionId: "s1" });
  const bare = await start({ db });
  expect((await request(`${bare.url}/sessions?type=workflow`)).body).toMatchObject({
    data: [{ session_id: "s1", workflow_id: "gone" }],
  });
  expect((await request(`${bare.url}/sessions/s1`)).body).toMatchObject({ workflow_id: "gone" });
  const other = await start(parts(db));
  expect((await request(`${other.url}/sessions/s1`)).status).toBe(404);
  expect((await request(`${other.url}/sessions/s1?type=workflow&component_id=gone`)).status).toBe(200);
});

test("the address of a request's connection is told to auth", async () => {
  const seen: unknown[] = [];
  const { url } = await start({ db: await openDb(), auth: (_, { address }) => (seen.push(address), {}) });
  await send(`${url}/info`);
  expect(seen).toEqual(["127.0.0.1"]);
  for await (const frame of frames(await send(`${url}/runs/live`))) {
    expect(frame.event).toBe("Ready");
    break;
  }
});
