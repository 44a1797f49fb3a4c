/** Where the rows of a conversation stand: their tables and ids, and how they are read. */
import { RecordId } from "surrealdb";

import type { StoredMessageRow, ToolCallRow } from "../records.ts";
import type { Database } from "./database.ts";
import { literal, surql } from "./statement.ts";

/** Whose conversation it is. */
type ConversationKind = "agent" | "team";

/** Names one conversation. */
export interface ConversationKey {
  kind: ConversationKind;
  name: string;
  sessionId: string;
}

/** The tables of each kind. */
export const tables = {
  agent: { session: "agent_sessions", messages: "agent_messages", toolCalls: "agent_tool_calls" },
  team: { session: "team_sessions", messages: "team_messages", toolCalls: "team_tool_calls" },
} as const;

/** The next message number of the conversation, and a copy of a team's state. */
export function sequenceId({ kind, name, sessionId }: ConversationKey): RecordId {
  return new RecordId("session_sequences", [kind, name, sessionId]);
}

export function sessionRecordId({ kind, name, sessionId }: ConversationKey): RecordId {
  return new RecordId(tables[kind].session, [name, sessionId]);
}

export function messageId(
  { kind, name, sessionId }: ConversationKey,
  number: number,
): RecordId<"agent_messages" | "team_messages", [string, string, number]> {
  return new RecordId(tables[kind].messages, [name, sessionId, number]);
}

/** The calls of a turn stand under the number of its answer. */
export function toolCallId({ kind, name, sessionId }: ConversationKey, number: number, index: number): RecordId {
  return new RecordId(tables[kind].toolCalls, [name, sessionId, number + 1, index]);
}

/** A message's number, and for a tool call that of its turn's answer. */
export function numberOf(row: { id: RecordId }): number {
  return (row.id.id as [string, string, number])[2];
}

/** The record of the workflow run that a turn is a step of. */
export function workflowRunId(runId: string | undefined): RecordId | undefined {
  return runId === undefined ? undefined : new RecordId("workflow_runs", runId);
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
