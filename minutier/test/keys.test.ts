import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { approval, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends, sharedServer } from "./backends.ts";
import { failureOf } from "./failure-of.ts";
import { runFixture } from "./run-fixture.ts";

describe.each(backends)("an idempotency key on $name", ({ open }) => {
  test("twenty calls at once with one key are one run, and each gets its result", async () => {
    const db = await open();
    let calls = 0;
    const work = step("un", async (input: { n: number }) => {
      calls += 1;
      await sleep(60);
      return input.n + 1;
    });
    const workflow = new Workflow({ name: "w", db, steps: [work] });
    const runs = await Promise.all(
      Array.from({ length: 20 }, () => workflow.run({ n: 1 }, { key: "facture 7", metadata: { a: 1 } })),
    );
    expect(calls).toBe(1);
    expect(new Set(runs.map((run) => run.id)).size).toBe(1);
    expect(runs.map((run) => run.output)).toEqual(Array.from({ length: 20 }, () => 2));
    expect((await db.runs.latest(30)).map((row) => row.key)).toEqual(["facture 7"]);
    expect(await workflow.run({ n: 1 }, { key: "facture 7" })).toMatchObject({ id: runs[0]?.id, output: 2 });
    expect(calls).toBe(1);
  });

  test("with another input is refused, and keys of two workflows are apart", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "w", db, steps: [step("un", (n: number) => n)] });
    await workflow.run(1, { key: "k" });
    await expect(workflow.run(2, { key: "k" })).rejects.toMatchObject({ code: "key_reused" });
    const other = new Workflow({ name: "x", db, steps: [step("un", (n: number) => n)] });
    expect(await other.run(2, { key: "k" })).toMatchObject({ output: 2 });
    await expect(workflow.run(1, { key: "" })).rejects.toMatchObject({ code: "invalid_options" });
  });

  test.each([
    ["a negative zero", () => -0],
    ["half of a surrogate pair", () => ({ "k\uD800": "\uDC00x" })],
    ["small and large bigints", () => [5n, 2n ** 60n]],
    ["bytes", () => Buffer.from([1, 2])],
    ["a Map, a Set and a URL", () => ({ map: new Map([["a", 1]]), set: new Set([1, 2]), url: new URL("a:b") })],
    [
      "keys in another order",
      () => (Math.random() < 0.5 ? { a: 1, b: [{ c: 1, d: 2 }] } : { b: [{ d: 2, c: 1 }], a: 1 }),
    ],
  ])("with %s in the very same input is the first run", async (_, make) => {
    const db = await open();
    const workflow = new Workflow({ name: "w", db, steps: [step("un", () => 1)] });
    const { id } = await workflow.run(make(), { key: "k" });
    for (let n = 0; n < 4; n++) expect(await workflow.run(make(), { key: "k" })).toMatchObject({ id });
  });

  test("a run id given by the caller does the same", async () => {
    const db = await open();
    let calls = 0;
    const workflow = new Workflow({ name: "w", db, steps: [step("un", () => (calls += 1))] });
    const [one, other] = await Promise.all([workflow.run(1, { runId: "A1" }), workflow.run(1, { runId: "A1" })]);
    expect([one.id, other.id, calls]).toEqual(["A1", "A1", 1]);
    await expect(workflow.run(2, { runId: "A1" })).rejects.toMatchObject({ code: "key_reused" });
    await expect(workflow.run(2, { runId: "A_1" })).rejects.toMatchObject({ code: "invalid_options" });
  });

  test("the second call gets the first one's failure, or what it waits for", async () => {
    const db = await open();
    let calls = 0;
    const fails = new Workflow({
      name: "w",
      db,
      steps: [
        step("un", () => {
          calls += 1;
          throw new Error("non");
        }),
      ],
    });
    const first = await failureOf(fails.run(1, { key: "k" }));
    const second = await failureOf(fails.run(1, { key: "k" }));
    expect(second).toMatchObject({ code: "step_failed", runId: first.runId, step: "un" });
    expect(calls).toBe(1);
    const waits = new Workflow({ name: "x", db, steps: [approval("ok?")] });
    const run = await waits.run(1, { key: "k" });
    expect(await waits.run(1, { key: "k" })).toMatchObject({ id: run.id, waitingFor: [{ step: "ok?" }] });
  });

  test("the stream of the second call ends with the first one's result", async () => {
    const db = await open();
    const workflow = new Workflow({ name: "w", db, steps: [step("un", (n: number) => n)] });
    await workflow.run(1, { key: "k" });
    const events = [];
    for await (const event of workflow.stream(1, { key: "k" })) events.push(event.type);
    expect(events).toEqual(["run-completed"]);
  });
});

test("twenty calls from four processes with one key are one run", async () => {
  const { url } = await sharedServer();
  const processes = await Promise.all(
    Array.from({ length: 4 }, () => runFixture("same-key", [url, "keys", "facture 9"])),
  );
  const lines = processes.flatMap(({ stdout }) => stdout.trim().split("\n"));
  const results = lines.filter((line) => line.startsWith("RESULT "));
  expect(results).toHaveLength(20);
  expect(new Set(results).size).toBe(1);
  expect(lines.filter((line) => line === "EXECUTED")).toHaveLength(1);
});

test("a key in a workflow without a db is refused", async () => {
  const workflow = new Workflow({ name: "w", steps: [step("un", () => 1)] });
  await expect(workflow.run(1, { key: "k" })).rejects.toMatchObject({ code: "invalid_options" });
});
