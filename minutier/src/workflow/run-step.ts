/** Runs one step: its attempts, its time limit, what it does when it fails. */
import { setTimeout as sleep } from "node:timers/promises";

import { Agent } from "../agent/agent.ts";
import { runAgentAsStep } from "../agent/run-as-step.ts";
import { toStored } from "../db/codec.ts";
import type { StepRecord } from "../db/workflow-steps.ts";
import { errorMessage, MinutierError, RunError } from "../errors.ts";
import { Team } from "../team/team.ts";
import { runTeamAsStep } from "../team/run-as-step.ts";
import { addUsage } from "../model-usage.ts";
import type { ModelUsage } from "../records.ts";
import type { TurnPlace } from "../turn/run-context.ts";
import { untilAborted } from "../turn/until-aborted.ts";
import {
  type Backoff,
  isWorkflow,
  maxTimerMs,
  type NestedWorkflow,
  type ParentRun,
  type StepEntry,
} from "./entries.ts";
import { emitStep, RecordFailure, type Scope, Suspension, waitForAnswer } from "./run-scope.ts";
import { type StepContext, StopRun } from "./step-context.ts";

/** Runs the step's attempts; `record` follows them. */
export async function runStep(entry: StepEntry, input: unknown, scope: Scope, record: StepRecord): Promise<unknown> {
  const { retries = 0, backoff } = entry.options;
  for (;;) {
    try {
      return await attempt(entry, input, scope, record);
    } catch (error) {
      if (error instanceof StopRun || error instanceof Suspension || error instanceof RecordFailure) throw error;
      if (scope.signal.aborted) throw error;
      if (record.attempt > retries) return await giveUp(entry, input, scope, record, error);
      const delayMs = backoffDelay(backoff, record.attempt);
      emitStep(scope, record.path, record.kind, { type: "step-retrying", attempt: record.attempt, error, delayMs });
      if (delayMs > 0)
        await sleep(delayMs, undefined, { signal: scope.signal }).catch(() => scope.signal.throwIfAborted());
      record.attempt += 1;
      await saveAttempt(scope, record);
    }
  }
}

async function saveAttempt(scope: Scope, record: StepRecord): Promise<void> {
  try {
    await scope.run.recorder.saveAttempt(record);
  } catch (cause) {
    throw new RecordFailure(cause, undefined);
  }
}

async function confirmHeld(scope: Scope): Promise<void> {
  try {
    await scope.run.recorder.confirmHeld();
  } catch (cause) {
    throw new RecordFailure(cause, undefined);
  }
}

/** The last attempt failed: the run fails, unless the step's `onError` goes on. */
async function giveUp(
  entry: StepEntry,
  input: unknown,
  scope: Scope,
  record: StepRecord,
  error: unknown,
): Promise<unknown> {
  const { onError = "fail" } = entry.options;
  if (onError === "fail") throw error;
  record.status = "error";
  record.errorMessage = errorMessage(error);
  emitStep(scope, record.path, record.kind, { type: "step-failed", attempt: record.attempt, error, continues: true });
  if (onError === "continue") return input;
  const context = contextOf(scope, record, scope.signal);
  try {
    return await untilAborted((async () => onError(error, context))(), scope.signal);
  } catch (second) {
    if (second instanceof StopRun || scope.signal.aborted) throw second;
    throw new AggregateError(
      [error, second],
      `${errorMessage(error)} (and its onError failed: ${errorMessage(second)})`,
      { cause: second },
    );
  }
}

async function attempt(entry: StepEntry, input: unknown, scope: Scope, record: StepRecord): Promise<unknown> {
  const { timeoutMs } = entry.options;
  if (timeoutMs === undefined) return untilAborted(execute(entry, input, scope, record, scope.signal), scope.signal);
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new MinutierError("timeout", `The step ${JSON.stringify(record.path)} went past its ${timeoutMs} ms.`));
  }, timeoutMs);
  const signal = AbortSignal.any([scope.signal, limit.signal]);
  try {
    return await untilAborted(execute(entry, input, scope, record, signal), signal);
  } finally {
    clearTimeout(timer);
  }
}

async function execute(
  entry: StepEntry,
  input: unknown,
  scope: Scope,
  record: StepRecord,
  signal: AbortSignal,
): Promise<unknown> {
  const { executor, options } = entry;
  const context = contextOf(scope, record, signal);
  const { run } = scope;
  // Nothing is awaited between this and the code: what begins here was ours to begin a moment ago.
  while (!run.recorder.isFresh) await confirmHeld(scope);
  const given = options.input === undefined ? input : options.input(input as never, context);
  const onEvent = (event: { type: string }): void =>
    emitStep(scope, record.path, record.kind, { type: "step-event", event });
  const answeredCalls = record.question?.calls?.map(({ approvalId }) => approvalId);
  const onUsage = (usage: readonly ModelUsage[]): void => {
    if (usage.length > 0) record.modelUsage = addUsage(record.modelUsage ?? [], usage);
  };
  const parent = {
    db: run.db,
    sessionId: scope.conversation,
    workflowRun: run.runId,
    workflowStep: record.path,
    // A turn that stopped, with its process or for a person, is the one to go on with.
    ...(run.replay.isEmpty ? {} : { goesOn: { answer: record.answer, answeredCalls } }),
    userId: run.userId,
    metadata: run.metadata,
    signal,
    onEvent,
    onUsage,
    // One in another database has nothing to link to here.
    onTurn: ({ database, question }: TurnPlace): void => {
      if (run.recorder.isIn(database)) record.turn = question;
    },
    streaming: run.streaming,
  };
  if (executor instanceof Agent) return untilAnswered(runAgentAsStep(executor, given, parent), scope, record);
  if (executor instanceof Team) return untilAnswered(runTeamAsStep(executor, given, parent), scope, record);
  if (!isWorkflow(executor)) return executor(given as never, context);
  return runNested(executor, given, { ...parent, runId: run.runId, lease: run.lease }, scope, record);
}

/** A turn that waits for a person lets the run wait. */
async function untilAnswered(turn: Promise<unknown>, scope: Scope, record: StepRecord): Promise<unknown> {
  try {
    return await turn;
  } catch (error) {
    if (!(error instanceof RunError) || error.code !== "run_waiting") throw error;
    const calls = error.pendingCalls ?? [];
    const names = calls.map((call) => call.toolName).join(", ");
    return waitForAnswer(scope, record, { reason: `${record.name}: ${names}`, calls: [...calls] });
  }
}

/** A workflow as a step: its run is nested in this one, and waits with it. */
async function runNested(
  workflow: NestedWorkflow,
  input: unknown,
  parent: Omit<ParentRun, "step" | "attempt" | "onRunId">,
  scope: Scope,
  record: StepRecord,
): Promise<unknown> {
  let ended = (): void => undefined;
  const onRunId = (runId: string): void => {
    record.childRun = runId;
    ended = scope.run.recorder.nestedBegan(runId);
  };
  const { path: step, attempt } = record;
  try {
    const { output } = await workflow.runNested(input, { ...parent, step, attempt, onRunId });
    ended();
    return output;
  } catch (error) {
    // One that waits, or whose end could not be written, is closed with this run.
    if (error instanceof RunError && !unrecorded.has(error.code)) ended();
    if (!(error instanceof Suspension)) throw error;
    throw new Suspension(error.questions.map((question) => ({ ...question, step: `${step}/${question.step}` })));
  }
}

const unrecorded: ReadonlySet<string> = new Set(["result_not_recorded", "lease_lost"]);

/** What the step's code gets. */
export function contextOf(scope: Scope, record: { path: string; attempt: number }, signal: AbortSignal): StepContext {
  const { run } = scope;
  return {
    runId: run.runId,
    sessionId: run.sessionId,
    userId: run.userId,
    workflowName: run.workflowName,
    path: record.path,
    attempt: record.attempt,
    input: run.input,
    metadata: run.metadata,
    signal,
    state: scope.state,
    output: (step) => run.outputs.get(step),
    hasOutput: (step) => run.outputs.has(step),
    stop: (output) => {
      toStored(output, "the output given to ctx.stop");
      throw new StopRun(output);
    },
  };
}

function backoffDelay(backoff: Backoff | undefined, failedAttempt: number): number {
  if (backoff === undefined) return 0;
  if (typeof backoff === "function") return Math.min(Math.max(0, backoff(failedAttempt)), maxTimerMs);
  return Math.min(
    backoff.delayMs * (backoff.factor ?? 2) ** (failedAttempt - 1),
    backoff.maxDelayMs ?? maxTimerMs,
    maxTimerMs,
  );
}
