import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent, type SurrealDb, Team } from "../src/index.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { allFrames, frames, type Json, names, openDb, request, send, start, until } from "./server-fixture.ts";

const findOwner = tool({
  description: "Finds the owner of a lot.",
  inputSchema: z.object({ lot: z.string() }),
  execute: ({ lot }) => ({ lot, owner: "Ana" }),
});
const sendLetter = tool({ inputSchema: z.object({ to: z.string() }), execute: ({ to }) => `sent to ${to}` });

function clerk(db: SurrealDb, script: Parameters<typeof scriptedModel>[0] = () => "Ana sells to Luc."): Agent {
  return new Agent({
    name: "clerk",
    db,
    description: "Reads deeds.",
    model: scriptedModel(script),
    tools: { findOwner },
  });
}

const toolScript = [
  { toolCalls: [{ toolName: "findOwner", input: { lot: "9 412 305" } }] },
  { chunks: ["Ana ", "owns it."] },
];

describe("an agent over HTTP", () => {
  test("is listed with what clients of AgentOS ask for", async () => {
    const db = await openDb();
    const { url } = await start({ db, agents: [clerk(db)] });
    const { body, status } = await request(`${url}/agents`);
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { id: "clerk", name: "clerk", db_id: "minutier", model: { model: "scripted", provider: "scripted" } },
    ]);
    expect((await request(`${url}/agents/clerk`)).body).toMatchObject({ description: "Reads deeds." });
    expect(await request(`${url}/agents/nobody`)).toMatchObject({ status: 404, body: { detail: expect.any(String) } });
    expect((await request(`${url}/teams`)).body).toEqual([]);
    expect((await request(`${url}/config`)).body).toMatchObject({ databases: ["minutier"], agents: [{ id: "clerk" }] });
    expect((await request(`${url}/models`)).body).toEqual([{ id: "scripted", provider: "scripted" }]);
    expect((await request(`${url}/info`)).body).toMatchObject({ agent_count: 1, auth_mode: "none" });
    expect((await request(`${url}/`)).body).toMatchObject({ name: "minutier" });
    expect((await request(`${url}/health`)).body).toMatchObject({ status: "ok", instantiated_at: expect.any(String) });
  });

  test("answers a form as a chat client sends it, with events, and goes on in the session", async () => {
    const db = await openDb();
    const { url } = await start({ db, agents: [clerk(db, [...toolScript, "As I said."])] });
    const form = { message: "Who owns lot 9 412 305?", stream: "true", session_id: "" };
    const response = await send(`${url}/agents/clerk/runs`, { form });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const all = await allFrames(response);
    expect(names(all)).toEqual([
      "RunStarted",
      "ToolCallStarted",
      "ToolCallCompleted",
      "RunContent",
      "RunContent",
      "RunCompleted",
    ]);
    const [first] = all;
    for (const { event, data } of all) {
      expect(data).toMatchObject({
        event,
        created_at: expect.any(Number),
        run_id: first?.data["run_id"],
        session_id: first?.data["session_id"],
        agent_id: "clerk",
      });
      // agent-ui takes an event with "data" for another format.
      expect(data).not.toHaveProperty("data");
      if (event === "RunContent") expect(data["content"]).toBeTypeOf("string");
    }
    expect(all[1]?.data["tool"]).toMatchObject({ tool_name: "findOwner", tool_args: { lot: "9 412 305" } });
    expect(all[2]?.data["tool"]).toMatchObject({ tool_name: "findOwner", result: '{"lot":"9 412 305","owner":"Ana"}' });
    expect(all.at(-1)?.data).toMatchObject({ content: "Ana owns it.", metrics: { total_tokens: 30 } });

    const session_id = String(first?.data["session_id"]);
    const again = await allFrames(await send(`${url}/agents/clerk/runs`, { form: { ...form, session_id } }));
    expect(again[0]?.data["session_id"]).toBe(session_id);
    expect((await db.sessions.agent("clerk", session_id))?.messages).toHaveLength(4);
  });

  test("answers JSON without events", async () => {
    const db = await openDb();
    const { url } = await start({ db, agents: [clerk(db)] });
    const json = {
      message: "Who sells?",
      stream: false,
      session_id: "s1",
      user_id: "u1",
      metadata: { dossier_id: "d1" },
    };
    const { status, body } = await request(`${url}/agents/clerk/runs`, { json });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: "COMPLETED",
      content: "Ana sells to Luc.",
      content_type: "str",
      session_id: "s1",
      agent_id: "clerk",
      user_id: "u1",
      metadata: { dossier_id: "d1" },
      metrics: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
      input: { input_content: "Who sells?" },
    });
    const run = `${url}/agents/clerk/runs/${String(body["run_id"])}?session_id=s1`;
    expect((await request(run)).body).toEqual(body);
    expect((await request(`${url}/agents/clerk/runs?session_id=s1`)).body).toMatchObject([{ run_input: "Who sells?" }]);
    expect((await request(`${url}/agents/clerk/runs?session_id=s1&status=paused`)).body).toEqual([]);
    expect((await request(`${url}/agents/clerk/runs`)).status).toBe(422);
    expect((await request(`${url}/agents/clerk/runs?session_id=s2`)).status).toBe(404);
    expect((await request(`${url}/agents/clerk/runs/nothing?session_id=s1`)).status).toBe(404);
  });

  test("gives the model the files that were sent", async () => {
    const db = await openDb();
    let prompt: unknown;
    const agent = clerk(db, (asked) => {
      prompt = asked.prompt.at(-1);
      return "A deed.";
    });
    const { url } = await start({ db, agents: [agent] });
    const file = new File(["<script>alert(1)</script>"], "../../deed.html", { type: "text/html" });
    const { body } = await request(`${url}/agents/clerk/runs`, {
      form: { message: "What is it?", stream: "false", files: file },
    });
    expect(body["status"]).toBe("COMPLETED");
    expect(prompt).toMatchObject({
      content: [{ type: "text" }, { type: "file", mediaType: "text/html", filename: "deed.html" }],
    });
  });

  test("tells a failure by an event, or by a status, without a stack", async () => {
    const db = await openDb();
    const { url } = await start({ db, agents: [clerk(db, () => new Error("overloaded"))] });
    const all = await allFrames(await send(`${url}/agents/clerk/runs`, { form: { message: "Who?" } }));
    expect(names(all)).toEqual(["RunStarted", "RunError"]);
    expect(all[1]?.data["content"]).toContain("overloaded");
    const { status, body } = await request(`${url}/agents/clerk/runs`, { json: { message: "Who?", stream: false } });
    expect(status).toBe(500);
    expect(body).toMatchObject({ detail: expect.stringContaining("overloaded"), error_code: "model_failed" });
    expect(JSON.stringify(body)).not.toMatch(/at .*\.ts/);
  });

  test("refuses what asks nothing, or what this server can't do", async () => {
    const db = await openDb();
    const { url } = await start({ db, agents: [clerk(db)] });
    const runs = `${url}/agents/clerk/runs`;
    for (const json of [{}, { message: "" }, { message: "a", stream: "maybe" }, { message: "a", session_id: 4 }])
      expect((await request(runs, { json })).status).toBe(422);
    expect((await request(runs, { json: { message: "a", session_state: { a: 1 } } })).body["detail"]).toMatch(
      /session_state/,
    );
    expect((await request(runs, { json: { message: "a", metadata: "{" } })).status).toBe(422);
    expect((await request(runs, { json: { message: "  " } })).status).toBe(422);
    expect((await request(runs, { json: ["a"] })).status).toBe(422);
    expect(
      (await request(runs, { method: "POST", body: "hi", headers: { "content-type": "text/plain" } })).status,
    ).toBe(415);
    expect((await db.query("SELECT * FROM agent_messages"))[0]).toEqual([]);
  });

  test("goes on in the background, and can be followed from any event", async () => {
    const db = await openDb();
    const { promise: gate, resolve: opens } = Promise.withResolvers<void>();
    const script = [toolScript[0] as { toolCalls: [] }, () => gate.then(() => "Ana owns it.")];
    const { url } = await start({ db, agents: [clerk(db, script)] });
    const json = { message: "Who?", background: true, stream: false, session_id: "s1" };
    const begun = await request(`${url}/agents/clerk/runs`, { json });
    expect(begun).toMatchObject({ status: 202, body: { session_id: "s1", status: "RUNNING" } });
    const run = `${url}/agents/clerk/runs/${String(begun.body["run_id"])}`;
    expect((await request(`${url}/sessions/s1/runs?type=agent&db_id=minutier`)).body).toMatchObject([
      { status: "RUNNING", run_input: "Who?" },
    ]);

    const seen: number[] = [];
    const first = await send(`${run}/resume`, { form: { session_id: "s1" } });
    for await (const { event, data } of frames(first)) {
      if (data["event_index"] !== undefined) seen.push(Number(data["event_index"]));
      if (event === "ToolCallStarted") break;
    }
    opens();
    const rest = await allFrames(
      await send(`${run}/resume`, { form: { session_id: "s1", last_event_index: String(seen.at(-1)) } }),
    );
    const end = ["ToolCallCompleted", "RunContent", "RunCompleted"];
    expect(names(rest)).toEqual([expect.stringMatching(/catch_up|replay/), ...end]);
    expect(rest.at(-1)?.data["content"]).toBe("Ana owns it.");
    expect([...seen, ...rest.slice(1).map(({ data }) => data["event_index"])]).toEqual([0, 1, 2, 3, 4]);
  });

  test("gives a background run's events when they are asked for, and goes on when their reader leaves", async () => {
    const db = await openDb();
    const { promise: gate, resolve: opens } = Promise.withResolvers<void>();
    const { url } = await start({ db, agents: [clerk(db, () => gate.then(() => "Done."))] });
    const form = { message: "Who?", background: "true", stream: "true", session_id: "s1" };
    const response = await send(`${url}/agents/clerk/runs`, { form });
    for await (const { event } of frames(response)) if (event === "RunStarted") break;
    opens();
    await until(async () => ((await db.sessions.agent("clerk", "s1"))?.messages.length ?? 0) === 2);
  });

  test("is cancelled when its reader leaves, and by its route", async () => {
    const db = await openDb();
    const { url } = await start({ db, agents: [clerk(db, () => new Promise<string>(() => undefined))] });
    const status = async (run: string): Promise<unknown> =>
      (await request(`${url}/agents/clerk/runs/${run}?session_id=s1`)).body["status"];
    const left = await send(`${url}/agents/clerk/runs`, { form: { message: "Who?", session_id: "s1" } });
    let run = "";
    for await (const { data } of frames(left)) {
      run = String(data["run_id"]);
      break;
    }
    await until(async () => (await status(run)) === "CANCELLED");

    const other = await send(`${url}/agents/clerk/runs`, { form: { message: "Who?", session_id: "s1" } });
    const all: string[] = [];
    for await (const { event, data } of frames(other)) {
      all.push(event);
      run = String(data["run_id"]);
      if (event === "RunStarted")
        expect(await request(`${url}/agents/clerk/runs/${run}/cancel?session_id=s1`, { method: "POST" })).toMatchObject(
          { status: 200, body: {} },
        );
    }
    expect(all).toEqual(["RunStarted", "RunCancelled"]);
    expect(await status(run)).toBe("CANCELLED");
    expect((await request(`${url}/agents/clerk/runs/${run}/cancel?session_id=s1`, { method: "POST" })).status).toBe(
      200,
    );
    expect((await request(`${url}/agents/clerk/runs/none/cancel?session_id=s1`, { method: "POST" })).status).toBe(404);
  });

  test("waits for a person, and goes on with the answer", async () => {
    const db = await openDb();
    const calls = { toolCalls: [{ toolName: "sendLetter", input: { to: "Luc" } }] };
    const agent = new Agent({
      name: "clerk",
      db,
      model: scriptedModel([calls, "The letter is sent.", calls, "Not sent.", calls, "Sent again."]),
      tools: { sendLetter },
      toolApproval: { sendLetter: "user-approval" },
    });
    const { url } = await start({ db, agents: [agent] });
    const ask = async (stream: boolean): Promise<Json> => {
      const form = { message: "Send it.", session_id: "s1", stream: String(stream) };
      if (!stream) return (await request(`${url}/agents/clerk/runs`, { form })).body;
      const all = await allFrames(await send(`${url}/agents/clerk/runs`, { form }));
      expect(all.at(-1)?.event).toBe("RunPaused");
      return all.at(-1)?.data ?? {};
    };
    const paused = await ask(true);
    expect(paused["tools"]).toMatchObject([
      { tool_name: "sendLetter", tool_args: { to: "Luc" }, requires_confirmation: true },
    ]);
    const goOn = `${url}/agents/clerk/runs/${String(paused["run_id"])}/continue`;
    const answered = (run: Json, confirmed: boolean, confirmation_note = ""): Json[] =>
      (run["tools"] as Json[]).map((each) => ({ ...each, confirmed, confirmation_note }));
    const answer = (confirmed: boolean): string => JSON.stringify(answered(paused, confirmed));
    expect((await request(goOn, { form: { session_id: "s1" } })).status).toBe(422);
    const all = await allFrames(
      await send(goOn, { form: { session_id: "s1", tools: answer(true), user_id: "user:luc" } }),
    );
    expect(names(all)).toEqual(["RunContinued", "ToolCallStarted", "ToolCallCompleted", "RunContent", "RunCompleted"]);
    expect(all.at(-1)?.data["content"]).toBe("The letter is sent.");
    expect((await request(goOn, { form: { session_id: "s1", tools: answer(true) } })).status).toBe(409);
    const [call] = await db.sessions.toolCalls({ kind: "agent", name: "clerk", sessionId: "s1" });
    expect(call?.approval).toMatchObject({ approved: true, by: "user:luc" });

    const second = await ask(false);
    expect(second["status"]).toBe("PAUSED");
    const refused = await request(`${url}/agents/clerk/runs/${String(second["run_id"])}/continue`, {
      json: { session_id: "s1", tools: answered(second, false, "not yet"), stream: false },
    });
    expect(refused.body).toMatchObject({ status: "COMPLETED", content: "Not sent." });

    const third = await ask(false);
    const accepted = await request(`${url}/agents/clerk/runs/${String(third["run_id"])}/continue`, {
      json: { session_id: "s1", tools: answered(third, true), background: true },
    });
    expect(accepted.status).toBe(202);
    await until(
      async () => (await db.sessions.messages({ kind: "agent", name: "clerk", sessionId: "s1" })).length === 6,
    );
  });
});

describe("a team over HTTP", () => {
  test("tells its own events and its members'", async () => {
    const db = await openDb();
    const member = clerk(db, () => "Two parties.");
    const leader = scriptedModel([
      { toolCalls: [{ toolName: "delegate_to_member", input: { member: "clerk", task: "Count the parties." } }] },
      "There are two.",
    ]);
    const team = new Team({ name: "office", db, members: [member], model: leader });
    const { url } = await start({ db, teams: [team] });
    expect((await request(`${url}/teams`)).body).toMatchObject([
      { id: "office", mode: "coordinate", members: [{ id: "clerk" }] },
    ]);
    const form = { message: "How many?", session_id: "t1", session_state: '{"lots":2}' };
    const all = await allFrames(await send(`${url}/teams/office/runs`, { form }));
    expect(names(all)).toEqual([
      "TeamRunStarted",
      "TeamToolCallStarted",
      "RunStarted",
      "RunContent",
      "RunCompleted",
      "TeamToolCallCompleted",
      "TeamRunContent",
      "TeamRunCompleted",
    ]);
    expect(all[2]?.data).toMatchObject({ agent_id: "clerk", parent_run_id: all[0]?.data["run_id"] });
    expect(all.at(-1)?.data).toMatchObject({ team_id: "office", content: "There are two." });
    const run = `${url}/teams/office/runs/${String(all[0]?.data["run_id"])}`;
    expect((await request(`${run}?session_id=t1`)).body).toMatchObject({ team_id: "office", status: "COMPLETED" });
    expect((await request(`${run}/continue`, { json: { session_id: "t1" } })).status).toBe(409);
    expect(
      names(await allFrames(await send(`${run}/resume`, { form: { session_id: "t1", last_event_index: "2" } }))),
    ).toEqual(["replay", "TeamRunContent", "TeamRunCompleted"]);
    expect((await request(`${url}/sessions/t1/runs?type=team`)).body).toMatchObject([
      { run_input: "How many?", content: "There are two." },
    ]);
  });
});

describe("a fork of a session", () => {
  test("has what was asked and answered, goes on by itself, and leaves the original as it is", async () => {
    const db = await openDb();
    let down = false;
    const model = scriptedModel(({ lastUserText, prompt }) => {
      if (down) throw new Error("down");
      return `${lastUserText} of ${prompt.length}`;
    });
    const { url } = await start({ db, agents: [new Agent({ name: "clerk", db, model })] });
    const ask = async (message: string, session_id: string): Promise<unknown> =>
      (await request(`${url}/agents/clerk/runs`, { json: { message, session_id, stream: false } })).body["content"];
    expect([await ask("one", "s1"), await ask("two", "s1")]).toEqual(["one of 1", "two of 3"]);
    down = true;
    await ask("lost", "s1");
    down = false;
    const { body } = await request(`${url}/agents/clerk/sessions/s1/fork`, { method: "POST" });
    const forked = String(body["session_id"]);
    expect([await ask("three", forked), await ask("other", "s1")]).toEqual(["three of 5", "other of 5"]);
    const texts = async (sessionId: string): Promise<string[]> =>
      (await db.sessions.messages({ kind: "agent", name: "clerk", sessionId })).map(({ content }) => content);
    expect(await texts(forked)).toEqual(["one", "one of 1", "two", "two of 3", "three", "three of 5"]);
    expect(await texts("s1")).toEqual(["one", "one of 1", "two", "two of 3", "lost", "other", "other of 5"]);
    expect((await request(`${url}/sessions/${forked}`)).body).toMatchObject({ session_id: forked });
    expect((await request(`${url}/agents/clerk/sessions/none/fork`, { method: "POST" })).status).toBe(404);
  });
});
