/** Failures, cancellation and streams of an agent: what is thrown, what is on record, what the next turn sees. */
import { tool } from "ai";
import { RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import type { SurrealDb } from "../src/db/surreal-db.ts";
import { RunError } from "../src/errors.ts";
import type { AgentEvent, AgentResult } from "../src/events.ts";
import { scriptedModel, type ScriptedReply } from "../src/testing/scripted-model.ts";
import { drainTurn } from "../src/turn/run-turn.ts";
import { backends } from "./backends.ts";
import { watchDatabase } from "./counted-calls.ts";
import { failureOf } from "./failure-of.ts";

const key = { kind: "agent", name: "a", sessionId: "s1" } as const;
const rowsOf = (db: SurrealDb) => db.sessions.messages(key, { last: 100 });
const never = (): Promise<never> => new Promise<never>(() => undefined);

/** A model that does not look at its signal. */
function deafModel(reply: () => Promise<ScriptedReply>) {
  const model = scriptedModel(reply);
  const deaf = (options: Parameters<typeof model.doStream>[0]) => ({
    ...options,
    abortSignal: new AbortController().signal,
  });
  return {
    ...model,
    doGenerate: (options: Parameters<typeof model.doGenerate>[0]) => model.doGenerate(deaf(options)),
    doStream: (options: Parameters<typeof model.doStream>[0]) => model.doStream(deaf(options)),
  };
}

function slowTool(run: (signal: AbortSignal | undefined) => Promise<unknown>) {
  return { work: tool({ inputSchema: z.object({}), execute: (_, { abortSignal }) => run(abortSignal) }) };
}

const callWork = { toolCalls: [{ toolName: "work", input: {} }] };

/** Both ways go through the same record, but not through the same call of the AI SDK. */
const ways = [
  { way: "run()", ask: (agent: Agent, ...question: Parameters<Agent["run"]>) => agent.run(...question) },
  {
    way: "stream()",
    ask: (agent: Agent, ...question: Parameters<Agent["run"]>) => drainTurn<AgentResult>(agent.stream(...question)),
  },
];

describe.each(backends.flatMap((backend) => ways.map((way) => ({ ...backend, ...way }))))(
  "an agent that fails in $way on $name",
  ({ open, ask }) => {
    test("throws after the failure is on record, with the model's error as its cause", async () => {
      const db = await open();
      const cause = new Error("overloaded");
      const agent = new Agent({ name: "a", model: scriptedModel([cause]), db });
      const error = await failureOf(ask(agent, "Bonjour", { sessionId: "s1" }));
      expect(error).toBeInstanceOf(RunError);
      expect(error).toMatchObject({ code: "model_failed", cause, sessionId: "s1" });
      expect(error.message).toBe('The run of the agent "a" failed. The model failed: overloaded.');
      const rows = await rowsOf(db);
      expect(rows).toMatchObject([
        {
          role: "user",
          content: "Bonjour",
          run_id: error.runId,
          error_code: "model_failed",
          error_message: error.message,
        },
      ]);
    });

    test("a failed turn does not poison the next one", async () => {
      const db = await open();
      const model = scriptedModel(["un", new Error("panne"), "trois"]);
      const agent = new Agent({ name: "a", model, db });
      await ask(agent, "1", { sessionId: "s1" });
      await failureOf(ask(agent, "2", { sessionId: "s1" }));
      await ask(agent, "3", { sessionId: "s1" });
      expect(model.requests[2]?.prompt.map((message) => JSON.stringify(message.content))).toEqual(
        ["1", "un", "3"].map((text) => expect.stringContaining(`"${text}"`)),
      );
      expect((await rowsOf(db)).map((row) => row.content)).toEqual(["1", "un", "2", "3", "trois"]);
    });

    test("an outage of thirty turns pushes nothing out of the memory", async () => {
      const db = await open();
      let down = false;
      const model = scriptedModel(() => (down ? new Error("panne") : "réponse"));
      const agent = new Agent({ name: "a", model, db });
      for (let turn = 0; turn < 12; turn++) await ask(agent, `q${turn}`, { sessionId: "s1" });
      down = true;
      for (let turn = 0; turn < 30; turn++) await failureOf(ask(agent, "en panne", { sessionId: "s1" }));
      down = false;
      await ask(agent, "enfin", { sessionId: "s1" });
      const prompt = model.requests.at(-1)?.prompt ?? [];
      expect(prompt).toHaveLength(21);
      expect(JSON.stringify(prompt[0])).toContain('"q2"');
      expect(JSON.stringify(prompt)).not.toContain("en panne");
    });

    test("an already aborted signal writes nothing and asks nothing", async () => {
      const db = await open();
      const model = scriptedModel(["jamais"]);
      const agent = new Agent({ name: "a", model, db });
      const watched = watchDatabase(db);
      const error = await failureOf(
        ask(agent, "Bonjour", { sessionId: "s1", signal: AbortSignal.abort(new Error("changed my mind")) }),
      );
      expect(error).toMatchObject({ code: "cancelled" });
      expect(error.message).toContain("changed my mind");
      expect(watched.queries).toEqual([]);
      expect(model.requests).toHaveLength(0);
    });

    test("cancelled while the question is written: recorded, the model is not called", async () => {
      const db = await open();
      const model = scriptedModel(["jamais"]);
      const agent = new Agent({ name: "a", model, db });
      await db.query("RETURN 1");
      const stop = new AbortController();
      const run = ask(agent, "Bonjour", { sessionId: "s1", signal: stop.signal });
      await Promise.resolve();
      stop.abort();
      expect((await failureOf(run)).code).toBe("cancelled");
      expect(model.requests).toHaveLength(0);
      expect(await rowsOf(db)).toMatchObject([{ content: "Bonjour", error_code: "cancelled" }]);
    });

    test.each([
      ["waits for the model", scriptedModel(never)],
      ["waits for a model that ignores its signal", deafModel(never)],
      ["streams", scriptedModel([{ chunks: ["a", "b", "c"], delayMs: 2000 }])],
    ])("cancelled while it %s: ended, and recorded", async (_, model) => {
      const db = await open();
      const agent = new Agent({ name: "a", model, db });
      await db.query("RETURN 1");
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 60);
      // Two of these models never answer: a run that waited for them would not end.
      const error = await failureOf(ask(agent, "Bonjour", { sessionId: "s1", signal: stop.signal }));
      expect(error.code).toBe("cancelled");
      expect(await rowsOf(db)).toMatchObject([{ content: "Bonjour", error_code: "cancelled" }]);
    });

    test("cancelled when the model has answered, it is cancelled all the same", async () => {
      const db = await open();
      const stop = new AbortController();
      const model = deafModel(async () => {
        stop.abort();
        return "trop tard";
      });
      const agent = new Agent({ name: "a", model, db });
      expect((await failureOf(ask(agent, "Bonjour", { sessionId: "s1", signal: stop.signal }))).code).toBe("cancelled");
      expect(await rowsOf(db)).toHaveLength(1);
    });

    test("cancelled while the answer is checked, it is cancelled all the same", async () => {
      const db = await open();
      const stop = new AbortController();
      const output = z.string().refine(async () => {
        stop.abort();
        return true;
      });
      const agent = new Agent({ name: "a", model: scriptedModel(['"oui"']), output, db });
      expect((await failureOf(ask(agent, "Bonjour", { sessionId: "s1", signal: stop.signal }))).code).toBe("cancelled");
      expect(await rowsOf(db)).toHaveLength(1);
    });

    test("cancelled in a tool that ignores its signal: both the question and the call say so", async () => {
      const db = await open();
      const stop = new AbortController();
      const tools = slowTool(() => {
        setTimeout(() => stop.abort(), 20);
        return never();
      });
      const agent = new Agent({ name: "a", model: scriptedModel([callWork, "jamais"]), tools, db });
      expect((await failureOf(ask(agent, "Bonjour", { sessionId: "s1", signal: stop.signal }))).code).toBe("cancelled");
      expect(await rowsOf(db)).toMatchObject([{ error_code: "cancelled" }]);
      const [call] = await db.sessions.toolCalls(key);
      expect(call).toMatchObject({
        tool_name: "work",
        status: "error",
        error_message: expect.stringContaining("ended before the tool did"),
      });
      expect(call?.ended_at).toBeInstanceOf(Date);
    });

    test("cancelled while a tool call is written: the tool does not run, its row is closed", async () => {
      const db = await open();
      let ran = false;
      const tools = slowTool(async () => (ran = true));
      const agent = new Agent({ name: "a", model: scriptedModel([callWork, "jamais"]), tools, db });
      await ask(agent, "prépare", { sessionId: "s0" }).catch(() => undefined);
      ran = false;
      const watched = watchDatabase(db);
      const stop = new AbortController();
      const model = scriptedModel([callWork, "jamais"]);
      const run = ask(new Agent({ name: "a", model, tools, db }), "Bonjour", { sessionId: "s1", signal: stop.signal });
      while (
        !watched.queries.some((text) => text.includes("_tool_calls:") === false && /CREATE \$_\d+ CONTENT/.test(text))
      ) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      stop.abort();
      expect((await failureOf(run)).code).toBe("cancelled");
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(ran).toBe(false);
      expect(await db.sessions.toolCalls(key)).toMatchObject([{ status: "error" }]);
    });

    test("a time limit is a timeout, not a cancellation", async () => {
      const db = await open();
      const agent = new Agent({ name: "a", model: scriptedModel(never), db });
      const error = await failureOf(ask(agent, "Bonjour", { sessionId: "s1", signal: AbortSignal.timeout(40) }));
      expect(error.code).toBe("timeout");
      expect(await rowsOf(db)).toMatchObject([{ error_code: "timeout" }]);
    });

    test("a loop that never ends is a failure, not an empty answer", async () => {
      const db = await open();
      const tools = slowTool(async () => "fait");
      const agent = new Agent({ name: "a", model: scriptedModel(() => callWork), tools, db, maxSteps: 3 });
      const error = await failureOf(ask(agent, "Bonjour", { sessionId: "s1" }));
      expect(error.code).toBe("model_failed");
      expect(error.message).toContain("still called tools after 3 steps");
      expect(await db.sessions.toolCalls(key)).toHaveLength(3);
      expect(await rowsOf(db)).toHaveLength(1);
    });

    test.each(["error", "interrupted", "length"] as const)(
      "an answer cut off (%s) before its tool calls is a failure that the next turn survives",
      async (finishReason) => {
        const db = await open();
        const tools = slowTool(async () => "fait");
        const agent = new Agent({
          name: "a",
          model: scriptedModel([{ ...callWork, finishReason }, "ensuite"]),
          tools,
          db,
        });
        expect((await failureOf(ask(agent, "Bonjour", { sessionId: "s1" }))).code).toBe("model_failed");
        expect((await ask(agent, "Encore", { sessionId: "s1" })).text).toBe("ensuite");
      },
    );

    test("a tool call that can't be recorded does not run, and fails the turn", async () => {
      const db = await open();
      let ran = false;
      const agent = new Agent({
        name: "a",
        model: scriptedModel([callWork, "jamais"]),
        tools: slowTool(async () => (ran = true)),
        db,
      });
      const watched = watchDatabase(db);
      watched.refuse(/^IF \(UPDATE .*CREATE/);
      const error = await failureOf(ask(agent, "Bonjour", { sessionId: "s1" }));
      expect(error.code).toBe("not_recorded");
      expect(error.message).toContain("The call of work");
      expect(ran).toBe(false);
      expect(await rowsOf(db)).toMatchObject([{ error_code: "not_recorded" }]);
    });
  },
);

describe.each(backends)("a turn that another process closed, on $name", ({ open }) => {
  const closed = [{ content: "Bonjour", error_code: "interrupted" }];
  const close = (db: SurrealDb) =>
    db.query("UPDATE $question SET error_code = 'interrupted', lease_until = NONE", {
      question: new RecordId("agent_messages", ["a", "s1", 0]),
    });

  test("stores no answer, and its error holds it", async () => {
    const db = await open();
    const model = scriptedModel(async () => {
      await close(db);
      return "réponse";
    });
    const error = await failureOf(new Agent({ name: "a", model, db }).run("Bonjour", { sessionId: "s1" }));
    expect(error).toMatchObject({ code: "lease_lost", output: { text: "réponse" } });
    expect(await rowsOf(db)).toMatchObject(closed);
    expect(await rowsOf(db)).toHaveLength(1);
  });

  test("runs no tool and stores no failure", async () => {
    const db = await open();
    let ran = false;
    const model = scriptedModel(async () => {
      await close(db);
      return callWork;
    });
    const agent = new Agent({ name: "a", model, tools: slowTool(async () => (ran = true)), db });
    expect(await failureOf(agent.run("Bonjour", { sessionId: "s1" }))).toMatchObject({ code: "lease_lost" });
    expect(ran).toBe(false);
    expect(await db.sessions.toolCalls(key)).toEqual([]);
    expect(await rowsOf(db)).toMatchObject(closed);

    const failing = scriptedModel(async () => {
      await close(db);
      return new Error("panne");
    });
    const other = new Agent({ name: "a", model: failing, db });
    await db.query("DELETE agent_messages; DELETE session_sequences");
    expect(await failureOf(other.run("Bonjour", { sessionId: "s1" }))).toMatchObject({ code: "lease_lost" });
    expect(await rowsOf(db)).toMatchObject(closed);
  });

  test("is stopped by its next sign of life", async () => {
    const db = await open({ leaseMs: 20 });
    const model = scriptedModel(async () => {
      await close(db);
      return never();
    });
    const error = await failureOf(new Agent({ name: "a", model, db }).run("Bonjour", { sessionId: "s1" }));
    expect(error).toMatchObject({ code: "lease_lost" });
    expect(await rowsOf(db)).toMatchObject(closed);
  });
});

describe.each(backends)("a sign of life on $name", ({ open }) => {
  test("is given while a turn lasts, and none after it or by a short one", async () => {
    const db = await open({ leaseMs: 50 });
    const leases: (Date | undefined)[] = [];
    const model = scriptedModel(async (request) => {
      for (let n = 0; n < (request.lastUserText === "long" ? 4 : 0); n++) {
        leases.push((await rowsOf(db)).at(-1)?.lease_until);
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      return "ok";
    });
    const agent = new Agent({ name: "a", model, db });
    const watched = watchDatabase(db);
    const isRenewal = (text: string): boolean => /^UPDATE .* SET lease_until = time::now/.test(text);
    const renewals = () => watched.queries.filter(isRenewal).length;
    const patient = await open({ leaseMs: 60_000 });
    const { queries } = watchDatabase(patient);
    await new Agent({ name: "a", model, db: patient }).run("court", { sessionId: "s1" });
    expect(queries.filter(isRenewal)).toEqual([]);
    await agent.run("long", { sessionId: "s1" });
    const given = renewals();
    expect(given).toBeGreaterThanOrEqual(3);
    expect(leases.every((lease, n) => n === 0 || Number(lease) > Number(leases[n - 1]))).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(renewals()).toBe(given);
    expect((await rowsOf(db)).every((row) => row.lease_until === undefined)).toBe(true);
  });

  test("an answer that can't be stored closes its turn, so that the next does not wait", async () => {
    const db = await open();
    const agent = new Agent({ name: "a", model: scriptedModel(["perdue", "ensuite"]), db });
    const watched = watchDatabase(db);
    watched.refuse(/ELSE \{ CREATE .*UPDATE/s);
    const error = await failureOf(agent.run("Bonjour", { sessionId: "s1" }));
    expect(error).toMatchObject({ code: "result_not_recorded", output: { text: "perdue" } });
    watched.allow();
    expect((await agent.run("Encore", { sessionId: "s1" })).text).toBe("ensuite");
    expect(await rowsOf(db)).toMatchObject([
      { content: "Bonjour", error_code: "result_not_recorded" },
      { content: "Encore" },
      { content: "ensuite" },
    ]);
  });
});

describe.each(backends)("an agent's stream on $name", ({ open }) => {
  test("a stream tells what happens in order, each event with its run, session and agent", async () => {
    const db = await open();
    const model = scriptedModel([{ chunks: ["Je ", "cherche."], ...callWork }, { chunks: ["Trou", "vé."] }]);
    const agent = new Agent({ name: "a", model, tools: slowTool(async () => ({ found: 1 })), db });
    const events: AgentEvent[] = [];
    for await (const event of agent.stream("Cherche", { sessionId: "s1" })) events.push(event);
    expect(events.map((event) => (event.type === "text-delta" ? event.text : event.type))).toEqual([
      "run-started",
      "Je ",
      "cherche.",
      "tool-call-started",
      "tool-call-completed",
      "Trou",
      "vé.",
      "run-completed",
    ]);
    expect(new Set(events.map((event) => event.runId)).size).toBe(1);
    expect(events.every((event) => event.agent === "a" && event.sessionId === "s1" && event.time instanceof Date)).toBe(
      true,
    );
    const last = events.at(-1);
    expect(last?.type === "run-completed" && last.result.text).toBe("Trouvé.");
  });

  test("a stream that fails tells it, then throws it", async () => {
    const db = await open();
    const agent = new Agent({ name: "a", model: scriptedModel([new Error("panne")]), db });
    const types: string[] = [];
    const error = await failureOf(
      (async () => {
        for await (const event of agent.stream("Bonjour", { sessionId: "s1" })) {
          types.push(event.type);
          if (event.type === "run-failed") expect(await rowsOf(db)).toMatchObject([{ error_code: "model_failed" }]);
        }
      })(),
    );
    expect(types).toEqual(["run-started", "run-failed"]);
    expect(error.code).toBe("model_failed");
  });

  test("breaking out of a stream cancels the run, and the record says so when the loop is left", async () => {
    const db = await open();
    const agent = new Agent({
      name: "a",
      model: scriptedModel([{ chunks: ["a", "b", "c"], delayMs: 20 }, "suite"]),
      db,
    });
    const watched = watchDatabase(db);
    for await (const event of agent.stream("Bonjour", { sessionId: "s1" })) if (event.type === "text-delta") break;
    expect(watched.answered.at(-1)).toMatch(/^IF \(UPDATE .* SET error_message/);
    expect(await rowsOf(db)).toMatchObject([{ error_code: "cancelled" }]);
    expect((await agent.run("Encore", { sessionId: "s1" })).text).toBe("suite");
  });

  test("a stream that nobody reads runs to its end and frees its session", async () => {
    const db = await open();
    const agent = new Agent({ name: "a", model: scriptedModel(["un", "deux"]), db });
    agent.stream("1", { sessionId: "s1" });
    expect((await agent.run("2", { sessionId: "s1" })).text).toBe("deux");
    expect(await rowsOf(db)).toHaveLength(4);
  });
});

test("a failed model call is not tried again unless maxRetries says so", async () => {
  const overloaded = Object.assign(new Error("overloaded"), {
    name: "AI_APICallError",
    isRetryable: true,
    [Symbol.for("vercel.ai.error.AI_APICallError")]: true,
    [Symbol.for("vercel.ai.error")]: true,
  });
  const once = scriptedModel([overloaded, "jamais"]);
  await failureOf(new Agent({ name: "a", model: once }).run("Bonjour"));
  expect(once.requests).toHaveLength(1);
  const twice = scriptedModel([overloaded, "enfin"]);
  expect((await new Agent({ name: "a", model: twice, maxRetries: 1 }).run("Bonjour")).text).toBe("enfin");
});
