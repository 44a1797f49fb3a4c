import { RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { MinutierError } from "../src/errors.ts";
import type { SurrealDb } from "../src/db/surreal-db.ts";
import { branch, forEach, loop, parallel, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";
import { runFailureOf as failureOf } from "./failure-of.ts";

const addOne = (input: number): number => input + 1;

async function stepsOf(db: SurrealDb, runId: string): Promise<string[]> {
  const run = await db.runs.get(runId);
  return (run?.steps ?? []).map((row) => `${row.path} ${row.kind} ${row.status} ${row.attempt}`);
}

describe.each(backends)("a workflow on $name", ({ open }) => {
  test("is on the record from its start to its end, with every step", async () => {
    const db = await open();
    let during: unknown;
    const workflow = new Workflow({
      name: "compter",
      db,
      steps: [
        step("lire", async (input: number, ctx) => {
          during = (await db.runs.get(ctx.runId))?.status;
          return input + 1;
        }),
        step("doubler", (input: number) => input * 2),
      ],
    });
    const metadata = { dossier_id: "dossier:abc123", user_id: "user:notaire1" };
    const run = await workflow.run(20, { metadata, userId: "user:notaire1" });

    expect(during).toBe("running");
    expect(run.output).toBe(42);
    const row = await db.runs.get(run.id);
    expect(row).toMatchObject({
      workflow_name: "compter",
      status: "success",
      input: 20,
      output: 42,
      metadata,
      user_id: "user:notaire1",
    });
    expect(row?.completed_at).toBeInstanceOf(Date);
    expect(row?.created_at.getTime()).toBeLessThanOrEqual(row?.completed_at?.getTime() ?? 0);
    expect(await stepsOf(db, run.id)).toEqual(["lire function success 1", "doubler function success 1"]);
    expect(row?.steps.map((each) => each.output)).toEqual([21, 42]);
    const [byFunction] = await db.query<[unknown[]]>("fn::run_steps($run)", { run: row?.id });
    expect(byFunction).toHaveLength(2);
    expect(await db.sessions.workflow("compter", run.sessionId)).toMatchObject({ state: {} });
  });

  test("runs every kind of entry and gives each its path", async () => {
    const db = await open();
    const lire = step("lire", (input: number) => input + 1);
    const workflow = new Workflow({
      name: "tout",
      db,
      steps: [
        lire,
        parallel("ensemble", { a: addOne, b: [step("b1", addOne), step("b2", addOne)] }),
        branch("choix", ({ a, b }: { a: number; b: number }) => a < b, {
          true: ({ b }: { b: number }) => b,
          false: () => 0,
        }),
        loop("encore", addOne, { until: (output) => output >= 10 }),
        step("liste", (input: number) => [input, 1]),
        forEach(
          "chacun",
          step("carre", (input: number) => input * input),
          { concurrency: 2 },
        ),
        step("fin", (input: number[], ctx) => ({ input, lire: ctx.output(lire) })),
      ],
    });
    const run = await workflow.run(5);
    expect(run.output).toEqual({ input: [100, 1], lire: 6 });
    expect((await stepsOf(db, run.id)).map((each) => each.split(" ")[0])).toEqual([
      "lire",
      "ensemble",
      "ensemble/a",
      "ensemble/b/b1",
      "ensemble/b/b2",
      "choix",
      "choix/true",
      "encore",
      "encore[0]",
      "encore[1]",
      "liste",
      "chacun",
      "chacun[0]/carre",
      "chacun[1]/carre",
      "fin",
    ]);
  });

  test("commits a step before the next one begins", async () => {
    const db = await open();
    let seen: string[] = [];
    const workflow = new Workflow({
      name: "suite",
      db,
      steps: [
        step("un", () => 1),
        step("deux", async (_: number, ctx) => {
          seen = await stepsOf(db, ctx.runId);
        }),
      ],
    });
    await workflow.run(0);
    expect(seen).toEqual(["un function success 1"]);
  });

  test("shows a long step as running while it works", async () => {
    const db = await open();
    let seen: string[] = [];
    const workflow = new Workflow({
      name: "lent",
      db,
      steps: [
        step("attendre", async (_: unknown, ctx) => {
          await expect.poll(() => stepsOf(db, ctx.runId)).toEqual(["attendre function running 1"]);
          seen = await stepsOf(db, ctx.runId);
        }),
      ],
    });
    const run = await workflow.run(0);
    expect(seen).toEqual(["attendre function running 1"]);
    expect(await stepsOf(db, run.id)).toEqual(["attendre function success 1"]);
  });

  test("a step that throws fails the run, once, with the reason on its row (W1)", async () => {
    const db = await open();
    let calls = 0;
    const workflow = new Workflow({
      name: "casse",
      db,
      steps: [
        step("boum", () => {
          calls += 1;
          throw new TypeError("pas de page 3");
        }),
        step("jamais", () => expect.unreachable()),
      ],
    });
    const error = await failureOf(workflow.run(1, { metadata: { dossier_id: "d1" } }));
    expect(calls).toBe(1);
    expect(error).toMatchObject({ code: "step_failed", step: "boum", cause: expect.any(TypeError) });
    const row = await db.runs.get(error.runId);
    expect(row).toMatchObject({ status: "error", error_code: "step_failed", metadata: { dossier_id: "d1" } });
    expect(row?.error_message).toContain("pas de page 3");
    expect(row?.completed_at).toBeInstanceOf(Date);
    expect(await stepsOf(db, error.runId)).toEqual(["boum function error 1"]);
  });

  test("keeps the failure on record when it is streamed as well (W3, W4)", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "casse", db, steps: [step("boum", () => Promise.reject(new Error("non")))] });
    const types: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of workflow.stream(1)) types.push(event.type);
    };
    const error = await failureOf(read());
    expect(types).toEqual(["run-started", "step-started", "step-failed", "run-failed"]);
    expect(await db.runs.get(error.runId)).toMatchObject({ status: "error" });
  });

  test("tries a step again as often as it says, waiting in between", async () => {
    const db = await open();
    const attempts: number[] = [];
    const flaky = step(
      "parfois",
      (_: unknown, ctx) => {
        attempts.push(ctx.attempt);
        if (ctx.attempt < 3) throw new Error("pas encore");
        return "enfin";
      },
      { retries: 2, backoff: { delayMs: 1 } },
    );
    const run = await new Workflow({ name: "tenace", db, steps: [flaky] }).run(1);
    expect(attempts).toEqual([1, 2, 3]);
    expect(run.output).toBe("enfin");
    expect(await stepsOf(db, run.id)).toEqual(["parfois function success 3"]);
  });

  test("goes on after a failed step only where the step says so, and the row still says error", async () => {
    const db = await open();
    const fail = (): never => {
      throw new Error("non");
    };
    const workflow = new Workflow({
      name: "souple",
      db,
      steps: [
        step("passe", fail, { onError: "continue" }),
        step("remplace", fail, { onError: () => 7 }),
        step("fin", (input: number) => input + 1),
      ],
    });
    const run = await workflow.run(1);
    expect(run.output).toBe(8);
    expect(await stepsOf(db, run.id)).toEqual([
      "passe function error 1",
      "remplace function error 1",
      "fin function success 1",
    ]);
  });

  test("a step past its time fails with timeout, and its signal aborts", async () => {
    const db = await open();
    let aborted = false;
    const slow = step(
      "lent",
      (_: unknown, ctx) =>
        new Promise((resolve) => {
          ctx.signal.addEventListener("abort", () => (aborted = true));
          setTimeout(resolve, 5000).unref();
        }),
      { timeoutMs: 20 },
    );
    const error = await failureOf(new Workflow({ name: "presse", db, steps: [slow] }).run(1));
    expect(error.cause).toMatchObject({ code: "timeout" });
    expect(aborted).toBe(true);
    expect(await db.runs.get(error.runId)).toMatchObject({ status: "error" });
  });

  test("a run past its time and a cancelled run say so on their rows", async () => {
    const db = await open();
    const wait = step("attendre", () => new Promise((resolve) => setTimeout(resolve, 5000).unref()));
    const late = await failureOf(new Workflow({ name: "tard", db, timeoutMs: 20, steps: [wait] }).run(1));
    expect(await db.runs.get(late.runId)).toMatchObject({
      status: "error",
      error_code: "timeout",
      error_step: "attendre",
    });

    const stop = new AbortController();
    const running = failureOf(new Workflow({ name: "annule", db, steps: [wait] }).run(1, { signal: stop.signal }));
    setTimeout(() => stop.abort(), 20);
    const cancelled = await running;
    expect(await db.runs.get(cancelled.runId)).toMatchObject({ status: "error", error_code: "cancelled" });
  });

  test("an already aborted signal writes nothing and runs nothing", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "rien", db, steps: [step("jamais", () => expect.unreachable())] });
    expect((await failureOf(workflow.run(1, { signal: AbortSignal.abort() }))).code).toBe("cancelled");
    expect(await db.runs.latest()).toEqual([]);
  });

  test("leaving the stream cancels the run, on the record", async () => {
    const db = await open();
    const workflow = new Workflow({
      name: "quitte",
      db,
      steps: [step("attendre", () => new Promise((resolve) => setTimeout(resolve, 5000).unref()))],
    });
    for await (const event of workflow.stream(1)) if (event.type === "step-started") break;
    await expect
      .poll(async () => (await db.runs.latest(1))[0])
      .toMatchObject({ status: "error", error_code: "cancelled" });
  });

  test("refuses an input that its schema refuses, with the paths, and writes nothing", async () => {
    const db = await open();
    const input = z.object({ documents: z.array(z.object({ name: z.string() })) });
    const workflow = new Workflow({ name: "strict", db, input, steps: [step("un", () => 1)] });
    const bad = { documents: [{ name: 3 }] } as unknown as z.infer<typeof input>;
    await expect(workflow.run(bad)).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path: ["documents", 0, "name"] }],
    });
    expect(await db.runs.latest()).toEqual([]);
  });

  test("refuses metadata or input that can't be stored before anything runs", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "net", db, steps: [step("jamais", () => expect.unreachable())] });
    await expect(workflow.run({ back: () => 1 })).rejects.toMatchObject({ code: "invalid_value" });
    await expect(workflow.run(1, { metadata: { id: 2n ** 64n } })).rejects.toMatchObject({ code: "invalid_value" });
    expect(await db.runs.latest()).toEqual([]);
  });

  test("an output that can't be stored fails the run and is not thrown away", async () => {
    const db = await open();
    const error = await failureOf(
      new Workflow({ name: "fonction", db, steps: [step("donne", () => ({ f: () => 1 }))] }).run(1),
    );
    expect(error.cause).toMatchObject({ code: "invalid_value" });
    expect(await db.runs.get(error.runId)).toMatchObject({ status: "error" });
  });

  test("stores metadata exactly as given: a string stays a string, a record id a link", async () => {
    const db = await open();
    const metadata = {
      dossier_id: "dossier:abc123",
      lien: new RecordId("dossier", "abc123"),
      due: new Date("1969-12-31T23:59:59.500Z"),
      sous: { n: 1n },
    };
    const run = await new Workflow({ name: "meta", db, steps: [step("un", () => 1)] }).run(1, { metadata });
    const row = await db.runs.get(run.id);
    expect(row?.metadata["dossier_id"]).toBe("dossier:abc123");
    expect(row?.metadata["lien"]).toEqual(metadata.lien);
    expect(row?.metadata["due"]).toEqual(metadata.due);
  });

  test("keeps what a step returned as it was, without turning it to text (W14)", async () => {
    const db = await open();
    const value = { montants: [1.5, 2], date: new Date(0), vide: null };
    let received: unknown;
    const run = await new Workflow({
      name: "type",
      db,
      steps: [step("donne", () => value), step("prend", (input: unknown) => ((received = input), input))],
    }).run(1);
    expect(received).toEqual(value);
    expect((await db.runs.get(run.id))?.output).toEqual(value);
  });

  test("keeps the session's state from one run to the next, and one session's from another's (W9)", async () => {
    const db = await open();
    const count = step(
      "compter",
      (_: unknown, ctx) => (ctx.state["n"] = ((ctx.state["n"] as number | undefined) ?? 0) + 1),
    );
    const workflow = new Workflow({ name: "compteur", db, state: { n: 10 }, steps: [count] });
    expect((await workflow.run(1, { sessionId: "a", metadata: { de: "a" } })).output).toBe(11);
    expect((await workflow.run(1, { sessionId: "a" })).output).toBe(12);
    const other = await workflow.run(1, { sessionId: "b" });
    expect(other.output).toBe(11);
    expect(other.metadata).toEqual({});
    expect(await db.sessions.workflow("compteur", "a")).toMatchObject({ state: { n: 12 } });
  });

  test("twenty concurrent runs on one session: twenty in order, none lost (W7)", async () => {
    const db = await open();
    const workflow = new Workflow({
      name: "file",
      db,
      steps: [
        step("ajouter", async (input: number, ctx) => {
          const list = (ctx.state["list"] as number[] | undefined) ?? [];
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
          ctx.state["list"] = [...list, input];
        }),
      ],
    });
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(numbers.map((number) => workflow.run(number, { sessionId: "une" })));
    expect((await db.sessions.workflow("file", "une"))?.state["list"]).toEqual(numbers);
    expect(await db.runs.latest(50)).toHaveLength(20);
  });

  test("twenty first runs at once make the tables once, without an error", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "premier", db, steps: [step("un", addOne)] });
    const runs = await Promise.all(Array.from({ length: 20 }, (_, index) => workflow.run(index)));
    expect(runs.map((run) => run.output)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(await db.runs.stats()).toEqual([{ workflow_name: "premier", executions: 20, successes: 20, errors: 0 }]);
  });

  test("parallel branches have their own state and a merge (W15)", async () => {
    const db = await open();
    const set = (key: string, value: number) => async (_: unknown, ctx: { state: Record<string, unknown> }) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      ctx.state[key] = value;
    };
    const apart = new Workflow({
      name: "a-part",
      db,
      state: { commun: 1 },
      steps: [parallel("p", { a: set("a", 1), b: set("b", 2) })],
    });
    expect((await apart.run(1)).state).toEqual({ commun: 1, a: 1, b: 2 });

    const clash = new Workflow({ name: "heurt", db, steps: [parallel("p", { a: set("x", 1), b: set("x", 2) })] });
    expect((await failureOf(clash.run(1))).message).toContain("ctx.state.x");

    const merged = new Workflow({
      name: "fusion",
      db,
      state: { x: 0 },
      steps: [
        parallel(
          "p",
          { a: set("x", 1), b: set("x", 2) },
          { mergeState: (_, { a, b }) => ({ x: Number(a?.["x"]) + Number(b?.["x"]) }) },
        ),
      ],
    });
    const run = await merged.run(1);
    expect(run.state).toEqual({ x: 3 });
    expect(await db.sessions.workflow("fusion", run.sessionId)).toMatchObject({ state: { x: 3 } });
  });

  test("a failed branch aborts the others and fails the run", async () => {
    const db = await open();
    let aborted = false;
    const workflow = new Workflow({
      name: "ensemble",
      db,
      steps: [
        parallel("p", {
          vite: () => Promise.reject(new Error("non")),
          lent: (_: unknown, ctx) =>
            new Promise((resolve) => {
              ctx.signal.addEventListener("abort", () => (aborted = true));
              setTimeout(resolve, 5000).unref();
            }),
        }),
      ],
    });
    const error = await failureOf(workflow.run(1));
    expect(error).toMatchObject({ step: "p/vite", code: "step_failed" });
    expect(aborted).toBe(true);
    expect(await stepsOf(db, error.runId)).toContain("p/lent function error 1");
  });

  test("a branch that names no case fails, and undefined takes none", async () => {
    const db = await open();
    const choose = (name: string | undefined) =>
      new Workflow({ name: "choix", db, steps: [branch("b", () => name, { oui: () => 1 })] });
    expect((await failureOf(choose("non").run(1))).message).toContain("oui");
    const run = await choose(undefined).run(5);
    expect(run.output).toBe(5);
    expect(await stepsOf(db, run.id)).toEqual(["b branch skipped 1"]);
  });

  test("a loop that is never done fails unless it says otherwise", async () => {
    const db = await open();
    const never = { until: () => false, maxIterations: 3 };
    expect(
      (await failureOf(new Workflow({ name: "sans-fin", db, steps: [loop("l", addOne, never)] }).run(0))).message,
    ).toContain("3 iterations");
    expect(
      (await new Workflow({ name: "assez", db, steps: [loop("l", addOne, { ...never, onLimit: "continue" })] }).run(0))
        .output,
    ).toBe(3);
  });

  test("a forEach of nothing gives nothing, and of no list fails", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "liste", db, steps: [forEach("f", addOne)] });
    expect((await workflow.run([])).output).toEqual([]);
    expect((await failureOf(workflow.run(3))).message).toContain("instead of a list");
  });

  test("stops early with success and its output", async () => {
    const db = await open();
    const workflow = new Workflow({
      name: "tot",
      db,
      steps: [parallel("p", { a: (_: unknown, ctx) => ctx.stop("assez") }), step("jamais", () => expect.unreachable())],
    });
    const run = await workflow.run(1);
    expect(run).toMatchObject({ status: "success", output: "assez" });
    expect(await db.runs.get(run.id)).toMatchObject({ status: "success", output: "assez" });
  });

  test("a nested workflow has a row of its own, linked to the run that it is a step of", async () => {
    const db = await open();
    const inner = new Workflow({ name: "dedans", steps: [step("un", addOne)] });
    const outer = new Workflow({ name: "dehors", db, steps: [inner] });
    const run = await outer.run(1, { metadata: { dossier_id: "d" }, userId: "u" });
    const row = await db.runs.get(run.id);
    const child = await db.runs.get(row?.steps[0]?.child_run ?? "");
    expect(child).toMatchObject({
      workflow_name: "dedans",
      parent_run: row?.id,
      metadata: { dossier_id: "d" },
      user_id: "u",
      output: 2,
    });
    // The inner definition was not changed by it.
    expect(inner.db).toBeUndefined();
  });

  test("a nested workflow that fails fails the outer one with its cause", async () => {
    const db = await open();
    const inner = new Workflow({ name: "dedans", steps: [step("boum", () => Promise.reject(new Error("profond")))] });
    const error = await failureOf(new Workflow({ name: "dehors", db, steps: [inner] }).run(1));
    expect(error).toMatchObject({ step: "dedans", cause: { code: "step_failed", step: "boum" } });
    expect(await db.runs.stats()).toHaveLength(2);
    expect(await db.runs.running()).toEqual([]);
  });

  test("a terminal row never changes", async () => {
    const db = await open();
    const workflow = new Workflow({
      name: "fini",
      db,
      steps: [
        step("ailleurs", (_: unknown, ctx) =>
          db.query("UPDATE $run SET status = 'error', error_message = 'closed elsewhere'", {
            run: new RecordId("workflow_runs", ctx.runId),
          }),
        ),
      ],
    });
    const error = await failureOf(workflow.run(1));
    expect(error).toMatchObject({ code: "result_not_recorded", cause: { code: "run_finished" } });
    expect(await db.runs.get(error.runId)).toMatchObject({ status: "error", error_message: "closed elsewhere" });
  });

  test("stores a run's output twice at most: on its row and its last step's (W17, W18)", async () => {
    const db = await open();
    const answer = "x".repeat(10_240);
    const workflow = new Workflow({
      name: "poids",
      db,
      state: { gros: answer },
      steps: [forEach("f", () => answer), parallel("p", { a: () => answer }), step("fin", () => answer)],
    });
    const run = await workflow.run([1]);
    const [rows] = await db.query<[string[]]>(
      "SELECT VALUE <string>$this FROM workflow_runs, workflow_steps, workflow_sessions",
    );
    const copies = rows.join("").split(answer).length - 1;
    // Three steps' own outputs, the run's, the session's state.
    expect(copies).toBe(5);
    expect(run.output).toBe(answer);
  });
});

test("works without a database, unrecorded", async () => {
  const workflow = new Workflow({
    name: "libre",
    steps: [step("un", addOne), parallel("p", { a: addOne, b: addOne })],
  });
  expect((await workflow.run(1)).output).toEqual({ a: 3, b: 3 });
});

test("when the start can't be recorded nothing runs (promise 1, W5)", async () => {
  const [backend] = backends;
  const db = await backend!.open();
  await db.close();
  const workflow = new Workflow({ name: "ferme", db, steps: [step("jamais", () => expect.unreachable())] });
  await expect(workflow.run(1)).rejects.toMatchObject({ code: "not_recorded", cause: { code: "database_closed" } });
});

test("a result that can't be recorded is never a success, and is not thrown away (W5)", async () => {
  const db = await backends.find(({ name }) => name !== "mem")!.open();
  const workflow = new Workflow({
    name: "perdu",
    db,
    steps: [step("fermer", async () => (await db.close(), "le travail"))],
  });
  expect(await failureOf(workflow.run(1))).toMatchObject({ code: "result_not_recorded", output: "le travail" });
});

test.each([
  ["an empty name", () => new Workflow({ name: "", steps: [step("a", addOne)] })],
  ["no steps", () => new Workflow({ name: "w", steps: [] })],
  ["an empty step name", () => new Workflow({ name: "w", steps: [step(" ", addOne)] })],
  ["two steps of one name (W13)", () => new Workflow({ name: "w", steps: [step("a", addOne), step("a", addOne)] })],
  [
    "one name at two depths",
    () => new Workflow({ name: "w", steps: [step("a", addOne), parallel("p", { x: [step("a", addOne)] })] }),
  ],
  ["a parallel without branches", () => new Workflow({ name: "w", steps: [parallel("p", {})] })],
  ["a branch with an empty list", () => new Workflow({ name: "w", steps: [branch("b", () => "x", { x: [] })] })],
  ["negative retries", () => new Workflow({ name: "w", steps: [step("a", addOne, { retries: -1 })] })],
  ["a step that is no work", () => new Workflow({ name: "w", steps: [step("a", 3 as never)] })],
  ["a bare function", () => new Workflow({ name: "w", steps: [addOne as never] })],
])("a definition with %s is refused when it is made", (_, define) => {
  expect(define).toThrow(MinutierError);
  expect(define).toThrow(expect.objectContaining({ code: "invalid_definition" }) as Error);
});
