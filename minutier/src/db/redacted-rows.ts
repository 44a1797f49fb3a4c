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

/** What a step gave, worked on and asked, or why it failed. An answer is redacted when it is given. */
export function redactStep(redact: Redactor | undefined, step: StepRecord): StepRecord {
  if (redact === undefined) return step;
  const place = `step ${JSON.stringify(step.path)}`;
  const { question } = step;
  return {
    ...step,
    output: redactValue(redact, step.output, `${place}.output`),
    items: redactValue(redact, step.items, `${place}.items`),
    state: redactValue(redact, step.state, `${place}.state`),
    errorMessage: redactMessage(redact, step.errorMessage),
    ...(question === undefined ? {} : { question: redactQuestion(redact, question) }),
  };
}

/** Why a person is asked. */
export function redactQuestion<Asked extends { reason: string }>(redact: Redactor | undefined, question: Asked): Asked {
  return redact === undefined ? question : { ...question, reason: redactMessage(redact, question.reason) };
}

/** What a person answered; who it was stays. */
export function redactAnswer<Given extends { payload?: unknown; note?: string | undefined }>(
  redact: Redactor | undefined,
  answer: Given,
): Given {
  if (redact === undefined) return answer;
  const payload = redactValue(redact, answer.payload, "the answer.payload");
  return { ...answer, payload, note: redactMessage(redact, answer.note) };
}
