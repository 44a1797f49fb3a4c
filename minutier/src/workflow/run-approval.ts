/** A question to a person: asked once, and answered once, however many processes the run passes through. */
import { asSchema } from "ai";

import type { StepRecord } from "../db/workflow-steps.ts";
import { MinutierError } from "../errors.ts";
import type { StoredAnswer } from "../records.ts";
import { checkedSchema } from "../turn/checked-schema.ts";
import type { Approval, ApprovalEntry } from "./entries.ts";
import { type Scope, waitForAnswer } from "./run-scope.ts";
import { contextOf } from "./run-step.ts";

/** The answer; throws a `Suspension` while there is none. */
export async function runApproval(
  entry: ApprovalEntry,
  input: unknown,
  scope: Scope,
  record: StepRecord,
): Promise<Approval> {
  if (record.answer !== undefined) return judge(entry, record.answer);
  const { run } = scope;
  if (run.lease === undefined) {
    throw new MinutierError(
      "invalid_definition",
      `The approval ${JSON.stringify(entry.name)} has nowhere to wait: give the workflow ${JSON.stringify(run.workflowName)} a db.`,
    );
  }
  const { deadlineMs, onDeadline = "fail" } = entry.options;
  const question = record.question ?? (await ask(entry, input, scope, record));
  return waitForAnswer(scope, record, question, deadlineMs === undefined ? {} : { deadlineMs, onDeadline });
}

async function ask(
  { name, options }: ApprovalEntry,
  input: unknown,
  scope: Scope,
  record: StepRecord,
): Promise<NonNullable<StepRecord["question"]>> {
  const context = contextOf(scope, record, scope.signal);
  const { reason = name, who, payload } = options;
  const given = typeof who === "function" ? who(input as never, context) : who;
  const names = given === undefined ? undefined : typeof given === "string" ? [given] : [...given];
  return {
    reason: typeof reason === "function" ? reason(input as never, context) : reason,
    ...(names === undefined ? {} : { who: names }),
    ...(payload === undefined ? {} : { schema: await asSchema(checkedSchema(payload)).jsonSchema }),
  };
}

function judge({ name, options }: ApprovalEntry, answer: StoredAnswer): Approval {
  const { approved, payload, by, at, note } = answer;
  if (answer.overdue === true && (options.onDeadline ?? "fail") === "fail") {
    throw new MinutierError("deadline_passed", `Nobody answered ${JSON.stringify(name)} before its deadline.`);
  }
  if (!approved && (options.onReject ?? "fail") === "fail") {
    const why = note === undefined ? "" : `: ${note}`;
    throw new MinutierError("rejected", `${by} refused ${JSON.stringify(name)}${why}`);
  }
  return { approved, payload, by, at, ...(note === undefined ? {} : { note }) };
}
