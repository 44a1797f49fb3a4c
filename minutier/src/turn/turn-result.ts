/** What a turn gave: as its caller gets it, and as its rows have it. */
import type { FoundTurn } from "../db/paused-turns.ts";
import type { AgentResult } from "../events.ts";
import type { StoredMessageRow, Usage } from "../records.ts";
import { toToolCall } from "./turn-legs.ts";

/** Tokens as rows have them. */
export function toUsage({ inputTokens, outputTokens, totalTokens }: AgentResult<unknown>["usage"]): Usage {
  return { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: totalTokens };
}

/** What an answered turn gave, from its rows. */
export function toResult(
  { question, toolCalls }: FoundTurn,
  answer: StoredMessageRow,
  sessionId: string,
): AgentResult<unknown> {
  const usage = answer.usage ?? { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  return {
    runId: question.run_id,
    sessionId,
    text: answer.content,
    output: answer.output ?? answer.content,
    usage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens, totalTokens: usage.total_tokens },
    toolCalls: toolCalls.map(toToolCall),
    finishReason: answer.finish_reason ?? "stop",
    model: answer.model ?? "",
    durationMs: answer.duration_ms ?? 0,
  };
}
