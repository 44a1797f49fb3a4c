/** Which of a turn's tool calls a person's answer is for. */
import { isDeepStrictEqual } from "node:util";

import { type FoundTurn, pendingOf, type PendingTurn } from "../db/paused-turns.ts";
import { MinutierError, type PendingCall } from "../errors.ts";

/** A call as its question named it; without an `approvalId`, as HTTP clients have it, its tool call's id tells it. */
export type AnsweredCall = Pick<PendingCall, "toolCallId"> & { approvalId?: string | undefined };

/**
 * Throws unless these are the calls for which the turn waits, all of them: a turn may ask several times, and an answer
 * counts for one. `already_answered` for calls that were answered, `invalid_options` for others.
 */
export function checkAnsweredCalls(who: string, turn: FoundTurn, calls: readonly AnsweredCall[]): void {
  const { question, toolCalls } = turn;
  const pending = pendingOf(turn)?.calls ?? [];
  if (question.waiting_for !== undefined && calls.length > 0 && calls.every((call) => pending.some(isCall(call)))) {
    const open = pending.filter((each) => !calls.some((call) => isCall(call)(each)));
    if (open.length === 0) return;
    throw new MinutierError(
      "invalid_options",
      `The ${who} waits for ${open.map(({ toolName }) => toolName).join(", ")} (${open.map(({ toolCallId }) => toolCallId).join(", ")}) too. The calls of one question are answered together. Nothing was changed.`,
    );
  }
  const answered = toolCalls.find((row) => calls.some(({ toolCallId }) => row.tool_call_id === toolCallId));
  const said = answered?.approval ?? question.answer;
  const waits = question.waiting_for === undefined ? "" : ` It waits for ${namesOf(pending)} now.`;
  if (said === undefined) {
    if (question.waiting_for === undefined) throw new MinutierError("not_found", `The ${who} waits for nobody.`);
    const given = calls.map(({ toolCallId }) => toolCallId).join(", ") || "no call";
    throw new MinutierError(
      "invalid_options",
      `The answer is to ${given}, for which the ${who} does not wait.${waits} Nothing was changed.`,
    );
  }
  const verdict = said.approved ? "allowed" : "refused";
  throw new MinutierError(
    "already_answered",
    `The question of the ${who} was already answered: ${said.by} ${verdict} it at ${said.at.toISOString()}.${waits} Nothing was changed.`,
    { details: { by: said.by, at: said.at, approved: said.approved } },
  );
}

function isCall({ approvalId, toolCallId }: AnsweredCall): (pending: PendingCall) => boolean {
  return (pending) => pending.toolCallId === toolCallId && (approvalId ?? pending.approvalId) === pending.approvalId;
}

function namesOf(calls: readonly PendingCall[]): string {
  return calls.map(({ toolName, toolCallId }) => `${toolName} (${toolCallId})`).join(", ");
}

/** The same for a workflow's question, which names the calls by their `approvalId`s. */
export function isFor(answeredCalls: readonly unknown[], pending: PendingTurn | undefined): boolean {
  return isDeepStrictEqual(
    answeredCalls,
    pending?.calls.map(({ approvalId }) => approvalId),
  );
}
