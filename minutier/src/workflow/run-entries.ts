/** Runs a workflow's entries: each is begun, done and committed before the next one begins. */
import type { StepRecord } from "../db/workflow-steps.ts";
import { errorMessage } from "../errors.ts";
import { runBranch, runForEach, runLoop, runParallel } from "./control-flow.ts";
import type { Entry } from "./entries.ts";
import { pathOf } from "./paths.ts";
import { isDone } from "./replay.ts";
import { runApproval } from "./run-approval.ts";
import { emitStep, RecordFailure, type Scope, StepFailure, Suspension } from "./run-scope.ts";
import { changedBranchState, restoreState, type State } from "./run-state.ts";
import { runStep } from "./run-step.ts";
import { StopRun } from "./step-context.ts";
import { kindOf } from "./step-kind.ts";

/** Runs entries one after the other, each with the output of the one before. */
export async function runSequence(entries: readonly Entry[], input: unknown, scope: Scope): Promise<unknown> {
  let value = input;
  for (const [index, entry] of entries.entries()) {
    value = await runEntry(entry, value, { ...scope, last: scope.last && index === entries.length - 1 });
  }
  return value;
}

async function runEntry(entry: Entry, input: unknown, scope: Scope): Promise<unknown> {
  scope.signal.throwIfAborted();
  const { run } = scope;
  const path = pathOf(entry, scope.path);
  const kind = kindOf(entry);
  const here = { ...scope, path };
  const known = run.replay.find(path);
  if (known !== undefined && isDone(known)) return repeat(entry, input, here, known);
  const record: StepRecord = known ?? {
    runId: run.runId,
    number: run.nextNumber(),
    name: entry.name,
    path,
    kind,
    status: "running",
    attempt: 1,
    startedAt: new Date(),
  };
  if (known === undefined) run.recorder.stepBegan(record);
  emitStep(scope, path, kind, { type: "step-started" });
  try {
    const output = await perform(entry, input, here, record);
    await complete(entry, here, record, output);
    return output;
  } catch (error) {
    if (error instanceof StopRun) {
      await complete(entry, { ...here, last: true }, record, error.output);
      throw error;
    }
    if (error instanceof Suspension) run.recorder.stepWaits(record);
    if (error instanceof RecordFailure || error instanceof Suspension) throw error;
    const failure = error instanceof StepFailure ? error : new StepFailure(path, error);
    await recordFailure(here, record, failure);
    throw failure;
  }
}

/** A step that was committed before this process took the run over: only its output is taken from the record. */
async function repeat(entry: Entry, input: unknown, scope: Scope, record: StepRecord): Promise<unknown> {
  const own = entry.kind === "step" || entry.kind === "approval";
  const output = own ? record.output : await perform(entry, input, scope, record);
  if (record.state !== undefined) restoreState(scope, record.state);
  scope.run.outputs.set(entry.name, output);
  return output;
}

function perform(entry: Entry, input: unknown, scope: Scope, record: StepRecord): Promise<unknown> {
  switch (entry.kind) {
    case "step":
      return runStep(entry, input, scope, record);
    case "parallel":
      return runParallel(entry, input, scope, record, runSequence);
    case "branch":
      return runBranch(entry, input, scope, record, runSequence);
    case "loop":
      return runLoop(entry, input, scope, record, runSequence);
    case "forEach":
      return runForEach(entry, input, scope, record, runSequence);
    case "approval":
      return runApproval(entry, input, scope, record);
  }
}

async function complete(entry: Entry, scope: Scope, record: StepRecord, output: unknown): Promise<void> {
  const completedAt = new Date();
  const status = record.status === "running" ? "success" : record.status;
  // What a parallel, branch, loop or forEach gives stands in its steps' rows already.
  const stored = entry.kind === "step" || entry.kind === "approval" ? { output } : {};
  const branchState = changedBranchState(scope);
  const durationMs = completedAt.getTime() - record.startedAt.getTime();
  const { path, kind, attempt } = record;
  scope.run.outputs.set(entry.name, output);
  await commit(scope, { ...record, status, ...stored, ...branchState, completedAt }, scope.state, () => {
    if (status !== "error") emitStep(scope, path, kind, { type: "step-completed", attempt, output, durationMs });
  });
}

/** The run is about to fail: the step's row goes with the run's end, and the state stays as it was. */
async function recordFailure(scope: Scope, record: StepRecord, failure: StepFailure): Promise<void> {
  const { path, kind, attempt } = record;
  const failed = {
    ...record,
    status: "error",
    errorMessage: errorMessage(failure.cause),
    completedAt: new Date(),
  } as const;
  await commit({ ...scope, last: true }, failed, undefined, () => {
    emitStep(scope, path, kind, { type: "step-failed", attempt, error: failure.cause, continues: false });
  });
}

async function commit(scope: Scope, record: StepRecord, state: State | undefined, tell: () => void): Promise<void> {
  const { recorder } = scope.run;
  // A value that can't be stored is the step's fault, a write that fails is not.
  const statements = recorder.prepareStep(record, scope.branchState === undefined ? state : undefined);
  try {
    await recorder.commitStep(record.number, statements, scope.last, tell);
  } catch (cause) {
    throw new RecordFailure(cause, record.output);
  }
}
