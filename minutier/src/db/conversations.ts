/**
 * Conversations of agents and teams: a session row, and each message and tool call in a row of its own, so that a
 * turn costs the same at any length. A turn takes two message numbers at once, n for the question and n + 1 for the
 * answer: the order of messages is the order in which the turns were accepted, whoever answers first.
 */
import type { RecordId } from "surrealdb";

import type { StoredAnswer, StoredMessageRow, ToolCallRow, Usage } from "../records.ts";
import { toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import { writeDenied } from "./kept-rows.ts";
import {
  type ConversationKey,
  listMessages,
  listToolCalls,
  messageId,
  numberOf,
  sequenceId,
  sessionRecordId,
  tables,
  toolCallId,
  workflowRunId,
} from "./conversation-rows.ts";
import { type Statement, surql } from "./statement.ts";
import { type SequenceRow, type TurnStart, writeOpening } from "./turn-opening.ts";
import {
  endingTurn,
  explainLostTurn,
  failingTurn,
  findOpenQuestion,
  type OpenQuestion,
  whileOpen,
} from "./turn-order.ts";

export type { ConversationKey } from "./conversation-rows.ts";
export type { TurnStart } from "./turn-opening.ts";

/** A message read back, with the tool calls of its turn. */
export interface HistoryMessage extends StoredMessageRow {
  toolCalls: ToolCallRow[];
  /** Of an answer that was broken off after tools had run: the code of its turn's failure. */
  brokenOff?: string;
}

/** What a turn begins with. */
export interface TurnMemory {
  /**
   * Questions and their answers, oldest first. A turn that failed is left out, unless its tools ran: what was done must
   * be known, though the answer broke off.
   */
  history: HistoryMessage[];
  /** A team's state as an answered turn stored it. */
  state: Record<string, unknown> | undefined;
}

/** An opened turn: the question is stored. */
export interface OpenTurn extends TurnMemory {
  /** The question's number; the answer's is one more. */
  number: number;
  holder: string;
  /** The turn to wait for; what was read is then not up to date. `"nobody"` when nothing was read. */
  waitFor: OpenQuestion | "nobody" | undefined;
}

/** A tool call, written before its tool runs. */
export interface ToolCallStart {
  runId: string;
  /** From 0, in the order of the turn. */
  index: number;
  /** The answer of the person who was asked, when somebody was. */
  approval?: StoredAnswer | undefined;
  toolCallId: string;
  toolName: string;
  input: unknown;
  startedAt: Date;
}

/** How a tool call ended; written with the turn's next write. */
export interface ToolCallEnd {
  index: number;
  /** As `toStored` gave it when the tool ended, so that a later change of the object changes no record. */
  output?: unknown;
  error?: string | undefined;
  endedAt: Date;
}

/** An answer. */
export interface TurnAnswer {
  runId: string;
  content: string;
  workflowRun?: string | undefined;
  model?: string | undefined;
  usage?: Usage | undefined;
  durationMs: number;
  finishReason?: string | undefined;
  output?: unknown;
  response?: unknown[] | undefined;
  /** A team's state after the turn. */
  state?: Record<string, unknown> | undefined;
}

/** Why a turn failed. */
export interface TurnFailure {
  message: string;
  code: string;
  durationMs: number;
  /** What had been said of the answer by then. */
  partialAnswer?: string | undefined;
}

/** Stores the question and reads the history: one round trip, more only when failed turns stand among the last ones. */
export async function openTurn(database: Database, key: ConversationKey, start: TurnStart): Promise<OpenTurn> {
  const limit = wholeTurns(start.historyLimit);
  const window = windowOf(limit);
  const results = await writeOpening(database, key, start, window);
  const [, , , [sequence], rows, toolCalls] = results;
  if (sequence === undefined) throw writeDenied(tables[key.kind].session);
  const number = sequence.next - 2;
  const waitFor = await findOpenQuestion(database, key, number, rows, number - window);
  const { holder } = start;
  if (waitFor !== undefined) return { number, holder, history: [], state: undefined, waitFor };
  const history = await fillHistory(database, key, readableTurns(rows, toolCalls, limit), number, limit);
  return { number, holder, history, state: sequence.state, waitFor };
}

/** Opens a turn again that `takeTurn` has taken. */
export async function reopenTurn(
  database: Database,
  key: ConversationKey,
  number: number,
  holder: string,
): Promise<OpenTurn> {
  const open = await findOpenQuestion(database, key, number);
  // What it begins with is read once those before it have ended.
  return { number, holder, history: [], state: undefined, waitFor: open ?? "nobody" };
}

/** Reads what a turn begins with again, once those before it have ended. */
export async function loadMemory(
  database: Database,
  key: ConversationKey,
  number: number,
  historyLimit: number,
): Promise<TurnMemory> {
  const limit = wholeTurns(historyLimit);
  const [[sequence], history] = await Promise.all([
    database.select<SequenceRow>(surql`SELECT next, state FROM ${sequenceId(key)}`),
    loadTurns(database, key, number - windowOf(limit), number, limit),
  ]);
  return { history: await fillHistory(database, key, history, number, limit), state: sequence?.state };
}

/** Of half a turn nothing is read. */
function wholeTurns(historyLimit: number): number {
  return historyLimit - (historyLimit % 2);
}

/** At least the last turn, which shows whether somebody is before us. */
function windowOf(limit: number): number {
  return Math.max(limit, 2);
}

async function loadTurns(
  database: Database,
  key: ConversationKey,
  from: number,
  to: number,
  limit: number,
): Promise<HistoryMessage[]> {
  const [rows, toolCalls] = await Promise.all([
    listMessages(database, key, from, to),
    listToolCalls(database, key, from, to),
  ]);
  return readableTurns(rows, toolCalls, limit);
}

/** How often to look further back, each time twice as far: 31 windows in all. */
const maxLooksBack = 5;

/** Reads further back when turns without an answer took places in the window, so that they push no memory out. */
async function fillHistory(
  database: Database,
  key: ConversationKey,
  history: HistoryMessage[],
  number: number,
  limit: number,
): Promise<HistoryMessage[]> {
  let filled = history;
  let to = number - windowOf(limit);
  for (let look = 0, size = limit; look < maxLooksBack && filled.length < limit - 1 && to > 0; look++, size *= 2) {
    const from = Math.max(0, to - size);
    filled = [...(await loadTurns(database, key, from, to, size)), ...filled].slice(-limit);
    to = from;
  }
  return filled;
}

/** Stores tool calls before their tools run, with the ends of those before them: one round trip. */
export async function recordToolCalls(
  database: Database,
  key: ConversationKey,
  { number, holder }: Pick<OpenTurn, "number" | "holder">,
  calls: readonly ToolCallStart[],
  ended: readonly ToolCallEnd[],
): Promise<void> {
  const [first] = calls;
  const statements = [
    ...ended.map((end) => endToolCall(key, number, end)),
    ...calls.map((call, position) => {
      const start = startToolCall(key, number, call);
      // No tool may run for a turn that another process has closed.
      return position === 0 ? whileOpen({ question: messageId(key, number), holder }, start) : start;
    }),
  ];
  // Ends alone may be written twice.
  if (first === undefined) return void (await database.write(statements));
  await writeOfTurn(database, statements, async () => {
    const row = await loadRow(database, toolCallId(key, number, first.index));
    return row?.["run_id"] === first.runId;
  });
}

/** Sends statements of a turn under way; `applied` tells from the rows whether they were committed. */
async function writeOfTurn(
  database: Database,
  statements: readonly Statement[],
  applied: () => Promise<boolean>,
): Promise<void> {
  try {
    await database.write(statements, {
      applied: async () => ((await applied()) ? statements.map(() => undefined) : undefined),
    });
  } catch (error) {
    throw explainLostTurn(error);
  }
}

async function loadRow(database: Database, id: RecordId): Promise<Record<string, unknown> | undefined> {
  const [row] = await database.select<Record<string, unknown>>(
    surql`SELECT run_id, error_code, error_message FROM ${id}`,
  );
  return row;
}

/** Stores the answer, with the ends of the last tool calls: one round trip. */
export async function closeTurn(
  database: Database,
  key: ConversationKey,
  { number, holder }: Pick<OpenTurn, "number" | "holder">,
  answer: TurnAnswer,
  ended: readonly ToolCallEnd[],
): Promise<void> {
  const now = new Date();
  const row = {
    role: "assistant",
    content: answer.content,
    timestamp: now,
    run_id: answer.runId,
    workflow_run: workflowRunId(answer.workflowRun),
    model: answer.model,
    usage: answer.usage,
    duration_ms: answer.durationMs,
    finish_reason: answer.finishReason,
    output: answer.output,
    response: answer.response,
  };
  const storedNow = toStored(now, "now");
  const session = sessionRecordId(key);
  const state = answer.state === undefined ? undefined : toStored(answer.state, "state");
  const answerId = messageId(key, number + 1);
  const statements = [
    ...ended.map((end) => endToolCall(key, number, end)),
    endingTurn(
      { question: messageId(key, number), holder },
      surql`CREATE ${answerId} CONTENT ${toStored(row, "the answer")} RETURN NONE`,
    ),
    ...(state === undefined
      ? [surql`UPDATE ${session} SET updated_at = ${storedNow} RETURN NONE`]
      : [
          surql`UPDATE ${session} SET updated_at = ${storedNow}, state = ${state} RETURN NONE`,
          surql`UPDATE ${sequenceId(key)} SET state = ${state} RETURN NONE`,
        ]),
  ];
  await writeOfTurn(database, statements, async () => (await loadRow(database, answerId))?.["run_id"] === answer.runId);
}

/** Marks the question as failed, so that later turns don't read it: one round trip. */
export async function failTurn(
  database: Database,
  key: ConversationKey,
  { number, holder }: Pick<OpenTurn, "number" | "holder">,
  failure: TurnFailure,
  ended: readonly ToolCallEnd[],
): Promise<void> {
  const question = messageId(key, number);
  const statements = [failingTurn({ question, holder }, failure), ...ended.map((end) => endToolCall(key, number, end))];
  await writeOfTurn(database, statements, async () => {
    const row = await loadRow(database, question);
    return row?.["error_code"] === failure.code && row["error_message"] === failure.message;
  });
}

/** How many message numbers a conversation has given out. */
export async function countMessages(database: Database, key: ConversationKey): Promise<number> {
  const [row] = await database.select<{ next: number }>(surql`SELECT next FROM ${sequenceId(key)}`);
  return row?.next ?? 0;
}

/** The session row, without its messages. */
export async function loadSession<Row>(database: Database, key: ConversationKey): Promise<Row | undefined> {
  const [row] = await database.select<Row>(surql`SELECT * FROM ${sessionRecordId(key)}`);
  return row;
}

function startToolCall(key: ConversationKey, number: number, call: ToolCallStart): Statement {
  const row: Omit<ToolCallRow, "id"> = {
    run_id: call.runId,
    tool_call_id: call.toolCallId,
    tool_name: call.toolName,
    status: "running",
    input: call.input,
    ...(call.approval === undefined ? {} : { approval: call.approval }),
    started_at: call.startedAt,
  };
  return surql`CREATE ${toolCallId(key, number, call.index)} CONTENT ${toStored(row, `the call of ${call.toolName}`)} RETURN NONE`;
}

function endToolCall(key: ConversationKey, number: number, end: ToolCallEnd): Statement {
  const fields = {
    status: end.error === undefined ? "success" : "error",
    ended_at: toStored(end.endedAt, "ended_at"),
    ...(end.output === undefined ? {} : { output: end.output }),
    ...(end.error === undefined ? {} : { error_message: end.error }),
  };
  return surql`UPDATE ${toolCallId(key, number, end.index)} MERGE ${fields} RETURN NONE`;
}

/** Pairs of question and answer, each answer with its tool calls; of a turn that failed, what its tools did. */
function readableTurns(
  rows: readonly StoredMessageRow[],
  toolCalls: readonly ToolCallRow[],
  limit: number,
): HistoryMessage[] {
  const byNumber = new Map(rows.map((row) => [numberOf(row), row]));
  const history: HistoryMessage[] = [];
  for (const question of rows) {
    if (question.role !== "user") continue;
    const number = numberOf(question) + 1;
    const answer = byNumber.get(number);
    const calls = toolCalls.filter((call) => numberOf(call) === number);
    const { error_code: brokenOff, partial_answer: content = "", parts: _, ...asked } = question;
    if (answer !== undefined) history.push({ ...question, toolCalls: [] }, { ...answer, toolCalls: calls });
    else if (brokenOff !== undefined && calls.length > 0)
      history.push(
        { ...question, toolCalls: [] },
        { ...asked, role: "assistant", content, toolCalls: calls, brokenOff },
      );
  }
  return limit === 0 ? [] : history.slice(-limit);
}
