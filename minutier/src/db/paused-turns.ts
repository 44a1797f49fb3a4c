/**
 * Turns that stop and go on: one whose tool call waits for a person, and one whose process died. Both go on under the
 * number that they have; what was asked is not asked again.
 */
import { MinutierError, type PendingCall } from "../errors.ts";
import type { StoredAnswer, StoredMessageRow, ToolCallRow } from "../records.ts";
import { toStored } from "./codec.ts";
import {
  type ConversationKey,
  listToolCalls,
  messageId,
  numberOf,
  sequenceId,
  tables,
  workflowRunId,
} from "./conversation-rows.ts";
import type { Database } from "./database.ts";
import { literal, surql } from "./statement.ts";
import { explainLostTurn, type HeldTurn, leaseEnd, pausingTurn } from "./turn-order.ts";

/** What a turn has said and used before it stopped, and the calls for which it waits. */
export interface PendingTurn {
  /** The model's and the tools' messages so far. */
  messages: unknown[];
  calls: PendingCall[];
  usage: { inputTokens: number; outputTokens: number; totalTokens: number };
  /** Model calls so far. */
  steps: number;
  durationMs: number;
  /** Tool calls so far, each with its row. */
  toolCalls: number;
}

/** What a turn that stopped has said and used; versions before kept only what it said. */
export function pendingOf({ question, toolCalls }: FoundTurn): PendingTurn | undefined {
  const { pending } = question;
  if (pending === undefined) return undefined;
  const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
  return {
    usage,
    steps: 0,
    durationMs: 0,
    toolCalls: toolCalls.length,
    ...(pending as Partial<PendingTurn>),
  } as PendingTurn;
}

/** A turn that goes on. */
export interface FoundTurn {
  number: number;
  question: StoredMessageRow;
  /** When it was answered after all. */
  answer: StoredMessageRow | undefined;
  toolCalls: ToolCallRow[];
}

/** What is known of a tool call whose process died: whether it did its work is not. */
export const toolProcessDied = "The process that ran the tool ended or went silent.";

/** Leaves a turn to the person who is asked: one round trip. */
export async function pauseTurn(database: Database, turn: HeldTurn, pending: PendingTurn): Promise<void> {
  const names = pending.calls.map((call) => call.toolName).join(", ");
  const waiting = toStored({ reason: `the call of ${names}`, calls: pending.calls }, "the tool calls");
  const applied = async (): Promise<unknown[] | undefined> => {
    const rows = await database.select(
      surql`SELECT VALUE id FROM ${turn.question} WHERE waiting_for != NONE AND holder = ${turn.holder}`,
    );
    return rows.length === 0 ? undefined : [];
  };
  try {
    await database.write([pausingTurn(turn, waiting, toStored(pending, "the messages so far"))], { applied });
  } catch (error) {
    throw explainLostTurn(error);
  }
}

/** Which turn is meant: by its run id, or as the step of a workflow's run. */
export type TurnReference = { runId: string } | { workflowRun: string; workflowStep: string };

/** How many of a conversation's last messages are searched for a turn that goes on. */
const maxLookBack = 1000;

/** The last turn that the reference names. */
export async function findTurn(
  database: Database,
  key: ConversationKey,
  reference: TurnReference,
): Promise<FoundTurn | undefined> {
  const { kind, name, sessionId } = key;
  const [sequence] = await database.select<{ next: number }>(surql`SELECT next FROM ${sequenceId(key)}`);
  if (sequence === undefined) return undefined;
  const condition =
    "runId" in reference
      ? surql`run_id = ${reference.runId}`
      : surql`workflow_run = ${workflowRunId(reference.workflowRun)} AND workflow_step = ${reference.workflowStep}`;
  const questions = await database.select<StoredMessageRow>(
    surql`SELECT * FROM ${literal(tables[kind].messages)}:[${name}, ${sessionId}, ${sequence.next - maxLookBack}]..[${name}, ${sessionId}, ${sequence.next}]
      WHERE role = 'user' AND ${condition}`,
  );
  const question = questions.at(-1);
  if (question === undefined) return undefined;
  const number = numberOf(question);
  const [[answer], toolCalls] = await Promise.all([
    database.select<StoredMessageRow>(surql`SELECT * FROM ${messageId(key, number + 1)}`),
    listToolCalls(database, key, number, number + 2),
  ]);
  return { number, question, answer, toolCalls };
}

/**
 * Takes a turn for `holder`; the one who worked on it can write no more of it. With `waitingFor` only a turn that still
 * waits for those calls, so that of many answers one counts, for what was asked; otherwise any that has no end, for the
 * process that has taken its workflow's run over. Throws `already_answered`.
 */
export async function takeTurn(
  database: Database,
  key: ConversationKey,
  number: number,
  taking: { holder: string; waitingFor: PendingTurn | undefined; answer: StoredAnswer | undefined },
): Promise<void> {
  const question = messageId(key, number);
  const { holder, answer } = taking;
  // A second sending, after a lost answer, finds the turn taken by this holder.
  const asked = taking.waitingFor?.calls.map(({ approvalId }) => approvalId);
  const condition = asked
    ? surql`waiting_for.calls.*.approvalId = ${asked} OR holder = ${holder}`
    : surql`error_code = NONE OR error_code = 'interrupted'`;
  const given = answer === undefined ? surql`` : surql`, answer = ${toStored(answer, "the answer")}`;
  const { kind, name, sessionId } = key;
  const [ids] = (await database.write([
    surql`{ LET $taken = (UPDATE ${question} SET lease_until = ${leaseEnd(database.leaseMs)}, holder = ${holder}, waiting_for = NONE,
      error_code = NONE, error_message = NONE${given} WHERE ${condition} RETURN VALUE id);
      IF $taken != [] { UPDATE ${literal(tables[kind].toolCalls)}:[${name}, ${sessionId}, ${number + 1}, NONE]..=[${name}, ${sessionId}, ${number + 1}, ..]
        SET status = 'error', error_message = ${toolProcessDied}, ended_at = time::now() WHERE status = 'running' RETURN NONE };
      $taken }`,
  ])) as [unknown[]];
  if (ids.length > 0) return;
  throw new MinutierError(
    "already_answered",
    "The question of this run was already answered, or the run has ended. Nothing was changed.",
    { details: { ...key, number } },
  );
}
