/** The transaction that opens a turn: its number, its question, and what it reads back. */
import { toStored } from "./codec.ts";
import {
  type ConversationKey,
  listMessages,
  listToolCalls,
  numberOf,
  sequenceId,
  sessionRecordId,
  tables,
  workflowRunId,
} from "./conversation-rows.ts";
import type { Database } from "./database.ts";
import type { StoredMessageRow, ToolCallRow } from "../records.ts";
import { fixed, joined, literal, type Statement, surql } from "./statement.ts";
import { leaseDurationMs } from "./turn-order.ts";

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

/** A row of `session_sequences`. */
export interface SequenceRow {
  next: number;
  state?: Record<string, unknown>;
}

/** What the statements of an opening give; the rows are those of the last `window` numbers. */
type OpeningResults = [unknown, unknown, unknown, [SequenceRow?], StoredMessageRow[], ToolCallRow[]];

/** Stores the question and reads the rows before it: one round trip. */
export async function writeOpening(
  database: Database,
  key: ConversationKey,
  start: TurnStart,
  window: number,
): Promise<OpeningResults> {
  const { kind, name, sessionId } = key;
  const now = toStored(new Date(), "now");
  const messages = literal(tables[kind].messages);
  const calls = literal(tables[kind].toolCalls);
  // Without a history to read, only whether somebody is before us.
  const columns = literal(start.historyLimit === 0 ? "id, run_id, error_code, lease_until" : "*");
  const lease = surql`{ lease_until: time::now() + duration::from_millis(${leaseDurationMs(database.leaseMs)}) }`;
  // The counter stands in a table of its own, and a copy of a team's state with it: to read any field of a row with
  // a computed one computes that one too, which is O(n).
  const take = surql`((UPSERT ONLY ${sequenceId(key)} SET next += 2 RETURN VALUE next) ?? 0) - 2`;
  const rest = [
    surql`INSERT INTO ${literal(tables[kind].session)} ${sessionRow(key, start, now)} ON DUPLICATE KEY UPDATE
      updated_at = ${now}, message_count += 2 RETURN NONE`,
    joined([
      surql`CREATE ${messages}:[${name}, ${sessionId}, $n] CONTENT object::extend(${questionRow(start, now)}, `,
      lease,
      surql`) RETURN NONE`,
    ]),
    // Not RETURN $n: a RETURN ends the query, and with it the transaction that other writes may share.
    surql`SELECT next, state FROM ${sequenceId(key)}`,
    surql`SELECT ${columns} FROM ${messages}:[${name}, ${sessionId}, $n - ${window}]..[${name}, ${sessionId}, $n]`,
    surql`SELECT ${columns} FROM ${calls}:[${name}, ${sessionId}, $n - ${window}]..[${name}, ${sessionId}, $n]`,
  ];
  const results = await database.write([joined([fixed("LET $n = "), take]), ...rest], {
    applied: () => findOpening(database, key, start, now, window),
    again: [
      joined([
        surql`LET $n = IF `,
        alreadyOpen(key, start, now),
        surql` { THROW "already opened" } ELSE { `,
        take,
        fixed(" }"),
      ]),
      ...rest,
    ],
  });
  return results as OpeningResults;
}

/** An opening without an answer is looked for among so many of the last messages. */
const maxLookBack = 1000;

/** The results of an opening that was committed although its answer was lost. */
async function findOpening(
  database: Database,
  key: ConversationKey,
  start: TurnStart,
  now: unknown,
  window: number,
): Promise<OpeningResults | undefined> {
  const { kind, name, sessionId } = key;
  const messages = literal(tables[kind].messages);
  const [sequence] = await database.select<SequenceRow>(surql`SELECT next, state FROM ${sequenceId(key)}`);
  if (sequence === undefined) return undefined;
  const [question] = await database.select<StoredMessageRow>(
    surql`SELECT id FROM ${messages}:[${name}, ${sessionId}, ${sequence.next - maxLookBack}]..[${name}, ${sessionId}, ${sequence.next}]
      WHERE run_id = ${start.runId} AND timestamp = ${now}`,
  );
  if (question === undefined) return undefined;
  const number = numberOf(question);
  const [rows, toolCalls] = await Promise.all([
    listMessages(database, key, number - window, number),
    listToolCalls(database, key, number - window, number),
  ]);
  return [undefined, undefined, undefined, [{ ...sequence, next: number + 2 }], rows, toolCalls];
}

/** The condition that the question is there; both sendings write the sequence, so that one of them sees the other. */
function alreadyOpen(key: ConversationKey, start: TurnStart, now: unknown): Statement {
  const { kind, name, sessionId } = key;
  return surql`(SELECT VALUE id FROM ${literal(tables[kind].messages)}:[${name}, ${sessionId}, ((SELECT VALUE next FROM ${sequenceId(key)})[0] ?? 0) - ${maxLookBack}]..[${name}, ${sessionId}, ..]
    WHERE run_id = ${start.runId} AND timestamp = ${now}) != []`;
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
