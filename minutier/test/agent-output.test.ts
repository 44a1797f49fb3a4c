/** Structured output: asked for, checked, stored, typed. */
import { jsonSchema } from "ai";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import type { AgentResult } from "../src/events.ts";
import { drainTurn } from "../src/turn/run-turn.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { backends } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

const key = { kind: "agent", name: "a", sessionId: "s1" } as const;

const Party = z.object({ name: z.string().min(1), born: z.string().transform((text) => new Date(text)) });

const ValibotParty = v.object({ name: v.pipe(v.string(), v.minLength(1)) });
/** What `toStandardJsonSchema` of `@valibot/to-json-schema` makes. */
const valibotWithJson = {
  "~standard": {
    ...ValibotParty["~standard"],
    jsonSchema: {
      input: () => ({ type: "object", properties: { name: { type: "string", minLength: 1 } }, required: ["name"] }),
      output: () => ({ type: "object" }),
    },
  },
};

describe.each(backends)("a structured answer on $name", ({ open }) => {
  test("with zod: the model is shown the schema, the value is checked, typed, stored and read back", async () => {
    const db = await open();
    const model = scriptedModel(['{"name":"Marie","born":"1980-05-01"}', "{}"]);
    const agent = new Agent({ name: "a", model, output: Party, db });
    const answer = await agent.run("Qui ?", { sessionId: "s1" });
    expectTypeOf(answer.output).toEqualTypeOf<{ name: string; born: Date }>();
    expect(answer.output).toEqual({ name: "Marie", born: new Date("1980-05-01") });
    expect(answer.text).toBe('{"name":"Marie","born":"1980-05-01"}');
    expect(model.requests[0]?.responseSchema).toMatchObject({ type: "object", required: ["name", "born"] });
    const rows = await db.sessions.messages(key);
    expect(rows[1]?.output).toEqual({ name: "Marie", born: new Date("1980-05-01") });
  });

  test.each([
    ["no JSON", "Marie, je crois", "it is not JSON (Unexpected token 'M'"],
    ["the wrong shape", '{"name":""}', "name: Too small: expected string to have >=1 characters; born: Invalid input"],
    ["an empty answer", "", "it is not JSON (Unexpected end of JSON input)"],
  ])("%s is an invalid_output on record, with what was wrong", async (_, text, wrong) => {
    const db = await open();
    const agent = new Agent({
      name: "a",
      model: scriptedModel([text, '{"name":"Marie","born":"1980-05-01"}']),
      output: Party,
      db,
    });
    const error = await failureOf(agent.run("Qui ?", { sessionId: "s1" }));
    expect(error.code).toBe("invalid_output");
    expect(error.message).toContain(`does not satisfy the output schema: ${wrong}`);
    expect(error.cause).toBeInstanceOf(Error);
    expect(await db.sessions.messages(key)).toMatchObject([{ error_code: "invalid_output" }]);
    const streamed = new Agent({ name: "b", model: scriptedModel([text]), output: Party, db });
    expect(await failureOf(drainTurn(streamed.stream("Qui ?")))).toMatchObject({ code: "invalid_output" });
    expect((await agent.run("Encore ?", { sessionId: "s1" })).output.name).toBe("Marie");
  });
});

test("with valibot, wrapped so that it knows its JSON form", async () => {
  const agent = new Agent({
    name: "a",
    model: scriptedModel(['{"name":"Jean"}', '{"name":""}']),
    output: valibotWithJson,
  });
  const answer = await agent.run("Qui ?");
  expectTypeOf(answer.output).toEqualTypeOf<{ name: string }>();
  expect(answer.output).toEqual({ name: "Jean" });
  const error = await failureOf(agent.run("Qui ?"));
  expect(error.code).toBe("invalid_output");
  expect(error.message).toContain("name: Invalid length: Expected >=1 but received 0");
});

test("with the AI SDK's own jsonSchema()", async () => {
  const output = jsonSchema<{ n: number }>({ type: "object", properties: { n: { type: "number" } } });
  const answer = await new Agent({ name: "a", model: scriptedModel(['{"n":1}']), output }).run("Combien ?");
  expectTypeOf(answer.output).toEqualTypeOf<{ n: number }>();
  expect(answer.output).toEqual({ n: 1 });
});

test("a schema without a JSON form is refused at the definition, with the way out", () => {
  const define = () => new Agent({ name: "a", model: scriptedModel([]), output: ValibotParty });
  expect(define).toThrow(expect.objectContaining({ code: "invalid_definition" }));
  expect(define).toThrow(/'valibot' does not support JSON Schema conversion.*toStandardJsonSchema/s);
});

test("without a schema the output is the text", async () => {
  const answer = await new Agent({ name: "a", model: scriptedModel(["oui"]) }).run("Non ?");
  expectTypeOf(answer.output).toEqualTypeOf<string>();
  expect(answer.output).toBe("oui");
});

test("a long structured answer in many pieces costs no more than its pieces", async () => {
  const items = Array.from({ length: 4000 }, (_, n) => ({ n }));
  const text = JSON.stringify({ items });
  const chunks = text.match(/.{1,16}/gs) ?? [];
  const output = z.object({ items: z.array(z.object({ n: z.number() })) });
  const answer = await drainTurn<AgentResult<z.infer<typeof output>>>(
    new Agent({ name: "a", model: scriptedModel([{ chunks }]), output }).stream("Liste"),
  );
  expect(answer.output.items).toHaveLength(4000);
});
