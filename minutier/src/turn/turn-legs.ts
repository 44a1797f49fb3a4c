/**
 * A turn that waits for people has legs: the work between two waits. Together they are one conversation, with one sum
 * of tokens, one count of model calls and one duration.
 */
import type { ModelMessage, ToolResultPart, ToolSet } from "ai";

import type { PendingTurn } from "../db/paused-turns.ts";
import type { TokenUsage, ToolCallResult } from "../events.ts";
import type { StoredAnswer, ToolCallRow } from "../records.ts";
import { toolResultOf, withoutApprovals } from "./turn-history.ts";

/** What a leg said and used. */
export interface Leg {
  messages: ModelMessage[];
  usage: TokenUsage;
  /** Model calls. */
  steps: number;
  durationMs: number;
}

/** A turn that goes on: its legs so far, and the answer to its question. */
export interface AnsweredTurn extends PendingTurn {
  answer: StoredAnswer;
  /** The rows of the calls in question that already ran: the process that ran them died. */
  ran: readonly ToolCallRow[];
}

/** A turn's legs so far with the one that has ended now. */
export function addLeg(before: AnsweredTurn | undefined, leg: Leg): Leg {
  if (before === undefined) return leg;
  const { usage, steps, durationMs } = before;
  return {
    // Providers know nothing of approvals; those that are answered have a result in the next leg.
    messages: [...withoutApprovals(before.messages as ModelMessage[]), ...leg.messages],
    usage: {
      inputTokens: usage.inputTokens + leg.usage.inputTokens,
      outputTokens: usage.outputTokens + leg.usage.outputTokens,
      totalTokens: usage.totalTokens + leg.usage.totalTokens,
    },
    steps: steps + leg.steps,
    durationMs: durationMs + leg.durationMs,
  };
}

/** What the legs before said, and the person's answer, as the AI SDK takes them. */
export async function messagesBefore(turn: AnsweredTurn | undefined, tools: ToolSet): Promise<ModelMessage[]> {
  if (turn === undefined) return [];
  const { messages, calls, answer, ran } = turn;
  const reason = answer.note === undefined ? {} : { reason: answer.note };
  const open = calls.filter(({ toolCallId }) => !ran.some((row) => row.tool_call_id === toolCallId));
  const content = [
    // Not run a second time.
    ...(await Promise.all(ran.map((row) => toToolResult(row, tools)))),
    ...open.map(({ approvalId }) => ({
      type: "tool-approval-response" as const,
      approvalId,
      approved: answer.approved,
      ...reason,
    })),
  ];
  // The rows hold what the SDK gave: it checks the shape again.
  return [...(messages as ModelMessage[]), { role: "tool", content }];
}

/** A tool call's row as the result that its model is told, in the tool's own form where it has one. */
async function toToolResult(row: ToolCallRow, tools: ToolSet): Promise<ToolResultPart> {
  const { tool_call_id: toolCallId, tool_name: toolName, input, output, status } = row;
  const own = tools[toolName]?.toModelOutput;
  if (own === undefined || status !== "success") return toolResultOf(row);
  return { type: "tool-result", toolCallId, toolName, output: await own({ toolCallId, input, output } as never) };
}

/** What the legs before said to the reader. */
export function textOf(turn: AnsweredTurn | undefined): string {
  const messages = (turn?.messages ?? []) as ModelMessage[];
  const texts = messages.flatMap(({ role, content }) => {
    if (role !== "assistant") return [];
    return typeof content === "string"
      ? [content]
      : content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  });
  return texts.filter((text) => text !== "").join("\n\n");
}

/** A tool call's row as the turn's result has it. */
export function toToolCall(row: ToolCallRow): ToolCallResult {
  return {
    toolCallId: row.tool_call_id,
    toolName: row.tool_name,
    input: row.input,
    ...(row.output === undefined ? {} : { output: row.output }),
    ...(row.error_message === undefined ? {} : { error: row.error_message }),
  };
}
