/** What a run gave, from its row. */
import type { Database } from "../db/database.ts";
import { readState } from "../db/workflow-runs.ts";
import { type ErrorCode, RunError } from "../errors.ts";
import type { WorkflowRunRow } from "../records.ts";
import type { WorkflowRun } from "../workflow-events.ts";

/** The result of a run that has ended, or what it waits for. Throws the error of one that failed. */
export async function outcomeOf(database: Database, row: WorkflowRunRow): Promise<WorkflowRun> {
  const { session_id: sessionId, workflow_name: workflowName, metadata, status } = row;
  const runId = row.id.id;
  const base = { id: runId, sessionId, workflowName, metadata };
  const durationMs = (row.completed_at ?? row.updated_at).getTime() - row.created_at.getTime();
  if (status === "running") {
    const waitingFor = (row.waiting_for ?? []).map(({ step, reason, who }) => ({
      step,
      reason,
      ...(who === undefined ? {} : { who }),
    }));
    return { ...base, status, waitingFor, durationMs };
  }
  if (status === "success") {
    const state = (await readState(database, workflowName, sessionId)) ?? {};
    return { ...base, status, output: row.output, state, durationMs };
  }
  throw new RunError(
    (row.error_code ?? "step_failed") as ErrorCode,
    `The run ${runId} of ${JSON.stringify(workflowName)} had failed: ${row.error_message ?? "it says no reason"}`,
    { runId, sessionId, step: row.error_step },
  );
}
