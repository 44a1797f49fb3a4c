/** A turn with waits is one conversation: what providers are sent, and what stands on record, cover all of it. */
import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { RunError } from "../src/errors.ts";
import type { AgentResult } from "../src/events.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends, rootAuth, sharedServer } from "./backends.ts";
import { failureOf, runFailureOf } from "./failure-of.ts";
import { type FakeProvider, providers, type Said, startFakeProvider, usageOfEach } from "./fake-provider.ts";

/** Looks on its own, pays when it is allowed to; `ran` has both. */
function cashier(model: FakeProvider["model"], ran: string[], db?: SurrealDb, more: object = {}): Agent {
  const tools = {
    look: tool({ inputSchema: z.object({ n: z.number() }), execute: ({ n }) => (ran.push(`look ${n}`), `seen ${n}`) }),
    pay: tool({
      inputSchema: z.object({ n: z.number() }),
      needsApproval: true,
      execute: ({ n }) => (ran.push(`pay ${n}`), { paid: n }),
    }),
  };
  return new Agent({ name: "cashier", model, tools, ...(db === undefined ? {} : { db }), ...more });
}

/** Each leg says something, looks, and asks to pay; even ones pay twice. */
function scriptOf(waits: number): Said[] {
  const legs = Array.from({ length: waits }, (_, n): Said => {
    const call = (name: string, id: string): NonNullable<Said["calls"]>[number] => ({ id, name, input: { n } });
    const calls = [call("look", `look${n}`), call("pay", `pay${n}`), ...(n % 2 === 0 ? [call("pay", `more${n}`)] : [])];
    return { text: `leg ${n}`, calls };
  });
  return [...legs, { text: "All is paid." }, { text: "Yes." }];
}

/** What a request says of those legs. */
function toldOf(waits: number, paid: (n: number) => string): string[] {
  return Array.from({ length: waits }, (_, n) => {
    const more = n % 2 === 0;
    return [
      `assistant: leg ${n}`,
      `call look${n}`,
      `call pay${n}`,
      ...(more ? [`call more${n}`] : []),
      `result look${n} seen ${n}`,
      `result pay${n} ${paid(n)}`,
      ...(more ? [`result more${n} ${paid(n)}`] : []),
    ];
  }).flat();
}

const paidJson = (n: number): string => JSON.stringify({ paid: n });
const sessionId = "s";
const times = (waits: number): object => ({
  inputTokens: usageOfEach.inputTokens * waits,
  outputTokens: usageOfEach.outputTokens * waits,
  totalTokens: usageOfEach.totalTokens * waits,
});

async function drained(agent: Agent, streams: boolean): Promise<RunError> {
  if (!streams) return runFailureOf(agent.run("Pay", { sessionId }));
  return runFailureOf(
    (async () => {
      for await (const _ of agent.stream("Pay", { sessionId }));
    })(),
  );
}

describe.each(providers)("on the wire to %s", (provider) => {
  describe.each([1, 2, 5])("%i waits", (waits) => {
    test.each([
      ["run", false],
      ["stream", true],
    ])("of an agent's %s are one conversation, with one sum", async (_, streams) => {
      const db = await backends[0]!.open();
      const ran: string[] = [];
      const { model, requests } = await startFakeProvider(provider, scriptOf(waits));
      const agent = cashier(model, ran, db);
      let asked = await drained(agent, streams);
      let result: AgentResult<string> | undefined;
      for (let n = 0; n < waits; n++) {
        const { runId } = asked;
        const answer = agent.approve(runId, { sessionId, calls: asked.pendingCalls!, by: "ana" });
        if (n < waits - 1) asked = await runFailureOf(answer);
        else result = await answer;
      }
      const calls = toldOf(waits, paidJson).filter((each) => each.startsWith("call "));
      expect(result).toMatchObject({ text: "All is paid.", usage: times(waits + 1) });
      expect(result?.toolCalls.map(({ toolCallId }) => `call ${toolCallId}`).toSorted()).toEqual(calls.toSorted());
      expect(ran).toHaveLength(calls.length);
      const rows = await db.sessions.messages({ kind: "agent", name: "cashier", sessionId });
      expect(rows[1]).toMatchObject({ usage: { total_tokens: 15 * (waits + 1) } });

      expect((await agent.run("Did you?", { sessionId })).text).toBe("Yes.");
      const legs = toldOf(waits, paidJson);
      expect(requests.at(-2)).toEqual(["user: Pay", ...legs]);
      expect(requests.at(-1)).toEqual(["user: Pay", ...legs, "assistant: All is paid.", "user: Did you?"]);
      // Each is the one before, and more: what a provider has cached it can use.
      for (const [n, request] of requests.slice(1).entries())
        expect(request.slice(0, requests[n]!.length)).toEqual(requests[n]);
    });

    test("of a workflow's step are one conversation, with one sum", async () => {
      const db = await backends[0]!.open();
      const { model, requests } = await startFakeProvider(provider, scriptOf(waits));
      const workflow = new Workflow({ name: "pay", db, steps: [cashier(model, [])] });
      let run = await workflow.run("Pay");
      for (let n = 0; n < waits; n++) run = await workflow.approve(run.id, undefined, { by: "ana" });
      expect(run).toMatchObject({ status: "success", output: "All is paid." });
      expect(requests.at(-1)).toEqual(["user: Pay", ...toldOf(waits, paidJson)]);
      const [[row]] = await db.query<[[object]]>("SELECT usage FROM workflow_runs");
      expect(row).toMatchObject({ usage: { total_tokens: 15 * (waits + 1) } });
    });

    test("each refused are one conversation too", async () => {
      const db = await backends[0]!.open();
      const ran: string[] = [];
      const { model, requests } = await startFakeProvider(provider, scriptOf(waits));
      const agent = cashier(model, ran, db);
      let asked = await drained(agent, false);
      for (let n = 0; n < waits; n++) {
        const refusal = { sessionId, calls: asked.pendingCalls!, by: "ana", note: "too much" };
        if (n < waits - 1) asked = await runFailureOf(agent.reject(asked.runId, refusal));
        else await agent.reject(asked.runId, refusal);
      }
      await agent.run("Did you?", { sessionId });
      expect(ran.filter((each) => each.startsWith("pay"))).toEqual([]);
      const told = requests.at(-1)!.filter((each) => /^result (pay|more)/.test(each));
      expect(told).toHaveLength(toldOf(waits, paidJson).filter((each) => /^call (pay|more)/.test(each)).length);
      expect(told.every((each) => each.includes("too much"))).toBe(true);
    });
  });
});

describe.each(backends)("a turn with waits on $name", ({ open }) => {
  const call = (n: number) => ({ toolCalls: [{ toolName: "pay", input: { n } }] });

  test("takes as many model calls as maxSteps says, over all its waits, and asks for nothing that nobody could hear", async () => {
    const db = await open();
    const ran: string[] = [];
    const model = scriptedModel([call(1), call(2), call(3), "Done."]);
    const agent = cashier(model, ran, db, { maxSteps: 3 });
    const first = await runFailureOf(agent.run("Pay", { sessionId }));
    const answer = { sessionId, by: "ana" };
    const second = await runFailureOf(agent.approve(first.runId, { ...answer, calls: first.pendingCalls! }));
    const third = await failureOf(agent.approve(first.runId, { ...answer, calls: second.pendingCalls! }));
    expect(third).toMatchObject({ code: "model_failed", message: expect.stringContaining("after 3 steps") });
    expect(model.requests).toHaveLength(3);
    expect(ran).toEqual(["pay 1", "pay 2"]);
  });

  test("counts the time that it worked, not the time that it waited", async () => {
    const db = await open();
    const slow = async (said: unknown): Promise<never> => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return said as never;
    };
    const agent = cashier(scriptedModel([() => slow(call(1)), () => slow("Done.")]), [], db);
    const asked = await runFailureOf(agent.run("Pay", { sessionId }));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const { durationMs } = await agent.approve(asked.runId, { sessionId, calls: asked.pendingCalls!, by: "ana" });
    expect(durationMs).toBeGreaterThanOrEqual(119);
    const [[row]] = await db.query<[[{ worked: number }]]>(
      "SELECT duration_ms AS worked FROM agent_messages WHERE role = 'assistant'",
    );
    expect(row.worked).toBe(durationMs);
    const [took] = await db.sessions.messages({ kind: "agent", name: "cashier", sessionId });
    expect(durationMs).toBeLessThan(Date.now() - took!.timestamp.getTime() - 1400);
  });
});

test("a turn whose process dies after an allowed tool ran does not run it again: the model is told", async () => {
  const { url } = await sharedServer();
  const options = { url, auth: rootAuth, namespace: "test", database: "taken", leaseMs: 60_000 };
  await using db = new SurrealDb(options);
  await using other = new SurrealDb(options);
  const ran: string[] = [];
  const define = (model: FakeProvider["model"], on: SurrealDb) =>
    new Workflow({ name: "pay", db: on, steps: [cashier(model, ran)] });
  const taker = scriptedModel(["Paid."]);
  let runId = "";
  const dying = async (): Promise<string> => {
    await other.query("UPDATE run_leases SET expires_at = time::now() - 1s");
    expect(await define(taker, other).resume(runId)).toMatchObject({ status: "success", output: "Paid." });
    return "too late";
  };
  const pay = { toolCalls: [{ toolName: "pay", input: { n: 1 } }] };
  ({ id: runId } = await define(scriptedModel([pay]), db).run("Pay"));
  const answered = define(scriptedModel([dying]), db).approve(runId, undefined, { by: "ana" });
  expect(await failureOf(answered)).toMatchObject({ code: "lease_lost" });
  expect(ran).toEqual(["pay 1"]);
  expect(JSON.stringify(taker.requests[0]?.prompt.at(-1))).toContain("The process that ran the tool ended");
  expect((await other.query("SELECT * FROM agent_tool_calls"))[0]).toHaveLength(1);
});
