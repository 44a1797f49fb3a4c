/** What the parts of a run share, and what changes from one branch of it to another. */
import type { RunLease } from "../db/run-leases.ts";
import type { SurrealDb } from "../db/surreal-db.ts";
import type { Question } from "../db/workflow-runs.ts";
import type { StepRecord } from "../db/workflow-steps.ts";
import type { StepKind } from "../records.ts";
import type { WorkflowEvent } from "../workflow-events.ts";
import type { Replay } from "./replay.ts";
import type { RunRecorder } from "./run-recorder.ts";
import type { State } from "./run-state.ts";
import type { StepOutputs } from "./step-context.ts";

/** A run under way. */
interface RunInProgress {
  readonly runId: string;
  readonly sessionId: string;
  readonly userId: string | undefined;
  readonly workflowName: string;
  readonly input: unknown;
  readonly metadata: Record<string, unknown>;
  readonly db: SurrealDb | undefined;
  readonly recorder: RunRecorder;
  readonly lease: RunLease | undefined;
  /** What was done before this process took the run over. */
  readonly replay: Replay;
  /** The questions that are open on the run's row. */
  readonly asked: readonly Question[];
  readonly outputs: StepOutputs;
  readonly onEvent: (event: WorkflowEvent) => void;
  /** Whether somebody reads the models' text as it comes. */
  readonly streaming: boolean;
  /** The next step's number, from 0. */
  nextNumber(): number;
}

/** Where in its run a step stands. */
export interface Scope {
  readonly run: RunInProgress;
  /** The path of the owner: `analyser/parties`, or empty. */
  readonly path: string;
  readonly state: State;
  /** In a parallel branch, whose state is a copy: as a step's row has it. It becomes the session's after the merge. */
  readonly branchState: { stored: State } | undefined;
  readonly signal: AbortSignal;
  /** True where nothing of the run follows: the step is committed with the run's end. */
  readonly last: boolean;
  /** The session of the agents and teams here: each item of a forEach has its own. */
  readonly conversation: string;
}

/** Nothing can go on without a person; passes through the steps around it to the run. */
export class Suspension {
  readonly questions: readonly Question[];

  constructor(questions: readonly Question[]) {
    this.questions = questions;
  }
}

/** Lets the run wait for an answer to the step's question; it may be open already. */
export function waitForAnswer(
  { run }: Scope,
  record: StepRecord,
  question: NonNullable<StepRecord["question"]>,
  deadline: { deadlineMs?: number; onDeadline?: string } = {},
): never {
  const open = run.asked.find((asked) => asked.runId === run.runId && asked.number === record.number);
  if (open !== undefined && record.answer === undefined) throw new Suspension([open]);
  record.question = question;
  // It may be the next question of the same step.
  delete record.answer;
  // Written again when the run waits, should it have been shown before it had its question.
  run.recorder.stepBegan(record);
  const asked = { runId: run.runId, number: record.number, step: record.path };
  throw new Suspension([{ ...asked, ...question, ...deadline }]);
}

/** A step failed for good; passes through the steps around it to the run. */
export class StepFailure {
  readonly path: string;
  readonly cause: unknown;

  constructor(path: string, cause: unknown) {
    this.path = path;
    this.cause = cause;
  }
}

/** The caller's own rows could not be committed with the run's success: neither is there. */
export class CommitFailure {
  readonly cause: unknown;
  readonly output: unknown;

  constructor(cause: unknown, output: unknown) {
    this.cause = cause;
    this.output = output;
  }
}

/** A result could not be recorded; nothing further is tried. The work done is not thrown away. */
export class RecordFailure {
  readonly cause: unknown;
  readonly output: unknown;

  constructor(cause: unknown, output: unknown) {
    this.cause = cause;
    this.output = output;
  }
}

/** Tells the run's listener about a step. */
export function emitStep(scope: Scope, path: string, kind: StepKind, event: StepNews): void {
  const { runId, sessionId, workflowName, onEvent } = scope.run;
  onEvent({ ...event, runId, sessionId, workflowName, time: new Date(), step: path, kind } as WorkflowEvent);
}

type StepNews =
  | { type: "step-started" }
  | { type: "step-completed"; attempt: number; output: unknown; durationMs: number }
  | { type: "step-retrying"; attempt: number; error: unknown; delayMs: number }
  | { type: "step-failed"; attempt: number; error: unknown; continues: boolean }
  | { type: "step-event"; event: { type: string } };
