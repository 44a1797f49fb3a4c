/** Conversations of an agent: memory, order, turns at the same time. */
import { join } from "node:path";

import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { type ScriptedRequest, scriptedModel } from "../src/testing/scripted-model.ts";
import { backends, temporaryFolder } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

const key = (name: string) => ({ kind: "agent", name, sessionId: "s1" }) as const;
const textsOf = (request: ScriptedRequest | undefined): string[] =>
  (request?.prompt ?? []).flatMap((message) =>
    typeof message.content === "string"
      ? []
      : message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])),
  );

describe.each(backends)("an agent's session on $name", ({ open }) => {
  test.each([
    [undefined, 20],
    [6, 6],
    [0, 0],
    [5, 4],
  ])("with historyLimit %s the model reads the last %s messages", async (historyLimit, read) => {
    const db = await open();
    const model = scriptedModel((request) => `r${request.lastUserText}`);
    const agent = new Agent({ name: "a", model, db, ...(historyLimit === undefined ? {} : { historyLimit }) });
    for (let turn = 0; turn < 15; turn++) await agent.run(`${turn}`, { sessionId: "s1" });
    const expected = Array.from({ length: 14 }, (_, turn) => [`${turn}`, `r${turn}`]).flat();
    expect(textsOf(model.requests.at(-1))).toEqual([...(read === 0 ? [] : expected.slice(-read)), "14"]);
  });

  test("another session and another agent know nothing of it", async () => {
    const db = await open();
    const model = scriptedModel(() => "ok");
    await new Agent({ name: "a", model, db }).run("secret", { sessionId: "s1" });
    await new Agent({ name: "a", model, db }).run("autre session", { sessionId: "s2" });
    await new Agent({ name: "b", model, db }).run("autre agent", { sessionId: "s1" });
    expect(textsOf(model.requests[1])).toEqual(["autre session"]);
    expect(textsOf(model.requests[2])).toEqual(["autre agent"]);
  });

  test("W7: twenty runs at once on one session keep their order, and each sees the answers before it", async () => {
    const db = await open();
    const model = scriptedModel(async (request) => {
      // The later ones would be done first if they did not wait.
      await new Promise((resolve) => setTimeout(resolve, 5 - (request.index % 5)));
      return `réponse ${request.lastUserText}`;
    });
    const agent = new Agent({ name: "a", model, db, historyLimit: 100 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => agent.run(`${n}`, { sessionId: "s1" })));
    expect(answers.map((answer) => answer.text)).toEqual(Array.from({ length: 20 }, (_, n) => `réponse ${n}`));
    const rows = await db.sessions.messages(key("a"), { last: 100 });
    expect(rows.map((row) => row.content)).toEqual(
      Array.from({ length: 20 }, (_, n) => [`${n}`, `réponse ${n}`]).flat(),
    );
    expect(rows.map((row) => row.run_id)).toEqual(answers.flatMap((answer) => [answer.runId, answer.runId]));
    expect(model.requests.map((request) => request.prompt.length)).toEqual(
      Array.from({ length: 20 }, (_, n) => 2 * n + 1),
    );
  });

  test("runs on different sessions do not wait for each other", async () => {
    const db = await open();
    let inside = 0;
    let most = 0;
    const model = scriptedModel(async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 100));
      inside--;
      return "ok";
    });
    const agent = new Agent({ name: "a", model, db });
    await Promise.all(Array.from({ length: 10 }, (_, n) => agent.run("q", { sessionId: `s${n}` })));
    expect(most).toBe(10);
  });

  test("twenty runs through two agents of one name keep their order too", async () => {
    const db = await open();
    const model = scriptedModel((request) => `r${request.lastUserText}`);
    const agents = [new Agent({ name: "a", model, db }), new Agent({ name: "a", model, db })];
    await Promise.all(Array.from({ length: 20 }, (_, n) => agents[n % 2]?.run(`${n}`, { sessionId: "s1" })));
    const rows = await db.sessions.messages(key("a"), { last: 100 });
    expect(rows.map((row) => row.content)).toEqual(Array.from({ length: 20 }, (_, n) => [`${n}`, `r${n}`]).flat());
  });

  test("cancelled while it waits for its session, a run leaves no trace and the others go on", async () => {
    const db = await open();
    const model = scriptedModel(async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return `r${request.lastUserText}`;
    });
    const agent = new Agent({ name: "a", model, db });
    const stop = new AbortController();
    const runs = [
      agent.run("0", { sessionId: "s1" }),
      failureOf(agent.run("1", { sessionId: "s1", signal: stop.signal })),
      agent.run("2", { sessionId: "s1" }),
    ];
    stop.abort();
    expect(await runs[1]).toMatchObject({ code: "cancelled" });
    await Promise.all(runs);
    expect((await db.sessions.messages(key("a"))).map((row) => row.content)).toEqual(["0", "r0", "2", "r2"]);
  });

  test("an agent whose tool runs it again on the same session is told so instead of waiting for ever", async () => {
    const db = await open();
    const tools = {
      again: tool({
        inputSchema: z.object({}),
        execute: async () => (await agent.run("dedans", { sessionId: "s1" })).text,
      }),
    };
    const model = scriptedModel([{ toolCalls: [{ toolName: "again", input: {} }] }, "fini"]);
    const agent: Agent = new Agent({ name: "a", model, tools, db });
    const answer = await agent.run("dehors", { sessionId: "s1" });
    expect(answer.text).toBe("fini");
    expect(answer.toolCalls[0]?.error).toContain(
      "its own run there, which can't end before. Give the inner run another sessionId",
    );
  });

  test("in another session the same agent may run inside itself", async () => {
    const db = await open();
    const tools = {
      again: tool({
        inputSchema: z.object({}),
        execute: async () => (await agent.run("dedans", { sessionId: "s2" })).text,
      }),
    };
    const model = scriptedModel([{ toolCalls: [{ toolName: "again", input: {} }] }, "intérieur", "fini"]);
    const agent: Agent = new Agent({ name: "a", model, tools, db });
    expect((await agent.run("dehors", { sessionId: "s1" })).toolCalls[0]?.output).toBe("intérieur");
  });

  test("two agents that ask each other at the same time do not wait for each other for ever", async () => {
    const db = await open();
    const ask = (other: () => Agent) => ({
      ask: tool({
        inputSchema: z.object({}),
        execute: async () => {
          await new Promise((resolve) => setTimeout(resolve, 30));
          return (await other().run("dedans", { sessionId: "s1" })).text;
        },
      }),
    });
    const model = scriptedModel((request) =>
      request.lastUserText === "dehors" && request.prompt.at(-1)?.role === "user"
        ? { toolCalls: [{ toolName: "ask", input: {} }] }
        : "ok",
    );
    const a: Agent = new Agent({ name: "a", model, db, tools: ask(() => b) });
    const b: Agent = new Agent({ name: "b", model, db, tools: ask(() => a) });
    const answers = await Promise.all([a.run("dehors", { sessionId: "s1" }), b.run("dehors", { sessionId: "s1" })]);
    const errors = answers.flatMap((answer) => answer.toolCalls).map((call) => call.error !== undefined);
    expect(errors.toSorted()).toEqual([false, true]);
  });

  test("what a run left behind, a timer say, may use the session later", async () => {
    const db = await open();
    let later: Promise<string> | undefined;
    const tools = {
      plan: tool({
        inputSchema: z.object({}),
        execute: () => {
          later = new Promise((resolve) => setTimeout(resolve, 100)).then(async () => {
            // While another run holds the session, whose turn is waited for.
            const other = new Agent({ name: "a", model: scriptedModel(["un autre"]), db }).run("avant", {
              sessionId: "s1",
            });
            const text = (await agent.run("plus tard", { sessionId: "s1" })).text;
            await other;
            return text;
          });
          return "prévu";
        },
      }),
    };
    const model = scriptedModel([{ toolCalls: [{ toolName: "plan", input: {} }] }, "fini", "la suite"]);
    const agent: Agent = new Agent({ name: "a", model, tools, db });
    await agent.run("prévois", { sessionId: "s1" });
    expect(await later).toBe("la suite");
  });
});

test("turns of two database objects on one session, as of two processes, see the answers before them", async () => {
  const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
  const databases = [new SurrealDb({ url }), new SurrealDb({ url })];
  for (const db of databases) await db.connect();
  const agents = databases.map(
    (db) => new Agent({ name: "a", model: scriptedModel(({ prompt }) => `${prompt.length}`), db, historyLimit: 100 }),
  );
  await Promise.all(Array.from({ length: 20 }, (_, n) => agents[n % 2]?.run(`${n}`, { sessionId: "s1" })));
  const rows = (await databases[0]?.sessions.messages(key("a"), { last: 100 })) ?? [];
  expect(rows).toHaveLength(40);
  for (let n = 0; n < 40; n += 2)
    expect(rows[n + 1]).toMatchObject({ role: "assistant", content: `${n + 1}`, run_id: rows[n]?.run_id });
  await Promise.all(databases.map((db) => db.close()));
});
