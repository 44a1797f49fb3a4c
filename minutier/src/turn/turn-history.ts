/**
 * A turn's messages as the model sees them and as the rows keep them. A tool's input and output stand once, in the
 * tool call's row: they are taken out of the answer's `response` and put back when a later turn reads it. All else
 * (reasoning and its signatures, provider metadata, files) is kept as the provider gave it.
 */
import type { ModelMessage, ToolResultPart } from "ai";

import type { HistoryMessage } from "../db/conversations.ts";
import { toolProcessDied } from "../db/paused-turns.ts";
import type { ToolCallResult } from "../events.ts";
import type { ToolCallRow } from "../records.ts";
import type { PreparedInput } from "./turn-input.ts";

interface Part {
  type: string;
  [field: string]: unknown;
}

interface StoredMessage {
  role: string;
  content: string | Part[];
}

/** The kinds of a tool's output whose value stands in the row. */
const takenOut: ReadonlySet<string> = new Set(["text", "json", "error-text"]);

/** The tool calls of a turn that have a row of their own, by their id. */
export type RowedCalls = ReadonlyMap<string, ToolCallResult>;

/** The user's message. */
export function questionMessage(input: PreparedInput): ModelMessage {
  return { role: "user", content: input.parts ?? input.text };
}

/** The messages without the questions to people and their answers, which stand on the calls' rows. */
export function withoutApprovals(messages: readonly ModelMessage[]): ModelMessage[] {
  return (messages as unknown as readonly StoredMessage[])
    .map((message) =>
      typeof message.content === "string"
        ? message
        : { ...message, content: message.content.filter(({ type }) => !type.startsWith("tool-approval-")) },
    )
    .filter(({ content }) => content.length > 0) as unknown as ModelMessage[];
}

/** The `response` to store; nothing when the answer is only text, which its `content` already says. */
export function toStoredResponse(
  messages: readonly ModelMessage[],
  text: string,
  calls: RowedCalls,
): unknown[] | undefined {
  if (messages.every(isOnlyText) && messages.length <= 1) return undefined;
  const last = messages.at(-1);
  return (messages as unknown as readonly StoredMessage[]).map((message) => {
    if (typeof message.content === "string") return message;
    const content = message.content.map((part) => withoutValues(part, calls));
    return {
      ...message,
      content: (message as unknown) === last ? content.map((part) => withoutAnswer(part, text)) : content,
    };
  });
}

/** The answer's text stands in `content`. */
function withoutAnswer(part: Part, text: string): Part {
  return part.type === "text" && part["text"] === text ? without(part, "text") : part;
}

/** The conversation so far, as the model reads it. */
export function toModelMessages(history: readonly HistoryMessage[]): ModelMessage[] {
  return history.flatMap(restoreMessages);
}

function isOnlyText({ role, content }: ModelMessage): boolean {
  if (role !== "assistant") return false;
  return (
    typeof content === "string" || content.every((part) => part.type === "text" && part.providerOptions === undefined)
  );
}

function withoutValues(part: Part, calls: RowedCalls): Part {
  const call = calls.get(part["toolCallId"] as string);
  if (call === undefined) return part;
  if (part.type === "tool-call") return without(part, "input");
  const output = part["output"] as Part | undefined;
  if (part.type !== "tool-result" || output === undefined || !isPlainCopy(output, call)) return part;
  return { ...part, output: without(output, "value") };
}

/** Whether the model's view of an output follows from the row's: a text, plain JSON, or the error's message. */
function isPlainCopy(output: Part, call: ToolCallResult): boolean {
  switch (output.type) {
    case "error-text":
      return output["value"] === call.error;
    case "text":
      return output["value"] === call.output;
    case "json":
      return isPlainJson(call.output);
    default:
      return false;
  }
}

/** A value that JSON and the database both give back as it was. A tool's own `toModelOutput` is not asked again. */
function isPlainJson(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      if (Array.isArray(value)) return value.every(isPlainJson);
      return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlainJson);
    default:
      return false;
  }
}

function without(part: Part, field: string): Part {
  const { [field]: _, ...rest } = part;
  return rest as Part;
}

function restoreMessages(row: HistoryMessage): ModelMessage[] {
  if (row.role === "user") return [questionMessage({ text: row.content, parts: row.parts as PreparedInput["parts"] })];
  if (row.brokenOff !== undefined) return restoreBrokenOff(row.content, row.brokenOff, row.toolCalls);
  if (row.response !== undefined) return restoreResponse(row);
  // Providers refuse an assistant message without content.
  return row.content === "" ? [] : [{ role: "assistant", content: row.content }];
}

/** What the tools of a turn did before it failed, in an order that any provider takes: each call, then its result. */
function restoreBrokenOff(said: string, code: string, toolCalls: readonly ToolCallRow[]): ModelMessage[] {
  const calls = toolCalls.flatMap((row): ModelMessage[] => {
    const { tool_call_id: toolCallId, tool_name: toolName, input = {} } = row;
    return [
      { role: "assistant", content: [{ type: "tool-call", toolCallId, toolName, input }] },
      { role: "tool", content: [toolResultOf(row)] },
    ];
  });
  const note = `[The answer was broken off here: ${code}.]`;
  return [...calls, { role: "assistant", content: said === "" ? note : `${said}\n\n${note}` }];
}

/** A tool call's row as the result that a model is told. */
export function toolResultOf(row: ToolCallRow): ToolResultPart {
  const { tool_call_id: toolCallId, tool_name: toolName, output = null } = row;
  const part = { type: "tool-result", toolCallId, toolName } as const;
  const error = row.status === "running" ? toolProcessDied : row.error_message;
  if (error !== undefined) return { ...part, output: { type: "error-text", value: error } };
  if (typeof output === "string") return { ...part, output: { type: "text", value: output } };
  if (isPlainJson(output)) return { ...part, output: { type: "json", value: output as never } };
  // Dates, record ids and the like: as their text.
  const text = JSON.stringify(output, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return { ...part, output: { type: "text", value: text } };
}

function restoreResponse({ response, content: answer, toolCalls }: HistoryMessage): ModelMessage[] {
  const messages = response as StoredMessage[];
  // A provider may use an id again in a later step: the rows are taken in the order in which they were written.
  const inputs = queueById(toolCalls);
  const outputs = queueById(toolCalls);
  const restore = (part: Part): Part => {
    if (part.type === "text") return "text" in part ? part : { ...part, text: answer };
    if (part.type === "tool-call") {
      const row = inputs(part);
      return "input" in part ? part : { ...part, input: row?.input ?? {} };
    }
    if (part.type !== "tool-result") return part;
    const row = outputs(part);
    const output = part["output"] as Part;
    if ("value" in output || !takenOut.has(output.type)) return part;
    return {
      ...part,
      output: { ...output, value: output.type === "error-text" ? (row?.error_message ?? "") : (row?.output ?? null) },
    };
  };
  // The rows hold what the model's provider gave: the SDK checks the shape again before it sends it.
  return messages.map((message) =>
    typeof message.content === "string" ? message : { ...message, content: message.content.map(restore) },
  ) as unknown as ModelMessage[];
}

function queueById(toolCalls: readonly ToolCallRow[]): (part: Part) => ToolCallRow | undefined {
  const queues = Map.groupBy(toolCalls, (row) => row.tool_call_id);
  const next = new Map<string, number>();
  return (part) => {
    const id = part["toolCallId"] as string;
    const queue = queues.get(id);
    const position = next.get(id) ?? 0;
    next.set(id, position + 1);
    return queue?.[Math.min(position, queue.length - 1)];
  };
}
