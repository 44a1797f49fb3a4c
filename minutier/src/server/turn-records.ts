/** Turns of agents and teams, read from their rows. */

import { type PendingCall, RecordId, type StoredMessageRow, type SurrealDb, type ToolCallRow } from "../index.ts";
import { contentTypeOf, toPendingTool, toSeconds, toToolExecution } from "./agentos-events.ts";
import type { StreamedEvent } from "./event-stream.ts";
import type { SessionKey } from "./sessions.ts";

/** AgentOS's words for where a run stands. */
export type AgentOsStatus = "RUNNING" | "COMPLETED" | "ERROR" | "CANCELLED" | "PAUSED";

/** What a stream that goes on says first: whether the run is still at work, and which event was seen last. */
export function resumedEvent(
  run_id: string,
  session_id: string,
  status: AgentOsStatus,
  last_event_index: number,
): StreamedEvent {
  return { event: status === "RUNNING" ? "catch_up" : "replay", run_id, session_id, status, last_event_index };
}

/** A turn: its question, its answer when there is one, and the tool calls between. */
export interface TurnRecord {
  question: StoredMessageRow;
  answer: StoredMessageRow | undefined;
  toolCalls: ToolCallRow[];
}

/** Turns that a listing shows, the last ones. */
const maxListed = 100;
/** How many of the last turns are searched for a run. */
const maxSearched = 1000;

/** The last turns of a conversation, oldest first. */
export async function listTurns(db: SurrealDb, key: ConversationOf): Promise<TurnRecord[]> {
  const rows = await db.sessions.messages(key, { last: 2 * maxListed });
  const first = rows[0];
  return first === undefined ? [] : joinTurns(rows, await loadToolCalls(db, key, first.id.id[2]));
}

/** The turns whose questions have these numbers, `from` included, `to` excluded. */
export async function listTurnsBetween(
  db: SurrealDb,
  { kind, name, sessionId }: ConversationOf,
  from: number,
  to: number,
): Promise<TurnRecord[]> {
  const [rows, toolCalls] = await db.query<[StoredMessageRow[], ToolCallRow[]]>(
    `SELECT * FROM ${kind}_messages:[$name, $sessionId, $from]..[$name, $sessionId, $to];
     SELECT * FROM ${kind}_tool_calls:[$name, $sessionId, $from]..[$name, $sessionId, $to]`,
    { name, sessionId, from, to },
  );
  return joinTurns(rows, toolCalls);
}

/** A conversation of an agent or a team. */
export type ConversationOf = SessionKey & { kind: "agent" | "team" };

/** One turn by its run's id. */
export async function findTurn(db: SurrealDb, key: ConversationOf, runId: string): Promise<TurnRecord | undefined> {
  const { kind, name, sessionId } = key;
  const sequence = new RecordId("session_sequences", [kind, name, sessionId]);
  const [[counter]] = await db.query<[{ next: number }[]]>("SELECT next FROM $sequence", { sequence });
  if (counter === undefined) return undefined;
  const from = Math.max(0, counter.next - 2 * maxSearched);
  const [[question]] = await db.query<[Pick<StoredMessageRow, "id">[]]>(
    `SELECT id FROM ${kind}_messages:[$name, $sessionId, $from]..[$name, $sessionId, $next] WHERE run_id = $runId AND role = 'user'`,
    { name, sessionId, from, next: counter.next, runId },
  );
  return question === undefined ? undefined : loadTurn(db, key, question.id.id[2]);
}

/** One turn by its question's number. */
export async function loadTurn(db: SurrealDb, key: ConversationOf, number: number): Promise<TurnRecord | undefined> {
  return (await listTurnsBetween(db, key, number, number + 2))[0];
}

async function loadToolCalls(
  db: SurrealDb,
  { kind, name, sessionId }: ConversationOf,
  from: number,
): Promise<ToolCallRow[]> {
  const [rows] = await db.query<[ToolCallRow[]]>(
    `SELECT * FROM ${kind}_tool_calls:[$name, $sessionId, $from]..[$name, $sessionId, ..]`,
    { name, sessionId, from },
  );
  return rows;
}

function joinTurns(rows: readonly StoredMessageRow[], toolCalls: readonly ToolCallRow[]): TurnRecord[] {
  const questions = rows.filter(({ role }) => role === "user");
  return questions.map((question) => ({
    question,
    answer: rows.find((row) => row.role === "assistant" && row.id.id[2] === question.id.id[2] + 1),
    toolCalls: toolCalls.filter(({ run_id }) => run_id === question.run_id),
  }));
}

/** Where the turn stands. */
export function turnStatus({ question, answer }: TurnRecord): AgentOsStatus {
  if (answer !== undefined) return "COMPLETED";
  if (question.error_code === "cancelled") return "CANCELLED";
  if (question.error_code !== undefined) return "ERROR";
  return question.waiting_for === undefined ? "RUNNING" : "PAUSED";
}

/** What the turn gave; of one without an answer, why. */
export function turnContent({ question, answer }: TurnRecord): unknown {
  if (answer !== undefined) return answer.output ?? answer.content;
  return question.error_message ?? "";
}

/** The turn's tool calls, and those that wait for a person. */
export function turnTools({ question, toolCalls }: TurnRecord): object[] {
  const waiting = (question.waiting_for?.calls ?? []) as PendingCall[];
  return [...toolCalls.map(toolOf), ...waiting.map(toPendingTool)];
}

/** A tool call's row as a client reads it. */
export function toolOf(call: ToolCallRow): Record<string, unknown> {
  const { tool_call_id: toolCallId, tool_name: toolName, input, output, error_message: error } = call;
  return { ...toToolExecution({ toolCallId, toolName, input, output, error }), created_at: toSeconds(call.started_at) };
}

function metricsOf({ answer }: TurnRecord): object | null {
  if (answer === undefined) return null;
  return { ...answer.usage, duration: answer.duration_ms === undefined ? null : answer.duration_ms / 1000 };
}

/** A run as the run routes give it. */
export function toRunOutput(key: SessionKey, turn: TurnRecord): Record<string, unknown> {
  const { question, answer } = turn;
  const content = turnContent(turn);
  return {
    run_id: question.run_id,
    ...(key.kind === "team"
      ? { team_id: key.name, team_name: key.name }
      : { agent_id: key.name, agent_name: key.name }),
    session_id: key.sessionId,
    user_id: question.user_id ?? null,
    status: turnStatus(turn),
    content,
    content_type: contentTypeOf(content),
    model: answer?.model ?? null,
    metrics: metricsOf(turn),
    tools: turnTools(turn),
    input: { input_content: question.content },
    metadata: question.metadata ?? null,
    created_at: toSeconds(question.timestamp),
  };
}

/** A run as the session routes list it. */
export function toRunSchema(key: SessionKey, turn: TurnRecord): Record<string, unknown> {
  const { question, answer } = turn;
  return {
    ...toRunOutput(key, turn),
    parent_run_id: question.team_run ?? null,
    run_input: question.content,
    run_response_format: answer?.output === undefined ? "text" : "json",
    messages: [
      { role: "user", content: question.content, created_at: toSeconds(question.timestamp) },
      ...(answer === undefined
        ? []
        : [{ role: "assistant", content: answer.content, created_at: toSeconds(answer.timestamp) }]),
    ],
    events: null,
    created_at: question.timestamp,
  };
}
