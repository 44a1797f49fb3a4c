/** Workflows' runs as a request may see them. */

import { RecordId, type WorkflowRunRow } from "../index.ts";
import { contentTypeOf, toSeconds, toStepRequirements } from "./agentos-events.ts";
import { ownerOf } from "./authentication.ts";
import { HttpError } from "./http-error.ts";
import { checkClientId } from "./request-fields.ts";
import type { ServerContext } from "./server-context.ts";
import type { Identity } from "./server-options.ts";
import type { AgentOsStatus } from "./turn-records.ts";

/** The run's row; 404 when it is not there, or somebody else's: the same words for both. */
export async function findRun(server: ServerContext, identity: Identity, runId: string): Promise<WorkflowRunRow> {
  const { settings } = server;
  const run = new RecordId("workflow_runs", checkClientId("The run's id", runId));
  const [[row]] = await settings.db.query<[WorkflowRunRow[]]>("SELECT * FROM $run", { run });
  const owner = ownerOf(identity, settings);
  if (row === undefined || (owner !== undefined && row.user_id !== owner))
    throw new HttpError(404, "There is no run of this id.");
  return row;
}

/** Where a workflow's run stands, in AgentOS's words. */
export function runStatus(run: WorkflowRunRow): AgentOsStatus {
  if (run.status === "success") return "COMPLETED";
  if (run.status === "error") return run.error_code === "cancelled" ? "CANCELLED" : "ERROR";
  return run.waiting_for === undefined || run.waiting_for.length === 0 ? "RUNNING" : "PAUSED";
}

/** A run as the run routes of AgentOS give it. */
export function toWorkflowRunOutput(run: WorkflowRunRow): Record<string, unknown> {
  const content = run.status === "error" ? (run.error_message ?? null) : (run.output ?? null);
  return {
    run_id: run.id.id,
    workflow_id: run.workflow_name,
    workflow_name: run.workflow_name,
    session_id: run.session_id,
    user_id: run.user_id ?? null,
    status: runStatus(run),
    content,
    content_type: contentTypeOf(content),
    input: run.input ?? null,
    metadata: run.metadata,
    metrics: run.completed_at === undefined ? null : { duration: (+run.completed_at - +run.created_at) / 1000 },
    step_requirements: toStepRequirements(run.waiting_for ?? []),
    parent_run_id: run.parent_run?.id ?? null,
    created_at: toSeconds(run.created_at),
  };
}

/** A run as the session routes of AgentOS list it. */
export function toWorkflowRunSchema(run: WorkflowRunRow): Record<string, unknown> {
  return { ...toWorkflowRunOutput(run), run_input: run.input ?? null, events: null, created_at: run.created_at };
}

/** The runs of one workflow's session, oldest first. */
export async function listSessionRuns(
  server: ServerContext,
  workflowName: string,
  sessionId: string,
  owner: string | undefined,
): Promise<WorkflowRunRow[]> {
  const mine = owner === undefined ? "" : "AND user_id = $owner";
  const [rows] = await server.settings.db.query<[WorkflowRunRow[]]>(
    `SELECT * FROM workflow_runs WHERE workflow_name = $workflowName AND session_id = $sessionId ${mine} ORDER BY id DESC LIMIT 100`,
    { workflowName, sessionId, owner },
  );
  return rows.toReversed();
}
