import { setTimeout as sleep } from "node:timers/promises";

import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { answerQuestion, isAlreadyAnswered } from "../src/db/run-claims.ts";
import { RunLease } from "../src/db/run-leases.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { redactPatterns } from "../src/redact/redact-patterns.ts";
import { Team } from "../src/team/team.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { approval, parallel, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";
import { failureOf, runFailureOf } from "./failure-of.ts";

const call = (to: string) => ({ toolCalls: [{ toolName: "send", input: { to } }] });

/** An agent that sends a letter, which a person has to allow; `sent` has what was sent. */
function clerk(
  db: SurrealDb | undefined,
  script: Parameters<typeof scriptedModel>[0],
  sent: string[],
  more = {},
): Agent {
  const send = tool({
    inputSchema: z.object({ to: z.string() }),
    needsApproval: true,
    execute: ({ to }) => {
      sent.push(to);
      return `sent to ${to}`;
    },
  });
  return new Agent({
    name: "clerk",
    model: scriptedModel(script),
    tools: { send },
    ...(db === undefined ? {} : { db }),
    ...more,
  });
}

describe.each(backends)("a tool that a person has to allow on $name", ({ open }) => {
  test("lets the agent's run wait, and runs once when it is allowed, from another object", async () => {
    const db = await open();
    const sent: string[] = [];
    const error = await runFailureOf(clerk(db, [call("Luc")], sent).run("Write to Luc", { sessionId: "s" }));
    expect(error).toMatchObject({ code: "run_waiting", pendingCalls: [{ toolName: "send", input: { to: "Luc" } }] });
    expect(sent).toEqual([]);
    const [[question]] = await db.query<[[Record<string, unknown>]]>("SELECT * FROM agent_messages");
    expect(question).toMatchObject({
      role: "user",
      waiting_for: { reason: "the call of send", since: expect.any(Date) },
    });
    expect(question).not.toHaveProperty("error_code");

    const answer = await clerk(db, ["Done."], sent).approve(error.runId, {
      sessionId: "s",
      calls: error.pendingCalls!,
      by: "n1",
      note: "vu",
    });
    expect(answer).toMatchObject({
      text: "Done.",
      runId: error.runId,
      toolCalls: [{ toolName: "send", output: "sent to Luc" }],
    });
    expect(sent).toEqual(["Luc"]);
    const calls = await db.sessions.toolCalls({ kind: "agent", name: "clerk", sessionId: "s" });
    expect(calls).toMatchObject([{ status: "success", approval: { approved: true, by: "n1", note: "vu" } }]);
    expect((await db.sessions.agent("clerk", "s"))?.messages.map(({ content }) => content)).toEqual([
      "Write to Luc",
      "Done.",
    ]);
    // What a later turn reads is an ordinary conversation.
    const later = scriptedModel(["Yes."]);
    await new Agent({ name: "clerk", model: later, db }).run("Did you?", { sessionId: "s" });
    const prompt = JSON.stringify(later.requests[0]);
    expect(prompt).toContain("sent to Luc");
    expect(prompt).not.toContain("approval");
  });

  test("tells the model when it is refused, and never runs", async () => {
    const db = await open();
    const sent: string[] = [];
    const error = await runFailureOf(clerk(db, [call("Luc")], sent).run("Write", { sessionId: "s" }));
    const model = scriptedModel(["Not sent."]);
    const answer = await clerk(db, [], sent, { model }).reject(error.runId, {
      sessionId: "s",
      calls: error.pendingCalls!,
      by: "n1",
      note: "wrong person",
    });
    expect(answer.text).toBe("Not sent.");
    expect(JSON.stringify(model.requests[0])).toContain("wrong person");
    expect(sent).toEqual([]);
    expect(await db.sessions.toolCalls({ kind: "agent", name: "clerk", sessionId: "s" })).toMatchObject([
      { status: "error", error_message: "n1 refused the call: wrong person", approval: { approved: false } },
    ]);
  });

  test("of twenty answers at once one counts", async () => {
    const db = await open();
    const sent: string[] = [];
    const error = await runFailureOf(clerk(db, [call("Luc")], sent).run("Write", { sessionId: "s" }));
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        clerk(db, ["Done."], sent).approve(error.runId, { sessionId: "s", calls: error.pendingCalls!, by: `n${n}` }),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const codes = answers.flatMap((each) =>
      each.status === "rejected" ? [(each.reason as { code: string }).code] : [],
    );
    expect(codes.every((code) => code === "already_answered")).toBe(true);
    expect(sent).toEqual(["Luc"]);
  });

  test("a turn that waits keeps no other turn of its session waiting, and asks again when it calls again", async () => {
    const db = await open();
    const sent: string[] = [];
    const first = await runFailureOf(clerk(db, [call("Luc")], sent).run("Write to Luc", { sessionId: "s" }));
    expect((await clerk(db, ["Hello."], sent).run("Hello", { sessionId: "s" })).text).toBe("Hello.");
    const again = await runFailureOf(
      clerk(db, [call("Ana")], sent).approve(first.runId, { sessionId: "s", calls: first.pendingCalls!, by: "n1" }),
    );
    expect(again).toMatchObject({ code: "run_waiting", runId: first.runId, pendingCalls: [{ input: { to: "Ana" } }] });
    await clerk(db, ["Both."], sent).approve(first.runId, { sessionId: "s", calls: again.pendingCalls!, by: "n1" });
    expect(sent).toEqual(["Luc", "Ana"]);
    expect(await db.sessions.toolCalls({ kind: "agent", name: "clerk", sessionId: "s" })).toHaveLength(2);
  });

  test("in a workflow the run waits, with the calls, and its approve goes on with the agent's turn", async () => {
    const db = await open();
    const sent: string[] = [];
    const define = (script: Parameters<typeof scriptedModel>[0]) =>
      new Workflow({
        name: "letters",
        db,
        steps: [
          step("ask", (name: string) => `Write to ${name}`),
          parallel("p", { clerk: clerk(undefined, script, sent), other: () => 1 }),
          step("end", (all: { clerk: string }) => all.clerk),
        ],
      });
    const run = await define([call("Luc")]).run("Luc", { sessionId: "s" });
    expect(run).toMatchObject({ status: "running", waitingFor: [{ step: "p/clerk", reason: "clerk: send" }] });
    expect(await db.runs.waiting()).toMatchObject([{ calls: [{ toolName: "send", input: { to: "Luc" } }] }]);
    const again = await define([call("Ana")]).approve(run.id, undefined, { by: "n1" });
    expect(again).toMatchObject({ status: "running", waitingFor: [{ step: "p/clerk" }] });
    const done = await define(["Sent both."]).approve(run.id, undefined, { by: "n2" });
    expect(done).toMatchObject({ status: "success", output: "Sent both." });
    expect(sent).toEqual(["Luc", "Ana"]);
    const calls = await db.sessions.toolCalls({ kind: "agent", name: "clerk", sessionId: "s" });
    expect(calls.map(({ approval }) => approval?.by)).toEqual(["n1", "n2"]);
    expect((await db.query("SELECT * FROM agent_messages"))[0]).toHaveLength(2);
  });

  test("in a workflow a question stays as it was asked while another one is answered", async () => {
    const db = await open();
    const sent: string[] = [];
    const define = (script: Parameters<typeof scriptedModel>[0]) =>
      new Workflow({
        name: "letters",
        db,
        steps: [parallel("p", { clerk: clerk(undefined, script, sent), ok: approval("ok?") })],
      });
    const run = await define([call("Luc")]).run("x");
    const again = await define([call("Eve")]).approve(run.id, undefined, { by: "n1", step: "p/ok/ok?" });
    expect(again).toMatchObject({ status: "running", waitingFor: [{ step: "p/clerk" }] });
    expect(await db.runs.waiting()).toMatchObject([{ calls: [{ toolName: "send", input: { to: "Luc" } }] }]);
    const done = await define(["Done."]).approve(run.id, undefined, { by: "n2" });
    expect(done).toMatchObject({ status: "success", output: { clerk: "Done." } });
    expect(sent).toEqual(["Luc"]);
  });

  test("in a workflow an answer counts for the calls that were asked, when another one comes meanwhile too", async () => {
    const db = await open();
    const sent: string[] = [];
    const define = (script: Parameters<typeof scriptedModel>[0]) =>
      new Workflow({
        name: "letters",
        db,
        steps: [parallel("p", { clerk: clerk(undefined, script, sent), ok: approval("ok?") })],
      });
    const run = await define([call("Luc")]).run("x");
    let other: Promise<unknown> | undefined;
    const askEve = async () => {
      other = define([]).approve(run.id, undefined, { by: "n2", step: "p/ok/ok?" });
      // Recorded while this turn is at work.
      while ((await db.runs.waiting()).some(({ step }) => step === "p/ok/ok?")) await sleep(5);
      return call("Eve");
    };
    const again = await define([askEve]).approve(run.id, undefined, { by: "n1", step: "p/clerk" });
    expect(again).toMatchObject({ status: "running", waitingFor: [{ step: "p/clerk" }] });
    await other;
    expect(await db.runs.waiting()).toMatchObject([{ calls: [{ toolName: "send", input: { to: "Eve" } }] }]);
    expect(sent).toEqual(["Luc"]);
    expect(await define(["Done."]).approve(run.id, undefined, { by: "n3" })).toMatchObject({ status: "success" });
    expect(sent).toEqual(["Luc", "Eve"]);
  });

  test("in a workflow an answer that is late, even between reading the question and writing, counts for no other call", async () => {
    const db = await open();
    const sent: string[] = [];
    const define = (script: Parameters<typeof scriptedModel>[0]) =>
      new Workflow({ name: "letters", db, steps: [clerk(undefined, script, sent)] });
    const run = await define([call("Luc")]).run("x");
    const [seen] = await db.runs.waiting();
    await define([call("Eve")]).approve(run.id, undefined, { by: "n1" });
    const asked = { rootId: run.id, runId: run.id, number: seen!.number, step: seen!.step, since: seen!.since };
    const database = SurrealDb.databaseOf(db);
    const late = answerQuestion(database, asked, { approved: true, by: "n2" }, new RunLease(run.id, 5000));
    await expect(late).rejects.toSatisfy(isAlreadyAnswered);
    expect(await define(["Done."]).approve(run.id, undefined, { by: "n3" })).toMatchObject({ status: "success" });
    expect(sent).toEqual(["Luc", "Eve"]);
  });

  test("in a workflow the agent itself can't be answered: its run may have ended", async () => {
    const db = await open();
    const sent: string[] = [];
    const agent = clerk(db, [call("Luc")], sent);
    const run = await new Workflow({ name: "letters", db, steps: [agent] }).run("x", { sessionId: "s" });
    await db.runs.cancel(run.id);
    const [[runId]] = (await db.query("SELECT VALUE run_id FROM agent_messages")) as [[string]];
    const error = await failureOf(
      agent.approve(runId, { sessionId: "s", calls: [{ toolCallId: "call-0-0" }], by: "n" }),
    );
    expect(error).toMatchObject({ code: "invalid_options" });
    expect(error.message).toContain(run.id);
    expect(sent).toEqual([]);
  });

  test("in a workflow a refusal is told to the model, and the run goes on", async () => {
    const db = await open();
    const sent: string[] = [];
    const define = (script: Parameters<typeof scriptedModel>[0]) =>
      new Workflow({ name: "letters", db, steps: [clerk(undefined, script, sent)] });
    const run = await define([call("Luc")]).run("Luc");
    expect(await define(["Not sent."]).reject(run.id, { by: "n1" })).toMatchObject({
      status: "success",
      output: "Not sent.",
    });
    expect(sent).toEqual([]);
  });
});

test("some calls only: toolApproval decides by the input", async () => {
  const db = await backends[0]!.open();
  const sent: string[] = [];
  const send = tool({ inputSchema: z.object({ to: z.string() }), execute: ({ to }) => void sent.push(to) });
  const toolApproval = { send: ({ to }: { to: string }) => (to === "Luc" ? ("user-approval" as const) : undefined) };
  const define = (script: Parameters<typeof scriptedModel>[0]) =>
    new Agent({ name: "a", model: scriptedModel(script), tools: { send }, toolApproval, db });
  expect((await define([call("Ana"), "Done."]).run("Write")).text).toBe("Done.");
  expect(await failureOf(define([call("Luc")]).run("Write"))).toMatchObject({ code: "run_waiting" });
  expect(sent).toEqual(["Ana"]);
});

test("streaming tells the calls before it says that the run waits", async () => {
  const db = await backends[0]!.open();
  const events: string[] = [];
  const stream = clerk(db, [call("Luc")], []).stream("Write");
  const failure = await failureOf(
    (async () => {
      for await (const event of stream) events.push(event.type);
    })(),
  );
  expect(failure.code).toBe("run_waiting");
  expect(events).toEqual(["run-started", "run-waiting"]);
});

test("where it can't wait the run fails and says why: no database, a team's member", async () => {
  const db = await backends[0]!.open();
  const sent: string[] = [];
  const alone = await runFailureOf(clerk(undefined, [call("Luc")], sent).run("Write"));
  expect(alone.message).toContain("allow send");
  const leader = scriptedModel([
    { toolCalls: [{ toolName: "delegate_to_member", input: { member: "clerk", task: "Write" } }] },
    "Could not.",
  ]);
  const team = new Team({ name: "office", members: [clerk(undefined, [call("Luc")], sent)], model: leader, db });
  const result = await team.run("Write");
  expect(result.members[0]?.error).toContain("allow send");
  expect(sent).toEqual([]);
});

test("what a person says of the call is redacted like all else", async () => {
  const db = await backends[0]!.open();
  const redact = redactPatterns(["email"]);
  const agent = clerk(db, [call("Luc"), "Ok."], [], { redact });
  const { runId, sessionId, pendingCalls } = await runFailureOf(agent.run("x"));
  await agent.reject(runId, {
    sessionId: sessionId!,
    calls: pendingCalls!,
    by: "n1",
    note: "ask ana@example.com first",
  });
  const rows = JSON.stringify(await db.query("SELECT * FROM agent_messages; SELECT * FROM agent_tool_calls"));
  expect(rows).toContain("ask [email] first");
  expect(rows).not.toContain("ana@example.com");
});

test("a call that redact would change can't wait on record: it fails, and nothing is sent", async () => {
  const db = await backends[0]!.open({ redact: redactPatterns(["email"]) });
  const sent: string[] = [];
  const error = await runFailureOf(clerk(db, [call("luc@example.com")], sent).run("Write", { sessionId: "s" }));
  expect(error).toMatchObject({ code: "redaction_failed" });
  expect(JSON.stringify(await db.query("SELECT * FROM agent_messages"))).not.toContain("luc@example.com");
  expect(sent).toEqual([]);
});

test("answering what does not wait is a clear error", async () => {
  const db = await backends[0]!.open();
  const agent = clerk(db, ["Hello."], []);
  const answer = await agent.run("Hello", { sessionId: "s" });
  const calls = [{ toolCallId: "call-0-0" }];
  const by = { sessionId: "s", calls, by: "n1" };
  await expect(agent.approve(answer.runId, by)).rejects.toMatchObject({ code: "not_found" });
  await expect(agent.approve("none", by)).rejects.toMatchObject({ code: "not_found" });
  await expect(agent.approve("none", { ...by, by: "" })).rejects.toMatchObject({ code: "invalid_options" });
  for (const none of [undefined, [], [{}], "call-0-0", [null]])
    await expect(agent.approve("none", { ...by, calls: none as never })).rejects.toMatchObject({
      code: "invalid_options",
      message: expect.stringContaining("pendingCalls"),
    });
});
