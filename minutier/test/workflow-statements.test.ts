import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { approval, parallel, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";
import { countStatements, watchDatabase } from "./counted-calls.ts";

const add = (name: string) => step(name, (n: number) => n + 1);

describe.each(backends)("what a run sends to $name", ({ open }) => {
  test("three steps are four round trips: the start, two steps, the third with the end", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "w", db, steps: [add("a"), add("b"), add("c")] });
    await workflow.run(1);
    const watched = watchDatabase(db);
    await workflow.run(1);
    // The lease is made, renewed and given up inside these statements.
    expect(watched.queries.map(countStatements)).toEqual([2, 1, 1, 2]);
  });

  test("a step that changes the state sends one statement more, a nested run two round trips", async () => {
    const db = await open();
    const inner = new Workflow({ name: "inner", steps: [add("x")] });
    const counts = step("count", (n: number, { state }) => (state["n"] = n));
    const workflow = new Workflow({ name: "w", db, steps: [counts, inner, add("z")] });
    await workflow.run(1);
    const watched = watchDatabase(db);
    await workflow.run(1);
    expect(watched.queries.map(countStatements)).toEqual([2, 2, 2, 2, 1, 2]);
  });

  test("a run longer than the time between two signs of life sends one statement for each of them", async () => {
    const db = await open({ leaseMs: 100 });
    const workflow = new Workflow({ name: "w", db, steps: [step("long", () => sleep(350))] });
    await workflow.run(1);
    const watched = watchDatabase(db);
    await workflow.run(1);
    const renewals = watched.queries.filter((text) => text.startsWith("UPDATE") && text.includes("expires_at"));
    expect(renewals.length).toBeGreaterThan(0);
    expect(renewals.length).toBeLessThanOrEqual(4);
  });

  test("waiting for a person and going on are two round trips more each, whatever was done before", async () => {
    const db = await open();
    const workflow = new Workflow({
      name: "w",
      db,
      steps: [parallel("p", { a: add("a") }), approval("ok?"), step("z", () => 1)],
    });
    const first = await workflow.run(1);
    await workflow.approve(first.id, undefined, { by: "x" });
    const run = await workflow.run(1);
    const watched = watchDatabase(db);
    await workflow.approve(run.id, undefined, { by: "x" });
    const reads = watched.queries.filter((text) => text.startsWith("SELECT"));
    expect([reads.length, watched.queries.length - reads.length]).toEqual([3, 4]);
  });
});
