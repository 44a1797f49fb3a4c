/** Bytes that a run keeps come back as bytes, and no copy of them reaches what all code shares. */
import { setTimeout as sleep } from "node:timers/promises";

import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { Team } from "../src/team/team.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { approval, parallel, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";

/** Every kind of bytes, each with what the database gives back for it. */
const bytes: [string, () => unknown][] = [
  ["Uint8Array", () => new Uint8Array([1, 2, 3])],
  ["Buffer", () => Buffer.from([1, 2, 3])],
  ["a Buffer of the pool", () => Buffer.from("abc").subarray(1)],
  ["ArrayBuffer", () => new Uint8Array([1, 2, 3]).buffer],
  ["DataView", () => new DataView(new Uint8Array([1, 2, 3]).buffer)],
  ["an empty Uint8Array", () => new Uint8Array()],
];

describe.each(backends)("bytes on $name", ({ open }) => {
  test.each(bytes)("as %s cross every border of a run, and no prototype is touched", async (_, make) => {
    const db = await open();
    const key = `k${Math.random()}`;
    const seen: unknown[] = [];
    const workflow = new Workflow({
      name: "w",
      db,
      state: { first: make(), nested: [{ of: make() }] },
      steps: [
        step("hash", (given: unknown, { state }) => {
          state["here"] = make();
          return { given, made: make() };
        }),
        parallel("p", {
          a: step("a", (given: unknown, { state }) => {
            state["there"] = make();
            return given;
          }),
          b: step("b", () => make()),
        }),
        approval("ok"),
        step("end", (given: unknown, { state }) => {
          seen.push(given, { ...state });
          return make();
        }),
      ],
    });
    const run = await workflow.run(make(), { key, sessionId: "s", metadata: { made: make() } as never });
    // A second call with the key compares the inputs.
    await workflow.run(make(), { key, sessionId: "s", metadata: { made: make() } as never });
    await workflow.approve(run.id, { signed: make() }, { by: "ana" });
    const [[plain]] = await db.query<[[{ v: unknown }]]>("CREATE plain CONTENT { v: $v }", { v: make() });
    expect((await db.runs.get(run.id))?.output).toEqual(plain.v);
    expect(seen[1]).toMatchObject({ first: plain.v, nested: [{ of: plain.v }], here: plain.v, there: plain.v });
    expect(Object.getPrototypeOf(Uint8Array.prototype)).toBe(Object.getPrototypeOf(Int8Array.prototype));
    expect(new Uint8Array(3)).toHaveLength(3);
    expect(crypto.randomUUID()).toHaveLength(36);
  });

  test("in a team's state, a tool's output and watched rows", async () => {
    const db = await open();
    const tools = { hash: tool({ inputSchema: z.object({}), execute: () => ({ sha: Buffer.from([1]) }) }) };
    const member = new Agent({
      name: "m",
      model: scriptedModel([{ toolCalls: [{ toolName: "hash", input: {} }] }, "x"]),
      tools,
    });
    const leader = scriptedModel([
      { toolCalls: [{ toolName: "delegate_to_member", input: { member: "m", task: "t" } }] },
      "y",
    ]);
    const watch = db.runs.watch();
    await watch.ready;
    await new Team({ name: "t", members: [member], model: leader, db, state: { sha: new Uint8Array([1]) } }).run("q", {
      sessionId: "s",
      state: { more: new Uint8Array([2]) },
    });
    await new Workflow({ name: "w", db, steps: [step("s", () => new Uint8Array([3]))] }).run(new Uint8Array([4]));
    await watch.next();
    await sleep(10);
    await watch.return?.();
    expect(new Uint8Array(3)).toHaveLength(3);
  });
});
