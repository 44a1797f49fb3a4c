/** Tools of an agent: on record before they run, told to the model when they fail, given back to later turns. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";
import { tool } from "ai";
import { RecordId } from "surrealdb";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import type { ToolCallRow } from "../src/records.ts";
import { type ScriptedAnswer, scriptedModel } from "../src/testing/scripted-model.ts";
import { backends, temporaryFolder } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

const key = { kind: "agent", name: "a", sessionId: "s1" } as const;
const call = (toolName: string, input: unknown = {}): ScriptedAnswer => ({ toolCalls: [{ toolName, input }] });
const anything = z.object({}).loose();
const refuse = (message: string) => (): string => {
  throw new Error(message);
};

function cyclic(): string {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  return value as unknown as string;
}

function toolResultsOf(model: ReturnType<typeof scriptedModel>): unknown[] {
  return (model.requests.at(-1)?.prompt ?? []).flatMap((message) =>
    message.role === "tool" ? message.content.map((part) => (part.type === "tool-result" ? part.output : part)) : [],
  );
}

describe.each(backends)("an agent's tools on $name", ({ open }) => {
  test("a call is on record before its tool runs", async () => {
    const db = await open();
    let during: ToolCallRow[] = [];
    const look = tool({
      inputSchema: z.object({ page: z.number() }),
      execute: async ({ page }) => {
        during = await db.sessions.toolCalls(key);
        return { text: `page ${page}` };
      },
    });
    const agent = new Agent({
      name: "a",
      model: scriptedModel([call("look", { page: 3 }), "vu"]),
      tools: { look },
      db,
    });
    const answer = await agent.run("Regarde", { sessionId: "s1" });
    expect(during).toMatchObject([{ tool_name: "look", status: "running", input: { page: 3 }, run_id: answer.runId }]);
    const [row] = await db.sessions.toolCalls(key);
    expect(row).toMatchObject({ status: "success", output: { text: "page 3" }, tool_call_id: "call-0-0" });
    expect(row?.id.id).toEqual(["a", "s1", 1, 0]);
  });

  test("a tool that throws is told to the model and recorded as an error; the turn goes on", async () => {
    const db = await open();
    const tools = { fail: tool({ inputSchema: anything, execute: refuse("fichier introuvable") }) };
    const model = scriptedModel([call("fail"), "Je ne trouve pas le fichier."]);
    const answer = await new Agent({ name: "a", model, tools, db }).run("Lis", { sessionId: "s1" });
    expect(answer).toMatchObject({
      text: "Je ne trouve pas le fichier.",
      toolCalls: [{ toolName: "fail", error: "fichier introuvable" }],
    });
    expect(toolResultsOf(model)).toEqual([
      { type: "error-text", value: expect.stringContaining("fichier introuvable") },
    ]);
    expect(await db.sessions.toolCalls(key)).toMatchObject([{ status: "error", error_message: "fichier introuvable" }]);
  });

  test("a call of a tool that is not there, or with a wrong input, is told to the model and in the result", async () => {
    const db = await open();
    const tools = { add: tool({ inputSchema: z.object({ a: z.number() }), execute: ({ a }) => a }) };
    const model = scriptedModel([call("missing", { x: 1 }), call("add", { a: "deux" }), "tant pis", "suite"]);
    const agent = new Agent({ name: "a", model, tools, db });
    const answer = await agent.run("Essaie", { sessionId: "s1" });
    expect(answer.toolCalls).toMatchObject([
      { toolName: "missing", error: expect.stringContaining("missing") },
      { toolName: "add", error: expect.stringContaining("add") },
    ]);
    expect((await agent.run("Encore", { sessionId: "s1" })).text).toBe("suite");
    expect(model.requests.at(-1)?.prompt.map((message) => message.role)).toEqual([
      "user",
      "assistant",
      "tool",
      "assistant",
      "tool",
      "assistant",
      "user",
    ]);
  });

  test("a later turn reads the tools' inputs and outputs, the reasoning and its signature exactly as they were", async () => {
    const db = await open();
    const outputs: Record<string, unknown> = {
      text: "une ligne",
      json: { a: [1, null, { b: "é" }] },
      empty: undefined,
      nothing: null,
      date: { at: new Date(0) },
      map: new Map([["a", 1]]),
    };
    const tools = {
      ...Object.fromEntries(
        Object.entries(outputs).map(([name, output]) => [
          name,
          tool({ inputSchema: anything, execute: () => output as string }),
        ]),
      ),
      fail: tool({ inputSchema: anything, execute: refuse("non") }),
      own: tool({
        inputSchema: anything,
        execute: () => ({ secret: 1 }),
        toModelOutput: () => ({ type: "text", value: "vu par le modèle" }),
      }),
    };
    const signature = { anthropic: { signature: "EqQBCgIYAhIM" } };
    const names = Object.keys(tools);
    const model = scriptedModel([
      {
        reasoning: "Il faut tout appeler.",
        providerMetadata: signature,
        text: "J'appelle.",
        toolCalls: names.map((toolName) => ({ toolName, input: { for: toolName, list: [1, { x: "y" }] } })),
      },
      { text: "Voilà.", providerMetadata: { openai: { itemId: "msg_1" } } },
      "suite",
    ]);
    const agent = new Agent({ name: "a", model, tools, db });
    const answer = await agent.run("Appelle", { sessionId: "s1" });
    const seen = model.requests[1]?.prompt.slice(1);
    await agent.run("Encore", { sessionId: "s1" });
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const prompt = model.requests[2]?.prompt ?? [];
    expect(plain(prompt.slice(1, 3))).toEqual(plain(seen));
    expect(plain(prompt[1])).toMatchObject({
      content: [
        { type: "reasoning", text: "Il faut tout appeler.", providerOptions: signature },
        { text: "J'appelle." },
        ...names.map((toolName) => ({ toolName })),
      ],
    });
    expect(plain(prompt[3])).toEqual({
      role: "assistant",
      content: [{ type: "text", text: "Voilà.", providerOptions: { openai: { itemId: "msg_1" } } }],
    });
    expect(answer.toolCalls.map((each) => each.toolName)).toEqual(names);
  });

  test("a provider that uses its call ids again in a later step mixes nothing up", async () => {
    const db = await open();
    const tools = {
      twice: tool({ inputSchema: z.object({ n: z.number() }), execute: ({ n }) => ({ n, double: 2 * n }) }),
    };
    const step = (n: number): ScriptedAnswer => ({
      toolCalls: [{ toolCallId: "call_0", toolName: "twice", input: { n } }],
    });
    const model = scriptedModel([step(1), step(2), "deux fois", "suite"]);
    const agent = new Agent({ name: "a", model, tools, db });
    await agent.run("Double", { sessionId: "s1" });
    await agent.run("Encore", { sessionId: "s1" });
    expect(toolResultsOf(model)).toEqual([
      { type: "json", value: { n: 1, double: 2 } },
      { type: "json", value: { n: 2, double: 4 } },
    ]);
    expect((await db.sessions.toolCalls(key)).map((row) => row.input)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test("files and images of a message survive, byte for byte", async () => {
    const db = await open();
    const image = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const model = scriptedModel(() => "vu");
    const agent = new Agent({ name: "a", model, db });
    const parts = [
      { type: "text" as const, text: "Qu'est-ce ?" },
      { type: "file" as const, data: image, mediaType: "image/png" },
      { type: "file" as const, data: Buffer.from("%PDF-1.7"), mediaType: "application/pdf", filename: "acte.pdf" },
    ];
    await agent.run(parts, { sessionId: "s1" });
    await agent.run("Et encore ?", { sessionId: "s1" });
    const bytesOf = (request: number): unknown[] =>
      (model.requests[request]?.prompt[0]?.content as { data?: { data: Uint8Array } }[]).map((part) =>
        part.data === undefined ? part : Uint8Array.from(part.data.data),
      );
    expect(bytesOf(1)).toEqual(bytesOf(0));
    expect(bytesOf(1)[1]).toEqual(image);
    const [question] = await db.sessions.messages(key);
    expect(question?.content).toBe("Qu'est-ce ?\n[file]\n[file]");
    expect((question?.parts?.[1] as { data: Uint8Array }).data).toEqual(image);
  });

  test("the database's own values may stand in a tool's output", async () => {
    const db = await open();
    const id = new RecordId("document", "d1");
    const tools = {
      find: tool({ inputSchema: anything, execute: () => ({ id, at: new Date(1e12) }) as unknown as string }),
    };
    const agent = new Agent({ name: "a", model: scriptedModel([call("find"), "trouvé", "suite"]), tools, db });
    await agent.run("Cherche", { sessionId: "s1" });
    expect((await db.sessions.toolCalls(key))[0]?.output).toEqual({ id, at: new Date(1e12) });
    expect((await agent.run("Encore", { sessionId: "s1" })).text).toBe("suite");
  });

  test("an output that can't be stored fails the call, not the turn, and neither does such an input", async () => {
    const db = await open();
    const tools = {
      cycle: tool({ inputSchema: anything, execute: cyclic }),
      big: tool({ inputSchema: z.object({ n: z.number() }), execute: () => "jamais" }),
      good: tool({ inputSchema: anything, execute: () => "bien" }),
    };
    const model = scriptedModel([
      {
        toolCalls: [
          { toolName: "cycle", input: {} },
          { toolName: "big", input: { n: 1e300 } },
          { toolName: "good", input: {} },
        ],
      },
      "fini",
      "suite",
    ]);
    const agent = new Agent({ name: "a", model, tools, db });
    const answer = await agent.run("Essaie", { sessionId: "s1" });
    expect(answer.toolCalls.map((each) => each.error)).toEqual([
      expect.stringContaining("cycle ran, but the tool's output.self can't be stored: it contains itself"),
      expect.stringContaining("past 2^53"),
      undefined,
    ]);
    expect((await db.sessions.toolCalls(key)).map((row) => row.status)).toEqual(["error", "error", "success"]);
    expect((await agent.run("Encore", { sessionId: "s1" })).text).toBe("suite");
  });

  test("a valibot schema checks a tool's input", async () => {
    const db = await open();
    const Page = v.object({ page: v.pipe(v.number(), v.minValue(1)) });
    const inputSchema = {
      "~standard": {
        ...Page["~standard"],
        jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
      },
    };
    let asked = 0;
    const tools = { look: tool({ inputSchema, execute: () => `vu ${++asked}` }) };
    const agent = new Agent({
      name: "a",
      model: scriptedModel([call("look", { page: 0 }), call("look", { page: 1 }), "fini"]),
      tools,
      db,
    });
    const answer = await agent.run("Regarde", { sessionId: "s1" });
    expect(answer.toolCalls).toMatchObject([
      { error: expect.stringContaining("page: Invalid value") },
      { output: "vu 1" },
    ]);
  });

  test("a tool that gives several values is recorded with the last", async () => {
    const db = await open();
    const tools = {
      progress: tool({
        inputSchema: anything,
        async *execute() {
          yield "10 %";
          yield "100 %";
        },
      }),
    };
    const answer = await new Agent({ name: "a", model: scriptedModel([call("progress"), "fini"]), tools, db }).run(
      "Va",
      { sessionId: "s1" },
    );
    expect(answer.toolCalls).toMatchObject([{ output: "100 %" }]);
    expect(await db.sessions.toolCalls(key)).toMatchObject([{ status: "success", output: "100 %" }]);
  });

  test("uses the tools of a real MCP server, and records their calls", async () => {
    const db = await open();
    const client = await createMCPClient({
      transport: new StdioTransport({
        command: process.execPath,
        args: [join(import.meta.dirname, "processes/mcp-server.ts")],
      }),
    });
    try {
      const own = { own: tool({ inputSchema: anything, execute: () => 1 }) };
      const model = scriptedModel([
        {
          toolCalls: [
            { toolName: "lot", input: { number: "1 234 567" } },
            { toolName: "panne", input: {} },
          ],
        },
        "À Laval.",
        "suite",
      ]);
      const agent = new Agent({ name: "a", model, tools: [own, client], db });
      const answer = await agent.run("Où est le lot ?", { sessionId: "s1" });
      expect(model.requests[0]?.tools.map((each) => each.name).toSorted()).toEqual(["lot", "own", "panne"]);
      expect(JSON.stringify(answer.toolCalls[0]?.output)).toContain("Le lot 1 234 567 est à Laval.");
      expect(await db.sessions.toolCalls(key)).toMatchObject([
        { tool_name: "lot", status: "success", input: { number: "1 234 567" } },
        { tool_name: "panne" },
      ]);
      await agent.run("Encore", { sessionId: "s1" });
      expect(JSON.stringify(model.requests[2]?.prompt)).toContain("Le lot 1 234 567 est à Laval.");

      const twice = new Agent({ name: "b", model: scriptedModel(["jamais"]), tools: [client, client], db });
      expect(await failureOf(twice.run("Bonjour"))).toMatchObject({
        code: "invalid_definition",
        message: expect.stringContaining("two tools named"),
      });
    } finally {
      await client.close();
    }
  });

  test("a source of tools that fails is a failed run on record", async () => {
    const db = await open();
    const source = { tools: () => Promise.reject(new Error("the MCP server is gone")) };
    const agent = new Agent({ name: "a", model: scriptedModel(["jamais"]), tools: source, db });
    const error = await failureOf(agent.run("Bonjour", { sessionId: "s1" }));
    expect(error.message).toContain("the MCP server is gone");
    expect(await db.sessions.messages(key)).toMatchObject([{ content: "Bonjour", error_message: error.message }]);
  });
});

test("killed inside a tool, the question and the call are on record, and the session goes on in another process", async () => {
  const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
  const child = spawn(process.execPath, [join(import.meta.dirname, "processes/killed-in-a-tool.ts"), url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");

  const db = new SurrealDb({ url });
  const sessionKey = { ...key, name: "extracteur" };
  const rows = await db.sessions.messages(sessionKey);
  expect(rows).toMatchObject([
    { content: "Bonjour" },
    { content: "Bonjour." },
    { role: "user", content: "Lis l'acte", metadata: { dossier_id: "d1" } },
  ]);
  expect(rows[2]?.error_message).toBeUndefined();
  expect(await db.sessions.toolCalls(sessionKey)).toMatchObject([
    { tool_name: "work", status: "running", input: { document: "acte.pdf" }, run_id: rows[2]?.run_id },
  ]);

  const model = scriptedModel(["Je reprends."]);
  const started = Date.now();
  await new Agent({ name: "extracteur", model, db }).run("Et alors ?", { sessionId: "s1" });
  const roles = model.requests[0]?.prompt.map((message) => message.role);
  // The turn that was cut off is told: the call, and that its outcome is unknown.
  expect(roles).toEqual(["user", "assistant", "user", "assistant", "tool", "assistant", "user"]);
  expect(Date.now() - started, "nobody else can have the folder open, so nobody is waited for").toBeLessThan(2000);
  expect((await db.sessions.messages(sessionKey))[2]).toMatchObject({ error_code: "interrupted" });
  expect(await db.sessions.toolCalls(sessionKey)).toMatchObject([{ status: "error", ended_at: expect.any(Date) }]);
  await db.close();
});
