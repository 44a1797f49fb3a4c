import { describe, expect, test } from "vitest";

import { Agent, RecordId, step, type SurrealDb, Team, Workflow } from "../src/index.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { frames, type Json, openDb, request, send, start, until } from "./server-fixture.ts";

function half(db: SurrealDb): Workflow {
  return new Workflow({ name: "half", db, steps: [step("halve", (n: number) => n / 2)] });
}

describe("sessions over HTTP", () => {
  const agentOf = (db: SurrealDb): Agent => new Agent({ name: "clerk", db, model: scriptedModel(() => "Noted.") });

  test("are listed by pages, named by their first question, renamed, changed and deleted", async () => {
    const db = await openDb();
    const agent = agentOf(db);
    const { url } = await start({ db, agents: [agent] });
    expect((await request(`${url}/sessions?type=agent`)).body).toMatchObject({ data: [], meta: { total_count: 0 } });
    for (const n of [1, 2, 3])
      await agent.run(`Question ${n}`, { sessionId: `s${n}`, userId: n === 3 ? "luc" : "ana" });
    const list = async (query: string): Promise<Json> => (await request(`${url}/sessions?${query}`)).body;
    expect(await list("type=agent&component_id=clerk&db_id=minutier&limit=2")).toMatchObject({
      data: [{ session_id: "s3", session_name: "Question 3", agent_id: "clerk", user_id: "luc" }, { session_id: "s2" }],
      meta: { page: 1, limit: 2, total_pages: 2, total_count: 3, search_time_ms: expect.any(Number) },
    });
    expect((await list("limit=2&page=2"))["data"]).toMatchObject([{ session_id: "s1" }]);
    expect((await list("user_id=ana&sort_order=asc"))["data"]).toMatchObject([
      { session_id: "s1" },
      { session_id: "s2" },
    ]);
    expect((await list("component_id=nobody"))["data"]).toEqual([]);
    for (const wrong of ["limit=0", "page=x", "sort_by=password", "type=x", "sort_order=DESC; DELETE agent_sessions"])
      expect((await request(`${url}/sessions?${wrong}`)).status).toBe(422);

    const renamed = await request(`${url}/sessions/s1/rename?type=agent`, { json: { session_name: "Lot 9" } });
    expect(renamed.body).toMatchObject({ session_name: "Lot 9" });
    await agent.run("More", { sessionId: "s1" });
    expect((await list("session_name=Lot"))["data"]).toMatchObject([{ session_id: "s1", session_name: "Lot 9" }]);
    const patched = await request(`${url}/sessions/s1`, { method: "PATCH", json: { metadata: { dossier_id: "d1" } } });
    expect(patched.body).toMatchObject({ session_name: "Lot 9", metadata: { dossier_id: "d1" } });
    expect((await request(`${url}/sessions/s1`)).body).toMatchObject({
      session_type: "agent",
      total_tokens: 30,
      chat_history: [{ role: "user", content: "Question 1" }, { role: "assistant", content: "Noted." }, {}, {}],
    });
    expect((await request(`${url}/sessions/s1`, { method: "PATCH", json: { session_state: { a: 1 } } })).status).toBe(
      422,
    );

    const runs = (await request(`${url}/sessions/s1/runs?type=agent`)).body as unknown as Json[];
    expect(runs).toMatchObject([
      { run_input: "Question 1", content: "Noted.", status: "COMPLETED" },
      { run_input: "More" },
    ]);
    expect((await request(`${url}/sessions/s1/runs/${String(runs[1]?.["run_id"])}`)).body).toMatchObject({
      run_input: "More",
    });
    expect((await request(`${url}/sessions/s1/runs/none`)).status).toBe(404);
    expect((await request(`${url}/sessions/none/runs?type=agent`)).status).toBe(404);

    // As agent-ui sends it.
    expect((await request(`${url}/sessions/s1?db_id=minutier`, { method: "DELETE" })).status).toBe(204);
    expect((await request(`${url}/sessions/s1`)).status).toBe(404);
    const bulk = { session_ids: ["s2", "s3", "gone"], session_types: ["agent", "agent", "agent"] };
    expect((await request(`${url}/sessions`, { method: "DELETE", json: bulk })).status).toBe(204);
    expect((await list(""))["data"]).toEqual([]);
    expect((await request(`${url}/sessions`, { method: "DELETE", json: {} })).status).toBe(422);
  });

  test("are made before their first run, which goes on in them", async () => {
    const db = await openDb();
    const agent = agentOf(db);
    const team = new Team({
      name: "office",
      db,
      members: [agentOf(db)],
      model: scriptedModel(() => "Hello."),
      state: { lots: 1 },
    });
    const workflow = new Workflow({
      name: "half",
      db,
      state: { runs: 7 },
      steps: [step("state", (_: unknown, { state }) => state["runs"])],
    });
    const { url } = await start({ db, agents: [agent], teams: [team], workflows: [workflow] });
    const made = await request(`${url}/sessions?type=agent`, {
      json: { agent_id: "clerk", session_id: "s1", session_name: "First", metadata: { a: 1 } },
    });
    expect(made).toMatchObject({ status: 201, body: { session_id: "s1", session_name: "First", metadata: { a: 1 } } });
    expect((await request(`${url}/sessions`, { json: { agent_id: "clerk", session_id: "s1" } })).status).toBe(409);
    expect((await request(`${url}/sessions`, { json: { agent_id: "nobody" } })).status).toBe(404);
    expect((await request(`${url}/sessions`, { json: {} })).status).toBe(422);
    expect((await request(`${url}/sessions/s1/runs?type=agent`)).status).toBe(404);
    await request(`${url}/agents/clerk/runs`, { json: { message: "Hello", session_id: "s1", stream: false } });
    expect(await db.sessions.agent("clerk", "s1")).toMatchObject({
      session_name: "First",
      message_count: 2,
      messages: [{ content: "Hello" }, {}],
    });

    expect(
      (await request(`${url}/sessions?type=team`, { json: { team_id: "office", session_id: "t1" } })).body,
    ).toMatchObject({ session_state: { lots: 1 } });
    await request(`${url}/teams/office/runs`, { json: { message: "Hello", session_id: "t1", stream: false } });
    expect(await db.sessions.team("office", "t1")).toMatchObject({
      agents: ["clerk"],
      state: { lots: 1 },
      message_count: 2,
    });
    await request(`${url}/sessions?type=workflow`, { json: { workflow_id: "half", session_id: "w1" } });
    const run = await request(`${url}/workflows/half/runs`, { json: { message: 1, session_id: "w1", stream: false } });
    expect(run.body["content"]).toBe(7);
    expect((await request(`${url}/sessions/w1?type=workflow`, { method: "DELETE" })).status).toBe(409);
    expect((await request(`${url}/sessions?type=workflow`)).body).toMatchObject({
      data: [{ session_id: "w1", workflow_id: "half" }],
    });
  });
});

describe("runs over HTTP", () => {
  test("are found by metadata, status, workflow and time, by pages", async () => {
    const db = await openDb();
    const workflow = half(db);
    const broken = new Workflow({
      name: "broken",
      db,
      steps: [
        step("no", (): never => {
          throw new Error("no");
        }),
      ],
    });
    const { url } = await start({ db, workflows: [workflow] });
    const ids: string[] = [];
    for (const n of [1, 2, 3, 4, 5])
      ids.push(
        (
          await workflow.run(n, {
            metadata: { dossier_id: "d1", n, link: new RecordId("dossier", "a1"), odd: n % 2 === 1 },
          })
        ).id,
      );
    await broken.run(1, { metadata: { dossier_id: "d2" } }).catch(() => undefined);
    const list = async (query: string): Promise<{ runs: Json[]; next: string | null }> =>
      (await request(`${url}/runs?${query}`)).body as never;
    const found = async (query: string): Promise<unknown[]> => (await list(query)).runs.map(({ id }) => id);

    const first = await list("metadata.dossier_id=d1&limit=2");
    expect(first.runs.map(({ id }) => id)).toEqual([ids[4], ids[3]]);
    const second = await list(`metadata.dossier_id=d1&limit=2&cursor=${first.next}`);
    expect(second.runs.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const third = await list(`metadata.dossier_id=d1&limit=2&cursor=${second.next}`);
    expect([third.runs.map(({ id }) => id), third.next]).toEqual([[ids[0]], null]);
    const { body: pages } = await request(`${url}/runs/pages?metadata.dossier_id=d1&limit=2`);
    expect(pages).toEqual({ total: 5, cursors: [ids[3], ids[1], ids[0]] });
    const { body: olderPages } = await request(`${url}/runs/pages?metadata.dossier_id=d1&limit=2&cursor=${ids[3]}`);
    expect(olderPages).toEqual({ total: 3, cursors: [ids[1], ids[0]] });
    const middle = await list(`metadata.dossier_id=d1&limit=2&cursor=${ids[3]}&until=${ids[1]}`);
    expect(middle.runs).toEqual(second.runs);
    expect(first.runs[0]).toMatchObject({ workflow_name: "half", status: "success", metadata: { link: "dossier:a1" } });
    expect(first.runs[0]).not.toHaveProperty("output");

    expect(await found("metadata.n=3")).toEqual([ids[2]]);
    expect(await found("metadata.odd=true&metadata.n=3")).toEqual([ids[2]]);
    expect(await found("metadata.link=dossier:a1&limit=1")).toEqual([ids[4]]);
    expect(await found("status=error")).toHaveLength(1);
    expect(await found("status=waiting")).toEqual([]);
    expect(await found("workflow=broken")).toHaveLength(1);
    expect(await found("session_id=none")).toEqual([]);
    const { created_at } = (await list("metadata.n=3")).runs[0] ?? {};
    expect(await found(`workflow=half&from=${String(created_at)}`)).toEqual([ids[4], ids[3], ids[2]]);
    expect(await found(`to=${String(created_at)}`)).toEqual([ids[1], ids[0]]);
    for (const wrong of [
      "status=done",
      "from=yesterday",
      "limit=-1",
      "metadata.a`b=1",
      "metadata.__proto__=1",
      "metadata.=1",
      "cursor=",
      "until=x",
    ])
      expect([wrong, (await request(`${url}/runs?${wrong}`)).status]).toEqual([wrong, 422]);

    expect((await request(`${url}/runs/${ids[0]}`)).body).toMatchObject({
      id: ids[0],
      input: 1,
      output: 0.5,
      steps: [{ name: "halve", status: "success", output: 0.5 }],
    });
    expect((await request(`${url}/runs/none`)).status).toBe(404);
    expect((await request(`${url}/runs/none/approve`, { json: {} })).status).toBe(404);
    expect((await request(`${url}/runs/${ids[0]}/reject`, { json: {} })).status).toBe(409);
    expect((await request(`${url}/runs/${ids[0]}/cancel`, { method: "POST" })).body).toMatchObject({
      status: "success",
    });
  });

  test("are told live, by metadata", async () => {
    const db = await openDb();
    const workflow = half(db);
    const { url } = await start({ db, workflows: [workflow] });
    const told: Json[] = [];
    for await (const { event, data } of frames(await send(`${url}/runs/live?metadata.dossier_id=d1`))) {
      if (event === "Ready") {
        await workflow.run(1, { metadata: { dossier_id: "d2" } });
        await workflow.run(2, { metadata: { dossier_id: "d1" } });
      } else told.push(data);
      if (told.length === 2) break;
    }
    expect(told).toMatchObject([
      { event: "RunChanged", action: "create", run: { status: "running", metadata: { dossier_id: "d1" } } },
      { action: "update", run: { status: "success" } },
    ]);
    expect(told[1]?.["run"]).not.toHaveProperty("output");
  });

  test("are counted by days with their tokens", async () => {
    const db = await openDb();
    const agent = new Agent({ name: "clerk", db, model: scriptedModel(() => "Noted.") });
    const workflow = half(db);
    const { url } = await start({ db, agents: [agent], workflows: [workflow] });
    expect((await request(`${url}/metrics`)).body["metrics"]).toEqual([]);
    await agent.run("a");
    await agent.run("b");
    await workflow.run(1, { userId: "ana" });
    const today = new Date().toISOString().slice(0, 10);
    const day = {
      date: `${today}T00:00:00Z`,
      agent_runs_count: 2,
      team_runs_count: 0,
      workflow_runs_count: 1,
      users_count: 1,
      token_metrics: { input_tokens: 20, output_tokens: 10, total_tokens: 30 },
      model_metrics: [
        { model_id: "scripted", model_provider: null, count: 2, input_tokens: 20, output_tokens: 10, total_tokens: 30 },
      ],
    };
    expect((await request(`${url}/metrics?starting_date=${today}&ending_date=${today}`)).body).toMatchObject({
      metrics: [day],
    });
    expect((await request(`${url}/metrics/refresh`, { method: "POST" })).body).toEqual([day]);
    expect((await request(`${url}/metrics/refresh/status`)).body).toEqual({ status: "idle" });
    expect((await request(`${url}/metrics?starting_date=never`)).status).toBe(422);
    expect((await request(`${url}/metrics?starting_date=2001-01-01`)).status).toBe(422);
  });

  test("end with the server, or after it", async () => {
    const db = await openDb();
    const gate = Promise.withResolvers<void>();
    const workflow = new Workflow({ name: "slow", db, steps: [step("wait", () => gate.promise)] });
    const server = await start({ db, workflows: [workflow] });
    const { body } = await request(`${server.url}/workflows/slow/runs`, {
      json: { message: "1", stream: false, background: true },
    });
    const closing = server.close({ graceMs: 10_000 });
    gate.resolve();
    await closing;
    expect((await db.runs.get(String(body["run_id"])))?.status).toBe("success");
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    await server.close();
    await server[Symbol.asyncDispose]();
  });
});

test("the OpenAPI document names every route", async () => {
  const db = await openDb();
  const { url } = await start({ db, workflows: [half(db)] });
  const { body } = await request(`${url}/openapi.json`);
  expect(body["openapi"]).toBe("3.1.0");
  const paths = Object.entries(body["paths"] as Record<string, object>).flatMap(([path, of]) =>
    Object.keys(of).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, ":")}`),
  );
  const { createServer } = await import("../src/server/index.ts");
  const routes = createServer({ db })
    .routes.filter(
      ({ method, path }) => method !== "ALL" && !["/", "/openapi.json", "/studio/*", "/docs"].includes(path),
    )
    .map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ":").replace(/\/$/, "")}`);
  expect(paths.toSorted()).toEqual([...new Set(routes)].toSorted());
  await until(() => true);
});

test.each(["memories", "memories/m1", "knowledge/content", "eval-runs", "traces"])(
  "/%s is told to be absent",
  async (path) => {
    const db = await openDb();
    const { url } = await start({ db });
    expect(await request(`${url}/${path}`)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining("This server has no") },
    });
  },
);
