/**
 * The order of a conversation's turns, across processes: a turn waits until every question before its own has an
 * answer or a failure. Each question carries a sign of life, `lease_until`, by the database's clock; one that ran out
 * is closed by the turn that waits for it.
 */
import type { RecordId } from "surrealdb";

import { MinutierError } from "../errors.ts";
import type { StoredMessageRow } from "../records.ts";
import { type ConversationKey, messageId, numberOf, tables } from "./conversation-rows.ts";
import type { Database } from "./database.ts";
import { literal, type Statement, surql } from "./statement.ts";

/** A question whose turn is under way, or was when its process died. */
export interface OpenQuestion {
  number: number;
  runId: string;
}

/** What a turn has come to: `expired` is one without a sign of life. */
export type TurnStanding = "under way" | "expired" | "answered" | "failed";

/** What the search for an open question reads of a row. */
type OrderRow = Pick<StoredMessageRow, "id" | "run_id" | "error_code" | "lease_until">;

/** How many times a sign of life may fail to come. */
const leasePeriods = 3;

/** How far back an open turn is looked for behind failed ones. */
const maxLookBack = 2000;

/** For how long a sign of life counts. */
export function leaseDurationMs(leaseMs: number): number {
  return Math.ceil(leasePeriods * leaseMs);
}

/**
 * The question that the turn `number` must wait for: an answered one shows that all before it have ended, a failed one
 * shows nothing. `known` are the rows from `from` on that were already read.
 */
export async function findOpenQuestion(
  database: Database,
  key: ConversationKey,
  number: number,
  known: readonly OrderRow[] = [],
  from: number = number,
): Promise<OpenQuestion | undefined> {
  const { kind, name, sessionId } = key;
  let rows = known;
  let to = number;
  for (let begin = from; ; begin = Math.max(0, to - 100)) {
    const byNumber = new Map(rows.map((row) => [numberOf(row), row]));
    for (; to - 2 >= Math.max(0, begin); to -= 2) {
      const question = byNumber.get(to - 2);
      if (byNumber.has(to - 1)) return undefined;
      if (question !== undefined && isOpen(question)) return { number: to - 2, runId: question.run_id };
    }
    if (to <= 0 || number - to > maxLookBack) return undefined;
    rows = await database.select<OrderRow>(
      surql`SELECT id, run_id, error_code, lease_until FROM ${literal(tables[kind].messages)}:[${name}, ${sessionId}, ${Math.max(0, to - 100)}]..[${name}, ${sessionId}, ${to}]`,
    );
  }
}

function isOpen(question: OrderRow): boolean {
  return question.error_code === undefined && question.lease_until !== undefined;
}

/** What a turn has come to by now; whether its sign of life has run out says the database's clock. */
export async function loadTurnStanding(
  database: Database,
  { kind, name, sessionId }: ConversationKey,
  number: number,
): Promise<TurnStanding> {
  const rows = await database.select<{ id: RecordId; error_code?: string; held: boolean; expired: boolean }>(
    surql`SELECT id, error_code, lease_until != NONE AS held, lease_until < time::now() AS expired
      FROM ${literal(tables[kind].messages)}:[${name}, ${sessionId}, ${number}]..[${name}, ${sessionId}, ${number + 2}]`,
  );
  if (rows.some((row) => numberOf(row) === number + 1)) return "answered";
  const question = rows.find((row) => numberOf(row) === number);
  if (question === undefined || question.error_code !== undefined || !question.held) return "failed";
  return question.expired ? "expired" : "under way";
}

/**
 * Closes a turn without a sign of life as interrupted, with its tool calls, unless it ended or lives after all; with
 * `certainly` one that is known to be dead.
 */
export async function closeDeadTurn(
  database: Database,
  key: ConversationKey,
  number: number,
  certainly: boolean,
): Promise<void> {
  const { kind, name, sessionId } = key;
  const message = "The process that worked on this turn ended or went silent.";
  await database.write([
    surql`IF (UPDATE ${messageId(key, number)} SET error_code = 'interrupted', error_message = ${message}, lease_until = NONE
      WHERE lease_until != NONE AND (${certainly} OR lease_until < time::now()) RETURN VALUE id) != [] {
      UPDATE ${literal(tables[kind].toolCalls)}:[${name}, ${sessionId}, ${number + 1}, NONE]..=[${name}, ${sessionId}, ${number + 1}, ..]
      SET status = 'error', error_message = ${message}, ended_at = time::now() WHERE status = 'running' RETURN NONE }`,
  ]);
}

/** Gives a sign of life. False when the turn is another's now. */
export async function renewTurn(database: Database, turn: HeldTurn): Promise<boolean> {
  const [ids] = await database.write([
    surql`UPDATE ${turn.question} SET lease_until = ${leaseEnd(database.leaseMs)} WHERE ${held(turn)} RETURN VALUE id`,
  ]);
  return (ids as unknown[]).length > 0;
}

/** When a turn's lease ends that is renewed now, by the database's clock. */
export function leaseEnd(leaseMs: number): Statement {
  return surql`time::now() + duration::from_millis(${leaseDurationMs(leaseMs)})`;
}

/** A turn under way, as the one who works on it has it. */
export interface HeldTurn {
  question: RecordId;
  holder: string;
}

/** How a transaction says that its turn is another's now. */
const turnLostMessage = "The turn was closed by another process.";

function held({ holder }: HeldTurn): Statement {
  return surql`lease_until != NONE AND holder = ${holder}`;
}

/** A statement that fails its transaction when the turn is another's now. */
export function whileOpen(turn: HeldTurn, statement: Statement): Statement {
  return surql`IF (SELECT VALUE id FROM ${turn.question} WHERE ${held(turn)}) = [] { THROW ${turnLostMessage} } ELSE { ${statement} }`;
}

/** The same, and the question's sign of life ends with it. */
export function endingTurn(turn: HeldTurn, statement: Statement): Statement {
  return surql`IF (UPDATE ${turn.question} SET lease_until = NONE, pending = NONE WHERE ${held(turn)} RETURN VALUE id) = []
    { THROW ${turnLostMessage} } ELSE { ${statement} }`;
}

/** The statement that leaves a turn to the person who is asked; `pending` is what was said so far. An answer to an earlier question is none to this one. */
export function pausingTurn(turn: HeldTurn, waitingFor: unknown, pending: unknown): Statement {
  return surql`IF (UPDATE ${turn.question} SET lease_until = NONE, pending = ${pending}, answer = NONE,
    waiting_for = object::extend(${waitingFor}, { since: time::now() }) WHERE ${held(turn)} RETURN VALUE id) = [] { THROW ${turnLostMessage} }`;
}

/** The statement that fails a turn, which then can't be closed by another any more. */
export function failingTurn(
  turn: HeldTurn,
  {
    message,
    code,
    durationMs,
    partialAnswer,
  }: { message: string; code: string; durationMs: number; partialAnswer?: string | undefined },
): Statement {
  return surql`IF (UPDATE ${turn.question} SET error_message = ${message}, error_code = ${code}, duration_ms = ${durationMs},
    partial_answer = ${partialAnswer}, lease_until = NONE, pending = NONE WHERE ${held(turn)} RETURN VALUE id) = [] { THROW ${turnLostMessage} }`;
}

/** An error of a write of this turn, as `lease_lost` when the turn is another's. */
export function explainLostTurn(error: unknown): unknown {
  return MinutierError.isInstance(error) && error.message.includes(turnLostMessage) ? turnLost(error) : error;
}

/** The error of a turn that was closed by another process. */
export function turnLost(cause?: unknown): MinutierError {
  return new MinutierError(
    "lease_lost",
    "This turn gave no sign of life for too long, and another process closed it: nothing more of it is written.",
    { cause },
  );
}
