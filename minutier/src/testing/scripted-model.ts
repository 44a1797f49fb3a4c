/** A model that says what its script says: for tests, with no network and no chance. */
import type { LanguageModel } from "ai";

import { untilAborted } from "../turn/until-aborted.ts";

/** The AI SDK's model interface, version 4. */
type Model = Extract<LanguageModel, { specificationVersion: "v4" }>;
type CallOptions = Parameters<Model["doStream"]>[0];
type StreamResult = Awaited<ReturnType<Model["doStream"]>>;
type GenerateResult = Awaited<ReturnType<Model["doGenerate"]>>;
type StreamPart = StreamResult["stream"] extends ReadableStream<infer Part> ? Part : never;
type FinishReason = GenerateResult["finishReason"]["unified"];
type ProviderMetadata = NonNullable<GenerateResult["providerMetadata"]>;

/** What the model was asked. */
export interface ScriptedRequest {
  /** From 0. */
  index: number;
  /** The messages, as the AI SDK gives them to a provider. */
  prompt: CallOptions["prompt"];
  /** The text of the last user message. */
  lastUserText: string;
  /** The tools that were offered, by name. */
  tools: { name: string; description: string | undefined; inputSchema: unknown }[];
  toolChoice: CallOptions["toolChoice"];
  /** The schema of a structured answer, when one is asked for. */
  responseSchema: unknown;
  signal: AbortSignal | undefined;
}

/** A tool call that the model asks for. */
export interface ScriptedToolCall {
  toolName: string;
  input: unknown;
  /** @default "call-<request>-<position>" */
  toolCallId?: string;
}

/** An answer in detail. */
export interface ScriptedAnswer {
  /** The whole text, given at once. */
  text?: string;
  /** The text, given in pieces. */
  chunks?: readonly string[];
  /** Milliseconds before each piece. @default 0 */
  delayMs?: number;
  /** What the model thought before it answered; with `providerMetadata` it carries a signature. */
  reasoning?: string;
  toolCalls?: readonly ScriptedToolCall[];
  /** Tokens of this answer. @default the model's `usage` */
  usage?: { inputTokens: number; outputTokens: number };
  /** @default "tool-calls" with tool calls, otherwise "stop" */
  finishReason?: FinishReason;
  /** Put on the reasoning, and on the text when there is no reasoning. */
  providerMetadata?: ProviderMetadata;
}

/** One reply: a text, an answer in detail, an error to throw, or a function that gives one of these. */
export type ScriptedReply =
  | string
  | ScriptedAnswer
  | Error
  | ((request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply>);

/** Options of `scriptedModel`. */
export interface ScriptedModelOptions {
  /** @default "scripted" */
  modelId?: string;
  /** Tokens of each answer. @default 10 in, 5 out */
  usage?: { inputTokens: number; outputTokens: number };
  /** How many requests to keep, the last ones. @default 100 */
  keepRequests?: number;
}

/** A scripted model, and what it was asked. */
export type ScriptedModel = Model & {
  /** The last requests, oldest first. */
  readonly requests: readonly ScriptedRequest[];
};

/**
 * A model for tests: it gives the replies in order, or asks a function for each.
 *
 * @example
 * ```ts
 * import { Agent } from "minutier";
 * import { scriptedModel } from "minutier/testing";
 *
 * const model = scriptedModel(["Bonjour.", new Error("overloaded")]);
 * const agent = new Agent({ name: "greeter", model });
 * console.log((await agent.run("Hello")).text); // Bonjour.
 * ```
 */
export function scriptedModel(
  script: readonly ScriptedReply[] | ((request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply>),
  options: ScriptedModelOptions = {},
): ScriptedModel {
  const { modelId = "scripted", usage = { inputTokens: 10, outputTokens: 5 }, keepRequests = 100 } = options;
  const requests: ScriptedRequest[] = [];
  let asked = 0;

  const answer = async (call: CallOptions): Promise<Prepared> => {
    call.abortSignal?.throwIfAborted();
    const request = toRequest(asked++, call);
    requests.push(request);
    if (requests.length > keepRequests) requests.shift();
    const reply = typeof script === "function" ? script : replyAt(script, request.index);
    return prepare(await untilAborted(resolveReply(reply, request), call.abortSignal), request.index, usage);
  };

  return {
    specificationVersion: "v4",
    provider: "scripted",
    modelId,
    supportedUrls: { "*/*": [/.*/] },
    requests,
    async doGenerate(call) {
      const prepared = await answer(call);
      if (prepared.delayMs > 0) await sleep(prepared.delayMs * prepared.chunks.length, call.abortSignal);
      return { content: toContent(prepared), finishReason: prepared.finishReason, usage: prepared.usage, warnings: [] };
    },
    async doStream(call) {
      const prepared = await answer(call);
      return { stream: toStream(prepared, call.abortSignal) };
    },
  };
}

interface Prepared {
  reasoning: string | undefined;
  chunks: readonly string[];
  delayMs: number;
  toolCalls: { toolCallId: string; toolName: string; input: string }[];
  usage: GenerateResult["usage"];
  finishReason: GenerateResult["finishReason"];
  providerMetadata: ProviderMetadata | undefined;
}

function replyAt(script: readonly ScriptedReply[], index: number): ScriptedReply {
  const reply = script[index];
  if (reply !== undefined) return reply;
  throw new Error(
    `The scripted model has ${script.length} replies and was asked for number ${index + 1}. Add a reply, or give a function.`,
  );
}

async function resolveReply(reply: ScriptedReply, request: ScriptedRequest): Promise<string | ScriptedAnswer> {
  let resolved = reply;
  while (typeof resolved === "function") resolved = await resolved(request);
  if (resolved instanceof Error) throw resolved;
  return resolved;
}

function prepare(
  reply: string | ScriptedAnswer,
  index: number,
  defaultUsage: { inputTokens: number; outputTokens: number },
): Prepared {
  const answer = typeof reply === "string" ? { text: reply } : reply;
  const { toolCalls = [], usage = defaultUsage } = answer;
  return {
    reasoning: answer.reasoning,
    chunks: answer.chunks ?? (answer.text === undefined || answer.text === "" ? [] : [answer.text]),
    delayMs: answer.delayMs ?? 0,
    toolCalls: toolCalls.map((call, position) => ({
      toolCallId: call.toolCallId ?? `call-${index}-${position}`,
      toolName: call.toolName,
      input: JSON.stringify(call.input ?? {}),
    })),
    usage: {
      inputTokens: { total: usage.inputTokens, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: usage.outputTokens, text: undefined, reasoning: undefined },
    },
    finishReason: { unified: answer.finishReason ?? (toolCalls.length > 0 ? "tool-calls" : "stop"), raw: undefined },
    providerMetadata: answer.providerMetadata,
  };
}

function toContent({ reasoning, chunks, toolCalls, providerMetadata }: Prepared): GenerateResult["content"] {
  const metadata = providerMetadata === undefined ? {} : { providerMetadata };
  const content: GenerateResult["content"] = [];
  if (reasoning !== undefined) content.push({ type: "reasoning", text: reasoning, ...metadata });
  if (chunks.length > 0)
    content.push({ type: "text", text: chunks.join(""), ...(reasoning === undefined ? metadata : {}) });
  for (const call of toolCalls) content.push({ type: "tool-call", ...call });
  return content;
}

function toStream(prepared: Prepared, signal: AbortSignal | undefined): ReadableStream<StreamPart> {
  const parts = streamParts(prepared, signal);
  return new ReadableStream<StreamPart>({
    async pull(controller) {
      const next = await parts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

async function* streamParts(prepared: Prepared, signal: AbortSignal | undefined): AsyncGenerator<StreamPart> {
  const { reasoning, chunks, delayMs, toolCalls, usage, finishReason, providerMetadata } = prepared;
  const metadata = providerMetadata === undefined ? {} : { providerMetadata };
  yield { type: "stream-start", warnings: [] };
  if (reasoning !== undefined) {
    yield { type: "reasoning-start", id: "reasoning" };
    yield { type: "reasoning-delta", id: "reasoning", delta: reasoning };
    yield { type: "reasoning-end", id: "reasoning", ...metadata };
  }
  if (chunks.length > 0) {
    yield { type: "text-start", id: "text" };
    for (const delta of chunks) {
      if (delayMs > 0) await sleep(delayMs, signal);
      signal?.throwIfAborted();
      yield { type: "text-delta", id: "text", delta };
    }
    yield { type: "text-end", id: "text", ...(reasoning === undefined ? metadata : {}) };
  }
  for (const call of toolCalls) yield { type: "tool-call", ...call };
  yield { type: "finish", usage, finishReason };
}

function toRequest(index: number, call: CallOptions): ScriptedRequest {
  const user = call.prompt.findLast((message) => message.role === "user");
  const texts = user?.role === "user" ? user.content.flatMap((part) => (part.type === "text" ? [part.text] : [])) : [];
  return {
    index,
    prompt: call.prompt,
    lastUserText: texts.join("\n"),
    tools: (call.tools ?? []).map((tool) =>
      tool.type === "function"
        ? { name: tool.name, description: tool.description, inputSchema: tool.inputSchema }
        : { name: tool.name, description: undefined, inputSchema: undefined },
    ),
    toolChoice: call.toolChoice,
    responseSchema: call.responseFormat?.type === "json" ? call.responseFormat.schema : undefined,
    signal: call.abortSignal,
  };
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await untilAborted(new Promise<void>((resolve) => setTimeout(resolve, ms)), signal);
}
