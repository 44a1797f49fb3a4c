/** A connection that is lost: nothing is lost with it, and nothing is written twice. */
import { setTimeout as sleep } from "node:timers/promises";

import { tool } from "ai";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { closeRun } from "../src/db/run-claims.ts";
import { surql } from "../src/db/statement.ts";
import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import type { AgentResult } from "../src/events.ts";
import type { StoredMessageRow } from "../src/records.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { approval, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { startServer, temporaryFolder } from "./backends.ts";
import { type CuttingProxy, startCuttingProxy } from "./cutting-proxy.ts";
import { failureOf } from "./failure-of.ts";
import { type ServerProcessOptions, startServerProcess } from "./server-process.ts";

const auth = { username: "root", password: "root" };

function use(options: SurrealDbOptions): SurrealDb {
  const db = new SurrealDb({ auth, ...options });
  onTestFinished(() => db.close());
  return db;
}

/** A database behind a network that can be cut. */
async function openBehindProxy(options: SurrealDbOptions = {}): Promise<{ db: SurrealDb; proxy: CuttingProxy }> {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const proxy = await startCuttingProxy(server.url);
  const db = use({ url: proxy.url, ...options });
  // The tables are there, so that the next call is the one that the test means.
  await new Agent({ name: "premier", model: scriptedModel(["ok"]), db }).run("?");
  return { db, proxy };
}

const rowsOf = (db: SurrealDb, sessionId = "s1"): Promise<StoredMessageRow[]> =>
  db.sessions.messages({ kind: "agent", name: "a", sessionId }, { last: 1000 });

describe("an answer that is lost after the database has committed", () => {
  test("of the question: it is stored once, and the turn reads its history", async () => {
    const { db, proxy } = await openBehindProxy();
    const model = scriptedModel((request) => `r${request.prompt.length}`);
    const agent = new Agent({ name: "a", model, db });
    await agent.run("q1", { sessionId: "s1" });
    proxy.loseNextAnswer();
    expect((await agent.run("q2", { sessionId: "s1" })).text).toBe("r3");
    expect((await rowsOf(db)).map((row) => row.content)).toEqual(["q1", "r1", "q2", "r3"]);
    expect(proxy.cuts).toBe(1);
  });

  test("of a tool call's start: the tool runs once, its row is there once", async () => {
    const { db, proxy } = await openBehindProxy();
    let ran = 0;
    const work = tool({ inputSchema: z.object({}), execute: () => ++ran });
    const call = { toolCalls: [{ toolName: "work", input: {} }] };
    const model = scriptedModel((request) => {
      if (request.index === 0) proxy.loseNextAnswer();
      return request.index === 0 ? call : "fini";
    });
    const agent = new Agent({ name: "a", model, db, tools: { work } });
    expect((await agent.run("q", { sessionId: "s1" })).text).toBe("fini");
    expect(ran).toBe(1);
    const calls = await db.sessions.toolCalls({ kind: "agent", name: "a", sessionId: "s1" });
    expect(calls).toMatchObject([{ status: "success", output: 1 }]);
    expect(proxy.cuts).toBe(1);
  });

  test("of the answer, or of a failure: it is stored once, and the run ends as it did", async () => {
    const { db, proxy } = await openBehindProxy();
    const model = scriptedModel((request) => {
      proxy.loseNextAnswer();
      return request.lastUserText === "échec" ? new Error("panne") : "réponse";
    });
    const agent = new Agent({ name: "a", model, db });
    expect((await agent.run("q", { sessionId: "s1" })).text).toBe("réponse");
    expect(await failureOf(agent.run("échec", { sessionId: "s1" }))).toMatchObject({ code: "model_failed" });
    expect(await rowsOf(db)).toMatchObject([
      { content: "q" },
      { content: "réponse" },
      { content: "échec", error_code: "model_failed" },
    ]);
    expect(proxy.cuts).toBe(2);
  });

  test("of a question to a person, of a turn or a run: both wait", async () => {
    const { db, proxy } = await openBehindProxy();
    const send = tool({ inputSchema: z.object({}), needsApproval: true, execute: () => "sent" });
    const model = scriptedModel(({ index }) => {
      if (index > 0) return "ok";
      proxy.loseNextAnswer();
      return { toolCalls: [{ toolName: "send", input: {} }] };
    });
    const agent = new Agent({ name: "a", model, tools: { send } });
    const reason = (): string => {
      proxy.loseNextAnswer();
      return "?";
    };
    const workflow = new Workflow({ name: "w", db, steps: [step("ask", agent), approval("ok?", { reason })] });
    const run = await workflow.run("q");
    expect(run).toMatchObject({ status: "running", waitingFor: [{ step: "ask" }] });
    expect(proxy.cuts).toBe(1);
    const again = await workflow.approve(run.id, undefined, { by: "n" });
    expect(again).toMatchObject({ status: "running", waitingFor: [{ step: "ok?" }] });
    expect(proxy.cuts).toBe(2);
    expect(await workflow.approve(run.id, undefined, { by: "n" })).toMatchObject({ status: "success" });
  });

  test("of the end of a run whose process died: it is closed once, and that is no error", async () => {
    const { db, proxy } = await openBehindProxy();
    await db.query(
      "CREATE workflow_runs:dead SET workflow_name = 'w', status = 'running', metadata = {}, revision = 1",
    );
    proxy.loseNextAnswer();
    await closeRun(SurrealDb.databaseOf(db), "dead", "interrupt", { code: "interrupted", message: "it died" });
    expect(proxy.cuts).toBe(1);
    expect(await db.runs.get("dead")).toMatchObject({ status: "error", error_code: "interrupted", revision: 2 });
    await expect(db.runs.interrupt("dead")).rejects.toMatchObject({ code: "run_finished" });
  });

  test("of the caller's own query: it is not made again, and the error says that the outcome is unknown", async () => {
    const { db, proxy } = await openBehindProxy();
    await db.query("CREATE item:1 SET n = 0");
    proxy.loseNextAnswer();
    await expect(db.query("UPDATE item:1 SET n += 1")).rejects.toMatchObject({
      code: "connection_failed",
      message: expect.stringContaining("unknown"),
    });
    expect(await db.query("RETURN item:1.n")).toEqual([1]);
  });

  test("of several writes in one transaction: each is settled by itself", async () => {
    const { db, proxy } = await openBehindProxy();
    const database = SurrealDb.databaseOf(db);
    await db.query("CREATE counter:1 SET n = 0; CREATE item:0");
    let asked = 0;
    const first = database.write([surql`SLEEP 50ms`]);
    const writes = [
      database.write([surql`UPSERT item:1 SET done = true RETURN NONE`]),
      database.write([surql`UPDATE counter:1 SET n += 1 RETURN VALUE n`], {
        applied: async () => {
          asked++;
          const [n] = await database.select<number>(surql`SELECT VALUE n FROM counter:1`);
          return n === 1 ? [[n]] : undefined;
        },
      }),
    ];
    await first;
    proxy.loseNextAnswer();
    expect(await Promise.all(writes)).toEqual([[[]], [[1]]]);
    expect(asked).toBe(1);
    expect(await db.query("RETURN counter:1.n")).toEqual([1]);
  });
});

test("a transaction that is still under way at the server when it is sent again happens once", async () => {
  const { db, proxy } = await openBehindProxy();
  const database = SurrealDb.databaseOf(db);
  await db.query("CREATE item:0");
  proxy.cutAfterNextCall(30);
  const id = {
    applied: async () => ((await database.select(surql`SELECT * FROM item:1`)).length > 0 ? [1] : undefined),
  };
  await database.write([surql`SLEEP 400ms`, surql`CREATE item:1 RETURN NONE`], id);
  await sleep(500);
  expect(await db.query("RETURN count(SELECT * FROM item)")).toEqual([2]);
});

test("an opening that is sent again opens the turn, unless the first sending was committed after all", async () => {
  const { db } = await openBehindProxy();
  const database = SurrealDb.databaseOf(db);
  const write = database.write.bind(database);
  let committedFirst = false;
  database.write = async (statements, options) => {
    const { again, applied } = { ...options };
    if (again === undefined || applied === undefined) return write(statements, options);
    expect(await applied()).toBeUndefined();
    if (!committedFirst) return write(again);
    await write(statements);
    await expect(write(again)).rejects.toThrow("already opened");
    return (await applied()) ?? [];
  };
  const model = scriptedModel((request) => `r${request.prompt.length}`);
  const agent = new Agent({ name: "a", model, db });
  for (const question of ["q0", "q1", "q2", "q3"]) {
    await agent.run(question, { sessionId: "s1" });
    committedFirst = !committedFirst;
  }
  const expected = ["q0", "r1", "q1", "r3", "q2", "r5", "q3", "r7"];
  expect((await rowsOf(db)).map((row) => row.content)).toEqual(expected);
});

test("a hundred turns while the connection is cut again and again: every message once, in order, without a gap", async () => {
  const { db, proxy } = await openBehindProxy();
  const model = scriptedModel(async (request) => {
    await sleep(30);
    return `r${request.lastUserText}`;
  });
  const agent = new Agent({ name: "a", model, db });
  let over = false;
  const cutting = (async () => {
    for (let n = 0; !over; n++) {
      // Back first: a network that is cut all the time brings nothing.
      await db.query("RETURN 1").catch(() => undefined);
      await sleep((n * 37) % 60);
      if (n % 3 === 0) proxy.cut();
      else if (n % 3 === 1) proxy.loseNextAnswer();
      else proxy.cutAfterNextCall(n % 5);
    }
  })();
  await Promise.all(
    ["s1", "s2", "s3", "s4"].flatMap((sessionId) =>
      Array.from({ length: 25 }, (_, n) => agent.run(`${n}`, { sessionId })),
    ),
  );
  over = true;
  await cutting;
  for (const sessionId of ["s1", "s2", "s3", "s4"]) {
    const rows = await rowsOf(db, sessionId);
    expect(rows.map((row) => row.content)).toEqual(Array.from({ length: 25 }, (_, n) => [`${n}`, `r${n}`]).flat());
    expect(rows.map((row) => (row.id.id as unknown[])[2])).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(rows.filter((row) => row.error_code !== undefined || row.lease_until !== undefined)).toEqual([]);
  }
  expect(proxy.cuts).toBeGreaterThan(10);
});

describe("a server that is killed during a turn", () => {
  const restartable = async (
    options: SurrealDbOptions = {},
  ): Promise<{ place: ServerProcessOptions; db: SurrealDb; kill: () => void }> => {
    const folder = await temporaryFolder();
    const server = await startServerProcess({ folder });
    return {
      place: { folder, port: new URL(server.url).port },
      db: use({ url: server.url, reconnectTimeoutMs: 20_000, ...options }),
      kill: () => server.process.kill("SIGKILL"),
    };
  };

  test("and comes back: the turn goes on and is recorded, its events are told meanwhile", async () => {
    const { place, db, kill } = await restartable();
    const model = scriptedModel([{ chunks: ["a", "b", "c"], delayMs: 20 }, "ensuite"]);
    const agent = new Agent({ name: "a", model, db });
    const texts: string[] = [];
    let back: Promise<unknown> | undefined;
    for await (const event of agent.stream("q", { sessionId: "s1" })) {
      if (event.type === "run-started") kill();
      if (event.type !== "text-delta") continue;
      texts.push(event.text);
      if (event.text === "c") back = startServerProcess(place);
    }
    await back;
    expect(texts).toEqual(["a", "b", "c"]);
    expect((await agent.run("suite", { sessionId: "s1" })).text).toBe("ensuite");
    expect((await rowsOf(db)).map((row) => row.content)).toEqual(["q", "abc", "suite", "ensuite"]);
  });

  test("and comes back without its disk: the tables are made again with all that is defined on them", async () => {
    const first = await startServerProcess();
    const db = use({ url: first.url });
    const agent = new Agent({ name: "a", model: scriptedModel((request) => `r${request.lastUserText}`), db });
    await agent.run("avant", { sessionId: "s1" });
    first.process.kill("SIGKILL");
    await startServerProcess({ port: new URL(first.url).port });
    await agent.run("après", { sessionId: "s1" });
    expect((await rowsOf(db)).map((row) => row.content)).toEqual(["après", "raprès"]);
    expect(await SurrealDb.inspect(db)).toMatchObject({ missing: [], missingTables: [] });
  });

  test("while twenty sessions write: all of them are there once", async () => {
    const { place, db, kill } = await restartable();
    const agent = new Agent({ name: "a", model: scriptedModel((request) => `r${request.lastUserText}`), db });
    await agent.run("avant", { sessionId: "s0" });
    const runs = Promise.all(Array.from({ length: 20 }, (_, n) => agent.run(`${n}`, { sessionId: `t${n}` })));
    await sleep(5);
    kill();
    await sleep(200);
    await startServerProcess(place);
    await runs;
    for (let n = 0; n < 20; n++) {
      expect((await rowsOf(db, `t${n}`)).map((row) => row.content)).toEqual([`${n}`, `r${n}`]);
    }
  });

  test("and is away for longer than a lease: the turn that waits does not take the one before it for dead", async () => {
    const { place, db, kill } = await restartable({ leaseMs: 100 });
    const other = use({ url: `ws://127.0.0.1:${place.port}/rpc`, leaseMs: 100 });
    const model = scriptedModel(async (request) => {
      if (request.index === 0) await sleep(3000);
      return `${request.prompt.length}`;
    });
    const first = new Agent({ name: "a", model, db }).run("long", { sessionId: "s1" });
    while ((await rowsOf(other)).length === 0) await sleep(5);
    const second = new Agent({ name: "a", model, db: other }).run("attend", { sessionId: "s1" });
    await sleep(100);
    kill();
    await sleep(600);
    await startServerProcess(place);
    expect((await first).text).toBe("1");
    expect((await second).text).toBe("3");
  });

  test("and stays away: the error says for how long it waited, and holds the work", async () => {
    const server = await startServerProcess();
    const db = use({ url: server.url, reconnectTimeoutMs: 500 });
    const model = scriptedModel(() => {
      server.process.kill("SIGKILL");
      return "la réponse";
    });
    const started = Date.now();
    const error = await failureOf(new Agent({ name: "a", model, db }).run("q", { sessionId: "s1" }));
    expect(error).toMatchObject({
      code: "result_not_recorded",
      cause: { code: "connection_failed", message: expect.stringContaining("away for 500 ms") },
    });
    expect((error.output as AgentResult).text).toBe("la réponse");
    expect(Date.now() - started).toBeLessThan(3000);
    await expect(db.runs.latest()).rejects.toMatchObject({ code: "connection_failed" });
  });

  test("and refuses the sign-in when it comes back: that is said, and later it works again", async () => {
    const first = await startServerProcess();
    const port = new URL(first.url).port;
    const db = use({ url: first.url });
    await db.connect();
    first.process.kill("SIGKILL");
    const other = await startServerProcess({ port, password: "autre" });
    await expect(db.query("RETURN 1")).rejects.toMatchObject({ code: "authentication_failed" });
    other.process.kill("SIGKILL");
    await sleep(100);
    const waiting = db.query("RETURN 1");
    await startServerProcess({ port });
    expect(await waiting).toEqual([1]);
  });
});

test("a server that is silent as a tool is about to run: its call is closed with the turn, also when it was stored", async () => {
  const { process: server, url } = await startServerProcess();
  const db = use({ url, callTimeoutMs: 1000 });
  const work = tool({ inputSchema: z.object({}), execute: () => "never" });
  const model = scriptedModel(() => {
    server.kill("SIGSTOP");
    setTimeout(() => server.kill("SIGCONT"), 1300);
    return { toolCalls: [{ toolName: "work", input: {} }] };
  });
  await db.createTables();
  const error = await failureOf(new Agent({ name: "a", model, tools: { work }, db }).run("q", { sessionId: "s1" }));
  expect(error.message).toContain("did not answer within 1000 ms");
  expect(await rowsOf(db)).toMatchObject([{ content: "q", error_code: "not_recorded" }]);
  const [calls] = await db.query<[string[]]>("SELECT VALUE status FROM agent_tool_calls");
  // Whether the server stored the call before it was silent is its own affair.
  expect(calls.filter((status) => status !== "error")).toEqual([]);
});

test("closing while writes wait for a server that is away: they fail, nothing hangs", async () => {
  const server = await startServerProcess();
  const db = use({ url: server.url });
  const agent = new Agent({ name: "a", model: scriptedModel(() => "ok"), db });
  await agent.run("q", { sessionId: "s1" });
  server.process.kill("SIGKILL");
  await sleep(50);
  const waiting = failureOf(agent.run("q", { sessionId: "s1" }));
  await sleep(50);
  await db.close();
  expect((await waiting).cause).toMatchObject({ code: "database_closed" });
});
