import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent, Team } from "../src/index.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { runFailureOf } from "./failure-of.ts";
import { type Json, openDb, request, start } from "./server-fixture.ts";

function turnsOf(body: Json): Json[] {
  return body["turns"] as Json[];
}

describe("a conversation over HTTP", () => {
  test("is read by pages, from its end or from its beginning, and around a run", async () => {
    const db = await openDb();
    const agent = new Agent({ name: "clerk", db, model: scriptedModel(() => "Noted.") });
    const { url } = await start({ db, agents: [agent] });
    const runs = [];
    for (let n = 1; n <= 5; n += 1) runs.push(await agent.run(`Question ${n}`, { sessionId: "s1" }));
    const read = async (query: string): Promise<Json> =>
      (await request(`${url}/sessions/s1/turns?type=agent&component_id=clerk&${query}`)).body;
    const last = await read("limit=2");
    expect(last).toMatchObject({ total: 5, page: 3 });
    expect(turnsOf(last)).toMatchObject([
      {
        place: 4,
        run_id: runs[4]?.runId,
        status: "success",
        content: "Question 5",
        answer: { usage: { total_tokens: expect.any(Number) }, duration_ms: expect.any(Number) },
        tool_calls: [],
        members: [],
      },
    ]);
    expect(turnsOf(await read("limit=2&page=1")).map(({ content }) => content)).toEqual(["Question 1", "Question 2"]);
    expect(await read(`limit=2&run_id=${runs[2]?.runId}`)).toMatchObject({ page: 2, place: 2 });
    expect((await request(`${url}/sessions/s1/turns?run_id=none`)).status).toBe(404);
    expect((await request(`${url}/sessions/s1/turns?page=0`)).status).toBe(422);
    const sum = runs.reduce((total, { usage }) => total + usage.totalTokens, 0);
    const usage = await request(`${url}/sessions/s1/usage?type=agent`);
    expect(usage.body).toMatchObject({ answers: 5, total_tokens: sum });
  });

  test("tells tool calls with who allowed them, what is waited for, and why a turn failed", async () => {
    const db = await openDb();
    const sign = tool({
      inputSchema: z.object({ act: z.string() }),
      execute: ({ act }) => ({ signed: act }),
      needsApproval: true,
    });
    const agent = new Agent({
      name: "clerk",
      db,
      tools: { sign },
      model: scriptedModel(({ prompt }) => {
        const last = prompt.at(-1);
        if (last?.role === "tool") return "Signed.";
        if (JSON.stringify(last).includes("fail")) throw new Error("The model is away.");
        return { toolCalls: [{ toolName: "sign", input: { act: "a1" } }] };
      }),
    });
    const { url } = await start({ db, agents: [agent] });
    await agent.run("Please fail", { sessionId: "s1" }).catch(() => undefined);
    const waiting = await runFailureOf(agent.run("Sign", { sessionId: "s1" }));
    const read = async (): Promise<Json[]> =>
      turnsOf((await request(`${url}/sessions/s1/turns?type=agent&component_id=clerk`)).body);
    expect(await read()).toMatchObject([
      { status: "error", error_message: expect.stringContaining("The model is away.") },
      {
        status: "running",
        waiting_for: { reason: expect.any(String), calls: [{ toolName: "sign", input: { act: "a1" } }] },
      },
    ]);
    const calls = waiting.pendingCalls!;
    await agent.approve(waiting.runId, { sessionId: "s1", calls, by: "user:ana", note: "Seen." });
    const ended = await read();
    expect(ended[1]).toMatchObject({
      status: "success",
      answer: { content: "Signed." },
      tool_calls: [
        {
          tool_name: "sign",
          status: "success",
          input: { act: "a1" },
          output: { signed: "a1" },
          approval: { approved: true, by: "user:ana", note: "Seen.", at: expect.any(String) },
        },
      ],
    });
    expect(ended[1]).not.toHaveProperty("waiting_for");
  });

  test("of a team names the turns that its members took", async () => {
    const db = await openDb();
    const member = new Agent({ name: "clerk", description: "Knows.", model: scriptedModel(() => "Known.") });
    const team = new Team({
      name: "office",
      db,
      mode: "broadcast",
      model: scriptedModel(() => "All."),
      members: [member],
    });
    const { url } = await start({
      db,
      teams: [team],
      agents: [new Agent({ name: "other", db, model: scriptedModel(() => "") })],
    });
    await team.run("Where are we?", { sessionId: "s1" });
    await team.run("And now?", { sessionId: "s1" });
    const turns = turnsOf((await request(`${url}/sessions/s1/turns?type=team`)).body);
    expect(turns).toHaveLength(2);
    for (const { members } of turns)
      expect(members).toEqual([{ kind: "agent", name: "clerk", run_id: expect.any(String) }]);
    expect(turns[0]?.["members"]).not.toEqual(turns[1]?.["members"]);
  });

  test("of another user is not there", async () => {
    const db = await openDb();
    const agent = new Agent({ name: "clerk", db, model: scriptedModel(() => "Noted.") });
    const auth = (request: Request): { userId: string } => ({ userId: request.headers.get("x-user") ?? "" });
    const { url } = await start({ db, agents: [agent], auth });
    await agent.run("Hello", { sessionId: "s1", userId: "ana" });
    const ask = async (user: string, route: string): Promise<number> =>
      (await request(`${url}/sessions/s1/${route}`, { headers: { "x-user": user } })).status;
    for (const route of ["turns", "usage"])
      expect([await ask("ana", route), await ask("luc", route)]).toEqual([200, 404]);
  });
});

test("sessions are found by the name that they are listed by, and by their id", async () => {
  const db = await openDb();
  const agent = new Agent({ name: "clerk", db, model: scriptedModel(() => "Noted.") });
  const { url } = await start({ db, agents: [agent] });
  await agent.run("Whose is lot 12?", { sessionId: "a-1" });
  await agent.run("Write a letter", { sessionId: "b-2" });
  await request(`${url}/sessions/b-2/rename?type=agent`, { json: { session_name: "Client letter" } });
  const find = async (text: string): Promise<unknown[]> => {
    const { body } = await request(`${url}/sessions?type=agent&session_name=${encodeURIComponent(text)}`);
    return (body["data"] as Json[]).map(({ session_id }) => session_id);
  };
  expect(await find("LOT 12")).toEqual(["a-1"]);
  expect(await find("write a")).toEqual([]);
  expect(await find("client")).toEqual(["b-2"]);
  expect(await find("a-1")).toEqual(["a-1"]);
});
