/** Why a turn failed, from what was thrown and whether it was stopped. */
import { type ErrorCode, errorMessage, MinutierError, RunError } from "../errors.ts";

/** A failure as it is recorded and thrown. */
export interface TurnFailure {
  code: ErrorCode;
  message: string;
  /** The first error that was not ours. */
  cause: unknown;
}

/** An abort wins over what it made fail; its reason says whether it was a time limit. */
export function judgeFailure(who: string, thrown: unknown, signal: AbortSignal): TurnFailure {
  const cause: unknown = signal.aborted ? signal.reason : thrown;
  if (MinutierError.isInstance(cause)) {
    // The lost result or turn of a run inside this one is not this run's.
    const inner = cause.code === "result_not_recorded" || (cause.code === "lease_lost" && cause instanceof RunError);
    const code = inner ? "not_recorded" : cause.code;
    return { code, message: `The run of the ${who} failed. ${cause.message}`, cause: cause.cause ?? cause };
  }
  if (!signal.aborted)
    return { code: "model_failed", message: `The run of the ${who} failed: ${errorMessage(cause)}`, cause };
  if (cause instanceof Error && cause.name === "TimeoutError") {
    return { code: "timeout", message: `The run of the ${who} went past its time.`, cause };
  }
  return { code: "cancelled", message: `The run of the ${who} was cancelled: ${errorMessage(cause)}`, cause };
}
