/** The rows of a workflow's run as they may be stored. Ids, names and metadata stay as they were given. */
import type { Redactor } from "../redact/redactor.ts";
import { redactMessage, redactValue } from "./redact-value.ts";
import type { RunEnd, RunStart } from "./workflow-runs.ts";
import type { StepRecord } from "./workflow-steps.ts";

/** The run's input, and the state that a new session begins with. */
export function redactRunStart(redact: Redactor | undefined, start: RunStart): RunStart {
  if (redact === undefined) return start;
  const { input, initialState } = start;
  return {
    ...start,
    input: redactValue(redact, input, "the run.input"),
    initialState: redactValue(redact, initialState, "the session.state"),
  };
}

/** The run's output, or why it failed. */
export function redactRunEnd(redact: Redactor | undefined, end: RunEnd): RunEnd {
  if (redact === undefined) return end;
  if (end.status === "success") return { ...end, output: redactValue(redact, end.output, "the output.output") };
  return { ...end, message: redactMessage(redact, end.message) };
}

/** A step's output, or why it failed. */
export function redactStep(redact: Redactor | undefined, step: StepRecord): StepRecord {
  if (redact === undefined) return step;
  return {
    ...step,
    output: redactValue(redact, step.output, `step ${JSON.stringify(step.path)}.output`),
    errorMessage: redactMessage(redact, step.errorMessage),
  };
}
