import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { approval, step, type SurrealDb, Workflow } from "../src/index.ts";
import { createServer } from "../src/server/index.ts";
import { type Json, openDb, start, until } from "./server-fixture.ts";

const key = "a key of more than sixteen characters";

function pay(db: SurrealDb): Workflow {
  return new Workflow({
    name: "pay",
    db,
    steps: [step("a", (n: unknown) => Number(n) + 1), approval("ok?"), step("z", () => "paid")],
  }) as Workflow;
}

interface Client {
  socket: WebSocket;
  told: Json[];
  /** Messages as they came. */
  texts: string[];
  say(message: unknown): void;
  /** Waits for an event of this name, and gives it. */
  event(name: string): Promise<Json>;
}

async function connect(
  url: string,
  options: { headers?: Record<string, string>; origin?: string } = {},
): Promise<Client> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/workflows/ws`, options);
  const told: Json[] = [];
  const texts: string[] = [];
  socket.on("message", (data) => {
    const text = String(data);
    texts.push(text);
    told.push(JSON.parse(text.startsWith("event: ") ? (/^data: (.*)$/m.exec(text)?.[1] ?? "") : text) as Json);
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    socket,
    told,
    texts,
    say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    async event(name) {
      await until(() => told.some(({ event }) => event === name));
      return told.find(({ event }) => event === name) ?? {};
    },
  };
}

test("a WebSocket starts, continues and follows runs, as AgentOS's does", async () => {
  const db = await openDb();
  const { url } = await start({ db, workflows: [pay(db)] });
  const client = await connect(url);
  expect(await client.event("connected")).toMatchObject({ requires_auth: false });
  client.say({ action: "ping" });
  await client.event("pong");
  client.say({ action: "start-workflow", workflow_id: "pay", message: "41", session_id: "s1" });
  const { run_id } = await client.event("WorkflowPaused");
  expect(client.told.map(({ event }) => event)).toEqual([
    "connected",
    "pong",
    "WorkflowStarted",
    "StepStarted",
    "StepCompleted",
    "StepStarted",
    "WorkflowPaused",
  ]);
  // Live events are the text of server-sent events.
  expect(client.texts.at(-1)).toMatch(/^event: WorkflowPaused\ndata: \{.*\}\n\n$/s);
  client.say({
    action: "continue-workflow",
    workflow_id: "pay",
    run_id,
    session_id: "s1",
    step_requirements: [{ confirmed: true }],
    last_event_index: 3,
  });
  expect(await client.event("WorkflowCompleted")).toMatchObject({ content: "paid", run_id });
  client.socket.close();

  const later = await connect(url);
  later.say({ action: "reconnect", workflow_id: "pay", run_id, last_event_index: 5 });
  await later.event("WorkflowCompleted");
  expect(later.texts.every((text) => text.startsWith("{"))).toBe(true);
  expect(later.told.map(({ event }) => event).slice(0, 2)).toEqual(["connected", "replay"]);
  later.socket.close();
});

test("a run goes on when its client leaves", async () => {
  const db = await openDb();
  const workflow = new Workflow({ name: "slow", db, steps: [step("wait", () => sleep(300, "done"))] });
  const { url } = await start({ db, workflows: [workflow as Workflow] });
  const client = await connect(url);
  client.say({ action: "start-workflow", workflow_id: "slow", message: "x" });
  await client.event("WorkflowStarted");
  client.socket.terminate();
  await until(async () => (await db.runs.latest(1))[0]?.status === "success");
});

test("a WebSocket does nothing before its client has said who it is, and what it may do", async () => {
  const db = await openDb();
  const auth = (request: Request) => {
    const said = request.headers.get("authorization");
    if (said === `Bearer ${key}`) return { userId: "ana" };
    return said === "Bearer reader" ? { userId: "r", scopes: ["read"] } : null;
  };
  const { url } = await start({ db, workflows: [pay(db)], auth });
  const client = await connect(url);
  expect(await client.event("connected")).toMatchObject({ requires_auth: true });
  client.say({ action: "start-workflow", workflow_id: "pay", message: "1" });
  await client.event("auth_required");
  for (const token of ["wrong", "", 7, "a\r\nb"]) client.say({ action: "authenticate", token });
  await until(() => client.told.filter(({ event }) => event === "auth_error").length === 4);
  client.say({ action: "authenticate", token: "reader" });
  await client.event("authenticated");
  client.say({ action: "start-workflow", workflow_id: "pay", message: "1" });
  expect(await client.event("error")).toMatchObject({ error: expect.stringContaining('scope "run"') });
  expect(await db.runs.latest()).toEqual([]);
  client.socket.close();

  const greedy = await connect(url);
  const sentAway = new Promise((resolve) => greedy.socket.once("close", resolve));
  greedy.say({ action: "authenticate", token: "x".repeat(100_000) });
  expect(await sentAway).toBe(1008);

  const known = await connect(url, { headers: { authorization: `Bearer ${key}` } });
  expect(await known.event("connected")).toMatchObject({ requires_auth: false });
  known.say({ action: "start-workflow", workflow_id: "pay", message: "1" });
  await known.event("WorkflowPaused");
  expect((await db.runs.latest(1))[0]).toMatchObject({ user_id: "ana" });
  known.socket.close();
});

test("what is no action is told so, and the connection stays", async () => {
  const db = await openDb();
  const { url } = await start({ db, workflows: [pay(db)] });
  const client = await connect(url);
  const wrong = [
    "{",
    "[]",
    "7",
    '{"__proto__":{}}',
    { action: "sing" },
    {},
    { action: "start-workflow" },
    { action: "start-workflow", workflow_id: "../runs", message: "x" },
    { action: "start-workflow", workflow_id: "none", message: "x" },
    { action: "start-workflow", workflow_id: "pay" },
    { action: "reconnect", workflow_id: "pay" },
    { action: "reconnect", workflow_id: "pay", run_id: "none" },
    { action: "continue-workflow", workflow_id: "pay", run_id: "none", step_requirements: [] },
  ];
  for (const message of wrong) client.say(message);
  await until(() => client.told.length === wrong.length + 1);
  for (const each of client.told.slice(1))
    expect(each).toEqual({ event: "error", error: expect.stringMatching(/\w{4}/) });
  client.say({ action: "ping" });
  await client.event("pong");
  await expect(connect(url, { origin: "https://evil.example" })).rejects.toThrow("403");
  expect(await db.runs.latest()).toEqual([]);
});

test("a server that closes ends its WebSockets; one that is mounted says that it has none", async () => {
  const db = await openDb();
  const server = await start({ db, workflows: [pay(db)] });
  const client = await connect(server.url);
  const closed = new Promise((resolve) => client.socket.once("close", resolve));
  await server.close({ graceMs: 100 });
  expect(await closed).toBe(1001);
  const mounted = await createServer({ db }).request("/workflows/ws", { headers: { upgrade: "websocket" } });
  expect([mounted.status, await mounted.json()]).toEqual([404, { detail: expect.stringContaining("serve()") }]);
});
