/** Rows of `workflow_steps`. */
import { RecordId } from "surrealdb";

import { sumUsage } from "../model-usage.ts";
import type { ModelUsage, WorkflowStepRow } from "../records.ts";
import { toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import { keeping } from "./kept-rows.ts";
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
  turn?: WorkflowStepRow["turn"];
  modelUsage?: readonly ModelUsage[] | undefined;
  /** The case that a branch took. */
  choice?: string | undefined;
  /** What the `items` function of a forEach gave. */
  items?: readonly unknown[] | undefined;
  /** In a parallel branch: its copy of the state after this step, when the step changed it. */
  state?: Record<string, unknown> | undefined;
  /** What an approval asks, and what was answered. */
  question?: WorkflowStepRow["question"];
  answer?: WorkflowStepRow["answer"];
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
    turn: step.turn,
    usage: sumUsage(step.modelUsage ?? []),
    model_usage: step.modelUsage,
    choice: step.choice,
    items: step.items,
    state: step.state,
    question: step.question,
    answer: step.answer,
    started_at: step.startedAt,
    completed_at: step.completedAt,
  };
  const content = toStored(row, `step ${JSON.stringify(step.path)}`);
  return keeping(
    "workflow_steps",
    surql`UPSERT ${stepRecord(step.runId, step.number)} CONTENT ${content} RETURN VALUE status`,
  );
}

/** The statement that closes the steps of a run that are open when it ends. */
export function skipOpenStepsStatement(runId: string): Statement {
  const now = toStored(new Date(), "now");
  return surql`UPDATE workflow_steps:[${runId}, NONE]..=[${runId}, ..] SET status = 'skipped', completed_at = ${now}
    WHERE status = 'running' RETURN NONE`;
}

/** All steps of a run, in the order in which they started. */
export async function loadSteps(database: Database, runId: string): Promise<StepRecord[]> {
  const rows = await database.select<WorkflowStepRow>(
    surql`SELECT * FROM workflow_steps:[${runId}, NONE]..=[${runId}, ..]`,
  );
  return rows.map(toStepRecord);
}

/** One step. */
export async function loadStep(database: Database, runId: string, number: number): Promise<StepRecord | undefined> {
  const [row] = await database.select<WorkflowStepRow>(surql`SELECT * FROM ${stepRecord(runId, number)}`);
  return row === undefined ? undefined : toStepRecord(row);
}

function toStepRecord(row: WorkflowStepRow): StepRecord {
  const [runId, number] = row.id.id as [string, number];
  return {
    runId,
    number,
    name: row.name,
    path: row.path,
    kind: row.kind,
    status: row.status,
    attempt: row.attempt,
    output: row.output,
    errorMessage: row.error_message,
    childRun: row.child_run === undefined ? undefined : String(row.child_run.id),
    ...(row.turn === undefined ? {} : { turn: row.turn }),
    modelUsage: row.model_usage,
    choice: row.choice,
    items: row.items,
    state: row.state,
    ...(row.question === undefined ? {} : { question: row.question }),
    ...(row.answer === undefined ? {} : { answer: row.answer }),
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}

function stepRecord(runId: string, number: number): RecordId<"workflow_steps", [string, number]> {
  return new RecordId("workflow_steps", [runId, number]);
}
