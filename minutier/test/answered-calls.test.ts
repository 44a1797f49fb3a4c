/** An answer counts for the calls that its person saw: never for another one, however late or often it comes. */
import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import type { SurrealDb } from "../src/db/surreal-db.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { backends } from "./backends.ts";
import { failureOf, runFailureOf } from "./failure-of.ts";
import { type Json, openDb, request, start } from "./server-fixture.ts";

const pay = (amount: number) => ({ toolName: "pay", input: { amount } });

/** An agent that pays when it is allowed to; `paid` has what was paid. */
function cashier(db: SurrealDb, script: Parameters<typeof scriptedModel>[0], paid: number[]): Agent {
  const tools = {
    pay: tool({
      inputSchema: z.object({ amount: z.number() }),
      needsApproval: true,
      execute: ({ amount }) => ({ paid: paid.push(amount) }),
    }),
  };
  return new Agent({ name: "cashier", model: scriptedModel(script), tools, db });
}

/** Asks for 10, and when that is allowed for a million. */
const greedy = [{ toolCalls: [pay(10)] }, { toolCalls: [pay(1_000_000)] }, "Done."];

describe.each(backends)("an answer, on $name", ({ open }) => {
  test("that is given twice pays once: the second click says who was quicker, and the next question stays open", async () => {
    const db = await open();
    const paid: number[] = [];
    const agent = cashier(db, greedy, paid);
    const asked = await runFailureOf(agent.run("Pay 10", { sessionId: "s" }));
    const click = { sessionId: "s", calls: asked.pendingCalls!, by: "ana" };
    const next = await runFailureOf(agent.approve(asked.runId, click));
    expect(next).toMatchObject({ code: "run_waiting", pendingCalls: [{ input: { amount: 1_000_000 } }] });
    for (const again of [agent.approve(asked.runId, click), agent.reject(asked.runId, { ...click, by: "luc" })])
      expect(await failureOf(again)).toMatchObject({
        code: "already_answered",
        message: expect.stringMatching(/ana allowed it at \d{4}-.*It waits for pay/),
        details: { by: "ana", approved: true, at: expect.any(Date) },
      });
    expect(paid).toEqual([10]);
    expect((await agent.reject(asked.runId, { ...click, calls: next.pendingCalls! })).text).toBe("Done.");
    expect(paid).toEqual([10]);
    expect(await failureOf(agent.approve(asked.runId, click))).toMatchObject({ code: "already_answered" });
  });

  test("that is given at once by twenty pays once", async () => {
    const db = await open();
    const paid: number[] = [];
    const agent = cashier(db, greedy, paid);
    const asked = await runFailureOf(agent.run("Pay 10", { sessionId: "s" }));
    const click = { sessionId: "s", calls: asked.pendingCalls!, by: "ana" };
    const codes = await Promise.all(
      Array.from({ length: 20 }, async () => (await failureOf(agent.approve(asked.runId, click))).code),
    );
    expect(codes.toSorted()).toEqual([...Array.from({ length: 19 }, () => "already_answered"), "run_waiting"]);
    expect(paid).toEqual([10]);
  });

  test("to a tool call whose id the provider uses again is none to the later one", async () => {
    const db = await open();
    const paid: number[] = [];
    const again = { toolCalls: [{ ...pay(1_000_000), toolCallId: "c" }] };
    const agent = cashier(db, [{ toolCalls: [{ ...pay(10), toolCallId: "c" }] }, again, "Done."], paid);
    const asked = await runFailureOf(agent.run("Pay 10", { sessionId: "s" }));
    const click = { sessionId: "s", calls: asked.pendingCalls!, by: "ana" };
    await failureOf(agent.approve(asked.runId, click));
    expect(await failureOf(agent.approve(asked.runId, click))).toMatchObject({ code: "already_answered" });
    expect(paid).toEqual([10]);
  });

  test("to some of the calls, or to none that was asked, is refused, and the question stays open", async () => {
    const db = await open();
    const paid: number[] = [];
    const agent = cashier(db, [{ toolCalls: [pay(1), pay(2)] }, "Done."], paid);
    const asked = await runFailureOf(agent.run("Pay", { sessionId: "s" }));
    const [one, two] = asked.pendingCalls!;
    for (const [calls, says] of [
      [[one!], `waits for pay (${two!.toolCallId}) too`],
      [[{ toolCallId: "elsewhere" }], "for which the run"],
      [[{ ...one!, approvalId: "elsewhere" }, two!], "does not wait"],
      [[one!, two!, { toolCallId: "elsewhere" }], "does not wait"],
    ] as const) {
      const error = await failureOf(agent.approve(asked.runId, { sessionId: "s", calls, by: "ana" }));
      expect(error).toMatchObject({ code: "invalid_options", message: expect.stringContaining(says) });
    }
    expect(paid).toEqual([]);
    await agent.approve(asked.runId, { sessionId: "s", calls: [two!, one!], by: "ana" });
    expect(paid).toEqual([1, 2]);
  });
});

test("the same body posted twice to /continue pays once", async () => {
  const db = await openDb();
  const paid: number[] = [];
  const { url } = await start({ db, agents: [cashier(db, greedy, paid)] });
  const asked = (
    await request(`${url}/agents/cashier/runs`, { json: { message: "Pay", session_id: "s", stream: false } })
  ).body;
  const goOn = `${url}/agents/cashier/runs/${String(asked["run_id"])}/continue`;
  const tools = (asked["tools"] as Json[]).map((call) => ({ ...call, confirmed: true }));
  const byIdAlone = tools.map((call) => ({ tool_call_id: (call as Json)["tool_call_id"], confirmed: true }));
  const post = (json: Json): Promise<{ status: number; body: Json }> =>
    request(goOn, { json: { session_id: "s", stream: false, ...json } });
  expect((await post({ tools })).body).toMatchObject({ status: "PAUSED" });
  for (const json of [{ tools }, { tools, background: true }, { tools, stream: true }, { tools: byIdAlone }])
    expect((await post(json)).status).toBe(409);
  for (const nameless of [
    { confirmed: true },
    { confirmed: true, tool_call_id: 1 },
    { confirmed: true, tool_call_id: "" },
  ])
    expect((await post({ tools: [nameless] })).status).toBe(422);
  expect(paid).toEqual([10]);
});
