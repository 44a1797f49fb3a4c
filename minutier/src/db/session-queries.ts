/** `db.sessions`: the sessions of agents, teams and workflows; each method says the SurrealQL that it sends. */
import { RecordId } from "surrealdb";

import type { AgentSessionRow, StoredMessageRow, TeamSessionRow, ToolCallRow, WorkflowSessionRow } from "../records.ts";
import { type ConversationKey, listMessages, listToolCalls } from "./conversation-rows.ts";
import { countMessages, loadSession } from "./conversations.ts";
import type { Database } from "./database.ts";
import type { PurgeOptions, PurgeResult, SessionPurgeFilter } from "./purge-options.ts";
import { purgeSessions } from "./purge-sessions.ts";
import { literal, surql } from "./statement.ts";

/** A session as it is listed: without its messages and state. */
export type SessionSummary<Row extends { id: unknown }> = Omit<Row, "messages" | "state">;

interface SessionRows {
  agent: AgentSessionRow;
  team: TeamSessionRow;
  workflow: WorkflowSessionRow;
}

const listed = {
  agent: "id, agent_name, session_id, message_count, metadata, user_id, created_at, updated_at FROM agent_sessions",
  team: "id, team_name, session_id, agents, message_count, metadata, user_id, created_at, updated_at FROM team_sessions",
  workflow: "id, workflow_name, session_id, created_at, updated_at FROM workflow_sessions",
} as const;

/** Asks about sessions. */
export class SessionQueries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** One agent's session with all its messages: `SELECT * FROM agent_sessions:[$name, $sessionId]` */
  agent(name: string, sessionId: string): Promise<AgentSessionRow | undefined> {
    return loadSession(this.#database, { kind: "agent", name, sessionId });
  }

  /** One team's session with all its messages: `SELECT * FROM team_sessions:[$name, $sessionId]` */
  team(name: string, sessionId: string): Promise<TeamSessionRow | undefined> {
    return loadSession(this.#database, { kind: "team", name, sessionId });
  }

  /** One workflow's session with its state: `SELECT * FROM workflow_sessions:[$name, $sessionId]` */
  async workflow(name: string, sessionId: string): Promise<WorkflowSessionRow | undefined> {
    const id = new RecordId("workflow_sessions", [name, sessionId]);
    const [row] = await this.#database.select<WorkflowSessionRow>(surql`SELECT * FROM ${id}`);
    return row;
  }

  /**
   * The sessions that changed last, without messages and state: `SELECT <the other fields> FROM <kind>_sessions
   * ORDER BY updated_at DESC LIMIT $limit`
   */
  list<Kind extends keyof SessionRows>(
    kind: Kind,
    options: { limit?: number } = {},
  ): Promise<SessionSummary<SessionRows[Kind]>[]> {
    return this.#database.select(
      surql`SELECT ${literal(listed[kind])} ORDER BY updated_at DESC LIMIT ${options.limit ?? 50}`,
    );
  }

  /**
   * The last messages of a conversation with what is recorded beside them (run, model, usage, duration), oldest
   * first: `SELECT * FROM agent_messages:[$name, $sessionId, $from]..[$name, $sessionId, $to]`
   */
  async messages(
    conversation: ConversationKey,
    options: { last?: number; before?: number } = {},
  ): Promise<StoredMessageRow[]> {
    const to = options.before ?? (await countMessages(this.#database, conversation));
    return listMessages(this.#database, conversation, Math.max(0, to - (options.last ?? 20)), to);
  }

  /** The tool calls of a conversation: `SELECT * FROM agent_tool_calls:[$name, $sessionId, 0]..[$name, $sessionId, $count]` */
  async toolCalls(conversation: ConversationKey): Promise<ToolCallRow[]> {
    return listToolCalls(this.#database, conversation, 0, await countMessages(this.#database, conversation));
  }

  /**
   * Deletes the sessions that fit the filter with their messages and tool calls, and, by `metadata` or `userId`, single
   * turns in other sessions. Only counts unless `dryRun` is false. Sessions with a run or turn under way stay, and
   * workflows' sessions that have runs: those are purged by `runs.purge`.
   */
  purge(filter: SessionPurgeFilter, options: PurgeOptions = {}): Promise<PurgeResult> {
    return purgeSessions(this.#database, filter, options);
  }
}
