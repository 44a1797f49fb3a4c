import { RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";

import { Agent } from "../src/agent/agent.ts";
import { Team } from "../src/team/team.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { approval, parallel, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";
import { countStatements, watchDatabase } from "./counted-calls.ts";
import { failureOf } from "./failure-of.ts";

/** A scripted model reads 10 tokens and writes 5 with each answer. */
const reader = (name: string): Agent => new Agent({ name, model: scriptedModel(() => "read") });
const times = (answers: number) => ({
  input_tokens: 10 * answers,
  output_tokens: 5 * answers,
  total_tokens: 15 * answers,
});
const ofModel = (answers: number) => [{ model: "scripted", ...times(answers) }];

describe.each(backends)("the tokens of a run on $name", ({ open }) => {
  test("stand on each step and, added up, on the run, in the statements that write these anyway", async () => {
    const db = await open();
    const inner = new Workflow({ name: "inner", steps: [reader("deep"), step("plain", () => "x")] });
    const team = new Team({
      name: "office",
      mode: "broadcast",
      model: scriptedModel(() => "merged"),
      members: [reader("one"), reader("two")],
    });
    const workflow = new Workflow({
      name: "outer",
      db,
      steps: [parallel("both", { a: reader("a"), b: reader("b") }), step("text", () => "go"), team, inner],
    });
    await workflow.run("go");
    const { id, sessionId } = await workflow.run("go", { sessionId: "s1" });
    const run = await db.runs.get(id);
    expect(run).toMatchObject({ usage: times(6), model_usage: ofModel(6) });
    expect(run?.steps.map(({ path, usage, turn }) => [path, usage?.total_tokens, turn])).toEqual([
      ["both", undefined, undefined],
      ["both/a", 15, new RecordId("agent_messages", ["a", sessionId, 0])],
      ["both/b", 15, new RecordId("agent_messages", ["b", sessionId, 0])],
      ["text", undefined, undefined],
      ["office", 45, new RecordId("team_messages", ["office", sessionId, 0])],
      ["inner", 15, undefined],
    ]);
    const child = await db.runs.get(run?.steps.at(-1)?.child_run ?? "");
    expect(child).toMatchObject({ usage: times(1), steps: [{ usage: times(1) }, { path: "plain" }] });
    expect(child?.steps[1]).not.toHaveProperty("usage");
    // The link leads to the question, in one query.
    const [[linked]] = await db.query<[{ run_id: string; content: string }[]]>(
      "SELECT turn.run_id AS run_id, turn.content AS content FROM workflow_steps:[$id, 1]",
      { id },
    );
    expect(linked).toMatchObject({ content: "go", run_id: expect.any(String) });
  });

  test("cost no statement more, and a run without models has none", async () => {
    const db = await open();
    const withAgent = new Workflow({ name: "w", db, steps: [reader("a"), step("z", () => 1)] });
    await withAgent.run("go");
    const watched = watchDatabase(db);
    await withAgent.run("go");
    // Start, question, answer, step, end.
    expect(watched.queries.map(countStatements).length).toBe(5);
    const plain = await new Workflow({ name: "plain", db, steps: [step("z", () => 1)] }).run(1);
    const row = await db.runs.get(plain.id);
    expect(row).not.toHaveProperty("usage");
    expect(row?.steps[0]).not.toHaveProperty("usage");
  });

  test("are added up again from the rows by a process that goes on, whatever was counted before", async () => {
    const db = await open();
    const definition = () => new Workflow({ name: "w", db, steps: [reader("a"), approval("ok?"), reader("b")] });
    const waiting = await definition().run("go");
    expect(await db.runs.get(waiting.id)).toMatchObject({ status: "running", usage: times(1) });
    await definition().approve(waiting.id, "fine", { by: "x" });
    expect(await db.runs.get(waiting.id)).toMatchObject({ status: "success", usage: times(2) });

    const closed = await definition().run("go");
    await db.query("UPDATE $run UNSET usage, model_usage", { run: new RecordId("workflow_runs", closed.id) });
    await db.runs.cancel(closed.id);
    expect(await db.runs.get(closed.id)).toMatchObject({
      status: "error",
      error_code: "cancelled",
      usage: times(1),
      model_usage: ofModel(1),
    });
  });

  test("of a failed run count, those of failed attempts that were answered too", async () => {
    const db = await open();
    let tries = 0;
    const inner = new Workflow({
      name: "inner",
      steps: [
        reader("deep"),
        step("sometimes", () => {
          tries += 1;
          if (tries < 3) throw new Error("no");
          return "x";
        }),
      ],
    });
    const workflow = new Workflow({ name: "outer", db, steps: [step("again", inner, { retries: 1 })] });
    const { runId } = await failureOf(workflow.run("go"));
    expect(await db.runs.get(runId)).toMatchObject({ status: "error", usage: times(2), steps: [{ usage: times(2) }] });
  });
});
