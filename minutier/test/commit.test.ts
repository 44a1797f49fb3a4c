import { RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";

import { step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

describe.each(backends)("a commit on $name", ({ open }) => {
  test("writes the caller's rows with the run's success", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "analyse", db, steps: [step("compter", (input: number) => input + 1)] });
    const run = await workflow.run(1, {
      commit: (tx, { id, output }) => {
        tx.create(new RecordId("checklist", "c1"), { run: new RecordId("workflow_runs", id), count: output });
        tx.create("journal", { text: "fait" });
        tx.upsert(new RecordId("dossier", "d1"), { state: "analysed" });
      },
    });
    const [[checklist], journal, [dossier]] = await db.query<
      [{ run: RecordId; count: number }[], unknown[], unknown[]]
    >("SELECT * FROM checklist; SELECT * FROM journal; SELECT * FROM dossier");
    expect(checklist).toMatchObject({ run: new RecordId("workflow_runs", run.id), count: 2 });
    expect(journal).toHaveLength(1);
    expect(dossier).toMatchObject({ state: "analysed" });
  });

  test("leaves neither half when a row is refused, and keeps the output", async () => {
    const db = await open();
    await db.query("DEFINE TABLE checklist SCHEMAFULL; DEFINE FIELD count ON checklist TYPE int");
    const workflow = new Workflow({ name: "analyse", db, steps: [step("dire", () => "pas un nombre")] });
    const error = await failureOf(
      workflow.run(1, {
        commit: (tx, { output }) => {
          tx.create("journal", { text: "fait" });
          tx.create("checklist", { count: output });
        },
      }),
    );
    expect(error).toMatchObject({ code: "commit_failed", output: "pas un nombre" });
    const run = await db.runs.get(error.runId);
    expect(run).toMatchObject({ status: "error", error_code: "commit_failed" });
    expect(run?.output).toBeUndefined();
    expect(run?.steps.map((row) => row.status)).toEqual(["success"]);
    expect((await db.query("SELECT * FROM checklist"))[0]).toEqual([]);
    await expect(db.query("SELECT * FROM journal")).rejects.toThrow(/does not exist/);
  });

  test("writes nothing when the run had already ended", async () => {
    const db = await open();
    const end = step("ailleurs", (_: unknown, ctx) =>
      db.query("UPDATE $run SET status = 'error', error_message = 'closed'", {
        run: new RecordId("workflow_runs", ctx.runId),
      }),
    );
    const error = await failureOf(
      new Workflow({ name: "analyse", db, steps: [end] }).run(1, {
        commit: (tx) => tx.create("journal", { text: "fait" }),
      }),
    );
    expect(error).toMatchObject({ code: "result_not_recorded", cause: { code: "run_finished" } });
    await expect(db.query("SELECT * FROM journal")).rejects.toThrow(/does not exist/);
  });

  test("fails the run when its own code throws", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "analyse", db, steps: [step("un", () => 1)] });
    const commit = (): never => {
      throw new Error("non");
    };
    expect(await failureOf(workflow.run(1, { commit }))).toMatchObject({
      code: "commit_failed",
      cause: { message: "non" },
    });
  });

  test("retries on a conflict without running a step again", async () => {
    const db = await open();
    let calls = 0;
    const workflow = new Workflow({ name: "analyse", db, steps: [step("un", () => (calls += 1))] });
    await db.query("CREATE dossier:d SET n = 0");
    const total = new RecordId("dossier", "d");
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => workflow.run(n, { commit: (tx) => tx.update(total, { [`k${n}`]: n }) })),
    );
    expect(calls).toBe(20);
    const [[row]] = await db.query<[object[]]>("SELECT * FROM dossier:d");
    expect(Object.keys(row ?? {})).toHaveLength(22);
  });
});

test("a target that is no table and no record id is refused before anything is written", async () => {
  const db = await backends[0]!.open();
  const workflow = new Workflow({ name: "analyse", db, steps: [step("un", () => 1)] });
  const error = await failureOf(workflow.run(1, { commit: (tx) => tx.create("dossier:abc; REMOVE TABLE x", {}) }));
  expect(error).toMatchObject({ code: "commit_failed", cause: { code: "invalid_value" } });
});
