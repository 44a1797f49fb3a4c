/**
 * An HTTP server that answers as model providers do, streamed or not, and refuses what they refuse: a tool result
 * without its call right before it, and a call without a result right after it.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModel } from "ai";
import { onTestFinished } from "vitest";

export const providers = ["anthropic", "openai", "openai-compatible"] as const;
export type Provider = (typeof providers)[number];

/** What the model says in one answer, in no provider's words. */
export interface Said {
  text?: string;
  calls?: { id: string; name: string; input: object }[];
  /** Answers with that status instead, as an overloaded provider does. */
  status?: number;
  /** Keeps the answer open, a stream after its text, until the client leaves. */
  hangs?: boolean;
}

/** One thing that a request says, in no provider's words: `user: q`, `call c1`, `result c1 {"found":1}`. */
export type Told = string;

export interface FakeProvider {
  model: LanguageModel;
  /** What each request said. */
  readonly requests: Told[][];
}

/** Each answer uses as many tokens. */
export const usageOfEach = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };

interface Part {
  type?: string;
  [field: string]: unknown;
}

/** A provider's ways: how it reads a request, and how it says an answer. */
interface Dialect {
  model(baseURL: string): LanguageModel;
  /** The messages as groups that must stand together: a group of calls and the group of their results. */
  read(body: Record<string, unknown>): Told[];
  answer(said: Said): object;
  stream(said: Said): string[];
}

export async function startFakeProvider(provider: Provider, script: readonly Said[]): Promise<FakeProvider> {
  const dialect = dialects[provider];
  const requests: Told[][] = [];
  const queue = [...script];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      const told = dialect.read(body);
      const wrong = wrongSequence(told);
      requests.push(told);
      const said = queue.shift();
      if (wrong !== undefined) return refuse(response, 400, wrong);
      if (said === undefined) return refuse(response, 500, "the script is at its end");
      if (said.status !== undefined) return refuse(response, said.status, "overloaded");
      if (body["stream"] !== true)
        return said.hangs === true ? undefined : sendJson(response, 200, dialect.answer(said));
      response.writeHead(200, { "content-type": "text/event-stream" });
      const frames = dialect.stream(said);
      if (said.hangs === true) return void response.write(frames.slice(0, -2).join(""));
      response.end(frames.join(""));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { model: dialect.model(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`), requests };
}

/** Why a provider would refuse it. Calls of one answer stand together, their results right after them. */
function wrongSequence(told: readonly Told[]): string | undefined {
  let open = new Set<string>();
  for (const each of told) {
    const [kind = "", id = ""] = each.split(" ");
    if (kind === "call") open.add(id);
    else if (kind === "result") {
      if (!open.delete(id)) return `the result of ${id} follows no call of it`;
    } else if (open.size > 0) return `${[...open].join(", ")} has no result before ${each}`;
  }
  if (open.size > 0) return `${[...open].join(", ")} has no result`;
  return undefined;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { error: { type: "invalid_request_error", message } });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const frame = (data: Part): string =>
  `${data.type === undefined ? "" : `event: ${data.type}\n`}data: ${JSON.stringify(data)}\n\n`;
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const partsOf = (content: unknown): Part[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : ((content ?? []) as Part[]);

const anthropic: Dialect = {
  model: (baseURL) => createAnthropic({ baseURL, apiKey: "none" })("claude-none"),
  read: (body) =>
    (body["messages"] as { role: string; content: unknown }[]).flatMap(({ role, content }) =>
      partsOf(content).map((part) => {
        if (part.type === "tool_use") return `call ${String(part["id"])}`;
        if (part.type === "tool_result")
          return `result ${String(part["tool_use_id"])} ${textOfResult(part["content"])}`;
        return `${role}: ${String(part["text"])}`;
      }),
    ),
  answer: (said) => ({
    id: "m",
    type: "message",
    role: "assistant",
    model: "claude-none",
    content: anthropicContent(said),
    stop_reason: said.calls === undefined ? "end_turn" : "tool_use",
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
  }),
  stream: (said) => [
    frame({
      type: "message_start",
      message: {
        id: "m",
        type: "message",
        role: "assistant",
        model: "claude-none",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 10, output_tokens: 1 },
      },
    }),
    ...anthropicContent(said).flatMap((block, index) => {
      const isText = block.type === "text";
      const start = isText ? { ...block, text: "" } : { ...block, input: {} };
      const delta = isText
        ? { type: "text_delta", text: block["text"] }
        : { type: "input_json_delta", partial_json: JSON.stringify(block["input"]) };
      return [
        frame({ type: "content_block_start", index, content_block: start }),
        frame({ type: "content_block_delta", index, delta }),
        frame({ type: "content_block_stop", index }),
      ];
    }),
    frame({
      type: "message_delta",
      delta: { stop_reason: said.calls === undefined ? "end_turn" : "tool_use", stop_sequence: null },
      usage: { output_tokens: 5 },
    }),
    frame({ type: "message_stop" }),
  ],
};

function anthropicContent({ text, calls = [] }: Said): Part[] {
  return [
    ...(text === undefined ? [] : [{ type: "text", text }]),
    ...calls.map(({ id, name, input }) => ({ type: "tool_use", id, name, input })),
  ];
}

function textOfResult(content: unknown): string {
  return partsOf(content)
    .map((part) => String(part["text"]))
    .join("");
}

const compatible: Dialect = {
  model: (baseURL) => createOpenAICompatible({ name: "none", baseURL, apiKey: "none", includeUsage: true })("none"),
  read: (body) =>
    (
      body["messages"] as { role: string; content: unknown; tool_calls?: { id: string }[]; tool_call_id?: string }[]
    ).flatMap(({ role, content, tool_calls: calls = [], tool_call_id: id }) => {
      if (role === "tool") return [`result ${String(id)} ${textOf(content)}`];
      const texts = content === null || content === "" ? [] : [`${role}: ${textOf(content)}`];
      return [...texts, ...calls.map((call) => `call ${call.id}`)];
    }),
  answer: (said) => ({
    id: "m",
    object: "chat.completion",
    created: 1,
    model: "none",
    choices: [
      { index: 0, message: compatibleMessage(said), finish_reason: said.calls === undefined ? "stop" : "tool_calls" },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  }),
  stream: (said) => {
    const { content, tool_calls: calls } = compatibleMessage(said);
    const chunk = (delta: object, finish: string | null = null): string =>
      frame({
        id: "m",
        object: "chat.completion.chunk",
        created: 1,
        model: "none",
        choices: [{ index: 0, delta, finish_reason: finish }],
      });
    return [
      chunk({ role: "assistant" }),
      ...(content === null ? [] : [chunk({ content })]),
      ...(calls === undefined ? [] : [chunk({ tool_calls: calls.map((call, index) => ({ index, ...call })) })]),
      chunk({}, said.calls === undefined ? "stop" : "tool_calls"),
      frame({
        id: "m",
        object: "chat.completion.chunk",
        created: 1,
        model: "none",
        choices: [],
        usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      }),
      "data: [DONE]\n\n",
    ];
  },
};

function compatibleMessage({ text, calls }: Said): { role: string; content: string | null; tool_calls?: object[] } {
  const toCall = ({ id, name, input }: NonNullable<Said["calls"]>[number]): object => ({
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  });
  return {
    role: "assistant",
    content: text ?? null,
    ...(calls === undefined ? {} : { tool_calls: calls.map(toCall) }),
  };
}

const openai: Dialect = {
  model: (baseURL) => createOpenAI({ baseURL, apiKey: "none" }).responses("gpt-none"),
  read: (body) =>
    (body["input"] as Part[]).flatMap((item) => {
      // What it said itself it is told by id; this one's ids say what it was.
      if (item.type === "item_reference") return [`assistant: ${String(item["id"]).slice("t-".length)}`];
      if (item.type === "function_call") return [`call ${String(item["call_id"])}`];
      if (item.type === "function_call_output") return [`result ${String(item["call_id"])} ${textOf(item["output"])}`];
      return partsOf(item["content"]).map((part) => `${String(item["role"])}: ${String(part["text"])}`);
    }),
  answer: (said) => openaiResponse(said, "completed"),
  stream: (said) => [
    frame({ type: "response.created", response: { ...openaiResponse({}, "in_progress") } }),
    ...openaiItems(said).flatMap((item, output_index) => [
      frame({
        type: "response.output_item.added",
        output_index,
        item: item.type === "message" ? { ...item, content: [] } : { ...item, arguments: "" },
      }),
      ...(item.type === "message"
        ? [
            frame({
              type: "response.output_text.delta",
              item_id: item["id"],
              output_index,
              content_index: 0,
              delta: said.text,
            }),
          ]
        : []),
      frame({ type: "response.output_item.done", output_index, item }),
    ]),
    frame({ type: "response.completed", response: openaiResponse(said, "completed") }),
    "",
  ],
};

function openaiResponse(said: Said, status: string): Part {
  return {
    id: "m",
    object: "response",
    created_at: 1,
    model: "gpt-none",
    status,
    output: openaiItems(said),
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 15,
    },
    incomplete_details: null,
  };
}

function openaiItems({ text, calls = [] }: Said): Part[] {
  return [
    ...(text === undefined
      ? []
      : [
          {
            type: "message",
            id: `t-${text}`,
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text, annotations: [] }],
          },
        ]),
    ...calls.map(({ id, name, input }) => ({
      type: "function_call",
      id: `f-${id}`,
      call_id: id,
      name,
      arguments: JSON.stringify(input),
      status: "completed",
    })),
  ];
}

const dialects: Record<Provider, Dialect> = { anthropic, openai, "openai-compatible": compatible };
