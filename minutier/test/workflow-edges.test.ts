import { describe, expect, test } from "vitest";

import { branch, forEach, loop, parallel, step } from "../src/workflow/entries.ts";
import type { StepContext } from "../src/workflow/step-context.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(backends)("a workflow at its edges on $name", ({ open }) => {
  test("a step that aborts its own run and then fails ends it as cancelled, and nothing else happens", async () => {
    const db = await open();
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const stop = new AbortController();
    const work = step("x", async () => {
      stop.abort();
      throw new Error("late");
    });
    const error = await failureOf(new Workflow({ name: "w", db, steps: [work] }).run(1, { signal: stop.signal }));
    await sleep(20);
    process.off("unhandledRejection", listen);
    expect(error.code).toBe("cancelled");
    expect(unhandled).toEqual([]);
  });

  test("ctx.stop in one branch ends the others as cancelled, nested runs too, and keeps its own state", async () => {
    const db = await open();
    const inner = new Workflow({ name: "inner", steps: [step("slow", () => sleep(2000))] });
    const workflow = new Workflow({
      name: "outer",
      db,
      steps: [
        parallel("p", {
          a: async (_: unknown, ctx) => {
            await sleep(30);
            ctx.state["total"] = 42;
            ctx.stop("enough");
          },
          b: inner,
          c: () => sleep(2000),
        }),
      ],
    });
    const run = await workflow.run(1);
    expect(run).toMatchObject({ output: "enough", state: { total: 42 } });
    const rows = Object.fromEntries((await db.runs.get(run.id))!.steps.map((row) => [row.path, row.status]));
    expect(rows).toMatchObject({ "p/a": "success", "p/b": "error", "p/c": "error" });
    const [nested] = await db.query<[{ status: string; error_code: string }[]]>(
      "SELECT * FROM workflow_runs WHERE workflow_name = 'inner'",
    );
    expect(nested).toMatchObject([{ status: "error", error_code: "cancelled" }]);
  });

  test("a branch that fails does not put its words into the others' rows", async () => {
    const db = await open();
    const fail = async (): Promise<never> => {
      await sleep(20);
      throw new Error("A broke");
    };
    const error = await failureOf(
      new Workflow({ name: "w", db, steps: [parallel("p", { a: fail, b: () => sleep(2000) })] }).run(1),
    );
    const steps = (await db.runs.get(error.runId))!.steps;
    expect(error.message).toContain("A broke");
    expect(steps.find((row) => row.path === "p/b")?.error_message).not.toContain("A broke");
  });

  test.each([
    ["choose", [branch("b", never, { a: () => 1 })]],
    ["until", [loop("l", () => 1, { until: never })]],
    ["items", [forEach("f", () => 1, { items: never })]],
    ["onError", [step("s", () => Promise.reject(new Error("no")), { onError: never })]],
  ])("a %s that never ends does not hold the run up past its time", async (_, steps) => {
    const db = await open();
    const workflow = new Workflow({ name: "w", db, timeoutMs: 40, steps });
    const error = await failureOf(workflow.run(1, { sessionId: "s" }));
    expect(error.code).toBe("timeout");
    expect((await failureOf(workflow.run(1, { sessionId: "s" }))).code).toBe("timeout");
  });

  test("a commit that never ends does not either", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "w", db, timeoutMs: 40, steps: [step("s", () => 1)] });
    expect((await failureOf(workflow.run(1, { commit: never }))).code).toBe("timeout");
  });

  test("ctx.stop with what can't be stored fails its own step", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "w", db, steps: [step("x", (_: unknown, ctx) => ctx.stop(() => 1))] });
    const error = await failureOf(workflow.run(1));
    expect(error).toMatchObject({ code: "step_failed", step: "x", cause: { code: "invalid_value" } });
    expect((await db.runs.get(error.runId))!.steps).toMatchObject([{ path: "x", status: "error" }]);
  });

  test("a last step's row that the database refuses leaves the run as error, not running", async () => {
    const db = await open();
    await db.query(
      "DEFINE TABLE workflow_steps SCHEMALESS; DEFINE FIELD output ON workflow_steps ASSERT $value != 'bad'",
    );
    const error = await failureOf(new Workflow({ name: "w", db, steps: [step("x", () => "bad")] }).run(1));
    expect(error).toMatchObject({ code: "result_not_recorded", output: "bad" });
    expect(await db.runs.get(error.runId)).toMatchObject({ status: "error", error_code: "result_not_recorded" });
  });

  test("onError sees its step recorded as failed, also when it stops the run or fails itself", async () => {
    const db = await open();
    const boom = (): never => {
      throw new Error("boom");
    };
    const stopped = await new Workflow({
      name: "w",
      db,
      steps: [step("x", boom, { onError: (_, ctx) => ctx.stop("st") })],
    }).run(1);
    expect(stopped.output).toBe("st");
    expect((await db.runs.get(stopped.id))!.steps).toMatchObject([{ status: "error", error_message: "boom" }]);
    const second = (): never => {
      throw new Error("second");
    };
    const error = await failureOf(
      new Workflow({ name: "w", db, steps: [step("x", boom, { onError: second })] }).run(1),
    );
    expect(error.message).toMatch(/boom.*second/);
  });

  test("a run on the session of a run under way is refused, given or new", async () => {
    const db = await open();
    const workflow: Workflow<number> = new Workflow({
      name: "w",
      db,
      steps: [step("x", (input: number, ctx) => (input === 0 ? 0 : workflow.run(0, { sessionId: ctx.sessionId })))],
    });
    expect((await failureOf(workflow.run(1))).cause).toMatchObject({ code: "session_busy" });
  });

  test("what is thrown without a text still fails the run on the record", async () => {
    const db = await open();
    const odd = step("x", () => {
      throw Object.create(null) as Error;
    });
    const error = await failureOf(new Workflow({ name: "w", db, steps: [odd] }).run(1));
    expect(error).toMatchObject({ code: "step_failed", step: "x" });
    expect(await db.runs.get(error.runId)).toMatchObject({ status: "error" });
  });
});

test("a nested run that is about to begin when its outer run ends is closed with it", async () => {
  const db = await backends[0]!.open();
  const inner = new Workflow({ name: "inner", steps: [step("slow", () => sleep(2000))] });
  const stops = async (_: unknown, ctx: StepContext): Promise<void> => {
    // The engine in memory does one thing after the other: the start of the nested run waits for this.
    void db.query("RETURN sleep(150ms)");
    await sleep(30);
    ctx.stop("enough");
  };
  const run = await new Workflow({ name: "outer", db, steps: [parallel("p", { a: stops, b: inner })] }).run(1);
  expect(run).toMatchObject({ output: "enough" });
  const [nested] = await db.query("SELECT VALUE status FROM workflow_runs WHERE workflow_name = 'inner'");
  expect(nested).toEqual(["error"]);
});

test.each([Number.NaN, Infinity, 0, -1, 2 ** 31])("a time limit of %s ms is refused when it is given", (timeoutMs) => {
  expect(() => new Workflow({ name: "w", timeoutMs, steps: [step("a", () => 1)] })).toThrow(/timeoutMs/);
  expect(() => step("a", () => 1, { timeoutMs })).toThrow(/timeoutMs/);
});
