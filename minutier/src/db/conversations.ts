/**
 * Conversations of agents and teams: a session row, and each message and tool call in a row of its own, so that a
 * turn costs the same at any length. A turn takes two message numbers at once, n for the question and n + 1 for the
 * answer: the order of messages is the order in which the turns were accepted, whoever answers first.
 */
import { RecordId } from "surrealdb";

import type { StoredMessageRow, ToolCallRow, Usage } from "../records.ts";
import { toStored } from "./codec.ts";
import { type Database, writeDenied } from "./database.ts";
import { literal, type Statement, surql } from "./statement.ts";

/** Whose conversation it is. */
type ConversationKind = "agent" | "team";

/** Names one conversation. */
export interface ConversationKey {
  kind: ConversationKind;
  name: string;
  sessionId: string;
}

/** A turn to open. */
export interface TurnStart {
  runId: string;
  content: string;
  /** A question that is more than text: its parts. */
  parts?: readonly unknown[] | undefined;
  metadata: Record<string, unknown>;
  userId?: string | undefined;
  /** The workflow run that the turn is a step of. */
  workflowRun?: string | undefined;
  /** The team's turn that asks this member. */
  teamRun?: string | undefined;
  /** How many earlier messages to read back. */
  historyLimit: number;
  /** A team's members, and the state that a new session begins with. */
  team?: { agents: readonly string[]; state: Record<string, unknown> } | undefined;
}

/** A message read back, with the tool calls of its turn. */
export interface HistoryMessage extends StoredMessageRow {
  toolCalls: ToolCallRow[];
}

/** An opened turn: the question is stored. */
export interface OpenTurn {
  /** The question's number; the answer's is one more. */
  number: number;
  /** Answered questions and their answers, oldest first; a failed or unanswered turn is left out. */
  history: HistoryMessage[];
  /** A team's state as an answered turn stored it. */
  state: Record<string, unknown> | undefined;
}

/** A tool call, written before its tool runs. */
export interface ToolCallStart {
  runId: string;
  /** From 0, in the order of the turn. */
  index: number;
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
}

const tables = {
  agent: { session: "agent_sessions", messages: "agent_messages", toolCalls: "agent_tool_calls" },
  team: { session: "team_sessions", messages: "team_messages", toolCalls: "team_tool_calls" },
} as const;

/** Stores the question and reads the history: one round trip, more only when failed turns stand among the last ones. */
export async function openTurn(database: Database, key: ConversationKey, start: TurnStart): Promise<OpenTurn> {
  const { kind, name, sessionId } = key;
  const now = toStored(new Date(), "now");
  const messages = tables[kind].messages;
  const results = await database.write([
    // The counter stands in a table of its own, and a copy of a team's state with it: to read any field of a row with
    // a computed one computes that one too, which is O(n).
    surql`LET $n = ((UPSERT ONLY ${sequenceId(key)} SET next += 2 RETURN VALUE next) ?? 0) - 2`,
    surql`INSERT INTO ${literal(tables[kind].session)} ${sessionRow(key, start, now)} ON DUPLICATE KEY UPDATE
      updated_at = ${now}, message_count += 2 RETURN NONE`,
    surql`CREATE ${literal(messages)}:[${name}, ${sessionId}, $n] CONTENT ${questionRow(start, now)} RETURN NONE`,
    // Not RETURN $n: a RETURN ends the query, and with it the transaction that other writes may share.
    surql`SELECT next, state FROM ${sequenceId(key)}`,
    surql`SELECT * FROM ${literal(messages)}:[${name}, ${sessionId}, $n - ${start.historyLimit}]..[${name}, ${sessionId}, $n]`,
    surql`SELECT * FROM ${literal(tables[kind].toolCalls)}:[${name}, ${sessionId}, $n - ${start.historyLimit}]..[${name}, ${sessionId}, $n]`,
  ]);
  const [, , , [sequence], rows, toolCalls] = results as [0, 0, 0, [SequenceRow?], StoredMessageRow[], ToolCallRow[]];
  if (sequence === undefined) throw writeDenied(tables[kind].session);
  const number = sequence.next - 2;
  const history = await fillHistory(database, key, answeredTurns(rows, toolCalls), number, start.historyLimit);
  return { number, history, state: sequence.state };
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
  let to = number - limit;
  for (let look = 0, size = limit; look < maxLooksBack && filled.length < limit - 1 && to > 0; look++, size *= 2) {
    const from = Math.max(0, to - size);
    const [rows, toolCalls] = await Promise.all([
      listMessages(database, key, from, to),
      listToolCalls(database, key, from, to),
    ]);
    filled = [...answeredTurns(rows, toolCalls), ...filled].slice(-limit);
    to = from;
  }
  return filled;
}

/** Stores tool calls before their tools run, with the ends of those before them: one round trip. */
export async function recordToolCalls(
  database: Database,
  key: ConversationKey,
  number: number,
  calls: readonly ToolCallStart[],
  ended: readonly ToolCallEnd[],
): Promise<void> {
  await database.write([
    ...ended.map((end) => endToolCall(key, number, end)),
    ...calls.map((call) => startToolCall(key, number, call)),
  ]);
}

/** Stores the answer, with the ends of the last tool calls: one round trip. */
export async function closeTurn(
  database: Database,
  key: ConversationKey,
  number: number,
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
  await database.write([
    ...ended.map((end) => endToolCall(key, number, end)),
    surql`CREATE ${messageId(key, number + 1)} CONTENT ${toStored(row, "the answer")} RETURN NONE`,
    ...(state === undefined
      ? [surql`UPDATE ${session} SET updated_at = ${storedNow} RETURN NONE`]
      : [
          surql`UPDATE ${session} SET updated_at = ${storedNow}, state = ${state} RETURN NONE`,
          surql`UPDATE ${sequenceId(key)} SET state = ${state} RETURN NONE`,
        ]),
  ]);
}

/** Marks the question as failed, so that later turns don't read it: one round trip. */
export async function failTurn(
  database: Database,
  key: ConversationKey,
  number: number,
  failure: TurnFailure,
  ended: readonly ToolCallEnd[],
): Promise<void> {
  const fields = { error_message: failure.message, error_code: failure.code, duration_ms: failure.durationMs };
  await database.write([
    ...ended.map((end) => endToolCall(key, number, end)),
    surql`UPDATE ${messageId(key, number)} MERGE ${fields} RETURN NONE`,
  ]);
}

/** Messages of a conversation by number, `from` included, `to` excluded. */
export function listMessages(
  database: Database,
  key: ConversationKey,
  from: number,
  to: number,
): Promise<StoredMessageRow[]> {
  const { kind, name, sessionId } = key;
  return database.select(
    surql`SELECT * FROM ${literal(tables[kind].messages)}:[${name}, ${sessionId}, ${from}]..[${name}, ${sessionId}, ${to}]`,
  );
}

/** How many message numbers a conversation has given out. */
export async function countMessages(database: Database, key: ConversationKey): Promise<number> {
  const [row] = await database.select<{ next: number }>(surql`SELECT next FROM ${sequenceId(key)}`);
  return row?.next ?? 0;
}

/** The tool calls of a conversation by message number. */
export function listToolCalls(
  database: Database,
  key: ConversationKey,
  from: number,
  to: number,
): Promise<ToolCallRow[]> {
  const { kind, name, sessionId } = key;
  return database.select(
    surql`SELECT * FROM ${literal(tables[kind].toolCalls)}:[${name}, ${sessionId}, ${from}]..[${name}, ${sessionId}, ${to}]`,
  );
}

/** The session row, without its messages. */
export async function loadSession<Row>(database: Database, key: ConversationKey): Promise<Row | undefined> {
  const [row] = await database.select<Row>(surql`SELECT * FROM ${sessionRecordId(key)}`);
  return row;
}

function sessionRow({ kind, name, sessionId }: ConversationKey, start: TurnStart, now: unknown): unknown {
  const row = {
    id: sessionRecordId({ kind, name, sessionId }),
    [kind === "agent" ? "agent_name" : "team_name"]: name,
    session_id: sessionId,
    ...(start.team === undefined ? {} : { agents: start.team.agents, state: start.team.state }),
    metadata: start.metadata,
    user_id: start.userId,
    message_count: 2,
    created_at: now,
    updated_at: now,
  };
  return toStored(row, "the session");
}

function questionRow(start: TurnStart, now: unknown): unknown {
  const row = {
    role: "user",
    content: start.content,
    timestamp: now,
    run_id: start.runId,
    workflow_run: workflowRunId(start.workflowRun),
    team_run: start.teamRun,
    user_id: start.userId,
    metadata: Object.keys(start.metadata).length === 0 ? undefined : start.metadata,
    parts: start.parts,
  };
  return toStored(row, "the message");
}

function startToolCall(key: ConversationKey, number: number, call: ToolCallStart): Statement {
  const row: Omit<ToolCallRow, "id"> = {
    run_id: call.runId,
    tool_call_id: call.toolCallId,
    tool_name: call.toolName,
    status: "running",
    input: call.input,
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

/** Pairs of question and answer, whole ones only, each answer with its tool calls. */
function answeredTurns(rows: readonly StoredMessageRow[], toolCalls: readonly ToolCallRow[]): HistoryMessage[] {
  const numberOf = (row: { id: RecordId }): number => (row.id.id as [string, string, number])[2];
  const byNumber = new Map(rows.map((row) => [numberOf(row), row]));
  const history: HistoryMessage[] = [];
  for (const answer of rows) {
    const question = byNumber.get(numberOf(answer) - 1);
    if (answer.role !== "assistant" || question === undefined) continue;
    const calls = toolCalls.filter((call) => numberOf(call) === numberOf(answer));
    history.push({ ...question, toolCalls: [] }, { ...answer, toolCalls: calls });
  }
  return history;
}

/** A row of `session_sequences`. */
interface SequenceRow {
  next: number;
  state?: Record<string, unknown>;
}

function sequenceId({ kind, name, sessionId }: ConversationKey): RecordId {
  return new RecordId("session_sequences", [kind, name, sessionId]);
}

function sessionRecordId({ kind, name, sessionId }: ConversationKey): RecordId {
  return new RecordId(tables[kind].session, [name, sessionId]);
}

function messageId({ kind, name, sessionId }: ConversationKey, number: number): RecordId {
  return new RecordId(tables[kind].messages, [name, sessionId, number]);
}

/** The calls of a turn stand under the number of its answer. */
function toolCallId({ kind, name, sessionId }: ConversationKey, number: number, index: number): RecordId {
  return new RecordId(tables[kind].toolCalls, [name, sessionId, number + 1, index]);
}

function workflowRunId(runId: string | undefined): RecordId | undefined {
  return runId === undefined ? undefined : new RecordId("workflow_runs", runId);
}
