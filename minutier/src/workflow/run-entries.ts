/** Runs a workflow's entries: each is begun, done and committed before the next one begins. */
import type { StepRecord } from "../db/workflow-steps.ts";
import { errorMessage } from "../errors.ts";
import type { StepKind } from "../records.ts";
import { Agent } from "../agent/agent.ts";
import { Team } from "../team/team.ts";
import { runBranch, runForEach, runLoop, runParallel } from "./control-flow.ts";
import { type Entry, isWorkflow } from "./entries.ts";
import { emitStep, RecordFailure, type Scope, StepFailure } from "./run-scope.ts";
import { runStep } from "./run-step.ts";
import { StopRun } from "./step-context.ts";

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
  const path = pathOf(entry, scope);
  const kind = kindOf(entry);
  const record: StepRecord = {
    runId: run.runId,
    number: run.nextNumber(),
    name: entry.name,
    path,
    kind,
    status: "running",
    attempt: 1,
    startedAt: new Date(),
  };
  run.recorder.stepBegan(record);
  emitStep(scope, path, kind, { type: "step-started" });
  const here = { ...scope, path };
  try {
    const output = await perform(entry, input, here, record);
    await complete(entry, here, record, output);
    return output;
  } catch (error) {
    if (error instanceof StopRun) {
      await complete(entry, { ...here, last: true }, record, error.output);
      throw error;
    }
    if (error instanceof RecordFailure) throw error;
    const failure = error instanceof StepFailure ? error : new StepFailure(path, error);
    await recordFailure(here, record, failure);
    throw failure;
  }
}

function perform(entry: Entry, input: unknown, scope: Scope, record: StepRecord): Promise<unknown> {
  switch (entry.kind) {
    case "step":
      return runStep(entry, input, scope, record);
    case "parallel":
      return runParallel(entry, input, scope, runSequence);
    case "branch":
      return runBranch(entry, input, scope, record, runSequence);
    case "loop":
      return runLoop(entry, input, scope, record, runSequence);
    case "forEach":
      return runForEach(entry, input, scope, runSequence);
  }
}

async function complete(entry: Entry, scope: Scope, record: StepRecord, output: unknown): Promise<void> {
  const completedAt = new Date();
  const status = record.status === "running" ? "success" : record.status;
  // What a parallel, branch, loop or forEach gives stands in its steps' rows already.
  const stored = entry.kind === "step" ? { output } : {};
  await commit(scope, { ...record, status, ...stored, completedAt });
  scope.run.outputs.set(entry.name, output);
  if (status === "error") return;
  const durationMs = completedAt.getTime() - record.startedAt.getTime();
  emitStep(scope, record.path, record.kind, { type: "step-completed", attempt: record.attempt, output, durationMs });
}

/** The run is about to fail: the step's row goes with the run's end. */
async function recordFailure(scope: Scope, record: StepRecord, failure: StepFailure): Promise<void> {
  const errorText = errorMessage(failure.cause);
  await commit(
    { ...scope, last: true, stateIsShared: false },
    { ...record, status: "error", errorMessage: errorText, completedAt: new Date() },
  );
  emitStep(scope, record.path, record.kind, {
    type: "step-failed",
    attempt: record.attempt,
    error: failure.cause,
    continues: false,
  });
}

async function commit(scope: Scope, record: StepRecord): Promise<void> {
  const { recorder } = scope.run;
  // A value that can't be stored is the step's fault, a write that fails is not.
  const statements = recorder.prepareStep(record, scope.stateIsShared ? scope.state : undefined);
  try {
    await recorder.commitStep(record.number, statements, scope.last);
  } catch (cause) {
    throw new RecordFailure(cause, record.output);
  }
}

/** `analyser/parties`, `relire[2]/corriger`; an unnamed step stands at its owner's path. */
function pathOf(entry: Entry, scope: Scope): string {
  if (entry.kind === "step" && entry.implicit && scope.path !== "") return scope.path;
  return scope.path === "" ? entry.name : `${scope.path}/${entry.name}`;
}

function kindOf(entry: Entry): StepKind {
  if (entry.kind !== "step") return entry.kind;
  if (entry.executor instanceof Agent) return "agent";
  if (entry.executor instanceof Team) return "team";
  return isWorkflow(entry.executor) ? "workflow" : "function";
}
