/** Retention and erasure: what a purge deletes, what it keeps, and what an interruption leaves. */
import { tool } from "ai";
import { DateTime, RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import type { PurgeCounts, PurgeProgress, PurgeResult } from "../src/index.ts";
import { Team } from "../src/team/team.ts";
import { scriptedModel, type ScriptedReply } from "../src/testing/scripted-model.ts";
import { step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends, remoteBackend, sharedServer } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

const really = { dryRun: false } as const;

/** An agent that calls a tool, then answers; both with what it was asked. */
function reader(db?: SurrealDb, name = "reader"): Agent {
  const note = tool({ inputSchema: z.object({ text: z.string() }), execute: ({ text }) => `noted ${text}` });
  const model = scriptedModel(({ prompt, lastUserText: text }): ScriptedReply =>
    prompt.at(-1)?.role === "user" ? { toolCalls: [{ toolName: "note", input: { text } }] } : `read ${text}`,
  );
  return new Agent({ name, model, tools: { note }, ...(db === undefined ? {} : { db }) });
}

/** A team whose one member reads. */
function office(db?: SurrealDb): Team {
  const model = scriptedModel(({ prompt, lastUserText: task }): ScriptedReply =>
    prompt.at(-1)?.role === "user"
      ? { toolCalls: [{ toolName: "delegate_to_member", input: { member: "clerk", task } }] }
      : `decided on ${task}`,
  );
  return new Team({
    name: "office",
    members: [reader(undefined, "clerk")],
    model,
    ...(db === undefined ? {} : { db }),
  });
}

/** A run that leaves rows in every table: an agent, a team, a workflow in a workflow in a workflow. */
function everything(db: SurrealDb): Workflow<string, string> {
  const deepest = new Workflow({ name: "deepest", steps: [step("end", (text: string) => text)] });
  const inner = new Workflow({ name: "inner", steps: [deepest], state: { kept: "nothing" } });
  return new Workflow<string, string>({ name: "outer", db, steps: [reader(), office(), inner] });
}

const allTables = [
  "workflow_runs",
  "workflow_steps",
  "workflow_sessions",
  "agent_sessions",
  "agent_messages",
  "agent_tool_calls",
  "team_sessions",
  "team_messages",
  "team_tool_calls",
  "session_sequences",
  "run_leases",
  "run_keys",
] as const;

/** Every row of every table, by its id. */
async function everyRow(db: SurrealDb): Promise<Record<string, object>> {
  const results = await db.query<{ id: RecordId }[][]>(allTables.map((table) => `SELECT * FROM ${table}`).join(";"));
  return Object.fromEntries(results.flat().map((row) => [String(row.id), row]));
}

async function countRows(db: SurrealDb): Promise<PurgeCounts> {
  const rows = Object.keys(await everyRow(db));
  const of = (table: string): number => rows.filter((id) => id.startsWith(`${table}:`)).length;
  return Object.fromEntries(allTables.map((table) => [table, of(table)])) as unknown as PurgeCounts;
}

const sum = (counts: PurgeCounts): number => Object.values(counts).reduce((total, count) => total + count, 0);
const runOf = (id: string): RecordId => new RecordId("workflow_runs", id);

/** The lease and the idempotency key of a run. */
async function addLeaseAndKey(db: SurrealDb, runId: string): Promise<void> {
  await db.query("CREATE $lease SET until = time::now(); CREATE $key SET run = $run, created_at = time::now()", {
    lease: new RecordId("run_leases", runId),
    key: new RecordId("run_keys", ["outer", `key of ${runId}`]),
    run: runOf(runId),
  });
}

/** A dry run says what the purge then does; gives it. */
async function purgeAsCounted(purge: (options: { dryRun?: boolean }) => Promise<PurgeResult>): Promise<PurgeResult> {
  const counted = await purge({});
  expect(counted.dryRun).toBe(true);
  const done = await purge(really);
  expect(done).toEqual({ ...counted, dryRun: false });
  return done;
}

describe.each(backends)("a purge on $name", ({ open }) => {
  test("of a run reaches every row that it left, and no row of another run", async () => {
    const db = await open();
    const workflow = everything(db);
    await addLeaseAndKey(db, (await workflow.run("stays", { metadata: { dossier_id: "d1" }, userId: "ana" })).id);
    const others = await everyRow(db);
    await addLeaseAndKey(db, (await workflow.run("goes", { metadata: { dossier_id: "d2" }, userId: "ana" })).id);
    const before = await countRows(db);
    expect(Object.values(before).every((count) => count > 0)).toBe(true);

    const result = await purgeAsCounted((options) => db.runs.purge({ metadata: { dossier_id: "d2" } }, options));
    expect(await everyRow(db)).toEqual(others);
    expect(result.kept).toBe(0);
    // Both runs left the same.
    expect(result.deleted).toEqual(await countRows(db));
    expect(await db.runs.purge({ metadata: { dossier_id: "d2" } }, really)).toMatchObject({ kept: 0 });
    expect(await everyRow(db)).toEqual(others);
  });

  test("by metadata leaves no trace of a person in any table", async () => {
    const db = await open();
    const secret = "Joséphine Tremblay-Okafor";
    const metadata = { dossier_id: new RecordId("dossier", "josephine"), note: secret };
    const [agent, team] = [reader(db), office(db)];
    await everything(db).run(`about ${secret}`, { metadata, userId: secret, sessionId: secret });
    await agent.run(`I am ${secret}`, { metadata, sessionId: "hers" });
    await team.run(`I am ${secret}`, { metadata, sessionId: "hers", state: { name: secret } });
    // In a session that another began, between his turns.
    for (const her of [false, true, false]) {
      await agent.run(her ? secret : "Bonjour", { sessionId: "shared", metadata: her ? metadata : { dossier_id: 1 } });
      await team.run(her ? secret : "Bonjour", { sessionId: "shared", metadata: her ? metadata : { dossier_id: 1 } });
    }
    const failing = new Agent({ name: "failing", db, model: scriptedModel([new Error(`no ${secret}`)]) });
    await failureOf(failing.run(secret, { metadata }));
    const fails = new Workflow({ name: "fails", db, steps: [step("no", () => Promise.reject(new Error(secret)))] });
    await failureOf(fails.run(secret, { metadata }));
    expect(JSON.stringify(await everyRow(db))).toContain(secret);

    const filter = { metadata: { dossier_id: metadata.dossier_id } };
    expect((await purgeAsCounted((options) => db.runs.purge(filter, options))).kept).toBe(0);
    expect((await purgeAsCounted((options) => db.sessions.purge(filter, options))).kept).toBe(0);
    const rest = await everyRow(db);
    expect(JSON.stringify(rest)).not.toContain(secret);
    expect(Object.keys(rest).join()).not.toContain("Joséphine");
    expect((await db.sessions.agent("reader", "shared"))?.messages).toHaveLength(4);
    expect((await db.sessions.team("office", "shared"))?.messages).toHaveLength(4);
    expect((await db.sessions.agent("clerk", "shared"))?.messages).toHaveLength(4);
    // The conversations go on.
    expect((await agent.run("Encore", { sessionId: "shared" })).text).toBe("read Encore");
    expect(await db.sessions.messages({ kind: "agent", name: "reader", sessionId: "shared" })).toHaveLength(6);
  });

  test("keeps runs that are under way, and the trees that hold one", async () => {
    const db = await open();
    const run = (id: string, fields: object): Promise<unknown> =>
      db.query("CREATE $id CONTENT $fields", {
        id: runOf(id),
        fields: {
          workflow_name: "w",
          metadata: { a: 1 },
          session_id: id,
          created_at: new Date(0),
          updated_at: new Date(0),
          ...fields,
        },
      });
    await new Workflow({ name: "first", db, steps: [step("x", () => 1)] }).run(null);
    await run("01A", { status: "running" });
    await run("01B", { status: "success" });
    await run("01BB", { status: "success", parent_run: runOf("01B") });
    await run("01BBB", { status: "running", parent_run: runOf("01BB") });
    await run("01C", { status: "error" });
    await run("01CC", { status: "success", parent_run: runOf("01C"), metadata: {} });
    // Of a parent that is gone.
    await run("01D", { status: "success", parent_run: runOf("01000") });
    const result = await purgeAsCounted((options) => db.runs.purge({ metadata: { a: 1 } }, options));
    expect(result).toMatchObject({ kept: 4, deleted: { workflow_runs: 3 } });
    expect(
      (await db.runs.latest())
        .map((row) => row.id.id)
        .toSorted()
        .slice(0, 4),
    ).toEqual(["01A", "01B", "01BB", "01BBB"]);
  });

  test("a nested run goes with its parent only", async () => {
    const db = await open();
    await everything(db).run("x");
    const rows = await everyRow(db);
    expect(await db.runs.purge({ workflow: "inner" }, really)).toMatchObject({
      kept: 1,
      deleted: { workflow_runs: 0 },
    });
    expect(await everyRow(db)).toEqual(rows);
    expect(await db.runs.purge({ workflow: "outer" }, really)).toMatchObject({
      kept: 0,
      deleted: { workflow_runs: 3 },
    });
    expect(await everyRow(db)).toEqual({});
  });

  test("each filter names the runs that it says, and all that are given must fit", async () => {
    const db = await open();
    const ok = new Workflow({ name: "ok", db, steps: [step("x", (n: number) => n)] });
    const no = new Workflow({ name: "no", db, steps: [step("x", () => Promise.reject(new Error("no")))] });
    await ok.run(1, { userId: "ana", metadata: { "we`ird key": null, a: { b: [1n] } } });
    await ok.run(2, { userId: "bob", metadata: { a: new RecordId("dossier", "d1") } });
    await failureOf(no.run(3, { userId: "ana" }));
    const old = await ok.run(4);
    await db.query("UPDATE $run SET created_at = d'2020-01-01T00:00:00.123456789Z'", { run: runOf(old.id) });
    const count = async (filter: Parameters<typeof db.runs.purge>[0]): Promise<number> =>
      (await db.runs.purge(filter)).deleted.workflow_runs;
    expect(await count({ userId: "ana" })).toBe(2);
    expect(await count({ userId: "ana", status: "error" })).toBe(1);
    expect(await count({ status: "success" })).toBe(3);
    expect(await count({ workflow: "no" })).toBe(1);
    expect(await count({ workflow: "no", userId: "bob" })).toBe(0);
    expect(await count({ before: new Date("2020-01-01T00:00:00.123Z") })).toBe(0);
    expect(await count({ before: new Date("2020-01-01T00:00:00.124Z") })).toBe(1);
    expect(await count({ before: new Date(Date.now() + 1000) })).toBe(4);
    expect(await count({ metadata: { "we`ird key": null } })).toBe(1);
    expect(await count({ metadata: { a: { b: [1] } } })).toBe(1);
    expect(await count({ metadata: { a: "dossier:d1" } })).toBe(0);
    expect(await count({ metadata: { a: new RecordId("dossier", "d1") } })).toBe(1);
    expect(await count({ metadata: { "x'] OR true OR metadata['": 1 } })).toBe(0);
    expect(await countRows(db)).toMatchObject({ workflow_runs: 4 });
  });

  test("of sessions takes those that fit, with their messages, calls and counters", async () => {
    const db = await open();
    const [agent, other, team] = [reader(db), reader(db, "other"), office(db)];
    await agent.run("a", { sessionId: "s1", userId: "ana" });
    await agent.run("b", { sessionId: "s2" });
    await other.run("c", { sessionId: "s1" });
    await team.run("d", { sessionId: "s1" });
    const purge = db.sessions.purge.bind(db.sessions);
    expect((await purge({ sessionId: "s1" })).deleted).toMatchObject({ agent_sessions: 3, team_sessions: 1 });
    expect((await purge({ name: "reader" })).deleted).toMatchObject({ agent_sessions: 2, agent_messages: 4 });
    expect((await purge({ kind: "agent", name: "office" })).deleted).toMatchObject({ team_sessions: 0 });
    expect((await purge({ userId: "ana" })).deleted).toMatchObject({ agent_sessions: 1, team_sessions: 0 });
    expect((await purge({ before: new Date(0) })).deleted).toMatchObject({ agent_sessions: 0, team_sessions: 0 });

    const one = await purgeAsCounted((options) => purge({ kind: "agent", name: "reader", sessionId: "s2" }, options));
    expect(sum(one.deleted)).toBe(5);
    expect(one.deleted).toMatchObject({ agent_messages: 2, agent_tool_calls: 1, session_sequences: 1 });
    // The team's members' turns are part of it.
    const ofTeam = await purgeAsCounted((options) => purge({ kind: "team", name: "office" }, options));
    expect(ofTeam.deleted).toMatchObject({ team_sessions: 1, team_messages: 2, agent_sessions: 1, agent_messages: 2 });
    await purgeAsCounted((options) => purge({ before: new Date(Date.now() + 1000) }, options));
    expect(await everyRow(db)).toEqual({});
    expect((await agent.run("a", { sessionId: "s1" })).text).toBe("read a");
  });

  test("of a team reaches what its members asked of members of theirs, and nothing else of theirs", async () => {
    const db = await open();
    await office(db).run("alone", { sessionId: "s1" });
    const others = await everyRow(db);
    const model = scriptedModel(() => "merged");
    // Its name stands after its member's: a team's turns are found in any order.
    await new Team({ name: "zentrale", members: [office()], mode: "broadcast", model, db }).run("d", {
      sessionId: "s1",
    });
    expect(await db.sessions.messages({ kind: "agent", name: "clerk", sessionId: "s1" })).toHaveLength(4);
    await purgeAsCounted((options) => db.sessions.purge({ kind: "team", name: "zentrale" }, options));
    const rest = await everyRow(db);
    expect(Object.keys(rest)).toEqual(Object.keys(others));
    expect((await db.sessions.agent("clerk", "s1"))?.messages).toMatchObject([{ content: "alone" }, {}]);
  });

  test("of a team and of its members at once counts each turn once", async () => {
    const db = await open();
    await office(db).run("d", { sessionId: "s1", userId: "ana", metadata: { a: 1 } });
    const before = await countRows(db);
    for (const filter of [{ before: new Date(Date.now() + 1000) }, { userId: "ana" }, { sessionId: "s1" }])
      expect((await db.sessions.purge(filter)).deleted).toEqual(before);
  });

  test("keeps a session with a turn under way, or a run", async () => {
    const db = await open();
    const gate = Promise.withResolvers<string>();
    const slow = new Agent({ name: "slow", model: scriptedModel([() => gate.promise]), db });
    const quick = new Agent({ name: "quick", model: scriptedModel(() => "ok") });
    const stepping = Promise.withResolvers<void>();
    const wait = step("wait", async (text: string) => {
      stepping.resolve();
      return text + (await gate.promise);
    });
    const turn = slow.run("a", { sessionId: "s1" });
    const run = new Workflow({ name: "w", db, steps: [quick, wait] }).run("b", { sessionId: "s1", metadata: { a: 1 } });
    await stepping.promise;
    await expect.poll(() => db.sessions.agent("slow", "s1")).toBeDefined();
    const rows = await everyRow(db);
    expect(await db.sessions.purge({ sessionId: "s1" }, really)).toMatchObject({ kept: 3 });
    expect(await db.sessions.purge({ metadata: { a: 1 } }, really)).toMatchObject({ kept: 1 });
    expect(await db.runs.purge({ before: new Date(Date.now() + 1000) }, really)).toMatchObject({ kept: 1 });
    expect(Object.keys(await everyRow(db))).toEqual(expect.arrayContaining(Object.keys(rows)));
    gate.resolve("!");
    expect((await turn).text).toBe("!");
    expect((await run).output).toBe("ok!");
    // A session of a workflow that has runs goes with the last of them.
    expect(await db.sessions.purge({ sessionId: "s1" }, really)).toMatchObject({ kept: 1 });
    expect(await db.runs.purge({ workflow: "w" }, really)).toMatchObject({ deleted: { workflow_sessions: 1 } });
    expect(await everyRow(db)).toEqual({});
  });

  test("a run that waits for a person stays; once it was cancelled it goes, with the turn that waited", async () => {
    const db = await open();
    const send = tool({ inputSchema: z.object({}), needsApproval: true, execute: () => "sent" });
    const model = scriptedModel([{ toolCalls: [{ toolName: "send", input: {} }] }]);
    const agent = new Agent({ name: "clerk", model, tools: { send } });
    const run = await new Workflow({ name: "w", db, steps: [agent] }).run("x", { metadata: { dossier_id: "d" } });
    const filter = { metadata: { dossier_id: "d" } };
    expect(await db.runs.purge(filter, really)).toMatchObject({ kept: 1, deleted: { workflow_runs: 0 } });
    await db.runs.cancel(run.id);
    expect(await db.runs.purge(filter, really)).toMatchObject({
      kept: 0,
      deleted: { workflow_runs: 1, workflow_steps: 1, agent_messages: 1, agent_sessions: 1 },
    });
  });

  test("a question that was never answered is under way for a day, and then purged", async () => {
    const db = await open();
    await reader(db).run("a", { sessionId: "s1" });
    const id = new RecordId("agent_messages", ["reader", "s1", 2]);
    const ask = (timestamp: Date): Promise<unknown> =>
      db.query("UPSERT $id SET role = 'user', content = 'x', run_id = 'r', timestamp = $timestamp", { id, timestamp });
    await ask(new Date(Date.now() - 23 * 3_600_000));
    expect(await db.sessions.purge({ sessionId: "s1" }, really)).toMatchObject({ kept: 1 });
    await ask(new Date(Date.now() - 25 * 3_600_000));
    expect(await db.sessions.purge({ sessionId: "s1" }, really)).toMatchObject({ kept: 0 });
    expect(await everyRow(db)).toEqual({});
  });

  test("a workflow's session stays while it has a run of its own", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "w", db, steps: [step("x", (n: number) => n)], state: { n: 1 } });
    await workflow.run(1, { sessionId: "s1", metadata: { a: 1 } });
    await workflow.run(2, { sessionId: "s1", metadata: { a: 2 } });
    expect(await db.runs.purge({ metadata: { a: 1 } }, really)).toMatchObject({ deleted: { workflow_sessions: 0 } });
    expect(await db.sessions.workflow("w", "s1")).toMatchObject({ state: { n: 1 } });
    expect(await db.runs.purge({ metadata: { a: 2 } }, really)).toMatchObject({ deleted: { workflow_sessions: 1 } });
    expect(await everyRow(db)).toEqual({});
    // One that is left over, say by hand.
    await db.query("CREATE $id SET workflow_name = 'w', session_id = 's2', updated_at = time::now()", {
      id: new RecordId("workflow_sessions", ["w", "s2"]),
    });
    const filter = { kind: "workflow", before: new Date(Date.now() + 1000) } as const;
    const result = await purgeAsCounted((options) => db.sessions.purge(filter, options));
    expect(result).toMatchObject({ kept: 0, deleted: { workflow_sessions: 1 } });
    expect(await everyRow(db)).toEqual({});
  });

  test("an interruption after any batch leaves what a second purge finds", async () => {
    const db = await open();
    const workflow = everything(db);
    for (let stopAfter = 1; ; stopAfter++) {
      for (const text of ["a", "b"]) await workflow.run(text, { metadata: { a: 1 }, sessionId: "s1" });
      const all = await countRows(db);
      const stop = new AbortController();
      const progress: PurgeProgress[] = [];
      const onProgress = (now: PurgeProgress): void => {
        progress.push(now);
        if (progress.length === stopAfter) stop.abort(new Error("enough"));
      };
      const options = { dryRun: false, batchSize: 3, onProgress, signal: stop.signal };
      const error = await db.runs.purge({ metadata: { a: 1 } }, options).then(
        () => undefined,
        (cause: unknown) => cause as Error,
      );
      expect(progress.map(({ total }) => total)).toEqual(progress.map(() => sum(all)));
      if (error === undefined) {
        expect(progress.at(-1)).toEqual({ done: sum(all), total: sum(all) });
        expect(progress.length).toBeGreaterThan(5);
        break;
      }
      expect(error).toMatchObject({ code: "cancelled", cause: { message: "enough" } });
      expect(progress.at(-1)?.done).toBe(sum(all) - sum(await countRows(db)));
      await db.runs.purge({ metadata: { a: 1 } }, really);
      expect(await everyRow(db)).toEqual({});
    }
    expect(await everyRow(db)).toEqual({});
  });

  test("many rows of one run go in batches of the size that is asked", async () => {
    const db = await open();
    const run = await new Workflow({ name: "w", db, steps: [step("x", () => 1)] }).run(null);
    const rows = Array.from({ length: 2500 }, (_, n) => ({ id: new RecordId("workflow_steps", [run.id, n + 1]) }));
    for (let from = 0; from < rows.length; from += 500)
      await db.query("INSERT INTO workflow_steps $rows RETURN NONE", { rows: rows.slice(from, from + 500) });
    const sizes: number[] = [];
    let before = 0;
    const onProgress = ({ done }: PurgeProgress): void => {
      sizes.push(done - before);
      before = done;
    };
    const result = await db.runs.purge({ workflow: "w" }, { dryRun: false, batchSize: 400, onProgress });
    expect(result.deleted).toMatchObject({ workflow_steps: 2501, workflow_runs: 1, workflow_sessions: 1 });
    expect(sizes).toHaveLength(7);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(402);
    expect(await everyRow(db)).toEqual({});
  });

  test("a long conversation is read and deleted in pieces", async () => {
    const db = await open();
    await reader(db).run("a", { sessionId: "s1" });
    const message = (n: number): object => ({
      id: new RecordId("agent_messages", ["reader", "s1", n]),
      role: n % 2 === 0 ? "user" : "assistant",
      content: "x",
      run_id: `r${n >> 1}`,
      timestamp: new Date(Date.now() - 3_600_000),
      ...(n % 40 === 0 ? { metadata: { a: 1 } } : {}),
    });
    const rows = Array.from({ length: 2400 }, (_, n) => message(n + 2));
    for (let from = 0; from < rows.length; from += 400)
      await db.query("INSERT INTO agent_messages $rows RETURN NONE", { rows: rows.slice(from, from + 400) });
    const turns = await purgeAsCounted((options) => db.sessions.purge({ metadata: { a: 1 } }, options));
    expect(turns.deleted).toMatchObject({ agent_messages: 120, agent_sessions: 0 });
    const all = await purgeAsCounted((options) => db.sessions.purge({ name: "reader" }, options));
    expect(all.deleted).toMatchObject({ agent_messages: 2282, agent_tool_calls: 1, agent_sessions: 1 });
    expect(await everyRow(db)).toEqual({});
  });

  test("twice at once is harmless, and the two counts make one whole", async () => {
    const db = await open();
    const workflow = everything(db);
    await Promise.all(Array.from({ length: 12 }, (_, n) => workflow.run(`run ${n}`, { metadata: { a: 1 } })));
    const all = await countRows(db);
    const options = { dryRun: false, batchSize: 10 };
    const results = await Promise.all([1, 2, 3].map(() => db.runs.purge({ metadata: { a: 1 } }, options)));
    expect(results.reduce((total, { deleted }) => total + sum(deleted), 0)).toBe(sum(all));
    expect(await everyRow(db)).toEqual({});
  });

  test("beside runs on the same tables and sessions, nothing of them is lost", async () => {
    const db = await open();
    const workflow = everything(db);
    const agent = reader(db);
    const sessions = ["s0", "s1", "s2", "s3"];
    for (const sessionId of [...sessions, ...sessions]) {
      await workflow.run("old", { metadata: { a: 1 }, sessionId });
      await agent.run("old turn", { sessionId: `alone ${sessionId}` });
    }
    const cutoff = new Date();
    const working = Promise.all(
      [...sessions, ...sessions, ...sessions].map(async (sessionId) => {
        const run = await workflow.run("new", { metadata: { a: 2 }, sessionId });
        await agent.run("new turn", { sessionId: `alone ${sessionId}` });
        return run;
      }),
    );
    const options = { dryRun: false, batchSize: 5 };
    const [results, runs] = await Promise.all([
      working,
      db.runs.purge({ metadata: { a: 1 } }, options),
      db.sessions.purge({ before: cutoff }, options),
    ]);
    expect(runs).toMatchObject({ kept: 0, deleted: { workflow_runs: 24 } });
    expect(await countRows(db)).toMatchObject({ workflow_runs: 36, workflow_steps: 60, workflow_sessions: 12 });
    for (const { id } of results) expect((await db.runs.get(id))?.steps).toHaveLength(3);
    const news = async (kind: "agent" | "team", name: string, sessionId: string): Promise<number> => {
      const messages = await db.sessions.messages({ kind, name, sessionId }, { last: 100 });
      return messages.filter(({ content }) => content.includes("new")).length;
    };
    for (const sessionId of sessions) {
      expect((await db.sessions.team("office", sessionId))?.messages).toHaveLength(6);
      expect((await db.sessions.agent("reader", sessionId))?.messages).toHaveLength(6);
      expect((await db.sessions.agent("clerk", sessionId))?.messages).toHaveLength(6);
      expect(await news("agent", "reader", `alone ${sessionId}`)).toBe(6);
      expect(await db.sessions.workflow("inner", sessionId)).toBeDefined();
    }
    // And the rest can go.
    await db.runs.purge({ metadata: { a: 2 } }, really);
    await db.sessions.purge({ name: "reader" }, really);
    expect(await everyRow(db)).toEqual({});
  });

  test("of sessions deletes no turn that began since it saw their rows", async () => {
    const db = await open();
    const agent = reader(db);
    const ids = Array.from({ length: 60 }, (_, n) => `s${n + 10}`);
    await Promise.all(ids.map((sessionId) => agent.run("old", { sessionId })));
    const before = new Date(Date.now() + 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    let turns: Promise<unknown> | undefined;
    // The rows of all sessions are read first, then the messages of some at a time.
    const onProgress = (): void => {
      turns ??= Promise.all([agent.run("new", { sessionId: "s69" }), agent.run("new", { sessionId: "s68" })]);
    };
    const result = await db.sessions.purge({ before, kind: "agent" }, { dryRun: false, batchSize: 1, onProgress });
    await turns;
    expect(result).toMatchObject({ kept: 2, deleted: { agent_sessions: 58 } });
    for (const sessionId of ["s68", "s69"])
      expect((await db.sessions.agent("reader", sessionId))?.messages).toHaveLength(4);
  });

  test("where nothing ever ran, there is nothing to purge and no table is made", async () => {
    const db = await open();
    expect(await db.runs.purge({ before: new Date() })).toMatchObject({ kept: 0 });
    expect(sum((await db.runs.purge({ before: new Date() }, really)).deleted)).toBe(0);
    expect(sum((await db.sessions.purge({ before: new Date() }, really)).deleted)).toBe(0);
    const [info] = await db.query<[{ tables: object }]>("INFO FOR DB");
    expect(info.tables).toEqual({});
  });
});

test("the engine in memory takes what a transaction deleted for existing until its end", async () => {
  // Why a purge shares no transaction with turns; the day this fails, it may.
  const db = new SurrealDb({ url: "mem://" });
  await db.query("DEFINE TABLE note; CREATE note:1 SET old = true");
  expect((await failureOf(db.query("BEGIN; DELETE note:1; CREATE note:1; COMMIT"))).message).toContain(
    "already exists",
  );
  await db.close();
});

test("a purge by a user who may only read counts, and fails to delete", async () => {
  const owner = await remoteBackend.open({ database: "purgers" });
  await everything(owner).run("x");
  await owner.query("DEFINE USER reader ON DATABASE PASSWORD 'secret' ROLES VIEWER");
  const { url } = await sharedServer();
  const auth = { namespace: "test", database: "purgers", username: "reader", password: "secret" };
  await using db = new SurrealDb({ url, namespace: "test", database: "purgers", auth });
  expect((await db.runs.purge({ workflow: "outer" })).deleted.workflow_runs).toBe(3);
  const denied = { code: "query_failed", message: expect.stringContaining("may not delete") };
  expect(await failureOf(db.runs.purge({ workflow: "outer" }, really))).toMatchObject(denied);
  expect(await failureOf(db.sessions.purge({ name: "reader" }, really))).toMatchObject(denied);
  expect(await owner.runs.latest()).toHaveLength(3);
});

describe("a purge is refused", () => {
  const db = new SurrealDb({ url: "mem://" });
  const refused = (message: string): object =>
    expect.objectContaining({ code: "invalid_options", message: expect.stringContaining(message) });

  test.each<[string, unknown, string]>([
    ["an empty filter", {}, "purge everything"],
    ["no filter", undefined, "must be an object"],
    ["null", null, "must be an object"],
    ["a list", [], "must be an object"],
    ["a field that is not known", { befor: new Date() }, "befor"],
    ["a field that is undefined", { before: new Date(), userId: undefined }, "userId"],
    ["metadata that is undefined", { before: new Date(), metadata: { dossier_id: undefined } }, "metadata.dossier_id"],
    ["empty metadata", { metadata: {} }, "purge everything"],
    ["metadata that is none", { metadata: "d1" }, "metadata"],
    ["metadata that can't be stored", { metadata: { a: () => 1 } }, "metadata.a"],
    ["an integer that is too large", { metadata: { a: 2 ** 60 } }, "2^53"],
    ["an invalid date", { before: new Date(Number.NaN) }, "before"],
    ["a date that is a text", { before: "2020-01-01" }, "before"],
    ["a date of the driver's", { before: new DateTime() }, "before"],
    ["an empty user", { userId: "" }, "userId"],
    ["a user that is a number", { userId: 1 }, "userId"],
  ])("with %s", async (_, filter, message) => {
    await expect(db.runs.purge(filter as never)).rejects.toEqual(refused(message));
    await expect(db.sessions.purge(filter as never)).rejects.toEqual(refused(message));
  });

  test("with what only the other takes", async () => {
    await expect(db.runs.purge({ status: "running" } as never)).rejects.toEqual(refused("running"));
    await expect(db.runs.purge({ sessionId: "s" } as never)).rejects.toEqual(refused("sessionId"));
    await expect(db.sessions.purge({ kind: "agents" } as never)).rejects.toEqual(refused("agents"));
    await expect(db.sessions.purge({ status: "error" } as never)).rejects.toEqual(refused("status"));
    await expect(db.sessions.purge({ kind: "workflow", userId: "ana" })).rejects.toEqual(refused("runs.purge()"));
  });

  test.each<[string, object]>([
    ["dryRun", { dryRun: "false" }],
    ["batchSize", { batchSize: 0 }],
    ["batchSize", { batchSize: 1001 }],
    ["batchSize", { batchSize: 1.5 }],
    ["dryrun", { dryrun: false }],
    ["onProgress", { onProgress: 1 }],
    ["signal", { signal: {} }],
  ])("with a %s that is none: %j", async (name, options) => {
    await expect(db.runs.purge({ userId: "a" }, options)).rejects.toEqual(refused(name));
    await expect(db.sessions.purge({ userId: "a" }, options)).rejects.toEqual(refused(name));
  });

  test("before it begins, when its signal has aborted", async () => {
    const open = new SurrealDb({ url: "mem://" });
    await everything(open).run("x");
    const rows = await everyRow(open);
    const options = { dryRun: false, signal: AbortSignal.abort() };
    await expect(open.runs.purge({ workflow: "outer" }, options)).rejects.toMatchObject({ code: "cancelled" });
    await expect(open.sessions.purge({ name: "reader" }, options)).rejects.toMatchObject({ code: "cancelled" });
    expect(await everyRow(open)).toEqual(rows);
    await open.close();
  });
});
