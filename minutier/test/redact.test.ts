// Redaction on real databases: what a run stores, and what its model is sent.
import { tool, type ToolSet } from "ai";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import {
  Agent,
  branch,
  forEach,
  parallel,
  type RedactPattern,
  redactPatterns,
  type Redactor,
  step,
  type SurrealDb,
  Team,
  Workflow,
} from "../src/index.ts";
import { scriptedModel, type ScriptedModel } from "../src/testing/index.ts";
import { backends } from "./backends.ts";
import { failureOf, runFailureOf } from "./failure-of.ts";

const patterns: RedactPattern[] = ["email", "phone", "card", "sin"];
const email = "ana@example.com";
const sin = "130 692 544";
const phone = "514-555-1234";
const card = "4111 1111 1111 1111";
const secrets = [email, sin, phone, card];
const everySecret = `Write to ${email}, call ${phone}; NAS ${sin}, Visa ${card}.`;
const everyMark = "Write to [email], call [phone]; NAS [sin], Visa [card].";

/** Every row of every table, as text. */
async function exportAll(db: SurrealDb): Promise<string> {
  const [info] = await db.query<[{ tables: object }]>("INFO FOR DB");
  const tables = Object.keys(info.tables);
  if (tables.length === 0) return "";
  const rows = await db.query(tables.map((table) => `SELECT * FROM ${table}`).join(";"));
  return JSON.stringify(rows);
}

/** The secrets that a text still has, digits looked for without their separators too. */
function secretsIn(text: string): string[] {
  return secrets.filter((secret) => text.includes(secret) || text.includes(secret.replaceAll(/[ -]/g, "")));
}

function sent(...models: ScriptedModel[]): string {
  return JSON.stringify(models.flatMap((model) => model.requests));
}

const lookUp = tool({
  description: "Finds a person.",
  inputSchema: z.object({ who: z.string() }),
  execute: () => ({ found: [everySecret], link: new URL(`mailto:${email}`) }),
});
const fails = tool({
  description: "Fails.",
  inputSchema: z.object({ why: z.string().optional() }),
  execute: async (): Promise<string> => {
    throw new Error(`No answer from ${everySecret}`);
  },
});
const tools: ToolSet = { lookUp, fails };

describe.each(backends)("on $name", ({ open }) => {
  let db: SurrealDb;
  beforeEach(async () => {
    db = await open({ redact: redactPatterns(patterns) });
  });

  test("nothing of a secret is stored or sent by an agent with tools, and its caller gets everything", async () => {
    const model = scriptedModel([
      {
        text: `I look for ${email}.`,
        toolCalls: [
          { toolName: "lookUp", input: { who: everySecret } },
          { toolName: "fails", input: {} },
          { toolName: "unknown", input: { who: everySecret } },
        ],
      },
      { reasoning: `It is ${email}.`, text: everySecret, providerMetadata: { scripted: { signature: "abc" } } },
      "Done.",
    ]);
    const agent = new Agent({ name: "clerk", instructions: `Ask ${email}.`, model, tools, db });
    const parts = [{ type: "text" as const, text: everySecret }];
    const answer = await agent.run(parts, { sessionId: "s1" });
    expect(answer.text).toBe(everySecret);
    expect(answer.toolCalls[0]).toMatchObject({ input: { who: everySecret }, output: { found: [everySecret] } });
    expect((await agent.run(`And ${sin}?`, { sessionId: "s1" })).text).toBe("Done.");

    expect(secretsIn(await exportAll(db))).toEqual([]);
    expect(secretsIn(sent(model))).toEqual([]);
    const session = await db.sessions.agent("clerk", "s1");
    expect(session?.messages.map((message) => message.content)).toEqual([everyMark, everyMark, "And [sin]?", "Done."]);
    const last = model.requests.at(-1)?.prompt;
    expect(last?.[0]).toMatchObject({ role: "system", content: "Ask [email]." });
    expect(JSON.stringify(last)).toContain('"link":"mailto:[email]"');
    expect(JSON.stringify(last)).toContain("No answer from Write to [email]");
  });

  test("nothing of a secret is stored when a run fails with it", async () => {
    const agent = new Agent({ name: "broken", model: scriptedModel([new Error(`refused: ${everySecret}`)]), db });
    const workflow = new Workflow({
      name: "boom",
      db,
      steps: [
        step("recovers", () => Promise.reject(new Error(everySecret)), { onError: "continue" }),
        step("boom", (): string => {
          throw new Error(everySecret);
        }),
      ],
    });
    const failures = [await runFailureOf(agent.run("Hello")), await runFailureOf(workflow.run(everySecret))];
    for (const failure of failures) expect(failure.message).toContain(everySecret);
    const text = await exportAll(db);
    expect(secretsIn(text)).toEqual([]);
    expect(text).toContain(`refused: ${everyMark}`);
    expect(text).toContain(`The step \\"boom\\" failed: ${everyMark}`);
  });

  test("nothing of a secret is stored by a workflow, in whatever value it hides", async () => {
    const person = new Agent({ name: "person", model: scriptedModel(() => everySecret) });
    const hidden = {
      key: everySecret,
      map: new Map([["a", [everySecret]]]),
      set: new Set([email, `mailto:${email}`]),
      error: new Error(everySecret, { cause: everySecret }),
      url: new URL(`https://example.com/?to=${email}`),
      object: { toJSON: () => everySecret },
      date: new Date(0),
      count: 3,
      bytes: new Uint8Array([1, 2]),
    };
    const inner = new Workflow({ name: "inner", steps: [step("same", (value: unknown) => value)] });
    const workflow = new Workflow({
      name: "all",
      db,
      state: { owner: email },
      steps: [
        step("hide", (_: unknown, context) => {
          context.state["seen"] = [everySecret];
          return everySecret;
        }),
        person,
        inner,
        parallel("both", { one: step("one", (value: unknown) => value), two: step("two", () => hidden) }),
        branch("which", () => "yes", { yes: step("yes", () => [everySecret, everySecret]) }),
        forEach("each", (value: string) => value),
        step("last", () => hidden),
      ],
    });
    const result = await workflow.run({ text: everySecret, hidden }, { sessionId: "s1" });
    expect(result.output).toBe(hidden);
    expect(result.state).toEqual({ owner: "[email]", seen: [everySecret] });

    expect(secretsIn(await exportAll(db))).toEqual([]);
    const run = await db.runs.get(result.id);
    expect(run?.output).toMatchObject({
      key: everyMark,
      map: { a: [everyMark] },
      set: new Set(["[email]", "mailto:[email]"]),
      error: { message: everyMark, cause: everyMark },
      url: "https://example.com/?to=[email]",
      object: everyMark,
      date: new Date(0),
      count: 3,
      bytes: new Uint8Array([1, 2]),
    });
    expect((await db.sessions.workflow("all", "s1"))?.state).toEqual({ owner: "[email]", seen: [everyMark] });
  });

  test.each(["coordinate", "route", "broadcast"] as const)(
    "nothing of a secret is stored or sent by a team that works by %s",
    async (mode) => {
      const member = scriptedModel(() => everySecret);
      const delegate = {
        toolName: "delegate_to_member",
        input: { member: "clerk", ...(mode === "route" ? {} : { task: everySecret }) },
      };
      const update = { toolName: "update_state", input: { changes: { owner: email } } };
      const leader = scriptedModel(
        mode === "coordinate"
          ? [{ toolCalls: [delegate, update] }, everySecret, everySecret]
          : mode === "route"
            ? [{ toolCalls: [delegate] }, { toolCalls: [delegate] }]
            : [everySecret, everySecret],
      );
      const clerk = new Agent({ name: "clerk", model: member });
      const inner = new Team({
        name: "clerks",
        members: [clerk],
        model: scriptedModel(() => everySecret),
        mode: "broadcast",
      });
      const team = new Team({
        name: "office",
        members: [clerk, inner],
        model: leader,
        mode,
        state: { owner: email },
        db,
      });
      const answer = await team.run(everySecret, { sessionId: "s1", state: { other: phone } });
      expect(answer.text).toBe(everySecret);
      expect((await team.run("Again?", { sessionId: "s1" })).text).toBe(everySecret);
      expect(secretsIn(await exportAll(db))).toEqual([]);
      expect(secretsIn(sent(leader, member))).toEqual([]);
      expect((await db.sessions.team("office", "s1"))?.state).toEqual({ owner: "[email]", other: "[phone]" });
    },
  );

  test("ids, names and metadata are stored as they are given", async () => {
    const agent = new Agent({ name: email, model: scriptedModel(["Yes."]), db });
    const metadata = { client: email, nested: [phone] };
    await agent.run("Hello", { sessionId: sin, userId: phone, metadata });
    const session = await db.sessions.agent(email, sin);
    expect(session).toMatchObject({ agent_name: email, session_id: sin, user_id: phone, metadata });
    const workflow = new Workflow({ name: email, db, steps: [step(phone, () => 1)] });
    const { id } = await workflow.run(1, { sessionId: sin, userId: phone, metadata });
    const run = await db.runs.get(id);
    expect(run).toMatchObject({ workflow_name: email, session_id: sin, user_id: phone, metadata });
    expect(run?.steps[0]?.name).toBe(phone);
  });
});

describe("redaction", () => {
  const [memory] = backends;
  const open = (redact?: Redactor): Promise<SurrealDb> => {
    if (memory === undefined) throw new Error("there is no backend");
    return memory.open(redact === undefined ? {} : { redact });
  };
  const replace =
    (what: string, by: string): Redactor =>
    (text) =>
      text.replaceAll(what, by);

  test("is an agent's own first, then its database's", async () => {
    const db = await open(replace("second", "third"));
    const model = scriptedModel(["Yes."]);
    const agent = new Agent({ name: "clerk", model, db, redact: replace("first", "second") });
    await agent.run("first", { sessionId: "s1" });
    expect(model.requests[0]?.lastUserText).toBe("third");
    expect((await db.sessions.agent("clerk", "s1"))?.messages[0]?.content).toBe("third");
  });

  test("of a team covers its members, after their own", async () => {
    const db = await open();
    const member = scriptedModel(["Yes first."]);
    const clerk = new Agent({ name: "clerk", model: member, redact: replace("first", "second") });
    const team = new Team({
      name: "office",
      members: [clerk],
      model: scriptedModel(["Done."]),
      mode: "broadcast",
      db,
      redact: replace("second", "third"),
    });
    await team.run("first", { sessionId: "s1" });
    expect(member.requests[0]?.lastUserText).toBe("third");
    expect((await db.sessions.agent("clerk", "s1"))?.messages.map(({ content }) => content)).toEqual([
      "third",
      "Yes third.",
    ]);
    // The member's own is not the team's.
    expect((await db.sessions.team("office", "s1"))?.messages[0]?.content).toBe("first");
  });

  test("works without a database, on what the model sees", async () => {
    const model = scriptedModel([{ chunks: ["to ", email] }]);
    const agent = new Agent({ name: "clerk", model, redact: redactPatterns(["email"]) });
    const texts: string[] = [];
    for await (const event of agent.stream(`From ${email}`)) if (event.type === "text-delta") texts.push(event.text);
    expect(texts.join("")).toBe(`to ${email}`);
    expect(model.requests[0]?.lastUserText).toBe("From [email]");
  });

  test("may tell the record from the model", async () => {
    const db = await open((text, where) => text.replaceAll("secret", where));
    const model = scriptedModel(["Yes."]);
    await new Agent({ name: "clerk", model, db }).run("secret", { sessionId: "s1" });
    expect(model.requests[0]?.lastUserText).toBe("model");
    expect((await db.sessions.agent("clerk", "s1"))?.messages[0]?.content).toBe("record");
  });

  test("leaves files to the model and the record, and takes the texts beside them", async () => {
    const db = await open(redactPatterns(["email", "phone"]));
    const model = scriptedModel(["Yes."]);
    const data = new TextEncoder().encode(email);
    const agent = new Agent({ name: "clerk", model, db });
    await agent.run(
      [
        { type: "text", text: phone },
        { type: "file", data, mediaType: "application/pdf", filename: `${email}` },
      ],
      { sessionId: "s1" },
    );
    const [, file] = model.requests[0]?.prompt.at(-1)?.content as [unknown, { data: unknown }];
    expect(file).toMatchObject({ filename: "[email]", data: { type: "data", data } });
    const [question] = await db.sessions.messages({ kind: "agent", name: "clerk", sessionId: "s1" });
    expect(question?.parts).toEqual([
      { type: "text", text: "[phone]" },
      { type: "file", data, mediaType: "application/pdf", filename: "[email]" },
    ]);
  });

  test("reaches a structured output, and the state of a team whose first run fails", async () => {
    const db = await open(redactPatterns(["email"]));
    const output = z.object({ seller: z.string(), rows: z.array(z.object({ to: z.string() })) });
    const value = { seller: email, rows: [{ to: email }] };
    const agent = new Agent({ name: "reader", model: scriptedModel([JSON.stringify(value)]), output, db });
    expect((await agent.run("Who?", { sessionId: "s1" })).output).toEqual(value);
    const [, answer] = await db.sessions.messages({ kind: "agent", name: "reader", sessionId: "s1" });
    expect(answer?.output).toEqual({ seller: "[email]", rows: [{ to: "[email]" }] });

    const model = scriptedModel([new Error("no")]);
    const team = new Team({ name: "office", members: [agent], model, state: { owner: email }, db });
    await runFailureOf(team.run("Who?", { sessionId: "s1" }));
    expect((await db.sessions.team("office", "s1"))?.state).toEqual({ owner: "[email]" });
    expect(secretsIn(await exportAll(db))).toEqual([]);
  });

  test("reaches what a tool makes of its output for the model", async () => {
    const db = await open(redactPatterns(["email", "phone"]));
    const common = { inputSchema: z.object({ id: z.number() }), execute: () => "Done." };
    const link = new URL(`mailto:${email}`) as unknown as string;
    const json = tool({ ...common, toModelOutput: () => ({ type: "json", value: { link, count: 3 } }) });
    const content = tool({
      ...common,
      toModelOutput: () => ({
        type: "content",
        value: [
          { type: "text", text: `To ${email}` },
          { type: "file", data: { type: "text", text: email }, mediaType: "text/plain" },
          { type: "file", data: { type: "data", data: "+14185551234" }, mediaType: "image/png" },
        ],
      }),
    });
    const calls = ["json", "content"].map((toolName) => ({ toolName, input: { id: 1 } }));
    const model = scriptedModel([{ toolCalls: calls }, "Done.", "Done."]);
    const agent = new Agent({ name: "clerk", model, tools: { json, content }, db });
    for (const input of ["First", "Second"]) await agent.run(input, { sessionId: "s1" });
    const [, sameTurn, nextTurn] = model.requests.map(({ prompt }) =>
      prompt.flatMap(({ role, content }) => (role === "tool" ? content : [])),
    );
    expect(sameTurn?.[0]).toMatchObject({ output: { type: "json", value: { link: "mailto:[email]", count: 3 } } });
    for (const results of [sameTurn, nextTurn]) {
      expect(results?.[1]).toMatchObject({
        output: {
          value: [
            { type: "text", text: "To [email]" },
            { type: "file", data: { type: "text", text: "[email]" } },
            { type: "file", data: { type: "data", data: "+14185551234" } },
          ],
        },
      });
    }
    expect(secretsIn((await exportAll(db)) + sent(model))).toEqual([]);
  });

  test("takes the signature from reasoning that it changes on record, and from no other", async () => {
    const db = await open(redactPatterns(["email"]));
    const thought = (reasoning: string) => ({
      reasoning,
      text: "Yes.",
      providerMetadata: { scripted: { signature: "abc" } },
    });
    const model = scriptedModel([thought(`It is ${email}.`), thought("It is nobody."), "Done."]);
    const agent = new Agent({ name: "clerk", model, db });
    for (const input of ["Who?", "Really?", "Well?"]) await agent.run(input, { sessionId: "s1" });
    const thoughts = model.requests
      .at(-1)
      ?.prompt.flatMap(({ content }) => (content as { type: string }[]).filter((part) => part.type === "reasoning"));
    expect(thoughts).toEqual([
      { type: "reasoning", text: "It is [email]." },
      { type: "reasoning", text: "It is nobody.", providerOptions: { scripted: { signature: "abc" } } },
    ]);
  });

  test("that is no function is refused before anything happens", async () => {
    const redact = "email" as unknown as Redactor;
    const model = scriptedModel([]);
    const member = new Agent({ name: "member", model });
    const [ofDatabase, ofAgent, ofTeam] = await Promise.all([
      failureOf(open(redact)),
      failureOf((async () => new Agent({ name: "clerk", model, redact }))()),
      failureOf((async () => new Team({ name: "office", members: [member], model, redact }))()),
    ]);
    expect([ofDatabase.code, ofAgent.code, ofTeam.code]).toEqual([
      "invalid_options",
      "invalid_definition",
      "invalid_definition",
    ]);
  });

  describe("that fails", () => {
    const breaksOn =
      (what: string, where: "record" | "model" = "record"): Redactor =>
      (text, place) => {
        if (place === where && text.includes(what)) throw new Error(`can't read ${text}`);
        return text;
      };

    test("on the input stores nothing and runs nothing", async () => {
      const db = await open(breaksOn(email));
      const model = scriptedModel(["Yes."]);
      const ran: unknown[] = [];
      const workflow = new Workflow({ name: "all", db, steps: [step("note", (value: unknown) => ran.push(value))] });
      const ofAgent = await failureOf(new Agent({ name: "clerk", model, db }).run(email));
      const ofWorkflow = await failureOf(workflow.run({ email }));
      expect(ofAgent.code).toBe("redaction_failed");
      expect(ofAgent.message).toBe("A redact function failed (Error), so its text was not stored.");
      expect(ofWorkflow.message).toContain(ofAgent.message);
      expect(model.requests).toEqual([]);
      expect(ran).toEqual([]);
      const rows = await exportAll(db);
      expect(rows.replaceAll(/[[\],]/g, "")).toBe("");
    });

    test("on what the model would see sends nothing, in both ways of asking", async () => {
      const db = await open(breaksOn("Hello", "model"));
      const model = scriptedModel(["Yes."]);
      const agent = new Agent({ name: "clerk", model, db, maxRetries: 2 });
      const failure = await runFailureOf(agent.run("Hello", { sessionId: "s1" }));
      expect(failure.code).toBe("redaction_failed");
      expect(failure.message).not.toContain("Hello");
      const streamed = await failureOf(
        (async () => {
          for await (const _ of agent.stream("Hello", { sessionId: "s2" }));
        })(),
      );
      expect(streamed.code).toBe("redaction_failed");
      expect(model.requests).toEqual([]);
      const [question] = await db.sessions.messages({ kind: "agent", name: "clerk", sessionId: "s1" });
      expect(question).toMatchObject({ error_code: "redaction_failed" });
    });

    test("on a tool's input or output ends the run, and its text is nowhere", async () => {
      const db = await open(breaksOn(email));
      for (const [sessionId, who] of Object.entries({ input: email, output: "Ana" })) {
        const model = scriptedModel([{ toolCalls: [{ toolName: "lookUp", input: { who } }] }, "Done."]);
        const failure = await runFailureOf(new Agent({ name: "clerk", model, tools, db }).run("Hello", { sessionId }));
        expect(failure.code).toBe("redaction_failed");
        expect(model.requests.length).toBe(1);
        const [question] = await db.sessions.messages({ kind: "agent", name: "clerk", sessionId });
        expect(question).toMatchObject({ error_code: "redaction_failed" });
      }
      const calls = await db.sessions.toolCalls({ kind: "agent", name: "clerk", sessionId: "output" });
      expect(calls.map(({ status }) => status)).toEqual(["error"]);
      expect(secretsIn(await exportAll(db))).toEqual([]);
    });

    test("on the answer gives the answer to the caller, with an error, and marks the question", async () => {
      const db = await open(breaksOn(email));
      const agent = new Agent({ name: "clerk", model: scriptedModel([email]), db });
      const failure = await runFailureOf(agent.run("Hello", { sessionId: "s1" }));
      expect(failure.code).toBe("result_not_recorded");
      expect(failure.output).toMatchObject({ text: email });
      const rows = await db.sessions.messages({ kind: "agent", name: "clerk", sessionId: "s1" });
      expect(rows).toMatchObject([{ role: "user", error_code: "result_not_recorded" }]);
      expect(secretsIn(JSON.stringify(rows))).toEqual([]);
    });

    test("on a step's output or a message ends the run, which does not stay under way", async () => {
      const db = await open(breaksOn(email));
      const steps = [
        step("gives", (): string => email),
        step("throws", (): string => {
          throw new Error(email);
        }),
      ];
      for (const first of steps) {
        const workflow = new Workflow({ name: "all", db, steps: [first, step("after", () => 1)] });
        const failure = await runFailureOf(workflow.run(1));
        const run = await db.runs.get(failure.runId);
        expect(run?.status).toBe("error");
        expect(secretsIn(JSON.stringify(run))).toEqual([]);
      }
      const last = await runFailureOf(new Workflow({ name: "all", db, steps: [step("gives", () => email)] }).run(1));
      expect((await db.runs.get(last.runId))?.status).toBe("error");
      expect(secretsIn(await exportAll(db))).toEqual([]);
    });

    test("by giving no text is told apart from one that throws", async () => {
      const slow = (async () => Promise.reject(new Error("late"))) as unknown as Redactor;
      const failure = await failureOf(
        new Agent({ name: "clerk", model: scriptedModel([]), db: await open(slow) }).run("Hello"),
      );
      expect(failure.message).toBe("A redact function gave a promise instead of a text, so its text was not stored.");
    });
  });
});
