/** What can happen in a run of a workflow, in the order in which it happens. */
import type { RunError } from "./errors.ts";
import type { StepKind } from "./records.ts";

/** What every event says. */
interface EventBase {
  runId: string;
  sessionId: string;
  workflowName: string;
  time: Date;
}

/** What an event of a step says beside. */
interface StepEventBase extends EventBase {
  /** Where the step stands: `analyser/parties`. */
  step: string;
  kind: StepKind;
}

/** The result of a run that succeeded. */
export interface WorkflowResult<Output = unknown> {
  /** The run's id: `db.runs.get(id)`. */
  id: string;
  status: "success";
  output: Output;
  sessionId: string;
  workflowName: string;
  metadata: Record<string, unknown>;
  /** The session's state after the run. */
  state: Record<string, unknown>;
  durationMs: number;
}

/** A question that a run waits for. */
export interface OpenQuestion {
  /** The step's path, for `approve` and `reject`: `valider`, `verification/valider`. */
  step: string;
  reason: string;
  who?: string[];
}

/** A run that waits for a person: `Workflow.approve` or `reject` goes on with it, in any process. */
export interface WaitingRun {
  id: string;
  /** The row's status; `waitingFor` says what it waits for. */
  status: "running";
  waitingFor: OpenQuestion[];
  output?: undefined;
  sessionId: string;
  workflowName: string;
  metadata: Record<string, unknown>;
  state?: undefined;
  durationMs: number;
}

/** What a run gives: its result, or what it waits for. */
export type WorkflowRun<Output = unknown> = WorkflowResult<Output> | WaitingRun;

/** The run's row exists. */
interface WorkflowRunStarted extends EventBase {
  type: "run-started";
  input: unknown;
}

interface StepStarted extends StepEventBase {
  type: "step-started";
}

/** The step's result is committed (the last step's, with the run's). */
interface StepCompleted extends StepEventBase {
  type: "step-completed";
  attempt: number;
  output: unknown;
  durationMs: number;
}

/** An attempt failed and another one follows. */
interface StepRetrying extends StepEventBase {
  type: "step-retrying";
  /** The attempt that failed, from 1. */
  attempt: number;
  error: unknown;
  delayMs: number;
}

/** The step's last attempt failed. */
interface StepFailed extends StepEventBase {
  type: "step-failed";
  attempt: number;
  error: unknown;
  /** Whether the run goes on, by the step's `onError`. */
  continues: boolean;
}

/** An event of the agent, team or workflow that does a step's work. */
interface StepInnerEvent extends StepEventBase {
  type: "step-event";
  event: { type: string };
}

/** The run's row says `success`. */
interface WorkflowRunCompleted extends EventBase {
  type: "run-completed";
  result: WorkflowResult;
}

/** The run's row says `waiting_for`. The last event here: the run goes on with the answer. */
interface WorkflowRunWaiting extends EventBase {
  type: "run-waiting";
  run: WaitingRun;
}

/** Another process had begun the run, and this one goes on with it. */
interface WorkflowRunResumed extends EventBase {
  type: "run-resumed";
  input: unknown;
}

/** The run's row says `error`. */
interface WorkflowRunFailed extends EventBase {
  type: "run-failed";
  error: RunError;
}

export type WorkflowEvent =
  | WorkflowRunStarted
  | WorkflowRunResumed
  | WorkflowRunWaiting
  | StepStarted
  | StepCompleted
  | StepRetrying
  | StepFailed
  | StepInnerEvent
  | WorkflowRunCompleted
  | WorkflowRunFailed;
