/** A person's answer: recorded once, and the run goes on with it. */
import type { StandardSchemaV1 } from "@standard-schema/spec";

import { type Answer, answerQuestion, isAlreadyAnswered } from "../db/run-claims.ts";
import type { Database } from "../db/database.ts";
import { RunLease } from "../db/run-leases.ts";
import { loadStep, loadSteps } from "../db/workflow-steps.ts";
import { MinutierError } from "../errors.ts";
import type { RunQuestion, StoredAnswer, WorkflowRunRow } from "../records.ts";
import { validateInput } from "../validate-input.ts";
import type { WorkflowRun } from "../workflow-events.ts";
import { settle } from "./join-run.ts";
import { entryAt } from "./paths.ts";
import { carryHeld, checkResumable, databaseOf, findRun } from "./resume-run.ts";
import type { RunCaller, WorkflowDefinition } from "./run-request.ts";

/** Records the answer and goes on with the run, or waits for the process that works on it. */
export async function answerRun(
  definition: WorkflowDefinition,
  runId: string,
  asked: { step?: string | undefined; since?: Date | undefined; onRecorded?: (() => void) | undefined },
  answer: Answer,
  caller: RunCaller,
): Promise<WorkflowRun> {
  const database = databaseOf(definition, caller);
  const row = await findRun(database, definition, runId);
  const question = await findQuestion(database, row, asked.step);
  // The one that was seen has its answer, and another one is asked there since.
  if (asked.since !== undefined && asked.since.getTime() !== question.since.getTime())
    throw alreadyAnswered(runId, question.step, undefined);
  checkResumable(definition, row, caller);
  const payload =
    answer.approved && answer.overdue === undefined
      ? await checkPayload(definition, question, answer.payload)
      : undefined;
  const lease = new RunLease(runId, database.leaseMs);
  const { number, since } = question;
  const named = { rootId: runId, runId: question.run.id, number, step: question.step, since };
  const held = await record(database, named, { ...answer, payload }, lease);
  asked.onRecorded?.();
  return held ? carryHeld(definition, row, { database, lease }, caller) : settle(definition, runId, database, caller);
}

async function record(
  database: Database,
  asked: Parameters<typeof answerQuestion>[1],
  answer: Answer,
  lease: RunLease,
): Promise<boolean> {
  try {
    return await answerQuestion(database, asked, answer, lease);
  } catch (cause) {
    if (!isAlreadyAnswered(cause)) throw cause;
    const step = await loadStep(database, asked.runId, asked.number);
    throw alreadyAnswered(asked.rootId, asked.step, step?.answer, cause);
  }
}

async function findQuestion(database: Database, row: WorkflowRunRow, step: string | undefined): Promise<RunQuestion> {
  const runId = row.id.id;
  const open = row.waiting_for ?? [];
  const matching = step === undefined ? open : open.filter((question) => question.step === step);
  const [question, ...others] = matching;
  if (question !== undefined && others.length === 0) return question;
  const steps = open.map((each) => JSON.stringify(each.step)).join(", ");
  if (question !== undefined) {
    throw new MinutierError(
      "invalid_options",
      `The run ${runId} waits for several answers: ${steps}. Say which with the step option.`,
    );
  }
  const answered = (await loadSteps(database, runId)).filter(
    (each) => each.answer !== undefined && (step === undefined || each.path === step),
  );
  const last = answered.at(-1);
  if (last !== undefined) throw alreadyAnswered(runId, last.path, last.answer);
  if (row.status !== "running") {
    throw new MinutierError("run_finished", `The run ${runId} has ended with ${row.status}: nobody is asked any more.`);
  }
  throw new MinutierError(
    "invalid_options",
    `The run ${runId} asks ${step === undefined ? "nothing now" : `nothing at ${JSON.stringify(step)}`}${steps === "" ? "" : `; it waits for ${steps}`}.`,
  );
}

async function checkPayload(
  { name, steps }: WorkflowDefinition,
  question: RunQuestion,
  payload: unknown,
): Promise<unknown> {
  const entry = entryAt(steps, question.step);
  const schema = entry?.kind === "approval" ? entry.options.payload : undefined;
  if (schema === undefined) return payload;
  const what = `the answer to ${JSON.stringify(question.step)} of ${JSON.stringify(name)}`;
  return validateInput(what, schema as StandardSchemaV1<unknown, unknown>, payload);
}

function alreadyAnswered(
  runId: string,
  step: string,
  answer: StoredAnswer | undefined,
  cause?: unknown,
): MinutierError {
  const what = answer?.approved === true ? "approved" : "refused";
  const by = answer === undefined ? "" : ` by ${answer.by} at ${answer.at.toISOString()}`;
  return new MinutierError(
    "already_answered",
    `${JSON.stringify(step)} of the run ${runId} was already ${what}${by}. Nothing was changed.`,
    { cause, details: { runId, step } },
  );
}
