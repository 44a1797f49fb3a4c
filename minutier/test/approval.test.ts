import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import type { Statement } from "../src/db/statement.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { approval, branch, forEach, loop, parallel, step } from "../src/workflow/entries.ts";
import { Recovery, type RecoveryEvent } from "../src/workflow/recovery.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";

/** What a call threw. */
async function thrown(work: Promise<unknown>): Promise<Error & { code?: string; step?: string }> {
  return work.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: Error) => error,
  );
}

const amount = z.object({ amount: z.number().min(1) });

function payment(db: SurrealDb, calls: string[] = []): Workflow<number, unknown> {
  const validate = approval("valider", {
    reason: (input: number) => `Payer ${input} $`,
    who: ["notaire", "adjointe"],
    payload: amount,
  });
  return new Workflow<number, unknown>({
    name: "payer",
    db,
    steps: [
      step("préparer", (input: number, context) => {
        calls.push("préparer");
        context.state["prepared"] = input;
        return input * 2;
      }),
      validate,
      step("envoyer", (answer: { payload: { amount: number }; by: string }, context) => {
        calls.push("envoyer");
        return { sent: answer.payload.amount, by: answer.by, prepared: context.state["prepared"] };
      }),
    ],
  });
}

describe.each(backends)("an approval on $name", ({ open }) => {
  test("leaves the run to the database, and the answer goes on with it from another definition object", async () => {
    const db = await open();
    const calls: string[] = [];
    const run = await payment(db, calls).run(20, { metadata: { dossier_id: "d1" }, userId: "u1" });
    expect(run).toMatchObject({
      status: "running",
      waitingFor: [{ step: "valider", reason: "Payer 40 $", who: ["notaire", "adjointe"] }],
    });
    const row = await db.runs.get(run.id);
    expect(row).toMatchObject({ status: "running", revision: 2 });
    expect(row?.waiting_for).toMatchObject([{ step: "valider", reason: "Payer 40 $", since: expect.any(Date) }]);
    expect(row?.waiting_for?.[0]?.schema).toMatchObject({ properties: { amount: { minimum: 1, type: "number" } } });
    expect((await db.query("SELECT * FROM run_leases"))[0]).toEqual([]);
    expect(await db.runs.waiting({ metadata: { dossier_id: "d2" } })).toEqual([]);
    expect(await db.runs.waiting({ who: "adjointe", metadata: { dossier_id: "d1" } })).toMatchObject([
      { step: "valider", overdue: false, run: { user_id: "u1" } },
    ]);

    const done = await payment(db, calls).approve(run.id, { amount: 15 }, { by: "user:n1", note: "vu" });
    expect(done).toMatchObject({ id: run.id, status: "success", output: { sent: 15, by: "user:n1", prepared: 20 } });
    expect(calls).toEqual(["préparer", "envoyer"]);
    const ended = await db.runs.get(run.id);
    expect(ended?.waiting_for).toBeUndefined();
    expect(ended?.steps.map((each) => [each.path, each.kind, each.status])).toEqual([
      ["préparer", "function", "success"],
      ["valider", "approval", "success"],
      ["envoyer", "function", "success"],
    ]);
    expect(ended?.steps[1]).toMatchObject({
      question: { reason: "Payer 40 $" },
      answer: { approved: true, by: "user:n1", note: "vu", payload: { amount: 15 }, at: expect.any(Date) },
    });
    expect(await db.runs.waiting()).toEqual([]);
  });

  test("refuses a payload that does not fit, and the question stays open", async () => {
    const db = await open();
    const run = await payment(db).run(1);
    const error = await thrown(payment(db).approve(run.id, { amount: 0 }, { by: "n1" }));
    expect(error).toMatchObject({ code: "invalid_input" });
    expect(error.message).toContain("amount");
    expect((await payment(db).approve(run.id, { amount: 3 }, { by: "n1" })).status).toBe("success");
  });

  test("fails the run when the person says no, with who and why", async () => {
    const db = await open();
    const run = await payment(db).run(1);
    const error = await thrown(payment(db).reject(run.id, { by: "n1", note: "trop cher" }));
    expect(error).toMatchObject({ code: "rejected", step: "valider" });
    expect(await db.runs.get(run.id)).toMatchObject({
      status: "error",
      error_code: "rejected",
      error_message: expect.stringContaining('n1 refused "valider": trop cher'),
    });
  });

  test("goes on after a refusal when the definition says so", async () => {
    const db = await open();
    const workflow = new Workflow({
      name: "w",
      db,
      steps: [
        approval("ok", { onReject: "continue" }),
        branch("b", (a: { approved: boolean }) => a.approved, { true: () => "oui", false: () => "non" }),
      ],
    });
    const run = await workflow.run(1);
    expect(await workflow.reject(run.id, { by: "n1" })).toMatchObject({ status: "success", output: "non" });
  });

  test("of twenty answers at once one wins, and nineteen are told who did", async () => {
    const db = await open();
    const calls: string[] = [];
    const workflow = payment(db, calls);
    const run = await workflow.run(1);
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => workflow.approve(run.id, { amount: n + 1 }, { by: `n${n}` })),
    );
    const won = answers.filter((answer) => answer.status === "fulfilled");
    expect(won).toHaveLength(1);
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as Error] : []));
    const { by } = (won[0]?.value as { output: { by: string } }).output;
    for (const error of refused) {
      expect(error).toMatchObject({ code: "already_answered" });
      expect(error.message).toContain(`approved by ${by} at `);
    }
    expect(calls).toEqual(["préparer", "envoyer"]);
  });

  test("two questions at once: each answer goes on with its own branch, and the run ends with the last", async () => {
    const db = await open();
    const workflow = new Workflow({
      name: "w",
      db,
      steps: [
        parallel("p", {
          a: [approval("a?"), step("a!", (_: unknown, context) => (context.state["a"] = 1))],
          b: [approval("b?"), step("b!", (_: unknown, context) => (context.state["b"] = 2))],
          c: () => 3,
        }),
      ],
    });
    const run = await workflow.run(1);
    expect(run).toMatchObject({ waitingFor: [{ step: "p/a/a?" }, { step: "p/b/b?" }] });
    expect(await thrown(workflow.approve(run.id, undefined, { by: "x" }))).toMatchObject({ code: "invalid_options" });
    const second = await workflow.approve(run.id, undefined, { by: "x", step: "p/b/b?" });
    expect(second).toMatchObject({ status: "running", waitingFor: [{ step: "p/a/a?" }] });
    expect((await db.runs.get(run.id))?.steps.map((each) => [each.path, each.status])).toContainEqual([
      "p/b/b!",
      "success",
    ]);
    const done = await workflow.approve(run.id, undefined, { by: "x" });
    expect(done).toMatchObject({ status: "success", output: { a: 1, b: 2, c: 3 }, state: { a: 1, b: 2 } });
  });

  test("both questions answered at the same moment: both branches run once and the run ends", async () => {
    const db = await open();
    const calls: string[] = [];
    const workflow = new Workflow({
      name: "w",
      db,
      steps: [
        parallel("p", {
          a: [approval("a?"), step("a!", () => calls.push("a"))],
          b: [approval("b?"), step("b!", () => calls.push("b"))],
        }),
      ],
    });
    for (let round = 0; round < 10; round++) {
      calls.length = 0;
      const run = await workflow.run(1);
      const both = await Promise.all([
        workflow.approve(run.id, undefined, { by: "x", step: "p/a/a?" }),
        workflow.approve(run.id, undefined, { by: "y", step: "p/b/b?" }),
      ]);
      expect(both.map((each) => each.status)).toContain("success");
      expect(await db.runs.get(run.id)).toMatchObject({ status: "success" });
      expect(calls.toSorted()).toEqual(["a", "b"]);
    }
  });

  test("in a nested workflow and in a list: the outer run waits, and goes on with the answers", async () => {
    const db = await open();
    const inner = new Workflow({
      name: "inner",
      steps: [
        step("x", (input: number) => input + 1),
        approval("ok?"),
        step("y", (answer: { by: string }) => answer.by),
      ],
    });
    const workflow = new Workflow({
      name: "outer",
      db,
      steps: [forEach("f", inner), step("end", (all: string[]) => all.join())],
    });
    const run = await workflow.run([1, 2]);
    expect(run).toMatchObject({ status: "running", waitingFor: [{ step: "f[0]/ok?" }] });
    expect(await db.runs.waiting()).toHaveLength(1);
    const next = await workflow.approve(run.id, undefined, { by: "x" });
    expect(next).toMatchObject({ status: "running", waitingFor: [{ step: "f[1]/ok?" }] });
    expect(await workflow.approve(run.id, undefined, { by: "y" })).toMatchObject({ status: "success", output: "x,y" });
    const [rows] = await db.query<[{ status: string; waiting_for?: unknown }[]]>(
      "SELECT status, waiting_for FROM workflow_runs WHERE workflow_name = 'inner'",
    );
    expect(rows).toEqual([{ status: "success" }, { status: "success" }]);
  });

  test("a run that fails elsewhere closes its question and its nested runs", async () => {
    const db = await open();
    const inner = new Workflow({ name: "inner", steps: [approval("ok?")] });
    const workflow = new Workflow({
      name: "outer",
      db,
      steps: [
        parallel("p", {
          asks: approval("mine?"),
          nested: inner,
          fails: async () => {
            await sleep(150);
            throw new Error("non");
          },
        }),
      ],
    });
    const error = (await thrown(workflow.run(1))) as Error & { runId: string };
    const row = await db.runs.get(error.runId);
    expect(row).toMatchObject({ status: "error" });
    expect(row?.steps.find((each) => each.kind === "approval")?.status).toBe("skipped");
    const [rows] = await db.query("SELECT VALUE status FROM workflow_runs WHERE workflow_name = 'inner'");
    expect(rows).toEqual(["error"]);
    expect(await db.runs.waiting()).toEqual([]);
    expect((await db.query("SELECT * FROM workflow_steps WHERE status = 'running'"))[0]).toEqual([]);
  });

  test("a run that a refusal ends before it comes to its nested run again closes that, and the steps around it", async () => {
    const db = await open();
    const inner = new Workflow({ name: "inner", steps: [approval("ok?")] });
    const branches = {
      asks: approval("mine?"),
      nested: [step("first", () => 1), forEach("each", inner, { items: () => [1] })],
    };
    const workflow = new Workflow({ name: "outer", db, steps: [parallel("p", branches)] });
    const run = await workflow.run(1);
    await thrown(workflow.reject(run.id, { by: "n", step: "p/asks/mine?" }));
    const [rows] = await db.query("SELECT VALUE status FROM workflow_runs");
    expect(rows).toEqual(["error", "error"]);
    expect((await db.query("SELECT path FROM workflow_steps WHERE status = 'running'"))[0]).toEqual([]);
  });

  test("an answer to a question that was seen is none to the next one at that step", async () => {
    const db = await open();
    const workflow = new Workflow({
      name: "w",
      db,
      steps: [loop("l", approval("ok?"), { until: (_: unknown, _context, iteration) => iteration === 2 })],
    });
    const run = await workflow.run(1);
    const [seen] = await db.runs.waiting();
    await workflow.approve(run.id, undefined, { by: "n1", since: seen!.since });
    const late = workflow.approve(run.id, undefined, { by: "n2", since: seen!.since });
    expect(await thrown(late)).toMatchObject({ code: "already_answered" });
    expect(await workflow.approve(run.id, undefined, { by: "n2" })).toMatchObject({ status: "success" });
  });

  test("a listener that throws does not fail the run; its error is the process's", async () => {
    const db = await open();
    const run = await payment(db).run(1);
    const uncaught: unknown[] = [];
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => uncaught.push(error));
    const onEvent = (event: { type: string }): void => {
      if (event.type === "run-completed") throw new Error("the listener's");
    };
    const done = await payment(db).approve(run.id, { amount: 1 }, { by: "n1", onEvent });
    await sleep(10);
    process.removeAllListeners("uncaughtException");
    for (const listener of others) process.on("uncaughtException", listener);
    expect(done.status).toBe("success");
    expect(uncaught).toMatchObject([{ message: "the listener's" }]);
  });

  test("its deadline answers when nobody does", async () => {
    const db = await open();
    for (const [onDeadline, expected] of [
      ["fail", { status: "error", error_code: "deadline_passed" }],
      ["reject", { status: "error", error_code: "rejected" }],
      ["approve", { status: "success", output: "deadline" }],
    ] as const) {
      const workflow = new Workflow({
        name: `w-${onDeadline}`,
        db,
        steps: [approval("ok?", { deadlineMs: 1000, onDeadline }), step("by", (answer: { by: string }) => answer.by)],
      });
      const run = await workflow.run(1);
      const told: RecoveryEvent[] = [];
      await using recovery = new Recovery({ db, workflows: [workflow], onEvent: (event) => told.push(event) });
      await recovery.round();
      expect(told).toEqual([]);
      while (!(await db.runs.waiting()).every(({ overdue }) => overdue)) await sleep(50);
      await recovery.round();
      expect(await db.runs.get(run.id)).toMatchObject(expected);
      expect(told[0]).toMatchObject({ type: "deadline-passed", step: "ok?" });
    }
  });

  test("can be cancelled while it waits", async () => {
    const db = await open();
    const run = await payment(db).run(1);
    expect(await db.runs.cancel(run.id)).toMatchObject({ status: "error", error_code: "cancelled" });
    expect(await thrown(payment(db).approve(run.id, { amount: 1 }, { by: "x" }))).toMatchObject({
      code: "run_finished",
    });
    expect((await db.query("SELECT * FROM workflow_steps WHERE status = 'running'"))[0]).toEqual([]);
  });
});

test("a Recovery, which looks again and again, reads no input of the runs that wait", async () => {
  const db = await backends[0]!.open();
  const workflow = payment(db);
  await workflow.run(123_456_789);
  const database = SurrealDb.databaseOf(db);
  const select = database.select.bind(database);
  const read: unknown[] = [];
  database.select = async <Row>(statement: Statement) => {
    const rows = await select<Row>(statement);
    read.push(...rows);
    return rows;
  };
  await using recovery = new Recovery({ db, workflows: [workflow] });
  await recovery.round();
  expect(JSON.stringify(read)).not.toContain("123456789");
});

test("an approval in a workflow without a db says that it has nowhere to wait", async () => {
  const workflow = new Workflow({ name: "w", steps: [approval("ok?")] });
  expect((await thrown(workflow.run(1))).message).toContain('give the workflow "w" a db');
});
