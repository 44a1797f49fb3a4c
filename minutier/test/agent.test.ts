/** What an agent's run leaves in the database, and what it costs. */
import { tool } from "ai";
import { RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { runAgent } from "../src/agent/run-agent.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { drainTurn } from "../src/turn/run-turn.ts";
import type { AgentResult } from "../src/events.ts";
import { backends } from "./backends.ts";
import { countStatements, watchDatabase } from "./counted-calls.ts";
import { failureOf } from "./failure-of.ts";

const add = tool({ inputSchema: z.object({ a: z.number(), b: z.number() }), execute: ({ a, b }) => ({ sum: a + b }) });
const key = (name: string, sessionId: string) => ({ kind: "agent", name, sessionId }) as const;

describe.each(backends)("a recorded agent on $name", ({ open }) => {
  test("stores the question before the model is called and the answer before run() returns", async () => {
    const db = await open();
    let during: unknown;
    const model = scriptedModel(async () => {
      during = await db.sessions.messages(key("extracteur", "s1"));
      return "Deux parties.";
    });
    const agent = new Agent({ name: "extracteur", model, db });
    const metadata = { dossier_id: new RecordId("dossier", "abc123"), user_id: "user:notaire1" };
    const answer = await agent.run("Extraire les parties", { sessionId: "s1", metadata, userId: "user:notaire1" });

    expect(during).toMatchObject([{ role: "user", content: "Extraire les parties" }]);
    expect(answer).toMatchObject({
      sessionId: "s1",
      text: "Deux parties.",
      output: "Deux parties.",
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
      finishReason: "stop",
      model: "scripted",
      toolCalls: [],
    });
    expect(answer.durationMs).toBeGreaterThan(0);
    const [question, stored] = await db.sessions.messages(key("extracteur", "s1"));
    expect(question).toMatchObject({ run_id: answer.runId, metadata, user_id: "user:notaire1" });
    expect(stored).toMatchObject({
      role: "assistant",
      content: "Deux parties.",
      run_id: answer.runId,
      model: "scripted",
      usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
      finish_reason: "stop",
      duration_ms: answer.durationMs,
    });
    expect(stored?.response).toBeUndefined();
  });

  test("shows its conversation in the contract's shape", async () => {
    const db = await open();
    const agent = new Agent({ name: "extracteur", model: scriptedModel(["Bonjour.", "Au revoir."]), db });
    await agent.run("Allô", { sessionId: "s1", metadata: { dossier_id: "dossier:abc123" } });
    await agent.run("Salut", { sessionId: "s1" });
    const [rows] = await db.query<[Record<string, unknown>[]]>("SELECT * FROM agent_sessions");
    expect(rows).toHaveLength(1);
    expect(rows?.[0]).toMatchObject({
      agent_name: "extracteur",
      session_id: "s1",
      metadata: { dossier_id: "dossier:abc123" },
      messages: [
        { role: "user", content: "Allô" },
        { role: "assistant", content: "Bonjour." },
        { role: "user", content: "Salut" },
        { role: "assistant", content: "Au revoir." },
      ],
    });
    for (const message of rows?.[0]?.["messages"] as { timestamp: unknown }[]) {
      expect(message.timestamp).toBeInstanceOf(Date);
      expect(Object.keys(message).sort()).toEqual(["content", "role", "timestamp"]);
    }
  });

  test("costs two round trips a turn, and one more for all the tool calls of a step", async () => {
    const db = await open();
    const calls = (count: number) => ({
      toolCalls: Array.from({ length: count }, (_, b) => ({ toolName: "add", input: { a: 1, b } })),
    });
    const agent = new Agent({
      name: "calculateur",
      model: scriptedModel(["zéro", "un", calls(1), "deux", calls(5), "trois", calls(2), calls(1), "quatre"]),
      tools: { add },
      db,
    });
    const watched = watchDatabase(db);
    const cost = async (): Promise<number[]> => {
      watched.reset();
      await agent.run("Calcule", { sessionId: "s1" });
      return watched.queries.map(countStatements);
    };
    await cost(); // creates the tables
    expect(await cost(), "a plain turn").toEqual([6, 2]);
    expect(await cost(), "one tool call: its start; its end with the answer").toEqual([6, 1, 3]);
    expect(await cost(), "five parallel calls: one write for all starts, none for their ends").toEqual([6, 5, 7]);
    expect(await cost(), "two steps with calls").toEqual([6, 2, 3, 3]);
    const rows = await db.sessions.toolCalls(key("calculateur", "s1"));
    expect(rows).toHaveLength(9);
    expect(rows.every((row) => row.status === "success" && row.ended_at instanceof Date)).toBe(true);
  });

  test("costs the same at the tenth turn and at the hundredth", async () => {
    const db = await open();
    const agent = new Agent({ name: "long", model: scriptedModel(() => "réponse"), db });
    const watched = watchDatabase(db);
    const sizes: number[] = [];
    for (let turn = 0; turn < 100; turn++) {
      watched.reset();
      await agent.run("question", { sessionId: "s1" });
      sizes.push(watched.queries.reduce((sum, text) => sum + text.length, 0));
    }
    expect(sizes[99]).toBe(sizes[50]);
  });

  test("refuses to run when the question can't be recorded", async () => {
    const db = await open();
    const model = scriptedModel(["jamais"]);
    const agent = new Agent({ name: "prudent", model, db });
    const watched = watchDatabase(db);
    watched.refuse(/CREATE agent_messages/);
    const error = await failureOf(agent.run("Bonjour", { sessionId: "s1" }));
    expect(error.code).toBe("not_recorded");
    expect(error.message).toContain("the network is gone");
    expect((error.cause as Error).message).toContain("the network is gone");
    expect(model.requests).toHaveLength(0);
    watched.allow();
    expect((await agent.run("Bonjour", { sessionId: "s1" })).text).toBe("jamais");
  });

  test("W5: an answer that can't be recorded is no success, and is not thrown away", async () => {
    const db = await open();
    const agent = new Agent({ name: "honnête", model: scriptedModel(["la réponse"]), db });
    const watched = watchDatabase(db);
    watched.refuse(/agent_messages.*assistant|UPDATE .*updated_at/s);
    const error = await failureOf(agent.run("Bonjour", { sessionId: "s1" }));
    expect(error.code).toBe("result_not_recorded");
    expect(error.output).toMatchObject({ text: "la réponse", usage: { totalTokens: 15 } });
    expect(error.runId).toBe((error.output as AgentResult).runId);
    expect((error.cause as Error).message).toContain("the network is gone");
  });

  test("W11, W12: run inside another run it takes over database, session, user and run; afterwards it is its own again", async () => {
    const [db, own] = [await open(), await open()];
    const agent = new Agent({ name: "membre", model: scriptedModel(() => "oui") });
    const run = (context: Parameters<typeof runAgent>[2]) =>
      drainTurn<AgentResult<unknown>>(runAgent(agent, "Vérifie", context));
    await run({ db, sessionId: "s1", workflowRun: "01RUN", userId: "user:n", metadata: { dossier_id: "d1" } });
    await run({ db: own, sessionId: "s2" });
    await agent.run("Seul");

    const [question, answer] = await db.sessions.messages(key("membre", "s1"));
    expect(question).toMatchObject({
      user_id: "user:n",
      metadata: { dossier_id: "d1" },
      workflow_run: new RecordId("workflow_runs", "01RUN"),
    });
    expect(answer).toMatchObject({ workflow_run: new RecordId("workflow_runs", "01RUN") });
    expect(await db.sessions.messages(key("membre", "s2"))).toEqual([]);
    const [other] = await own.sessions.messages(key("membre", "s2"));
    expect(other?.user_id).toBeUndefined();
    expect(other?.metadata).toBeUndefined();

    const withOwn = new Agent({ name: "propriétaire", model: scriptedModel(() => "oui"), db: own });
    await drainTurn(runAgent(withOwn, "Vérifie", { db, sessionId: "s3" }));
    expect(await own.sessions.messages(key("propriétaire", "s3"))).toHaveLength(2);
    expect(await db.sessions.messages(key("propriétaire", "s3"))).toHaveLength(0);
  });

  test("W9: the metadata of one session never reaches another", async () => {
    const db = await open();
    const agent = new Agent({ name: "commun", model: scriptedModel(() => "ok"), db });
    const metadata = { dossier_id: "d1" };
    await Promise.all([
      agent.run("a", { sessionId: "s1", metadata, userId: "u1" }),
      agent.run("b", { sessionId: "s2" }),
    ]);
    metadata.dossier_id = "changed later";
    expect(await db.sessions.agent("commun", "s1")).toMatchObject({ metadata: { dossier_id: "d1" }, user_id: "u1" });
    const other = await db.sessions.agent("commun", "s2");
    expect(other?.metadata).toEqual({});
    expect(other?.user_id).toBeUndefined();
  });

  test("W17: an answer, a tool's input and its output are each stored once", async () => {
    const db = await open();
    const big = (letter: string): string => letter.repeat(10_240);
    const agent = new Agent({
      name: "économe",
      model: scriptedModel([{ toolCalls: [{ toolName: "read", input: { query: big("q") } }] }, big("a")]),
      tools: { read: tool({ inputSchema: z.object({ query: z.string() }), execute: () => ({ page: big("p") }) }) },
      db,
    });
    await agent.run("Lis", { sessionId: "s1" });
    const [messages, calls] = await db.query("SELECT * FROM agent_messages; SELECT * FROM agent_tool_calls");
    const bytes = JSON.stringify([messages, calls]).length;
    expect(bytes).toBeGreaterThan(3 * 10_240);
    expect(bytes).toBeLessThan(3 * 10_240 + 2_500);
  });

  test.each([
    ["accents and emoji", "été 👩‍⚖️ 漢字 \u202eabc"],
    ["quotes and SurrealQL", "'; DELETE agent_messages; -- `⟩⟨ $n"],
    ["slashes and brackets", "a/b[0]:{}"],
  ])("takes names, sessions and texts with %s", async (_, text) => {
    const db = await open();
    const agent = new Agent({ name: text, model: scriptedModel([text, "encore"]), db });
    await agent.run(text, { sessionId: text, metadata: { [text]: text } });
    await agent.run("suite", { sessionId: text });
    const session = await db.sessions.agent(text, text);
    expect(session).toMatchObject({ agent_name: text, session_id: text, metadata: { [text]: text } });
    expect(session?.messages.map((message) => message.content)).toEqual([text, text, "suite", "encore"]);
  });

  test("takes a megabyte of text", async () => {
    const db = await open();
    const long = "é".repeat(500_000);
    const agent = new Agent({ name: "grand", model: scriptedModel([long, "bref"]), db });
    await agent.run(long, { sessionId: "s1" });
    await agent.run("suite", { sessionId: "s1" });
    expect((await db.sessions.agent("grand", "s1"))?.messages.map((message) => message.content.length)).toEqual([
      500_000, 500_000, 5, 4,
    ]);
  });
});

describe("an agent", () => {
  test("works the same without a database, unrecorded and without memory", async () => {
    const model = scriptedModel([{ toolCalls: [{ toolName: "add", input: { a: 1, b: 2 } }] }, "trois", "quoi ?"]);
    const agent = new Agent({ name: "libre", model, tools: { add }, instructions: "Sois bref." });
    const answer = await agent.run("1 + 2 ?", { sessionId: "s1" });
    expect(answer.text).toBe("trois");
    expect(answer.toolCalls).toEqual([
      { toolCallId: "call-0-0", toolName: "add", input: { a: 1, b: 2 }, output: { sum: 3 } },
    ]);
    expect(answer.usage.totalTokens).toBe(30);
    await agent.run("Et avant ?", { sessionId: "s1" });
    expect(model.requests[2]?.prompt.map((message) => message.role)).toEqual(["system", "user"]);
  });

  test("sends a JSON value as JSON text", async () => {
    const model = scriptedModel(() => "ok");
    const agent = new Agent({ name: "json", model });
    for (const input of [{ a: [1, "é"] }, [1, 2], 42, true, null]) {
      await agent.run(input);
      expect(model.requests.at(-1)?.lastUserText).toBe(JSON.stringify(input));
    }
  });

  test.each([
    ["an empty text", ""],
    ["white space", " \n"],
    ["undefined", undefined as never],
    ["a function", (() => 1) as never],
    [
      "a cycle",
      (() => {
        const a: Record<string, unknown> = {};
        a["a"] = a;
        return a;
      })(),
    ],
  ])("refuses %s as input before anything happens", async (_, input) => {
    const model = scriptedModel(["jamais"]);
    const error = await failureOf(new Agent({ name: "strict", model }).run(input));
    expect(error.code).toBe("invalid_input");
    expect(model.requests).toHaveLength(0);
  });

  test("refuses metadata that can't be stored, and ids that name nothing", async () => {
    const [mem] = backends;
    const db = await mem?.open();
    const agent = new Agent({ name: "strict", model: scriptedModel(["jamais"]), ...(db === undefined ? {} : { db }) });
    expect((await failureOf(agent.run("a", { metadata: { f: () => 1 } }))).code).toBe("invalid_value");
    expect((await failureOf(agent.run("a", { sessionId: "" }))).code).toBe("invalid_options");
    expect((await failureOf(agent.run("a", { runId: "" }))).code).toBe("invalid_options");
  });

  test("checks its definition at its construction", () => {
    const model = scriptedModel([]);
    const define = (options: object) => () => new Agent({ name: "a", model, ...options });
    for (const wrong of [
      { name: "" },
      { name: "  " },
      { name: 3 },
      { model: undefined },
      { historyLimit: -1 },
      { historyLimit: 1.5 },
      { maxSteps: 0 },
      { maxRetries: -1 },
      { tools: [{ add }, { add }] },
      { tools: { ask: tool({ inputSchema: z.object({}) }) } },
    ]) {
      expect(define(wrong), JSON.stringify(wrong)).toThrow(expect.objectContaining({ code: "invalid_definition" }));
    }
    expect(define({ tools: [{ add }, { add }] })).toThrow(
      'The agent "a" has two tools named "add". Rename one of them.',
    );
  });

  test("can't be changed", () => {
    const agent = new Agent({ name: "fixe", model: scriptedModel([]) });
    expect(Object.isFrozen(agent)).toBe(true);
    expect(() => ((agent as { name: string }).name = "autre")).toThrow(TypeError);
  });
});
