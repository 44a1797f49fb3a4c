/** Teams: the three modes, what they leave in the database, and how members fail. */
import { tool } from "ai";
import { RecordId } from "surrealdb";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import type { SurrealDb } from "../src/db/surreal-db.ts";
import type { TeamEvent } from "../src/events.ts";
import { runTeamAsStep } from "../src/team/run-as-step.ts";
import { Team } from "../src/team/team.ts";
import { scriptedModel, type ScriptedReply } from "../src/testing/scripted-model.ts";
import { backends } from "./backends.ts";
import { watchDatabase } from "./counted-calls.ts";
import { failureOf } from "./failure-of.ts";

const delegate = (...pairs: [member: string, task?: string][]): ScriptedReply => ({
  toolCalls: pairs.map(([member, task]) => ({
    toolName: "delegate_to_member",
    input: { member, ...(task === undefined ? {} : { task }) },
  })),
});
const says = (name: string, reply: ScriptedReply = `réponse de ${name}`): Agent =>
  new Agent({ name, model: scriptedModel(() => reply), description: `sait ${name}` });
const teamKey = { kind: "team", name: "étude", sessionId: "s1" } as const;
const memberRows = (db: SurrealDb, name: string, sessionId = "s1") =>
  db.sessions.messages({ kind: "agent", name, sessionId });

describe.each(backends)("a team on $name", ({ open }) => {
  test("coordinate: the leader delegates, members run at once under their own names, the leader answers", async () => {
    const db = await open();
    let inside = 0;
    let most = 0;
    const slow = (name: string): Agent =>
      new Agent({
        name,
        description: `sait ${name}`,
        model: scriptedModel(async (request) => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setTimeout(resolve, 30));
          inside--;
          return `${name}: ${request.lastUserText}`;
        }),
      });
    const model = scriptedModel([
      delegate(["extracteur", "Les parties ?"], ["vérificateur", "Les dates ?"]),
      "Tout est là.",
    ]);
    const team = new Team({
      name: "étude",
      members: [slow("extracteur"), slow("vérificateur")],
      model,
      instructions: "Sois précis.",
      db,
    });
    const metadata = { dossier_id: new RecordId("dossier", "d1") };
    const result = await team.run("Analyse le dossier", { sessionId: "s1", metadata, userId: "user:n" });

    expectTypeOf(result.output).toEqualTypeOf<string>();
    expect(result).toMatchObject({
      text: "Tout est là.",
      output: "Tout est là.",
      sessionId: "s1",
      usage: { totalTokens: 30 },
      state: {},
    });
    expect(result.members).toMatchObject([
      { member: "extracteur", task: "Les parties ?", text: "extracteur: Les parties ?", usage: { totalTokens: 15 } },
      { member: "vérificateur", task: "Les dates ?", text: "vérificateur: Les dates ?" },
    ]);
    expect(most, "the members run at once").toBe(2);
    const system = JSON.stringify(model.requests[0]?.prompt[0]);
    for (const part of ["Sois précis.", "- extracteur: sait extracteur", "- vérificateur"])
      expect(system).toContain(part);

    const [sessions] = await db.query<[Record<string, unknown>[]]>("SELECT * FROM team_sessions");
    expect(sessions).toMatchObject([
      {
        team_name: "étude",
        session_id: "s1",
        agents: ["extracteur", "vérificateur"],
        state: {},
        metadata,
        messages: [
          { role: "user", content: "Analyse le dossier" },
          { role: "assistant", content: "Tout est là." },
        ],
      },
    ]);
    expect(await db.sessions.toolCalls(teamKey)).toMatchObject([
      {
        run_id: result.runId,
        tool_name: "delegate_to_member",
        status: "success",
        input: { member: "extracteur", task: "Les parties ?" },
        output: "extracteur: Les parties ?",
      },
      { tool_name: "delegate_to_member", input: { member: "vérificateur", task: "Les dates ?" } },
    ]);
    expect(await memberRows(db, "extracteur")).toMatchObject([
      {
        role: "user",
        content: "Les parties ?",
        team_run: result.runId,
        user_id: "user:n",
        metadata,
        run_id: result.members[0]?.runId,
      },
      { role: "assistant", content: "extracteur: Les parties ?" },
    ]);
  });

  test("the leader reads the team's conversation and a member its own", async () => {
    const db = await open();
    const member = scriptedModel((request) => `r${request.lastUserText}`);
    const model = scriptedModel([delegate(["clerc", "t1"]), "un", delegate(["clerc", "t2"]), "deux"]);
    const team = new Team({ name: "étude", members: [new Agent({ name: "clerc", model: member })], model, db });
    await team.run("q1", { sessionId: "s1" });
    await team.run("q2", { sessionId: "s1" });
    expect(model.requests[2]?.prompt.map((message) => message.role)).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
      "assistant",
      "user",
    ]);
    expect(JSON.stringify(model.requests[2]?.prompt)).toContain("rt1");
    expect(member.requests[1]?.prompt.map((message) => message.role)).toEqual(["user", "assistant", "user"]);
  });

  test("coordinate: the leader is told of a member that fails, and of a name that is no member", async () => {
    const db = await open();
    const model = scriptedModel([
      delegate(["bon", "a"], ["mauvais", "b"], ["inconnu", "c"]),
      "Le mauvais n'a pas répondu.",
    ]);
    const team = new Team({ name: "étude", members: [says("bon"), says("mauvais", new Error("panne"))], model, db });
    const result = await team.run("Va", { sessionId: "s1" });
    expect(result.text).toBe("Le mauvais n'a pas répondu.");
    expect(result.members).toMatchObject([
      { member: "bon" },
      { member: "mauvais", error: expect.stringContaining("panne") },
    ]);
    expect(await db.sessions.toolCalls(teamKey)).toMatchObject([
      { status: "success" },
      { status: "error", error_message: expect.stringContaining("panne") },
      { status: "error", error_message: 'The team "étude" has no member "inconnu". Its members are "bon", "mauvais".' },
    ]);
    const told = JSON.stringify(model.requests[1]?.prompt);
    expect(told).toContain("panne");
    expect(told).toContain("has no member");
    expect(await memberRows(db, "mauvais")).toMatchObject([{ content: "b", error_code: "model_failed" }]);
  });

  test("route: one member gets the user's own input, and its answer is the team's", async () => {
    const db = await open();
    const output = z.object({ parties: z.number() });
    const parser = new Agent({ name: "extracteur", model: scriptedModel(['{"parties":2}', '{"parties":3}']), output });
    const model = scriptedModel([delegate(["extracteur"]), delegate(["extracteur"])]);
    const team = new Team({ name: "étude", mode: "route", members: [parser, says("autre")], model, db });
    const result = await team.run("Combien de parties ?", { sessionId: "s1" });
    expect(result).toMatchObject({
      text: '{"parties":2}',
      output: { parties: 2 },
      members: [{ member: "extracteur", task: "Combien de parties ?" }],
    });
    expect(model.requests[0]?.toolChoice).toEqual({ type: "required" });
    expect(model.requests, "the leader is asked once").toHaveLength(1);
    const rows = await db.sessions.messages(teamKey);
    expect(rows).toMatchObject([
      { content: "Combien de parties ?" },
      { content: '{"parties":2}', output: { parties: 2 } },
    ]);
    expect(await db.sessions.toolCalls(teamKey)).toMatchObject([
      { status: "success", input: { member: "extracteur" } },
    ]);
    expect(await memberRows(db, "autre")).toEqual([]);
    await team.run("Et maintenant ?", { sessionId: "s1" });
    expect(model.requests[1]?.prompt.map((message) => message.role)).toEqual(["system", "user", "assistant", "user"]);
  });

  test.each<[string, ScriptedReply, RegExp]>([
    ["a name that is no member", delegate(["inconnu"]), /has no member "inconnu"\. Its members are "bon", "mauvais"/],
    ["nobody", "Je ne sais pas.", /tool call/],
    ["a member that fails", delegate(["mauvais"]), /panne/],
  ])("route: when the leader picks %s the run fails and says so", async (_, reply, message) => {
    const db = await open();
    const team = new Team({
      name: "étude",
      mode: "route",
      members: [says("bon"), says("mauvais", new Error("panne"))],
      model: scriptedModel([reply]),
      db,
    });
    const error = await failureOf(team.run("Qui ?", { sessionId: "s1" }));
    expect(error.code).toBe("model_failed");
    expect(error.message).toMatch(message);
    expect(await db.sessions.messages(teamKey)).toMatchObject([
      { error_code: "model_failed", error_message: error.message },
    ]);
  });

  test("route: of two picks the first answers, and the second is an error on record", async () => {
    const db = await open();
    const team = new Team({
      name: "étude",
      mode: "route",
      members: [says("a"), says("b")],
      model: scriptedModel([delegate(["a"], ["b"])]),
      db,
    });
    expect((await team.run("Qui ?", { sessionId: "s1" })).text).toBe("réponse de a");
    expect(await db.sessions.toolCalls(teamKey)).toMatchObject([
      { status: "success" },
      { status: "error", error_message: expect.stringContaining("only one answers") },
    ]);
    expect(await memberRows(db, "b")).toEqual([]);
  });

  test("broadcast: all members get the input at once, the leader merges and is told who failed", async () => {
    const db = await open();
    const model = scriptedModel(["Deux réponses, une panne."]);
    const team = new Team({
      name: "étude",
      mode: "broadcast",
      members: [says("a"), says("b", new Error("panne")), says("c")],
      model,
      db,
    });
    const watched = watchDatabase(db);
    const result = await team.run("Votre avis ?", { sessionId: "s1" });
    expect(result).toMatchObject({
      text: "Deux réponses, une panne.",
      members: [{ member: "a" }, { member: "b", error: expect.stringContaining("panne") }, { member: "c" }],
    });
    const asked = JSON.stringify(model.requests[0]?.prompt);
    for (const part of ["Votre avis ?", "réponse de a", "panne", "réponse de c"]) expect(asked).toContain(part);
    expect(await db.sessions.toolCalls(teamKey)).toMatchObject([
      { status: "success", input: { member: "a" } },
      { status: "error" },
      { status: "success" },
    ]);
    expect(
      watched.queries.filter((text) => /^BEGIN;IF \(SELECT.*CREATE.*CREATE.*CREATE/.test(text)),
      "the delegations go in one write",
    ).toHaveLength(1);
  });

  test("broadcast: when nobody answers there is nothing to merge", async () => {
    const db = await open();
    const model = scriptedModel(["jamais"]);
    const team = new Team({ name: "étude", mode: "broadcast", members: [says("a", new Error("panne"))], model, db });
    const error = await failureOf(team.run("Votre avis ?", { sessionId: "s1" }));
    expect(error.message).toContain("No member answered");
    expect(model.requests).toHaveLength(0);
    expect(await db.sessions.toolCalls(teamKey)).toMatchObject([{ status: "error" }]);
  });

  test("a delegation is on record before its member runs", async () => {
    const db = await open();
    const seen: unknown[] = [];
    const member = new Agent({
      name: "clerc",
      model: scriptedModel(async () => {
        seen.push((await db.sessions.toolCalls(teamKey)).at(-1)?.status);
        return "ok";
      }),
    });
    for (const mode of ["coordinate", "route", "broadcast"] as const) {
      const model = scriptedModel(mode === "broadcast" ? ["fini"] : [delegate(["clerc", "va"]), "fini"]);
      await new Team({ name: "étude", mode, members: [member], model, db }).run("Va", { sessionId: "s1" });
    }
    expect(seen).toEqual(["running", "running", "running"]);
  });

  test("a team in a team: each is recorded under its own name, with the session of the outermost", async () => {
    const db = await open();
    const inner = new Team({
      name: "greffe",
      description: "les actes",
      members: [says("clerc")],
      model: scriptedModel([delegate(["clerc", "cherche"]), "trouvé"]),
    });
    const team = new Team({
      name: "étude",
      members: [inner],
      model: scriptedModel([delegate(["greffe", "l'acte ?"]), "fini"]),
      db,
    });
    const result = await team.run("Où est l'acte ?", { sessionId: "s1" });
    expect(result.members).toMatchObject([{ member: "greffe", text: "trouvé" }]);
    expect(await db.sessions.team("greffe", "s1")).toMatchObject({
      agents: ["clerc"],
      messages: [{ content: "l'acte ?" }, { content: "trouvé" }],
    });
    expect(await memberRows(db, "clerc")).toMatchObject([{ content: "cherche" }, { content: "réponse de clerc" }]);
  });

  test("W11: a member used in a team still keeps its own sessions, and its own database", async () => {
    const [db, own] = [await open(), await open()];
    const free = new Agent({ name: "libre", model: scriptedModel(() => "ok") });
    const owner = new Agent({ name: "propriétaire", model: scriptedModel(() => "ok"), db: own });
    const team = new Team({
      name: "étude",
      mode: "broadcast",
      members: [free, owner],
      model: scriptedModel(() => "fini"),
      db,
    });
    await team.run("Va", { sessionId: "s1" });
    expect(await memberRows(db, "libre")).toHaveLength(2);
    expect(await memberRows(db, "propriétaire")).toHaveLength(0);
    expect(await memberRows(own, "propriétaire")).toHaveLength(2);
    await free.run("seul", { sessionId: "s2" });
    expect(await memberRows(db, "libre", "s2"), "on its own it has no database").toHaveLength(0);
    await owner.run("seul", { sessionId: "s2" });
    expect((await memberRows(own, "propriétaire", "s2"))[0]?.team_run).toBeUndefined();
  });

  test("W15, W18: the state is one object of the session: shown to the leader, changed by its tool, stored once", async () => {
    const db = await open();
    const initial = { étape: "début", liste: [1] };
    const update = (changes: unknown): ScriptedReply => ({
      toolCalls: [{ toolName: "update_state", input: { changes } }],
    });
    const model = scriptedModel([update({ étape: "fin", dossier: "d1" }), "fait", "rien", "encore"]);
    const team = new Team({ name: "étude", members: [says("clerc")], model, state: initial, db });
    const first = await team.run("Va", { sessionId: "s1" });
    expect(first.state).toEqual({ étape: "fin", liste: [1], dossier: "d1" });
    expect(JSON.stringify(model.requests[0]?.prompt[0])).toContain("début");
    first.state["liste"] = "changed by the caller";
    const second = await team.run("Suite", { sessionId: "s1", state: { urgent: true } });
    expect(second.state).toEqual({ étape: "fin", liste: [1], dossier: "d1", urgent: true });
    expect(JSON.stringify(model.requests[2]?.prompt[0])).toContain("urgent");
    expect(await db.sessions.team("étude", "s1")).toMatchObject({ state: second.state });
    expect((await team.run("Autre", { sessionId: "s2" })).state).toEqual({ étape: "début", liste: [1] });
    expect(initial).toEqual({ étape: "début", liste: [1] });
  });

  test("twenty runs at once on one session keep their order", async () => {
    const db = await open();
    const team = new Team({
      name: "étude",
      mode: "broadcast",
      members: [says("a"), says("b")],
      model: scriptedModel((request) => `fin ${request.index}`),
      db,
    });
    await Promise.all(Array.from({ length: 20 }, (_, n) => team.run(`${n}`, { sessionId: "s1" })));
    const rows = await db.sessions.messages(teamKey, { last: 100 });
    expect(rows.map((row) => row.content)).toEqual(Array.from({ length: 20 }, (_, n) => [`${n}`, `fin ${n}`]).flat());
    expect(await memberRows(db, "a")).toHaveLength(20);
  });

  test("cancelled, the team and its running members are on record as cancelled when run() throws", async () => {
    const db = await open();
    const own = await open();
    const watched = watchDatabase(own);
    const limit = new AbortController();
    const never = async (): Promise<never> => {
      watched.slow(100);
      limit.abort(new DOMException("The time is over.", "TimeoutError"));
      return new Promise<never>(() => undefined);
    };
    const waiting = new Agent({ name: "clerc", model: scriptedModel(never), db: own });
    const team = new Team({
      name: "étude",
      members: [waiting],
      model: scriptedModel([delegate(["clerc", "attends"])]),
      db,
    });
    const error = await failureOf(team.run("Va", { sessionId: "s1", signal: limit.signal }));
    expect(error.code).toBe("timeout");
    expect(watched.answered.at(-1)).toMatch(/^IF \(UPDATE .* SET error_message/);
    expect(await db.sessions.messages(teamKey)).toMatchObject([{ error_code: "timeout" }]);
    expect(await memberRows(own, "clerc")).toMatchObject([{ content: "attends", error_code: "timeout" }]);
    expect(await db.sessions.toolCalls(teamKey)).toMatchObject([{ status: "error" }]);
  });

  test("a member that runs its own team on the same session is told so", async () => {
    const db = await open();
    const call = tool({
      inputSchema: z.object({}),
      execute: async () => (await team.run("dedans", { sessionId: "s1" })).text,
    });
    const member = new Agent({
      name: "clerc",
      model: scriptedModel([{ toolCalls: [{ toolName: "call", input: {} }] }, "tant pis"]),
      tools: { call },
    });
    const team: Team = new Team({
      name: "étude",
      members: [member],
      model: scriptedModel([delegate(["clerc", "va"]), "fini"]),
      db,
    });
    expect((await team.run("dehors", { sessionId: "s1" })).text).toBe("fini");
    expect(await db.sessions.toolCalls({ kind: "agent", name: "clerc", sessionId: "s1" })).toMatchObject([
      { status: "error", error_message: expect.stringContaining("can't end before") },
    ]);
  });

  test("streams its own events and its members' inside them", async () => {
    const db = await open();
    const team = new Team({
      name: "étude",
      mode: "route",
      members: [says("clerc", { chunks: ["bon", "jour"] })],
      model: scriptedModel([delegate(["clerc"])]),
      db,
    });
    const events: TeamEvent[] = [];
    for await (const event of team.stream("Salut", { sessionId: "s1" })) events.push(event);
    expect(events.every((event) => event.team === "étude" && event.sessionId === "s1")).toBe(true);
    const told = events.map((event) => (event.type === "member-event" ? `clerc:${event.event.type}` : event.type));
    expect(told).toEqual([
      "run-started",
      "tool-call-started",
      "clerc:run-started",
      "clerc:text-delta",
      "text-delta",
      "clerc:text-delta",
      "text-delta",
      "clerc:run-completed",
      "tool-call-completed",
      "run-completed",
    ]);
  });

  test("as a step it takes over what the workflow's run has, and gives its output", async () => {
    const db = await open();
    const output = z.object({ complete: z.boolean() });
    const team = new Team({
      name: "étude",
      mode: "broadcast",
      members: [says("a")],
      model: scriptedModel(['{"complete":true}']),
      output,
    });
    const events: string[] = [];
    const parent = {
      db,
      sessionId: "s1",
      workflowRun: "01RUN",
      userId: "user:n",
      metadata: { dossier_id: "d1" },
      onEvent: (event: { type: string }) => events.push(event.type),
    };
    expect(await runTeamAsStep(team, { document: "acte" }, parent)).toEqual({ complete: true });
    const workflow_run = new RecordId("workflow_runs", "01RUN");
    expect(await db.sessions.messages(teamKey)).toMatchObject([
      { content: '{"document":"acte"}', workflow_run, user_id: "user:n" },
      { workflow_run, output: { complete: true } },
    ]);
    expect(await memberRows(db, "a")).toMatchObject([{ workflow_run }, { workflow_run }]);
    expect(events).toContain("member-event");
    expect(events.at(-1)).toBe("run-completed");
  });
});

describe("a team", () => {
  test("works the same without a database", async () => {
    const team = new Team({
      name: "étude",
      members: [says("clerc")],
      model: scriptedModel([delegate(["clerc", "va"]), "fini"]),
      state: { n: 1 },
    });
    expect(await team.run("Va")).toMatchObject({
      text: "fini",
      members: [{ member: "clerc", text: "réponse de clerc" }],
      state: { n: 1 },
    });
  });

  test("checks its definition at its construction", () => {
    const model = scriptedModel([]);
    const define = (options: object) => () => new Team({ name: "t", members: [says("a")], model, ...options });
    for (const wrong of [
      { name: "" },
      { members: [] },
      { members: undefined },
      { members: [says("a"), says("a")] },
      { members: [{ name: "a" }] },
      { mode: "tasks" },
      { model: undefined },
      { mode: "route", output: z.object({}) },
      { maxSteps: 0 },
    ]) {
      expect(define(wrong), JSON.stringify(wrong)).toThrow(expect.objectContaining({ code: "invalid_definition" }));
    }
    expect(define({ state: { f: () => 1 } })).toThrow(expect.objectContaining({ code: "invalid_value" }));
  });

  test("is refused when it is nested too deep", () => {
    let team: Team = new Team({ name: "0", members: [says("a")], model: scriptedModel([]) });
    const deeper = (): void => {
      for (let depth = 1; depth < 20; depth++)
        team = new Team({ name: `${depth}`, members: [team], model: scriptedModel([]) });
    };
    expect(deeper).toThrow('The team "10" is 11 teams deep; 10 are allowed. Flatten it.');
  });
});
