/** The same run asked for twice: the second caller gets the first one's. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Database } from "../db/database.ts";
import { redactRunStart } from "../db/redacted-rows.ts";
import { readRunState } from "../db/run-leases.ts";
import { findRunByKey, isStored, loadRun, type RunStart } from "../db/workflow-runs.ts";
import { MinutierError, RunError } from "../errors.ts";
import type { WorkflowRun } from "../workflow-events.ts";
import { outcomeOf } from "./run-outcome.ts";
import type { RunCaller, RunRequest, WorkflowDefinition } from "./run-request.ts";
import { resumeRun } from "./resume-run.ts";

/** Waits for the run that has this id or key; goes on with it when its process died. */
export async function joinRun(request: RunRequest, start: RunStart, database: Database): Promise<WorkflowRun> {
  const { definition } = request;
  const byKey = start.key === undefined ? undefined : await findRunByKey(database, definition.name, start.key);
  const runId = byKey ?? start.runId;
  const row = await loadRun(database, runId);
  if (row === undefined) throw new MinutierError("not_found", `There is no run ${runId}.`, { details: { runId } });
  if (row.workflow_name !== definition.name || !isStored(redactRunStart(database.redact, start).input, row.input)) {
    const name = start.key === undefined ? `The run id ${runId}` : `The key ${JSON.stringify(start.key)}`;
    throw new MinutierError(
      "key_reused",
      `${name} names a run of ${JSON.stringify(row.workflow_name)} with another input. Take a new one for a new piece of work.`,
      { details: { runId } },
    );
  }
  return settle(definition, runId, database, request);
}

const pollMs = { first: 20, most: 500 };

/** Waits until the run has ended or waits for somebody; takes it over when nobody works on it. */
export async function settle(
  definition: WorkflowDefinition,
  runId: string,
  database: Database,
  caller: RunCaller,
): Promise<WorkflowRun> {
  const { signal } = caller;
  for (let wait = pollMs.first; ; wait = Math.min(wait * 2, pollMs.most)) {
    const state = await readRunState(database, runId);
    if (state === "abandoned") {
      const run = await takeOver(definition, runId, caller);
      if (run !== undefined) return run;
    } else if (state !== "working") {
      return tellOutcome(database, runId, caller);
    }
    await sleep(wait, undefined, { signal }).catch((cause: unknown) => {
      const message = `The call stopped waiting for the run ${runId}, which goes on elsewhere.`;
      throw new RunError("cancelled", message, { runId, cause });
    });
  }
}

/** `undefined` when another process was quicker. */
async function takeOver(
  definition: WorkflowDefinition,
  runId: string,
  caller: RunCaller,
): Promise<WorkflowRun | undefined> {
  try {
    return await resumeRun(definition, runId, caller);
  } catch (error) {
    const late = MinutierError.isInstance(error) && !(error instanceof RunError) && quicker.has(error.code);
    if (late) return undefined;
    throw error;
  }
}

const quicker: ReadonlySet<string> = new Set(["run_busy", "run_finished", "run_waiting"]);

async function tellOutcome(database: Database, runId: string, caller: RunCaller): Promise<WorkflowRun> {
  const { onEvent } = caller;
  const row = await loadRun(database, runId);
  if (row === undefined) throw new MinutierError("not_found", `There is no run ${runId}.`, { details: { runId } });
  if (row.status !== "running") caller.onUsage?.(row.model_usage ?? []);
  const run = await outcomeOf(database, row);
  const base = { runId, sessionId: run.sessionId, workflowName: run.workflowName, time: new Date() };
  if (run.status === "running") onEvent({ type: "run-waiting", ...base, run });
  else onEvent({ type: "run-completed", ...base, result: run });
  return run;
}
