/** The model that tests use. */
import { generateText, jsonSchema, streamText, tool } from "ai";
import { describe, expect, test } from "vitest";

import { openTestDatabase } from "../src/testing/open-test-database.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";

const ask = (model: ReturnType<typeof scriptedModel>, signal?: AbortSignal) =>
  generateText({ model, prompt: "question", maxRetries: 0, ...(signal === undefined ? {} : { abortSignal: signal }) });

describe("a scripted model", () => {
  test("gives its replies in order, whole or as a stream", async () => {
    const model = scriptedModel([
      "un",
      { chunks: ["de", "ux"] },
      { chunks: ["tr", "ois"] },
      { text: "quatre", usage: { inputTokens: 3, outputTokens: 4 } },
    ]);
    expect((await ask(model)).text).toBe("un");
    const pieces: string[] = [];
    for await (const piece of streamText({ model, prompt: "question" }).textStream) pieces.push(piece);
    expect(pieces).toEqual(["de", "ux"]);
    expect((await ask(model)).text).toBe("trois");
    expect((await ask(model)).usage).toMatchObject({ inputTokens: 3, outputTokens: 4, totalTokens: 7 });
  });

  test("answers by a function, sync or not, and records what it was asked", async () => {
    const model = scriptedModel(async (request) => `${request.index}: ${request.lastUserText}`, {
      modelId: "écho",
      keepRequests: 2,
    });
    for (const expected of ["0: question", "1: question", "2: question"])
      expect((await ask(model)).text).toBe(expected);
    expect(model.modelId).toBe("écho");
    expect(model.requests.map((request) => request.index)).toEqual([1, 2]);
    expect(model.requests[0]?.prompt).toMatchObject([{ role: "user", content: [{ type: "text", text: "question" }] }]);
  });

  test("asks for tools and says which it was offered", async () => {
    const model = scriptedModel([{ toolCalls: [{ toolName: "look", input: { page: 1 } }] }]);
    const look = tool({ description: "looks", inputSchema: jsonSchema({ type: "object" }), execute: () => "vu" });
    const result = await generateText({ model, prompt: "question", tools: { look } });
    expect(result.toolCalls).toMatchObject([{ toolName: "look", toolCallId: "call-0-0", input: { page: 1 } }]);
    expect(model.requests[0]?.tools).toEqual([{ name: "look", description: "looks", inputSchema: { type: "object" } }]);
  });

  test("throws the errors of its script, and says when the script has run out", async () => {
    const model = scriptedModel([new Error("surcharge")]);
    await expect(ask(model)).rejects.toThrow("surcharge");
    await expect(ask(model)).rejects.toThrow(
      "The scripted model has 1 replies and was asked for number 2. Add a reply, or give a function.",
    );
  });

  test("stops when its signal aborts, before, while it thinks and while it streams", async () => {
    const model = scriptedModel(() => new Promise<never>(() => undefined));
    await expect(ask(model, AbortSignal.abort(new Error("non")))).rejects.toThrow();
    await expect(ask(model, AbortSignal.timeout(10))).rejects.toThrow(/timeout/);
    const slow = scriptedModel([{ chunks: ["a", "b"], delayMs: 1000 }]);
    await expect(ask(slow, AbortSignal.timeout(10))).rejects.toThrow(/timeout/);
  });
});

describe("a test database", () => {
  test.each(["mem", "rocksdb"] as const)("on %s is empty and its own", async (engine) => {
    const [first, second] = [await openTestDatabase({ engine }), await openTestDatabase({ engine })];
    await first.query("CREATE thing:1");
    expect(await first.query("SELECT VALUE id FROM thing")).toHaveLength(1);
    expect(await second.query("INFO FOR DB")).toMatchObject([{ tables: {} }]);
    await Promise.all([first.close(), second.close()]);
  });
});
