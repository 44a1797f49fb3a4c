/** Rows of `workflow_steps`. */
import { RecordId } from "surrealdb";

import type { WorkflowStepRow } from "../records.ts";
import { toStored } from "./codec.ts";
import { type Statement, surql } from "./statement.ts";

/** A step as it stands now. */
export interface StepRecord {
  runId: string;
  /** The order in which the run's steps started, from 0. */
  number: number;
  name: string;
  path: string;
  kind: WorkflowStepRow["kind"];
  status: WorkflowStepRow["status"];
  attempt: number;
  output?: unknown;
  errorMessage?: string | undefined;
  childRun?: string | undefined;
  startedAt: Date;
  completedAt?: Date | undefined;
}

/** The statement that stores a step, whatever was stored of it before. */
export function saveStepStatement(step: StepRecord): Statement {
  const row = {
    run: new RecordId("workflow_runs", step.runId),
    name: step.name,
    path: step.path,
    kind: step.kind,
    status: step.status,
    attempt: step.attempt,
    output: step.output,
    error_message: step.errorMessage,
    child_run: step.childRun === undefined ? undefined : new RecordId("workflow_runs", step.childRun),
    started_at: step.startedAt,
    completed_at: step.completedAt,
  };
  const id = new RecordId("workflow_steps", [step.runId, step.number]);
  return surql`UPSERT ${id} CONTENT ${toStored(row, `step ${JSON.stringify(step.path)}`)} RETURN NONE`;
}
