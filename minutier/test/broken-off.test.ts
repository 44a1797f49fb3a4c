/** Nothing that ran is forgotten: however a turn ends, the next one is sent what its tools did. */
import { setTimeout as sleep } from "node:timers/promises";

import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import type { SurrealDb } from "../src/db/surreal-db.ts";
import { redactPatterns } from "../src/redact/redact-patterns.ts";
import { Team } from "../src/team/team.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";
import { failureOf, runFailureOf } from "./failure-of.ts";
import { type FakeProvider, providers, type Said, startFakeProvider } from "./fake-provider.ts";

const sessionId = "s";
const key = { kind: "agent", name: "cashier", sessionId } as const;
const payCall: Said = { text: "I pay.", calls: [{ id: "c1", name: "pay", input: { n: 1 } }] };
const again: Said = { text: "Once more.", calls: [{ id: "c2", name: "pay", input: { n: 2 } }] };

function cashier(model: FakeProvider["model"], db: SurrealDb, more: object = {}): Agent {
  const pay = tool({ inputSchema: z.object({ n: z.number() }), execute: ({ n }) => ({ paid: n }) });
  return new Agent({ name: "cashier", model, tools: { pay }, db, ...more });
}

/** Each way in which an answer breaks off after its tool has run. */
const ends: {
  how: string;
  code: string;
  said: string;
  script: Said[];
  paid?: number[];
  options?: object;
  go?: (agent: Agent) => Promise<unknown>;
}[] = [
  { how: "its model fails", code: "model_failed", said: "I pay.", script: [payCall, { status: 529 }] },
  {
    how: "the reader stops it in the middle of its text",
    code: "cancelled",
    said: "I pay.Now I",
    script: [payCall, { text: "Now I", hangs: true }],
    go: async (agent) => {
      for await (const event of agent.stream("Pay", { sessionId }))
        if (event.type === "text-delta" && event.text === "Now I") break;
      await sleep(300);
    },
  },
  {
    how: "its caller cancels it",
    code: "cancelled",
    said: "I pay.Now I",
    script: [payCall, { text: "Now I", hangs: true }],
    go: async (agent) => {
      const stop = new AbortController();
      const events = agent.stream("Pay", { sessionId, signal: stop.signal });
      await failureOf(
        (async () => {
          for await (const event of events) if (event.type === "text-delta" && event.text === "Now I") stop.abort();
        })(),
      );
    },
  },
  {
    how: "its time is over",
    code: "timeout",
    said: "I pay.",
    script: [payCall, { text: "Now I", hangs: true }],
    go: (agent) => failureOf(agent.run("Pay", { sessionId, signal: AbortSignal.timeout(500) })),
  },
  {
    how: "it has made all its steps",
    code: "model_failed",
    said: "I pay.Once more.",
    paid: [1, 2],
    script: [payCall, again],
    options: { maxSteps: 2 },
  },
  {
    how: "its model fails after a person allowed the call",
    code: "model_failed",
    said: "I pay.",
    script: [payCall, { status: 529 }],
    options: { toolApproval: { pay: "user-approval" } },
    go: async (agent) => {
      const { runId, pendingCalls } = await runFailureOf(agent.run("Pay", { sessionId }));
      await failureOf(agent.approve(runId, { sessionId, calls: pendingCalls!, by: "ana" }));
    },
  },
];

describe.each(providers)("told to %s, a turn that breaks off when", (provider) => {
  test.each(ends)("$how", async ({ code, said, script, paid = [1], options, go }) => {
    const db = await backends[0]!.open();
    const { model, requests } = await startFakeProvider(provider, [...script, { text: "Yes, I did." }]);
    const agent = cashier(model, db, options);
    await (go?.(agent) ?? failureOf(agent.run("Pay", { sessionId })));
    const rows = await db.sessions.messages(key);
    expect(rows).toMatchObject([{ content: "Pay", error_code: code, partial_answer: expect.any(String) }]);
    expect(rows[0]!.partial_answer!.replaceAll("\n", "")).toBe(said);
    expect((await agent.run("Did you pay?", { sessionId })).text).toBe("Yes, I did.");
    expect(requests.at(-1)).toEqual([
      "user: Pay",
      ...paid.flatMap((n) => [`call c${n}`, `result c${n} {"paid":${n}}`]),
      expect.stringMatching(new RegExp(`^assistant: I pay\\.[^]*\\[The answer was broken off here: ${code}\\.\\]$`)),
      "user: Did you pay?",
    ]);
  });
});

describe.each(backends)("a turn that broke off, on $name", ({ open }) => {
  const call = { toolCalls: [{ toolName: "pay", input: { n: 1 } }] };
  const fail = (): never => {
    throw new Error("overloaded");
  };

  test("counts as one of the last turns, and is left out where nothing ran", async () => {
    const db = await open();
    const model = scriptedModel(["One.", call, fail, fail, fail, "Two.", "Three."]);
    const agent = cashier(model, db, { historyLimit: 4 });
    await agent.run("q1", { sessionId });
    for (const question of ["q2", "q3", "q4"]) await failureOf(agent.run(question, { sessionId }));
    await agent.run("q5", { sessionId });
    const asked = (): unknown[] =>
      model.requests
        .at(-1)!
        .prompt.filter(({ role }) => role === "user")
        .map(({ content }) => (content as { text: string }[])[0]?.text);
    expect(asked()).toEqual(["q1", "q2", "q5"]);
    await agent.run("q6", { sessionId });
    expect(asked()).toEqual(["q2", "q5", "q6"]);
  });

  test("tells a tool's failure and a value that JSON has no form for", async () => {
    const db = await open();
    const when = new Date(0);
    const tools = {
      when: tool({ inputSchema: z.object({}), execute: () => ({ when }) }),
      boom: tool({
        inputSchema: z.object({}),
        execute: (): string => {
          throw new Error("the bank is closed");
        },
      }),
    };
    const both = {
      toolCalls: [
        { toolName: "when", input: {} },
        { toolName: "boom", input: {} },
      ],
    };
    const model = scriptedModel([both, fail, "Ok."]);
    const agent = new Agent({ name: "cashier", model, tools, db });
    await failureOf(agent.run("q1", { sessionId }));
    await agent.run("q2", { sessionId });
    const told = JSON.stringify(model.requests.at(-1)!.prompt);
    expect(told).toContain("1970-01-01T00:00:00");
    expect(told).toContain("the bank is closed");
  });

  test("of a team tells the next one what its members were given and gave", async () => {
    const db = await open();
    const member = new Agent({ name: "m", model: scriptedModel(["It is paid."]) });
    const delegate = { toolCalls: [{ toolName: "delegate_to_member", input: { member: "m", task: "Pay." } }] };
    const model = scriptedModel([delegate, fail, "Yes."]);
    const team = new Team({ name: "t", members: [member], model, db });
    await failureOf(team.run("q1", { sessionId }));
    expect((await team.run("q2", { sessionId })).text).toBe("Yes.");
    const told = JSON.stringify(model.requests.at(-1)!.prompt);
    for (const said of ['"task":"Pay."', "It is paid.", "broken off here: model_failed"]) expect(told).toContain(said);
  });

  test("as a step of a workflow tells the next turn of its session", async () => {
    const db = await open();
    const model = scriptedModel([call, fail, "Yes."]);
    const workflow = new Workflow({ name: "w", db, steps: [cashier(model, db)] });
    await failureOf(workflow.run("q1", { sessionId }));
    expect((await workflow.run("q2", { sessionId })).output).toBe("Yes.");
    const told = JSON.stringify(model.requests.at(-1)!.prompt);
    for (const said of ['"paid":1', "broken off here: model_failed"]) expect(told).toContain(said);
  });

  test("keeps no personal data that redact takes out", async () => {
    const db = await open({ redact: redactPatterns(["email"]) });
    const text = { text: "I write to ana@example.com.", toolCalls: [{ toolName: "pay", input: { n: 1 } }] };
    const agent = cashier(scriptedModel([text, fail]), db);
    await failureOf(agent.run("q1", { sessionId }));
    const [row] = await db.sessions.messages(key);
    expect(row?.partial_answer).toBe("I write to [email].");
  });
});
