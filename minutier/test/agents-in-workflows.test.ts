import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createNodeEngines } from "@surrealdb/node";
import { RecordId, Surreal } from "surrealdb";
import { describe, expect, test } from "vitest";

import { Agent } from "../src/agent/agent.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { Team } from "../src/team/team.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { forEach, loop, parallel, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends, temporaryFolder } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

describe.each(backends)("agents and teams in a workflow on $name", ({ open }) => {
  test("an agent whose model fails fails the run; the error is nobody's input (W2)", async () => {
    const db = await open();
    const model = scriptedModel([new Error("the provider is down")]);
    const workflow = new Workflow({
      name: "analyse",
      db,
      steps: [new Agent({ name: "reader", model }), step("never", () => expect.unreachable())],
    });
    const error = await failureOf(workflow.run("Read"));
    expect(error).toMatchObject({ code: "step_failed", step: "reader", cause: { code: "model_failed" } });
    const run = await db.runs.get(error.runId);
    expect(run).toMatchObject({ status: "error", error_step: "reader" });
    expect(run?.error_message).toContain("the provider is down");
    expect(run?.steps).toHaveLength(1);
    // The agent's own record says so too, with a link to the run.
    const [message] = await db.sessions.messages({ kind: "agent", name: "reader", sessionId: run?.session_id ?? "" });
    expect(message).toMatchObject({ role: "user", error_code: "model_failed", workflow_run: run?.id });
  });

  test("an agent without a db inherits the workflow's, for whom and why included, and is itself afterwards (W11, W12)", async () => {
    const db = await open();
    const agent = new Agent({ name: "reader", model: scriptedModel(["one", "two"]) });
    const workflow = new Workflow({ name: "analyse", db, steps: [agent] });
    const run = await workflow.run("Read", { userId: "user:n1", metadata: { dossier_id: "d1" }, sessionId: "s1" });
    expect(run.output).toBe("one");
    const link = new RecordId("workflow_runs", run.id);
    expect(await db.sessions.agent("reader", "s1")).toMatchObject({
      user_id: "user:n1",
      metadata: { dossier_id: "d1" },
    });
    const messages = await db.sessions.messages({ kind: "agent", name: "reader", sessionId: "s1" });
    expect(messages.map((row) => row.workflow_run)).toEqual([link, link]);

    // Alone again, without a db, it records nothing; with its own it always did.
    expect((await agent.run("Alone", { sessionId: "s1" })).text).toBe("two");
    expect(await db.sessions.messages({ kind: "agent", name: "reader", sessionId: "s1" })).toHaveLength(2);
  });

  test("an agent with a db of its own keeps recording there", async () => {
    const [db, other] = [await open(), await open()];
    const agent = new Agent({ name: "reader", model: scriptedModel(["one", "two"]), db: other });
    await new Workflow({ name: "analyse", db, steps: [agent] }).run("Read", { sessionId: "s1" });
    await agent.run("Alone", { sessionId: "s1" });
    expect((await other.sessions.agent("reader", "s1"))?.messages).toHaveLength(4);
    expect(await db.sessions.agent("reader", "s1")).toBeUndefined();
  });

  test("a team is a step as well, its members on record", async () => {
    const db = await open();
    const clerk = new Agent({ name: "clerk", model: scriptedModel(["three pages"]) });
    const team = new Team({
      name: "office",
      members: [clerk],
      mode: "broadcast",
      model: scriptedModel(["All there."]),
    });
    const run = await new Workflow({ name: "analyse", db, steps: [team] }).run("Read", { sessionId: "s1" });
    expect(run.output).toBe("All there.");
    expect(await db.sessions.team("office", "s1")).toMatchObject({ agents: ["clerk"] });
    expect((await db.sessions.list("agent")).map((row) => row.agent_name)).toEqual(["clerk"]);
    expect((await db.runs.get(run.id))?.steps).toMatchObject([{ path: "office", kind: "team", output: "All there." }]);
  });

  test("each item of a forEach has its own conversation, a loop goes on with one", async () => {
    const db = await open();
    const agent = new Agent({ name: "reader", model: scriptedModel(() => "ok") });
    const each = new Workflow({ name: "each", db, steps: [forEach("pages", agent, { concurrency: 3 })] });
    await each.run(["a", "b", "c"], { sessionId: "s1" });
    expect((await db.sessions.list("agent")).map((row) => row.message_count)).toEqual([2, 2, 2]);

    const again = new Workflow({ name: "again", db, steps: [loop("talk", agent, { maxIterations: 3 })] });
    await again.run("a", { sessionId: "s2" });
    expect((await db.sessions.agent("reader", "s2"))?.messages).toHaveLength(6);
  });

  test("one agent in two parallel branches loses nothing", async () => {
    const db = await open();
    const agent = new Agent({ name: "reader", model: scriptedModel(() => "ok") });
    await new Workflow({ name: "both", db, steps: [parallel("p", { a: agent, b: agent })] }).run("x", {
      sessionId: "s1",
    });
    expect((await db.sessions.agent("reader", "s1"))?.messages.map((row) => row.role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
  });
});

test("agents run in a workflow without a db: no step is dropped (W10)", async () => {
  const agent = new Agent({ name: "reader", model: scriptedModel(["one"]), historyLimit: 5 });
  const workflow = new Workflow({
    name: "free",
    steps: [step("first", () => "x"), agent, step("last", (text: string) => `${text}!`)],
  });
  expect((await workflow.run("Read")).output).toBe("one!");
});

test("a call that fails once erases nothing that was there (W6)", async () => {
  const client = new Surreal({ engines: createNodeEngines() });
  await client.connect("mem://", { namespace: "test", database: "test" });
  let failing = false;
  const flaky = new Proxy(client, {
    get(target, property) {
      if (property === "query" && failing)
        return () => ({ responses: () => Promise.reject(new Error("the network is gone")) });
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  await using db = new SurrealDb({ client: flaky });
  const agent = new Agent({ name: "reader", model: scriptedModel(() => "ok"), db });
  for (let turn = 0; turn < 5; turn++) await agent.run(`turn ${turn}`, { sessionId: "s1" });
  failing = true;
  await expect(agent.run("lost", { sessionId: "s1" })).rejects.toMatchObject({ code: "not_recorded" });
  failing = false;
  await agent.run("turn 5", { sessionId: "s1" });
  expect(
    (await db.sessions.agent("reader", "s1"))?.messages.filter((row) => row.role === "user").map((row) => row.content),
  ).toEqual(Array.from({ length: 6 }, (_, turn) => `turn ${turn}`));
  await client.close();
});

test("killed in an agent's turn, the run goes on in another process: the model is asked again, the question is not put twice, the steps before it are not done again", async () => {
  const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
  const child = spawn(process.execPath, [join(import.meta.dirname, "processes/killed-in-a-turn.ts"), url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");

  const db = new SurrealDb({ url, leaseMs: 30 });
  while ((await db.runs.recover()).length === 0) await sleep(20);
  const agent = new Agent({ name: "extracteur", model: scriptedModel(["Lu."]) });
  const done: string[] = [];
  const workflow = new Workflow({ name: "w", db, steps: [step("lire", () => done.push("lire")), agent] });
  expect(await workflow.resume("R")).toMatchObject({ status: "success", output: "Lu." });
  expect(done).toEqual([]);
  const rows = await db.sessions.messages({ kind: "agent", name: "extracteur", sessionId: "s1" });
  expect(rows.map(({ role, content }) => [role, content])).toEqual([
    ["user", "Lis l'acte"],
    ["assistant", "Lu."],
  ]);
  await db.close();
});
