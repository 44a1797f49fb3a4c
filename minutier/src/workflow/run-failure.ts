/** How a run fails: what its row says, and the error that its caller gets. */
import { isLeaseLost, leaseLost } from "../db/run-leases.ts";
import { type ErrorCode, errorMessage, MinutierError, RunError } from "../errors.ts";
import { isInvalidValue } from "../turn/turn-recorder.ts";
import type { RunRecorder } from "./run-recorder.ts";
import { CommitFailure, RecordFailure, StepFailure } from "./run-scope.ts";

/** Characters of a message that is too large to be stored. */
const briefLength = 2000;

/** The run, for messages. */
export interface FailedRun {
  runId: string;
  sessionId: string;
  workflowName: string;
}

/** Writes the failure, then says it: as a `RunError` that knows the run and the step. */
export async function failRun(
  recorder: RunRecorder,
  run: FailedRun,
  error: unknown,
  signal: AbortSignal,
): Promise<RunError> {
  const { runId, sessionId } = run;
  if (isLost(error, signal)) {
    const { code, message } = leaseLost(runId);
    return new RunError(code, message, { runId, sessionId, cause: causeOf(error), output: outputOf(error) });
  }
  if (error instanceof RecordFailure) return failUnrecorded(recorder, run, error);
  const step = error instanceof StepFailure ? error.path : undefined;
  const cause = causeOf(error);
  const code = codeOf(error, cause, signal);
  const reason =
    code === "cancelled"
      ? `cancelled${step === undefined ? "" : ` during ${JSON.stringify(step)}`}`
      : errorMessage(cause);
  const message = failureMessage(code, step, reason);
  const failure = { runId, sessionId, step, cause, output: error instanceof CommitFailure ? error.output : undefined };
  try {
    await recorder.end({ status: "error", message, code, step });
  } catch (recordError) {
    if (isLeaseLost(recordError)) {
      const lost = leaseLost(runId);
      return new RunError(lost.code, lost.message, failure);
    }
    if (isInvalidValue(recordError)) await endBriefly(recorder, message, errorMessage(recordError));
    return new RunError(
      "result_not_recorded",
      `${message} And that could not be recorded: ${errorMessage(recordError)}`,
      failure,
    );
  }
  return new RunError(code, `${message} (workflow ${JSON.stringify(run.workflowName)}, run ${runId})`, failure);
}

/** A row that says a part is better than one that stays `running`: the message, or what else was to be written, is too large. */
async function endBriefly(recorder: RunRecorder, message: string, why: string): Promise<void> {
  recorder.dropDeferred();
  const brief = `${message.slice(0, briefLength)} And that could not be recorded: ${why}`;
  await recorder.end({ status: "error", message: brief, code: "result_not_recorded" }).catch(() => undefined);
}

/** The work was done and could not be written. */
async function failUnrecorded(recorder: RunRecorder, run: FailedRun, error: RecordFailure): Promise<RunError> {
  const { runId, sessionId, workflowName } = run;
  const { cause, output } = error;
  const message = `The run ${runId} of ${JSON.stringify(workflowName)} did its work, but it could not be recorded: ${errorMessage(cause)}`;
  const failure = new RunError("result_not_recorded", message, { runId, sessionId, output, cause });
  // While the database is away, or its disk full, the row can't say anything: it stays `running`, and the run can be
  // resumed once the database is back. Otherwise "error" is better than "running" until somebody looks.
  if (!isAway(cause)) {
    recorder.dropDeferred();
    await recorder.end({ status: "error", message, code: failure.code }).catch(() => undefined);
  }
  return failure;
}

const away: ReadonlySet<string> = new Set(["connection_failed", "call_timeout", "storage_full"]);

function isAway(cause: unknown): boolean {
  return MinutierError.isInstance(cause) && away.has(cause.code);
}

function isLost(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted && isLeaseLost(signal.reason)) return true;
  return error instanceof RecordFailure && isLeaseLost(error.cause);
}

function causeOf(error: unknown): unknown {
  return error instanceof StepFailure || error instanceof CommitFailure || error instanceof RecordFailure
    ? error.cause
    : error;
}

function outputOf(error: unknown): unknown {
  return error instanceof CommitFailure || error instanceof RecordFailure ? error.output : undefined;
}

function codeOf(error: unknown, cause: unknown, signal: AbortSignal): ErrorCode {
  if (signal.aborted) return abortCode(signal.reason);
  if (error instanceof CommitFailure) return "commit_failed";
  // What a person or the deadline decided is no fault of the step's.
  const decided = MinutierError.isInstance(cause) && (cause.code === "rejected" || cause.code === "deadline_passed");
  return decided ? cause.code : "step_failed";
}

function failureMessage(code: ErrorCode, step: string | undefined, reason: string): string {
  if (code === "commit_failed") return `The steps succeeded, but the commit did not, so neither is recorded: ${reason}`;
  return code === "step_failed" ? `The step ${JSON.stringify(step)} failed: ${reason}` : `The run was ended: ${reason}`;
}

function abortCode(reason: unknown): ErrorCode {
  return MinutierError.isInstance(reason) && reason.code === "timeout" ? "timeout" : "cancelled";
}
