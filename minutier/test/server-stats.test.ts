import { readFileSync } from "node:fs";

import { beforeAll, describe, expect, test } from "vitest";

import { Agent, RecordId, step, type SurrealDb, Team, Workflow } from "../src/index.ts";
import { serve } from "../src/server/index.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { failureOf } from "./failure-of.ts";
import { type Json, openDb, request, start } from "./server-fixture.ts";

const prices = {
  small: { input: 1, output: 10, currency: "CAD" },
  large: { input: 100, output: 1000, currency: "CAD" },
};
const agent = (name: string, modelId: string): Agent =>
  new Agent({ name, model: scriptedModel(() => "done", { modelId }) });

describe("statistics over HTTP", () => {
  let db: SurrealDb;
  let url: string;

  beforeAll(async () => {
    db = await openDb();
    ({ url } = await start({ db, prices }));
    await db.createTables();
    // 2026-01-05 was a Monday.
    const rows: [day: string, workflow: string, durationMs: number | undefined, extra?: Json][] = [
      ["2026-01-05T10:10:00Z", "a", 100, { model_usage: usage("small", 1_000_000) }],
      ["2026-01-05T10:50:00Z", "a", 300, { metadata: { dossier_id: "d1" } }],
      ["2026-01-05T11:00:00Z", "a", 200, { model_usage: usage("large", 1000) }],
      ["2026-01-11T23:59:59Z", "a", 9000, { status: "error", user_id: "ana" }],
      ["2026-01-12T00:00:00Z", "b", undefined, {}],
      ["2026-01-12T00:00:00Z", "b", undefined, { waiting_for: [{ reason: "?" }] }],
      [
        "2026-01-12T00:00:01Z",
        "b",
        50,
        { root_run: new RecordId("workflow_runs", "r0"), model_usage: usage("small", 7) },
      ],
    ];
    await db.query("INSERT INTO workflow_runs $rows", {
      rows: rows.map(([day, workflow_name, ms, extra], index) => ({
        id: new RecordId("workflow_runs", `r${index}`),
        workflow_name,
        status: ms === undefined ? "running" : "success",
        metadata: {},
        session_id: "s",
        created_at: new Date(day),
        updated_at: new Date(day),
        ...(ms === undefined ? {} : { completed_at: new Date(Date.parse(day) + ms) }),
        ...extra,
      })),
    });
  });

  const usage = (model: string, input: number): Json[] => [
    { model, input_tokens: input, output_tokens: 10, total_tokens: input + 10 },
  ];
  const stats = async (query = ""): Promise<Json> => (await request(`${url}/runs/stats?${query}`)).body;

  test("count, time and price the runs, in all, by workflow, over time", async () => {
    const body = await stats("bucket=day");
    expect(body["bucket"]).toBe("day");
    expect(body["total"]).toEqual({
      executions: 6,
      successes: 3,
      errors: 1,
      running: 1,
      waiting: 1,
      p50_ms: 200,
      p95_ms: 9000,
      mean_ms: 2400,
      input_tokens: 1_001_000,
      output_tokens: 20,
      total_tokens: 1_001_020,
      cost: { amount: 1 + 0.0001 + 0.1 + 0.01, currency: "CAD" },
    });
    expect(body["workflows"]).toMatchObject([
      { workflow_name: "a", executions: 4, p50_ms: 200, errors: 1 },
      { workflow_name: "b", executions: 2, p50_ms: null, p95_ms: null, mean_ms: null, cost: { amount: 0 } },
    ]);
    expect(body["over_time"]).toMatchObject([
      { workflow_name: "a", from: "2026-01-05T00:00:00.000Z", executions: 3 },
      { workflow_name: "a", from: "2026-01-11T00:00:00.000Z", executions: 1 },
      { workflow_name: "b", from: "2026-01-12T00:00:00.000Z", executions: 2, running: 1, waiting: 1 },
    ]);
    expect(body["total_over_time"]).toMatchObject([
      { from: "2026-01-05T00:00:00.000Z", executions: 3 },
      { from: "2026-01-11T00:00:00.000Z", executions: 1, p95_ms: 9000 },
      { from: "2026-01-12T00:00:00.000Z", executions: 2 },
    ]);
    expect(body).not.toHaveProperty("unpriced_models");
  });

  test("of all workflows over time are counted together, and of those that are named alone", async () => {
    const all = await stats("bucket=week&workflow=a&workflow=b&nested=true");
    // What is nested in a counts with a.
    expect(all["total"]).toMatchObject({ executions: 7, input_tokens: 1_001_000 });
    expect(all["total_over_time"]).toMatchObject([
      { from: "2026-01-05T00:00:00.000Z", executions: 4, p50_ms: 200 },
      { from: "2026-01-12T00:00:00.000Z", executions: 3, p50_ms: 50 },
    ]);
    expect((await stats("workflow=a&workflow=none"))["total"]).toMatchObject({ executions: 4 });
  });

  test.each([
    ["bucket=hour", "hour", ["2026-01-05T10", "2026-01-05T11", "2026-01-11T23", "2026-01-12T00"]],
    ["bucket=week", "week", ["2026-01-05T00", "2026-01-12T00"]],
    ["", "day", ["2026-01-05T00", "2026-01-11T00", "2026-01-12T00"]],
    ["from=2026-01-01&to=2026-06-30", "week", ["2026-01-05T00", "2026-01-12T00"]],
    ["from=2026-01-12&to=2026-01-13", "hour", ["2026-01-12T00"]],
  ])("are by %s: %s", async (query, bucket, from) => {
    const body = await stats(query);
    expect(body["bucket"]).toBe(bucket);
    expect((body["over_time"] as Json[]).map((each) => String(each["from"]).slice(0, 13))).toEqual(from);
  });

  test("take the filters of the list", async () => {
    const executions = async (query: string): Promise<unknown> => ((await stats(query))["total"] as Json)["executions"];
    expect(await executions("workflow=a")).toBe(4);
    expect(await executions("metadata.dossier_id=d1")).toBe(1);
    expect(await executions("status=error")).toBe(1);
    expect(await executions("status=waiting")).toBe(1);
    expect(await executions("user_id=ana")).toBe(1);
    expect(await executions("nested=true")).toBe(7);
    expect(await executions("workflow=none")).toBe(0);
    expect((await request(`${url}/runs/stats?bucket=year`)).status).toBe(422);
    expect((await request(`${url}/runs/stats?to=soon`)).status).toBe(422);
  });

  test("count a nested run's tokens once in all, and in its own workflow", async () => {
    expect((await stats("nested=true"))["total"]).toMatchObject({ input_tokens: 1_001_000 });
    expect((await stats("nested=true&workflow=b"))["total"]).toMatchObject({ input_tokens: 7 });
  });

  test("name the models without a price, whose cost is then not told at all", async () => {
    const other = await start({ db, prices: { small: prices.small } });
    const { body } = await request(`${other.url}/runs/stats`);
    expect(body).toMatchObject({ total: { cost: null, input_tokens: 1_001_000 }, unpriced_models: ["large"] });
    const { body: without } = await request(`${(await start({ db })).url}/runs/stats`);
    expect(without).toMatchObject({ total: { cost: null } });
    expect(without).not.toHaveProperty("unpriced_models");
  });

  test("read more than a page", async () => {
    const many = await openDb();
    await many.createTables();
    const created_at = new Date();
    for (let from = 0; from < 8400; from += 400)
      await many.query("INSERT INTO workflow_runs $rows RETURN NONE", {
        rows: Array.from({ length: 400 }, (_, index) => ({
          // Ids as no run of ours has them: they stand in the text of the scan.
          id: new RecordId("workflow_runs", `r ${String(from + index).padStart(6, "0")}\\ "it's" \`; x⟩`),
          workflow_name: `w${index % 3}`,
          status: "success",
          created_at,
          completed_at: new Date(created_at.getTime() + from + index),
        })),
      });
    const { body } = await request(`${(await start({ db: many })).url}/runs/stats`);
    expect(body["total"]).toMatchObject({ executions: 8400, successes: 8400, p50_ms: 4199, p95_ms: 7979 });
  });
});

test("a run tells its tokens, their cost, its turns and what is nested in it", async () => {
  const db = await openDb();
  const { url } = await start({ db, prices });
  const deep = new Workflow({ name: "deep", steps: [agent("d", "small")] });
  const inner = new Workflow({ name: "inner", steps: [deep] });
  const team = new Team({
    name: "office",
    mode: "broadcast",
    model: scriptedModel(() => "merged", { modelId: "large" }),
    members: [agent("m", "small")],
  });
  const workflow = new Workflow({ name: "outer", db, steps: [agent("a", "small"), team, inner, step("z", () => 1)] });
  const { id } = await workflow.run("go", { sessionId: "s1" });
  const { body } = await request(`${url}/runs/${id}`);
  const times = (n: number): Json => ({ input_tokens: 10 * n, output_tokens: 5 * n, total_tokens: 15 * n });
  expect(body).toMatchObject({ id, usage: times(4), cost: { currency: "CAD" }, output: 1 });
  expect((body["cost"] as Json)["amount"]).toBeCloseTo(3 * (10e-6 + 50e-6) + (1000e-6 + 5000e-6), 12);
  const steps = body["steps"] as Json[];
  const [message] = await db.sessions.messages({ kind: "agent", name: "a", sessionId: "s1" });
  expect(steps).toMatchObject([
    { usage: times(1), turn: { kind: "agent", name: "a", session_id: "s1", run_id: message?.run_id } },
    { usage: times(2), turn: { kind: "team", name: "office", session_id: "s1", run_id: expect.any(String) } },
    { usage: times(1), child_run: expect.stringContaining(`${id}_`) },
    { name: "z" },
  ]);
  expect(steps[3]).not.toHaveProperty("usage");
  expect(steps[2]).not.toHaveProperty("turn");
  const nested = body["nested"] as Json[];
  expect(nested).toMatchObject([
    { id: steps[2]?.["child_run"], workflow_name: "inner", parent_run: id, root_run: id, steps: [{ name: "deep" }] },
    { workflow_name: "deep", root_run: id, steps: [{ name: "d", turn: { kind: "agent", name: "d" } }] },
  ]);
  expect(nested[0]).not.toHaveProperty("output");
  expect((await request(`${url}/runs/${String(nested[0]?.["id"])}`)).body["nested"]).toMatchObject([
    { workflow_name: "deep" },
  ]);
  // One that asked no model costs nothing; without prices nothing is known.
  const plain = await new Workflow({ name: "plain", db, steps: [step("z", () => 1)] }).run(1);
  expect((await request(`${url}/runs/${plain.id}`)).body).toMatchObject({ cost: { amount: 0 }, nested: [] });
  const unpriced = await start({ db });
  expect((await request(`${unpriced.url}/runs/${id}`)).body).toMatchObject({ cost: null });
});

test("/info tells the versions and what the request may do", async () => {
  const db = await openDb();
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Json;
  const open = await start({ db });
  expect((await request(`${open.url}/info`)).body).toMatchObject({
    version,
    engine_version: (await db.version()).engine,
    engine_tested: true,
    user_id: null,
    scopes: ["read", "run", "approve", "write", "admin"],
    query: false,
  });
  const users: Record<string, { userId?: string; scopes?: string[] }> = {
    ana: { userId: "ana" },
    auditor: { userId: "auditor", scopes: ["read", "sing"] },
    chief: { userId: "chief", scopes: ["admin"] },
  };
  const auth = (req: Request) => users[req.headers.get("authorization")?.slice(7) ?? ""] ?? null;
  const { url } = await start({ db, auth, query: true });
  const info = async (key: string): Promise<Json> => (await request(`${url}/info`, { key })).body;
  expect(await info("ana")).toMatchObject({ user_id: "ana", scopes: ["read", "run", "approve", "write"], query: true });
  expect(await info("auditor")).toMatchObject({ user_id: "auditor", scopes: ["read"] });
  expect((await info("chief"))["scopes"]).toContain("admin");
});

test("prices that can't be are refused", async () => {
  const db = await openDb();
  for (const wrong of [
    { small: { input: -1, output: 1, currency: "CAD" } },
    { small: { input: 1, output: Number.NaN, currency: "CAD" } },
    { small: { input: 1, output: 1, currency: "dollars" } },
    { small: { input: 1, output: 1, currency: "CAD" }, large: { input: 1, output: 1, currency: "USD" } },
  ])
    expect(await failureOf(serve({ db, port: 0, prices: wrong }))).toMatchObject({ code: "invalid_options" });
});
