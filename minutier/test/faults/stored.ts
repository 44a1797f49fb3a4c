/** Everything that a scenario's database holds in the end, read with plain SurrealQL. */
import type { RecordId } from "surrealdb";

import { SurrealDb, type SurrealDbOptions } from "../../src/db/surreal-db.ts";
import type { StoredMessageRow, ToolCallRow, WorkflowRunRow, WorkflowStepRow } from "../../src/records.ts";

export interface Stored {
  runs: Map<string, WorkflowRunRow>;
  /** By run, then by path. */
  steps: Map<string, Map<string, WorkflowStepRow>>;
  checklist: Map<string, unknown>;
  leases: RecordId[];
  /** The state of a workflow's session, by its workflow's name and its id. */
  states: Map<string, Record<string, unknown>>;
  /** By conversation, in the order of their numbers. */
  messages: Map<string, StoredMessageRow[]>;
  /** By the turn that they are of. */
  toolCalls: Map<string, ToolCallRow[]>;
  /** How many message numbers each conversation has given out, by the counter and by the session. */
  counted: Map<string, { next: number; count: number | undefined }>;
}

export async function readStored(options: SurrealDbOptions): Promise<Stored> {
  const db = new SurrealDb({ ...options, callTimeoutMs: 300_000 });
  const read = async <Row>(text: string): Promise<Row[]> => (await db.query<[Row[]]>(text))[0];
  try {
    // So that the tables are there in any case.
    await SurrealDb.databaseOf(db).createTables();
    await db.query("DEFINE TABLE IF NOT EXISTS checklist SCHEMALESS");
    const runs = await read<WorkflowRunRow>("SELECT * FROM workflow_runs");
    const steps = await read<WorkflowStepRow>("SELECT * FROM workflow_steps");
    const checklist = await read<{ id: RecordId; output: unknown }>("SELECT * FROM checklist");
    const leases = await read<RecordId>("SELECT VALUE id FROM run_leases");
    const sessions = await read<{ id: RecordId; state: Record<string, unknown> }>(
      "SELECT id, state FROM workflow_sessions",
    );
    const messages = await read<StoredMessageRow>("SELECT * OMIT response FROM agent_messages ORDER BY id");
    const toolCalls = await read<ToolCallRow>("SELECT * FROM agent_tool_calls");
    const sequences = await read<{ id: RecordId; next: number }>("SELECT id, next FROM session_sequences");
    const counts = await read<{ id: RecordId; message_count: number }>("SELECT id, message_count FROM agent_sessions");
    const byConversation = Map.groupBy(messages, (row) => conversationOf(row.id));
    const countOf = new Map(counts.map((row) => [keyText(row.id.id), row.message_count]));
    return {
      runs: new Map(runs.map((row) => [row.id.id, row])),
      steps: new Map(
        [...Map.groupBy(steps, (row) => String(row.run.id))].map(([run, rows]) => [
          run,
          new Map(rows.map((row) => [row.path, row])),
        ]),
      ),
      checklist: new Map(checklist.map((row) => [String(row.id.id), row.output])),
      leases,
      states: new Map(sessions.map((row) => [keyText(row.id.id), row.state])),
      messages: byConversation,
      toolCalls: Map.groupBy(toolCalls, (row) => row.run_id),
      counted: new Map(
        sequences.map(({ id, next }) => {
          const key = keyText((id.id as string[]).slice(1));
          return [key, { next, count: countOf.get(key) }];
        }),
      ),
    };
  } finally {
    await db.close();
  }
}

function conversationOf(id: RecordId): string {
  return keyText((id.id as unknown[]).slice(0, 2));
}

export function keyText(parts: unknown): string {
  return JSON.stringify(parts);
}
