import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { neededFunctions } from "../src/db/engine/capabilities.ts";
import { Agent, approval, step, SurrealDb, Team, Workflow } from "../src/index.ts";
import { createServer } from "../src/server/index.ts";
import { answerSchemas, sharedSchemas } from "../src/server/answer-schemas.ts";
import { operations } from "../src/server/operations.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { rootAuth } from "./backends.ts";
import { allFrames, type Json, names, openDb, send, start } from "./server-fixture.ts";
import { findSurreal, startSurreal } from "./surreal-server.ts";

/** What a route is sent, and the status that it answers with. */
interface Drive {
  /** The path with its parts in place; by default the operation's own. */
  to?: string;
  json?: Json;
  status?: number;
  /** The first event, of an answer that is a stream. */
  event?: string;
  /** What the answer has. */
  has?: unknown;
}

let db: SurrealDb;
let url: string;
/** Runs that the routes are sent for: of an agent, a team, and a workflow; those that wait, one for each answer. */
const ids: Record<string, string> = {};

async function serveOver(database: SurrealDb): Promise<void> {
  db = database;
  const agent = new Agent({ name: "clerk", db, model: scriptedModel(() => "Noted.") });
  const member = new Agent({ name: "member", model: scriptedModel(() => "Yes.") });
  const team = new Team({
    name: "office",
    db,
    mode: "broadcast",
    model: scriptedModel(() => "All."),
    members: [member],
  });
  const workflow = new Workflow({ name: "pay", db, steps: [approval("ok?"), step("z", () => "paid")] });
  ({ url } = await start({ db, agents: [agent], teams: [team], workflows: [workflow], query: true }));
  ids["agents"] = (await agent.run("Hello", { sessionId: "of agents" })).runId;
  ids["teams"] = (await team.run("Hello", { sessionId: "of teams" })).runId;
  for (const name of ["get", "continue", "cancel", "approve", "reject", "cancel2", "resume"])
    ids[name] = (await workflow.run("x", { sessionId: `session ${name}` })).id;
}

/** A database in memory; and a server that allows nothing but what the library needs, for a user who is not root. */
const places = [
  { name: "in memory", open: openDb },
  ...(findSurreal() === undefined ? [] : [{ name: "on a hardened server", open: openHardened }]),
];

async function openHardened(): Promise<SurrealDb> {
  const server = await startSurreal({ flags: ["--deny-all", `--allow-funcs=${neededFunctions.join(",")}`] });
  const where = { namespace: "office", database: "office" };
  const root = new SurrealDb({ url: server.url, auth: rootAuth, ...where });
  await root.query("DEFINE USER owner ON DATABASE PASSWORD 'secret' ROLES OWNER");
  await root.close();
  const hardened = new SurrealDb({
    url: server.url,
    auth: { ...where, username: "owner", password: "secret" },
    ...where,
  });
  afterAll(async () => {
    await hardened.close();
    await server.kill();
  });
  return hardened;
}

const message = { message: "x", stream: false, session_id: "s2" };

const turns = (kind: "agents" | "teams", name: string): Record<string, Drive | (() => Drive)> => ({
  [`GET /${kind}`]: { has: [{ id: name }] },
  [`GET /${kind}/{id}`]: { to: `/${kind}/${name}`, has: { id: name } },
  [`POST /${kind}/{id}/runs`]: { to: `/${kind}/${name}/runs`, json: message, has: { status: "COMPLETED" } },
  [`GET /${kind}/{id}/runs`]: () => ({
    to: `/${kind}/${name}/runs?session_id=of ${kind}`,
    has: [{ run_id: ids[kind] }],
  }),
  [`GET /${kind}/{id}/runs/{run_id}`]: () => ({
    to: `/${kind}/${name}/runs/${ids[kind]}?session_id=of ${kind}`,
    has: { run_id: ids[kind], status: "COMPLETED" },
  }),
  [`POST /${kind}/{id}/runs/{run_id}/continue`]: () => ({
    to: `/${kind}/${name}/runs/${ids[kind]}/continue`,
    json: { session_id: `of ${kind}`, tools: [{ confirmed: true }] },
    status: 409,
  }),
  [`GET /${kind}/{id}/runs/{run_id}/checkpoints`]: { to: `/${kind}/${name}/runs/x/checkpoints`, status: 404 },
  [`GET /${kind}/{id}/runs/{run_id}/checkpoints/{index}`]: { to: `/${kind}/${name}/runs/x/checkpoints/1`, status: 404 },
  [`POST /${kind}/{id}/sessions/{session_id}/fork`]: {
    to: `/${kind}/${name}/sessions/of ${kind}/fork`,
    json: {},
    has: { session_id: expect.any(String), forked_from_session_id: `of ${kind}` },
  },
  [`POST /${kind}/{id}/runs/{run_id}/cancel`]: () => ({
    to: `/${kind}/${name}/runs/${ids[kind]}/cancel?session_id=of ${kind}`,
    json: {},
    has: {},
  }),
  [`POST /${kind}/{id}/runs/{run_id}/resume`]: () => ({
    to: `/${kind}/${name}/runs/${ids[kind]}/resume`,
    json: { session_id: `of ${kind}` },
    event: "replay",
  }),
});

const run = (path: string, name: string, drive: Drive) => (): Drive => ({
  to: path.replace("{id}", "pay").replace("{run_id}", ids[name] ?? ""),
  ...drive,
});

const drives: Record<string, Drive | (() => Drive)> = {
  "GET /health": { has: { status: "ok" } },
  "GET /config": { has: { agents: [{ id: "clerk" }] } },
  "GET /models": { has: [{ id: "scripted" }] },
  "GET /info": { has: { agent_count: 1 } },
  ...turns("agents", "clerk"),
  ...turns("teams", "office"),
  "GET /workflows": { has: [{ id: "pay" }] },
  // By plain HTTP; server-socket.test.ts connects.
  "GET /workflows/ws": { status: 426 },
  "GET /workflows/{id}": { to: "/workflows/pay", has: { steps: [{ name: "ok?" }, { name: "z" }] } },
  "POST /workflows/{id}/runs": { to: "/workflows/pay/runs", json: message, has: { status: "PAUSED" } },
  "GET /workflows/{id}/runs": { to: "/workflows/pay/runs?session_id=session get", has: [{ status: "PAUSED" }] },
  "GET /workflows/{id}/runs/{run_id}": run("/workflows/{id}/runs/{run_id}", "get", { has: { status: "PAUSED" } }),
  "POST /workflows/{id}/runs/{run_id}/continue": run("/workflows/{id}/runs/{run_id}/continue", "continue", {
    json: { stream: false, step_requirements: [{ confirmed: true }] },
    has: { status: "COMPLETED", content: "paid" },
  }),
  "POST /workflows/{id}/runs/{run_id}/cancel": run("/workflows/{id}/runs/{run_id}/cancel", "cancel", {
    json: {},
    has: {},
  }),
  "POST /workflows/{id}/runs/{run_id}/resume": run("/workflows/{id}/runs/{run_id}/resume", "resume", {
    json: {},
    event: "replay",
  }),
  "GET /sessions": { has: { data: expect.arrayContaining([expect.objectContaining({ session_id: "of agents" })]) } },
  "POST /sessions": { json: { agent_id: "clerk", session_id: "made" }, status: 201, has: { session_id: "made" } },
  "GET /sessions/{id}": { to: "/sessions/of agents", has: { session_id: "of agents" } },
  "PATCH /sessions/{id}": {
    to: "/sessions/of agents",
    json: { session_name: "First" },
    has: { session_name: "First" },
  },
  "POST /sessions/{id}/rename": {
    to: "/sessions/of agents/rename",
    json: { session_name: "A" },
    has: { session_name: "A" },
  },
  "GET /sessions/{id}/runs": () => ({ to: "/sessions/of agents/runs", has: [{ run_id: ids["agents"] }] }),
  "GET /sessions/{id}/runs/{run_id}": () => ({
    to: `/sessions/of agents/runs/${ids["agents"]}`,
    has: { run_id: ids["agents"] },
  }),
  "GET /sessions/{id}/turns": () => ({ to: "/sessions/of agents/turns", has: { turns: [{ run_id: ids["agents"] }] } }),
  "GET /sessions/{id}/usage": () => ({ to: "/sessions/of agents/usage", has: { total_tokens: expect.any(Number) } }),
  "DELETE /sessions/{id}": { to: "/sessions/made", status: 204 },
  "DELETE /sessions": { json: { session_ids: ["made"], session_types: ["agent"] }, status: 204 },
  "GET /metrics": { has: { metrics: [{ agent_runs_count: expect.any(Number) }] } },
  "POST /metrics/refresh": { json: {}, has: [{ date: expect.any(String) }] },
  "GET /metrics/refresh/status": { has: { status: "idle" } },
  "GET /runs": { has: { runs: expect.any(Array), next: null } },
  "GET /runs/stats": { has: { workflows: [{ workflow_name: "pay" }] } },
  "GET /runs/live": { event: "Ready" },
  "GET /runs/waiting": { has: { questions: expect.any(Array) } },
  "GET /runs/pages": { to: "/runs/pages?limit=2", has: { total: expect.any(Number), cursors: expect.any(Array) } },
  "GET /runs/stale": { has: { runs: [] } },
  "GET /runs/export": {
    to: "/runs/export?session_id=session get",
    has: { workflow_name: "pay", steps: [{ name: "ok?" }] },
  },
  "POST /runs/recover": { json: {}, has: { resumed: 0 } },
  "POST /runs/purge": { json: { workflow: "pay" }, has: { dry_run: true } },
  "POST /runs/{run_id}/resume": run("/runs/{run_id}/resume", "get", { json: {}, status: 409 }),
  "GET /doctor": { has: { checks: expect.arrayContaining([expect.objectContaining({ name: "engine" })]) } },
  "GET /runs/{run_id}": run("/runs/{run_id}", "get", { has: { workflow_name: "pay", steps: [{ name: "ok?" }] } }),
  "POST /query": { json: { surql: "SELECT count() FROM workflow_runs GROUP ALL" }, has: { results: [{}] } },
  "POST /runs/{run_id}/approve": run("/runs/{run_id}/approve", "approve", { json: {}, has: { status: "COMPLETED" } }),
  "POST /runs/{run_id}/reject": run("/runs/{run_id}/reject", "reject", { json: {}, has: { status: "ERROR" } }),
  "POST /runs/{run_id}/cancel": run("/runs/{run_id}/cancel", "cancel2", { json: {}, has: { error_code: "cancelled" } }),
};

type Schema = Readonly<Record<string, unknown>>;

/** Where a value does not keep to a schema, as far as ours go. */
function faultsOf(value: unknown, schema: Schema, place: string): string[] {
  const { $ref, anyOf, type, enum: values, required = [], properties = {}, items } = schema;
  if (typeof $ref === "string")
    return faultsOf(value, sharedSchemas[$ref.split("/").at(-1) ?? ""] ?? { enum: [] }, place);
  if (Array.isArray(anyOf)) {
    const all = (anyOf as Schema[]).map((each) => faultsOf(value, each, place));
    return all.some((faults) => faults.length === 0) ? [] : all.flat();
  }
  if (Array.isArray(values) && !values.includes(value)) return [`${place} is ${JSON.stringify(value)}`];
  const actual = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  const isRight = type === undefined || type === actual || (type === "integer" && Number.isInteger(value));
  if (!isRight) return [`${place} is of the type ${actual}`];
  if (Array.isArray(value))
    return value.flatMap((each, index) => faultsOf(each, (items as Schema) ?? {}, `${place}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  const missing = (required as string[])
    .filter((name) => !(name in value))
    .map((name) => `${place}.${name} is missing`);
  const own = Object.entries(value).flatMap(([name, each]) =>
    faultsOf(each, (properties as Record<string, Schema>)[name] ?? {}, `${place}.${name}`),
  );
  return [...missing, ...own];
}

/** `GET /agents/{}` of both forms of a path. */
const plain = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replaceAll(/:\w+|\{\w+\}/g, "{}").replace(/(.)\/$/, "$1")}`;

describe.each(places)("every route over a database $name", ({ open }) => {
  beforeAll(async () => serveOver(await open()));

  test("is in the list of operations, and driven here", () => {
    // The list describes itself and the root by what they are; pages are for people.
    const undescribed = new Set(["GET /", "GET /openapi.json", "GET /studio/*", "GET /docs"]);
    const routes = createServer({ db })
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => plain(method, path))
      .filter((route) => !undescribed.has(route));
    const driven = Object.keys(drives).map((name) => plain(...(name.split(" ") as [string, string])));
    expect(new Set(driven)).toEqual(new Set(routes));
    expect(new Set(operations.map(({ method, path }) => plain(method, path)))).toEqual(new Set(routes));
  });

  test.each(Object.keys(drives))("%s answers", async (name) => {
    const [method = "", path = ""] = name.split(" ");
    const drive = drives[name];
    const { to = path, json, status = 200, event, has } = (typeof drive === "function" ? drive() : drive) ?? {};
    const response = await send(`${url}${to}`, { method, json });
    expect([name, response.status]).toEqual([name, status]);
    if (event !== undefined) {
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      const reader = response.body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toContain(`event: ${event}\n`);
      await reader?.cancel();
      return;
    }
    const text = await response.text();
    if (status === 204) expect(text).toBe("");
    else if (status >= 400) expect(JSON.parse(text)).toMatchObject({ detail: expect.stringMatching(/\w{3}/) });
    else {
      expect(JSON.parse(text)).toMatchObject(has as object);
      expect(faultsOf(JSON.parse(text), answerSchemas[name] ?? {}, name)).toEqual([]);
    }
  });

  test("whose schema is not kept is noticed", () => {
    const good = { runs: [], next: null };
    expect(faultsOf(good, answerSchemas["GET /runs"] ?? {}, "")).toEqual([]);
    for (const wrong of [{ runs: [] }, { ...good, runs: {} }, { ...good, next: 1 }, { ...good, runs: [{ id: "a" }] }])
      expect(faultsOf(wrong, answerSchemas["GET /runs"] ?? {}, "")).not.toEqual([]);
  });

  test("of an agent and a team streams when it is asked to", async () => {
    for (const path of ["agents/clerk", "teams/office"]) {
      const response = await send(`${url}/${path}/runs`, { form: { message: "x" } });
      expect(names(await allFrames(response)).at(-1)).toMatch(/RunCompleted$/);
    }
  });
});
