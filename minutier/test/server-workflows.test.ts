import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent, approval, forEach, parallel, step, SurrealDb, Workflow } from "../src/index.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { sharedServer, temporaryFolder } from "./backends.ts";
import { allFrames, type Frame, frames, names, openDb, request, send, start, until } from "./server-fixture.ts";

interface Gate {
  promise: Promise<void>;
  resolve: () => void;
}

/** Four steps, two of them at once, the last one behind a gate. */
function analyse(
  db: SurrealDb,
  gate: Gate = { promise: Promise.resolve(), resolve: () => undefined },
): Workflow<{ n: number }, number> {
  return new Workflow<{ n: number }, number>({
    name: "analyse_dossier",
    db,
    input: z.object({ n: z.number() }),
    steps: [
      step("read", ({ n }: { n: number }) => n + 1),
      parallel("check", { parties: (n: number) => n * 2, lots: (n: number) => n * 3 }),
      step("join", ({ parties, lots }: { parties: number; lots: number }) => gate.promise.then(() => parties + lots)),
    ],
  });
}

const wholeRun = [
  "WorkflowStarted",
  "StepStarted",
  "StepCompleted",
  "ParallelExecutionStarted",
  "StepStarted",
  "StepCompleted",
  "StepStarted",
  "StepCompleted",
  "ParallelExecutionCompleted",
  "StepStarted",
  "StepCompleted",
  "WorkflowCompleted",
];

function payment(db: SurrealDb): Workflow<number, string> {
  return new Workflow<number, string>({
    name: "pay",
    db,
    input: z.number(),
    steps: [
      step("prepare", (amount: number) => amount),
      approval("validate", {
        reason: (amount: number) => `Pay ${amount} $?`,
        who: ["notary"],
        payload: z.object({ amount: z.number() }),
      }),
      step("send", ({ payload, by }: { payload: { amount: number }; by: string }) => `${payload.amount} $, said ${by}`),
    ],
  });
}

describe("a workflow over HTTP", () => {
  test("is listed and described", async () => {
    const db = await openDb();
    const { url } = await start({ db, workflows: [analyse(db)] });
    expect((await request(`${url}/workflows`)).body).toMatchObject([{ id: "analyse_dossier", db_id: "minutier" }]);
    expect((await request(`${url}/workflows/analyse_dossier`)).body).toMatchObject({
      input_schema: { properties: { n: { type: "number" } } },
      steps: [{ name: "read" }, { name: "check", type: "parallel" }, { name: "join" }],
    });
    expect((await request(`${url}/workflows/none`)).status).toBe(404);
  });

  test("runs with a form's JSON text or a JSON body, with events or without", async () => {
    const db = await openDb();
    const { url } = await start({ db, workflows: [analyse(db)] });
    const runs = `${url}/workflows/analyse_dossier/runs`;
    const all = await allFrames(
      await send(runs, { form: { message: '{"n":1}', session_id: "", metadata: '{"dossier_id":"d1"}' } }),
    );
    expect(names(all).toSorted()).toEqual(wholeRun.toSorted());
    const ids = {
      run_id: all[0]?.data["run_id"],
      session_id: all[0]?.data["session_id"],
      workflow_id: "analyse_dossier",
    };
    for (const { event, data } of all) expect(data).toMatchObject({ event, created_at: expect.any(Number), ...ids });
    expect(all.at(-1)).toMatchObject({ event: "WorkflowCompleted", data: { content: 10 } });
    const { body } = await request(runs, { json: { message: { n: 2 }, stream: false, session_id: "s2" } });
    expect(body).toMatchObject({ status: "COMPLETED", content: 15, session_id: "s2", input: { n: 2 } });
    const one = `${runs}/${String(body["run_id"])}`;
    expect((await request(one)).body).toEqual(body);
    expect((await request(`${one}?session_id=other`)).status).toBe(404);
    expect((await request(`${runs}?session_id=s2`)).body).toMatchObject([{ content: 15 }]);
    expect((await request(`${runs}?session_id=s3`)).status).toBe(404);
    expect((await request(runs)).status).toBe(422);
    expect((await request(`${url}/sessions/s2/runs?type=workflow`)).body).toMatchObject([
      { content: 15, run_input: { n: 2 } },
    ]);
    expect(await request(runs, { json: { message: { n: "two" }, stream: false } })).toMatchObject({
      status: 422,
      body: { error_code: "invalid_input", detail: expect.stringContaining("n") },
    });
  });

  test("tells what an agent in it says", async () => {
    const db = await openDb();
    const reader = new Agent({ name: "reader", model: scriptedModel(() => ({ chunks: ["Ana ", "sells."] })) });
    const { url } = await start({ db, workflows: [new Workflow({ name: "read", db, steps: [reader] })] });
    const all = await allFrames(await send(`${url}/workflows/read/runs`, { form: { message: "Who?" } }));
    expect(names(all)).toEqual([
      "WorkflowStarted",
      "StepStarted",
      "RunStarted",
      "RunContent",
      "RunContent",
      "RunCompleted",
      "StepCompleted",
      "WorkflowCompleted",
    ]);
    expect(all[3]?.data).toMatchObject({
      agent_id: "reader",
      workflow_run_id: all[0]?.data["run_id"],
      step_name: "reader",
    });
  });

  test("tells a failure and a cancellation", async () => {
    const db = await openDb();
    const failing = new Workflow({
      name: "fail",
      db,
      steps: [
        step("check", (): never => {
          throw new Error("no page 3");
        }),
      ],
    });
    const waiting = new Workflow({ name: "wait", db, steps: [step("for_ever", () => new Promise(() => undefined))] });
    const { url } = await start({ db, workflows: [failing, waiting] });
    const failed = await allFrames(await send(`${url}/workflows/fail/runs`, { form: { message: "1" } }));
    expect(names(failed)).toEqual(["WorkflowStarted", "StepStarted", "StepError", "WorkflowError"]);
    const status = await request(`${url}/workflows/fail/runs`, { json: { message: "1", stream: false } });
    expect(status).toMatchObject({
      status: 500,
      body: { detail: expect.stringContaining("no page 3"), run_id: expect.any(String) },
    });

    const begun = await request(`${url}/workflows/wait/runs`, {
      json: { message: "1", stream: false, background: true },
    });
    const run = `${url}/workflows/wait/runs/${String(begun.body["run_id"])}`;
    const following = send(`${run}/resume`, { method: "POST" }).then(allFrames);
    await until(async () => (await request(`${url}/runs/${String(begun.body["run_id"])}`)).body["steps"] !== undefined);
    expect(await request(`${run}/cancel`, { method: "POST" })).toMatchObject({ status: 200, body: {} });
    expect((await following).at(-1)).toMatchObject({ event: "WorkflowCancelled" });
    expect((await request(run)).body["status"]).toBe("CANCELLED");

    const left = await send(`${url}/workflows/wait/runs`, { form: { message: "1", session_id: "left" } });
    for await (const _ of frames(left)) break;
    await until(async () => (await db.runs.latest(1))[0]?.error_code === "cancelled");
  });

  test("waits for a person, whose answers go on with it", async () => {
    const db = await openDb();
    const { url } = await start({ db, workflows: [payment(db)] });
    const runs = `${url}/workflows/pay/runs`;
    const all = await allFrames(await send(runs, { form: { message: "120", session_id: "s1" } }));
    expect(all.at(-1)).toMatchObject({
      event: "WorkflowPaused",
      data: {
        step_requirements: [{ step_id: "validate", requires_confirmation: true, confirmation_message: "Pay 120 $?" }],
      },
    });
    const id = String(all[0]?.data["run_id"]);
    expect((await request(`${runs}/${id}`)).body).toMatchObject({ status: "PAUSED" });
    expect((await request(`${url}/runs/waiting?who=notary`)).body).toMatchObject({
      questions: [{ step: "validate", run: { id } }],
    });
    expect((await request(`${url}/runs/waiting?who=nobody`)).body).toEqual({ questions: [] });
    expect((await request(`${runs}/${id}/continue`, { json: {} })).status).toBe(422);
    const wrong = {
      step_requirements: [{ step_id: "validate", confirmed: true, user_input: { amount: "all" } }],
      stream: false,
    };
    for (const stream of [false, true])
      expect((await request(`${runs}/${id}/continue`, { json: { ...wrong, stream } })).status).toBe(422);
    const form = {
      step_requirements: JSON.stringify([{ step_id: "validate", confirmed: true, user_input: { amount: 100 } }]),
      user_id: "user:luc",
    };
    const rest = await allFrames(await send(`${runs}/${id}/continue`, { form }));
    expect(names(rest)).toEqual([
      "StepContinued",
      "StepStarted",
      "StepCompleted",
      "StepStarted",
      "StepCompleted",
      "WorkflowCompleted",
    ]);
    expect(rest.at(-1)?.data["content"]).toBe("100 $, said user:luc");
    expect((await request(`${runs}/${id}/continue`, { form })).status).toBe(409);

    const ask = async (): Promise<string> =>
      String((await request(runs, { json: { message: 5, stream: false } })).body["run_id"]);
    const second = await ask();
    const approved = await request(`${url}/runs/${second}/approve`, {
      json: { payload: { amount: 4 }, by: "user:ana" },
    });
    expect(approved.body).toMatchObject({ status: "COMPLETED", content: "4 $, said user:ana" });
    expect((await request(`${url}/runs/${second}/approve`, { json: { payload: { amount: 4 } } })).status).toBe(409);
    const rejected = await request(`${url}/runs/${await ask()}/reject`, { json: { note: "too much" } });
    expect(rejected.body).toMatchObject({ status: "ERROR", content: expect.stringContaining("too much") });
    const cancelled = await request(`${url}/runs/${await ask()}/cancel`, { method: "POST" });
    expect(cancelled.body).toMatchObject({ status: "error", error_code: "cancelled" });
  });

  test("says at once when an answer in the background is refused, and goes on when it is on record", async () => {
    const db = await openDb();
    const { url } = await start({ db, workflows: [payment(db)] });
    const begun = await request(`${url}/workflows/pay/runs`, { json: { message: 5, stream: false } });
    const approve = `${url}/runs/${String(begun.body["run_id"])}/approve`;
    const json = { step: "validate", background: true, by: "user:ana" };
    expect((await request(approve, { json: { ...json, payload: { amount: "four" } } })).status).toBe(422);
    const older = { ...json, payload: { amount: 4 }, since: "2026-01-01T00:00:00Z" };
    expect(await request(approve, { json: older })).toMatchObject({
      status: 409,
      body: { error_code: "already_answered" },
    });
    expect((await request(approve, { json: { ...older, since: "yesterday" } })).status).toBe(422);
    const { questions } = (await request(`${url}/runs/waiting`)).body as { questions: { since: string }[] };
    const seen = { ...json, payload: { amount: 4 }, since: questions[0]?.since };
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(approve, { json: seen })));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([202, ...Array.from({ length: 19 }, () => 409)]);
    await until(async () => (await db.runs.latest(1))[0]?.status === "success");
    expect((await request(approve, { json: seen })).body).toMatchObject({
      detail: expect.stringContaining("was already approved by user:ana"),
    });
  });
});

/** Reads until so many numbered events came, and leaves. */
async function readSome(response: Response, count: number): Promise<Frame[]> {
  const read: Frame[] = [];
  for await (const frame of frames(response)) {
    if (frame.data["event_index"] !== undefined) read.push(frame);
    if (read.length === count) break;
  }
  return read;
}

describe("a stream that broke off", () => {
  test.each([2, 5, 9])("goes on after event %i on a new server over the same database on disk", async (count) => {
    const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
    const gate = Promise.withResolvers<void>();
    const db = new SurrealDb({ url });
    const first = await start({ db, workflows: [analyse(db, gate)] });
    const form = { message: '{"n":1}', background: "true", session_id: "s1" };
    const read = await readSome(await send(`${first.url}/workflows/analyse_dossier/runs`, { form }), count);
    const run = String(read[0]?.data["run_id"]);
    await first.close({ graceMs: 0 });

    const otherDb = new SurrealDb({ url });
    const second = await start({ db: otherDb, workflows: [analyse(otherDb)] });
    const resumed = await send(`${second.url}/workflows/analyse_dossier/runs/${run}/resume`, {
      form: { last_event_index: String(read.at(-1)?.data["event_index"]), session_id: "s1" },
    });
    const all = [...read];
    for await (const frame of frames(resumed)) {
      if (frame.event === "catch_up") gate.resolve();
      else all.push(frame);
    }
    expect(names(all)).toEqual(wholeRun);
    expect(all.map(({ data }) => data["event_index"])).toEqual(wholeRun.map((_, index) => index));
    expect(all.at(-1)?.data["content"]).toBe(10);
    await db.close();
    await otherDb.close();
  });

  test("goes on, on another replica over one database server, while the run does", async () => {
    const rpc = await sharedServer();
    const connection = {
      url: rpc.url,
      auth: { username: "root", password: "root" },
      namespace: "test",
      database: "replicas",
    };
    const gate = Promise.withResolvers<void>();
    const [one, two] = [new SurrealDb(connection), new SurrealDb(connection)];
    const first = await start({ db: one, workflows: [analyse(one, gate)] });
    const second = await start({ db: two, workflows: [analyse(two)] });
    const form = { message: '{"n":1}', background: "true" };
    const read = await readSome(await send(`${first.url}/workflows/analyse_dossier/runs`, { form }), 4);
    const resumed = await send(
      `${second.url}/workflows/analyse_dossier/runs/${String(read[0]?.data["run_id"])}/resume`,
      {
        form: { last_event_index: "3" },
      },
    );
    const all = [...read];
    for await (const frame of frames(resumed)) {
      if (frame.event !== "catch_up") all.push(frame);
      if (frame.event === "ParallelExecutionCompleted") gate.resolve();
    }
    expect(names(all)).toEqual(wholeRun);
    await Promise.all([one.close(), two.close()]);
  });

  test("tells steps that go on at once in the order of their numbers, and never another order later", async () => {
    const db = await openDb();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const workflow = new Workflow({
      name: "two",
      db,
      steps: [
        step("items", () => [0, 1]),
        forEach("each", (item: number) => gates[item]?.promise.then(() => item), { concurrency: 2 }),
      ],
    });
    const { url } = await start({ db, workflows: [workflow] });
    const response = await send(`${url}/workflows/two/runs`, { form: { message: "go", background: "true" } });
    const live: Frame[] = [];
    // The later one ends first.
    gates[1]?.resolve();
    setTimeout(() => gates[0]?.resolve(), 400);
    for await (const frame of frames(response)) live.push(frame);
    const run = String(live[0]?.data["run_id"]);
    const replayed = await allFrames(await send(`${url}/workflows/two/runs/${run}/resume`, { method: "POST" }));
    expect(replayed.slice(1)).toEqual(live);
    expect(live.map(({ event, data }) => `${event} ${String(data["step_id"] ?? "")}`.trim())).toEqual([
      "WorkflowStarted",
      "StepStarted items",
      "StepCompleted items",
      "LoopExecutionStarted each",
      "StepStarted each[0]",
      "StepCompleted each[0]",
      "StepStarted each[1]",
      "StepCompleted each[1]",
      "LoopExecutionCompleted each",
      "WorkflowCompleted",
    ]);
  });
});
