/** One run of a workflow, from its input to its final state. */
import type { StandardSchemaV1 } from "@standard-schema/spec";

import type { Database } from "../db/database.ts";
import { CollectedTransaction, type RunTransaction } from "../db/run-transaction.ts";
import type { Statement } from "../db/statement.ts";
import { SurrealDb } from "../db/surreal-db.ts";
import { type RunStart, runEndedMessage } from "../db/workflow-runs.ts";
import { type ErrorCode, errorMessage, MinutierError, RunError } from "../errors.ts";
import { createId } from "../ids.ts";
import { insideSession, releaseSession, type SessionHolder, takeSession } from "../turn/session-lock.ts";
import { untilAborted } from "../turn/until-aborted.ts";
import { validateInput } from "../validate-input.ts";
import type { WorkflowEvent, WorkflowResult } from "../workflow-events.ts";
import type { Entry } from "./entries.ts";
import { runSequence } from "./run-entries.ts";
import { RunRecorder } from "./run-recorder.ts";
import { CommitFailure, RecordFailure, type Scope, StepFailure } from "./run-scope.ts";
import { copyState, type State } from "./run-state.ts";
import { StepOutputs, StopRun } from "./step-context.ts";

/** What a run gives to `commit`. */
export interface RunToCommit<Output = unknown> {
  id: string;
  output: Output;
  sessionId: string;
  metadata: Record<string, unknown>;
  state: Record<string, unknown>;
}

/** Says what to write with the run's success. */
export type CommitFunction<Output = unknown> = (tx: RunTransaction, run: RunToCommit<Output>) => void | Promise<void>;

/** What to run, and how. */
export interface RunRequest {
  workflowName: string;
  steps: readonly Entry[];
  schema: StandardSchemaV1<unknown, unknown> | undefined;
  db: SurrealDb | undefined;
  initialState: State;
  timeoutMs: number | undefined;
  input: unknown;
  metadata: Record<string, unknown>;
  sessionId: string | undefined;
  userId: string | undefined;
  signal: AbortSignal;
  onEvent: (event: WorkflowEvent) => void;
  commit?: CommitFunction | undefined;
  /** Whether somebody reads the models' text as it comes. */
  streaming: boolean;
  parentRun?: string;
  onRunId?: (runId: string) => void;
}

/** Runs it; throws what `Workflow.run` says. */
export async function executeRun(request: RunRequest): Promise<WorkflowResult> {
  if (request.commit !== undefined && request.db === undefined) {
    throw new MinutierError(
      "invalid_options",
      `The workflow ${JSON.stringify(request.workflowName)} has no db, so commit has nowhere to write. Give the workflow a db, or leave commit out.`,
    );
  }
  const input = await checkInput(request);
  const start = toRunStart(request, input);
  if (request.signal.aborted) throw cancelledBeforeStart(start, request.signal.reason);
  const database = request.db === undefined ? undefined : SurrealDb.databaseOf(request.db);
  if (database === undefined) return runOnce(request, start, input, database);
  const holder = await takeTurn(database, start, request.signal);
  try {
    return await insideSession(holder, () => runOnce(request, start, input, database));
  } finally {
    releaseSession(database, holder);
  }
}

/** Runs on one session go one after the other, so that each sees the state that the one before left. */
async function takeTurn(database: Database, start: RunStart, signal: AbortSignal): Promise<SessionHolder> {
  try {
    return await takeSession(
      database,
      { kind: "workflow", name: start.workflowName, sessionId: start.sessionId },
      signal,
    );
  } catch (error) {
    throw signal.aborted ? cancelledBeforeStart(start, signal.reason) : error;
  }
}

async function runOnce(
  request: RunRequest,
  start: RunStart,
  input: unknown,
  database: Database | undefined,
): Promise<WorkflowResult> {
  const recorder = new RunRecorder(database, start);
  request.onRunId?.(start.runId);
  const state = await startOnRecord(recorder, start);
  const began = performance.now();
  const base = { runId: start.runId, sessionId: start.sessionId, workflowName: start.workflowName };
  request.onEvent({ type: "run-started", ...base, time: new Date(), input });

  const limit = timeLimit(request);
  const scope = firstScope(request, start, recorder, state, limit.signal);
  try {
    const output = await runSteps(request.steps, input, scope);
    const committed = await collectCommit(request.commit, start, output, state, limit.signal);
    const done = await endRun(recorder, output, committed);
    if (!done)
      throw new RecordFailure(new MinutierError("run_finished", `The run ${start.runId} had already ended.`), output);
    const result: WorkflowResult = {
      id: start.runId,
      status: "success",
      output,
      sessionId: start.sessionId,
      workflowName: start.workflowName,
      metadata: start.metadata,
      state: copyState(state),
      durationMs: performance.now() - began,
    };
    request.onEvent({ type: "run-completed", ...base, time: new Date(), result });
    return result;
  } catch (error) {
    const runError = await failRun(recorder, start, error, limit.signal);
    request.onEvent({ type: "run-failed", ...base, time: new Date(), error: runError });
    throw runError;
  } finally {
    limit.clear();
  }
}

async function checkInput({ schema, input, workflowName }: RunRequest): Promise<unknown> {
  return schema === undefined ? input : validateInput(`the workflow ${JSON.stringify(workflowName)}`, schema, input);
}

function toRunStart(request: RunRequest, input: unknown): RunStart {
  return {
    runId: createId(),
    workflowName: request.workflowName,
    input,
    metadata: request.metadata,
    sessionId: request.sessionId ?? createId(),
    userId: request.userId,
    parentRun: request.parentRun,
    initialState: copyState(request.initialState),
  };
}

/** If the start can't be written, nothing runs. A value that can't be stored keeps its own error. */
async function startOnRecord(recorder: RunRecorder, start: RunStart): Promise<State> {
  try {
    return await recorder.start();
  } catch (cause) {
    if (MinutierError.isInstance(cause) && cause.code === "invalid_value") throw cause;
    throw new MinutierError(
      "not_recorded",
      `The start of a run of ${JSON.stringify(start.workflowName)} could not be recorded, so nothing was run: ${errorMessage(cause)}`,
      { cause },
    );
  }
}

function firstScope(
  request: RunRequest,
  start: RunStart,
  recorder: RunRecorder,
  state: State,
  signal: AbortSignal,
): Scope {
  let next = 0;
  const run = {
    runId: start.runId,
    sessionId: start.sessionId,
    userId: start.userId,
    workflowName: start.workflowName,
    input: start.input,
    metadata: start.metadata,
    db: request.db,
    recorder,
    outputs: new StepOutputs(),
    onEvent: request.onEvent,
    streaming: request.streaming,
    nextNumber: () => next++,
  };
  return { run, path: "", state, stateIsShared: true, signal, last: true, conversation: start.sessionId };
}

/** The last step's output, or what `ctx.stop` gave. */
async function runSteps(steps: readonly Entry[], input: unknown, scope: Scope): Promise<unknown> {
  try {
    return await runSequence(steps, input, scope);
  } catch (error) {
    if (error instanceof StopRun) return error.output;
    throw error;
  }
}

/** The caller's own statements, none without a database. */
async function collectCommit(
  commit: CommitFunction | undefined,
  start: RunStart,
  output: unknown,
  state: State,
  signal: AbortSignal,
): Promise<readonly Statement[]> {
  if (commit === undefined) return [];
  const transaction = new CollectedTransaction();
  const { runId: id, sessionId, metadata } = start;
  try {
    const run = { id, output, sessionId, metadata, state: copyState(state) };
    await untilAborted((async () => commit(transaction, run))(), signal);
  } catch (cause) {
    throw new CommitFailure(cause, output);
  }
  return transaction.statements;
}

async function endRun(recorder: RunRecorder, output: unknown, committed: readonly Statement[]): Promise<boolean> {
  try {
    return await recorder.end({ status: "success", output }, committed);
  } catch (cause) {
    if (errorMessage(cause).includes(runEndedMessage)) return false;
    // A statement that the database refuses is the caller's; a connection that is gone is nobody's.
    const refused = MinutierError.isInstance(cause) && cause.code === "query_failed";
    if (committed.length > 0 && refused) throw new CommitFailure(cause, output);
    throw new RecordFailure(cause, output);
  }
}

/** Writes the failure, then says it: as a `RunError` that knows the run and the step. */
async function failRun(recorder: RunRecorder, start: RunStart, error: unknown, signal: AbortSignal): Promise<RunError> {
  const { runId, sessionId, workflowName } = start;
  if (error instanceof RecordFailure) {
    const message = `The run ${runId} of ${JSON.stringify(workflowName)} did its work, but it could not be recorded: ${errorMessage(error.cause)}`;
    const failure = new RunError("result_not_recorded", message, {
      runId,
      sessionId,
      output: error.output,
      cause: error.cause,
    });
    // The row may still be reachable: better "error" than "running" for ever.
    recorder.dropDeferred();
    await recorder.end({ status: "error", message, code: failure.code }).catch(() => undefined);
    return failure;
  }
  const step = error instanceof StepFailure ? error.path : undefined;
  const cause = error instanceof StepFailure || error instanceof CommitFailure ? error.cause : error;
  const code = codeOf(error, signal);
  const reason =
    code === "cancelled"
      ? `cancelled${step === undefined ? "" : ` during ${JSON.stringify(step)}`}`
      : errorMessage(cause);
  const message = failureMessage(code, step, reason);
  const failure = { runId, sessionId, step, cause, output: error instanceof CommitFailure ? error.output : undefined };
  try {
    await recorder.end({ status: "error", message, code, step });
  } catch (recordError) {
    return new RunError(
      "result_not_recorded",
      `${message} And that could not be recorded: ${errorMessage(recordError)}`,
      failure,
    );
  }
  return new RunError(code, `${message} (workflow ${JSON.stringify(workflowName)}, run ${runId})`, failure);
}

function codeOf(error: unknown, signal: AbortSignal): ErrorCode {
  if (signal.aborted) return abortCode(signal.reason);
  return error instanceof CommitFailure ? "commit_failed" : "step_failed";
}

function failureMessage(code: ErrorCode, step: string | undefined, reason: string): string {
  if (code === "commit_failed") return `The steps succeeded, but the commit did not, so neither is recorded: ${reason}`;
  return code === "step_failed" ? `The step ${JSON.stringify(step)} failed: ${reason}` : `The run was ended: ${reason}`;
}

function abortCode(reason: unknown): ErrorCode {
  return MinutierError.isInstance(reason) && reason.code === "timeout" ? "timeout" : "cancelled";
}

function cancelledBeforeStart(start: RunStart, cause: unknown): RunError {
  const message = `The run of ${JSON.stringify(start.workflowName)} was cancelled before it started, so nothing was written.`;
  return new RunError("cancelled", message, { runId: start.runId, cause });
}

function timeLimit({ signal, timeoutMs, workflowName }: RunRequest): { signal: AbortSignal; clear: () => void } {
  if (timeoutMs === undefined) return { signal, clear: () => undefined };
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(
      new MinutierError("timeout", `the workflow ${JSON.stringify(workflowName)} went past its ${timeoutMs} ms`),
    );
  }, timeoutMs);
  return { signal: AbortSignal.any([signal, limit.signal]), clear: () => clearTimeout(timer) };
}
