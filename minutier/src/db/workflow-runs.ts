/** Rows of `workflow_runs` and of the session that a run belongs to. */
import { RecordId } from "surrealdb";

import { toStored } from "./codec.ts";
import { type Database, writeDenied } from "./database.ts";
import { changesRun, writeRunChanges } from "./run-changes.ts";
import { type Statement, surql } from "./statement.ts";

/** A run to start. */
export interface RunStart {
  runId: string;
  workflowName: string;
  input: unknown;
  metadata: Record<string, unknown>;
  sessionId: string;
  userId?: string | undefined;
  /** The run of which this one is a step. */
  parentRun?: string | undefined;
  /** The state of a session that does not exist yet. */
  initialState: Record<string, unknown>;
}

/** How a run ended. */
export type RunEnd =
  | { status: "success"; output: unknown }
  | { status: "error"; message: string; code: string; step?: string | undefined };

/** The statements' values, checked before anything runs. */
export function encodeRunStart(start: RunStart): readonly Statement[] {
  const now = toStored(new Date(), "now");
  const run = toStored(
    {
      id: runRecord(start.runId),
      workflow_name: start.workflowName,
      status: "running",
      revision: 1,
      input: start.input,
      metadata: start.metadata,
      session_id: start.sessionId,
      user_id: start.userId,
      parent_run: start.parentRun === undefined ? undefined : runRecord(start.parentRun),
    },
    "the run",
  ) as Record<string, unknown>;
  const session = toStored(
    {
      id: sessionRecord(start.workflowName, start.sessionId),
      workflow_name: start.workflowName,
      session_id: start.sessionId,
      state: start.initialState,
    },
    "the session",
  ) as Record<string, unknown>;
  const times = { created_at: now, updated_at: now };
  return [
    changesRun("create", surql`CREATE ${run["id"]} CONTENT ${{ ...run, ...times }} RETURN NONE`),
    surql`INSERT INTO workflow_sessions ${{ ...session, ...times }} ON DUPLICATE KEY UPDATE updated_at = ${now} RETURN VALUE state`,
  ];
}

/** Records that a run is under way, and reads its session's state: one round trip. */
export async function startRun(database: Database, statements: readonly Statement[]): Promise<Record<string, unknown>> {
  const [, [state]] = (await writeRunChanges(database, statements)) as [unknown, [Record<string, unknown> | undefined]];
  if (state === undefined) throw writeDenied("workflow_runs");
  return state;
}

/**
 * The statement that ends a run, if it is still running: a terminal row never changes. Its result is empty when the
 * run had already ended.
 */
export function endRunStatement(runId: string, end: RunEnd): Statement {
  const now = toStored(new Date(), "now");
  const fields =
    end.status === "success"
      ? { output: end.output }
      : { error_message: end.message, error_code: end.code, error_step: end.step };
  const content = {
    ...(toStored(fields, "the output") as object),
    status: end.status,
    updated_at: now,
    completed_at: now,
  };
  const revised = surql`UPDATE ${runRecord(runId)} MERGE object::extend(${content}, { revision: (revision ?? 1) + 1 })
    WHERE status = 'running' RETURN VALUE id`;
  return changesRun("update", revised);
}

/** The statement that fails its transaction unless the run is still under way. */
export function requireRunningStatement(runId: string): Statement {
  return surql`IF (SELECT VALUE status FROM ${runRecord(runId)})[0] != 'running' { THROW ${runEndedMessage} }`;
}

/** How a transaction says that its run had already ended. */
export const runEndedMessage = "The run had already ended.";

/** The statement that stores a session's state. */
export function saveStateStatement(workflowName: string, sessionId: string, state: unknown): Statement {
  const now = toStored(new Date(), "now");
  const session = sessionRecord(workflowName, sessionId);
  return surql`UPDATE ${session} SET state = ${toStored(state, "ctx.state")}, updated_at = ${now} RETURN NONE`;
}

function runRecord(runId: string): RecordId<"workflow_runs", string> {
  return new RecordId("workflow_runs", runId);
}

function sessionRecord(workflowName: string, sessionId: string): RecordId {
  return new RecordId("workflow_sessions", [workflowName, sessionId]);
}
