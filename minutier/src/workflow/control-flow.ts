/** Parallel branches, choices, loops and lists. */
import type { Question } from "../db/workflow-runs.ts";
import type { StepRecord } from "../db/workflow-steps.ts";
import { MinutierError } from "../errors.ts";
import type { BranchEntry, Entry, ForEachEntry, LoopEntry, ParallelEntry } from "./entries.ts";
import { untilAborted } from "../turn/until-aborted.ts";
import { isDone } from "./replay.ts";
import { type Scope, Suspension } from "./run-scope.ts";
import { copyState, mergeBranchStates, type State } from "./run-state.ts";
import { contextOf } from "./run-step.ts";
import { StopRun } from "./step-context.ts";

/** Runs a list of entries one after the other. */
export type RunSequence = (entries: readonly Entry[], input: unknown, scope: Scope) => Promise<unknown>;

/** All branches at once, each with the same input and its own copy of the state. */
export async function runParallel(
  entry: ParallelEntry,
  input: unknown,
  scope: Scope,
  record: StepRecord,
  runSequence: RunSequence,
): Promise<unknown> {
  const branches = [...entry.branches].map(([name, entries]) => ({
    name,
    path: `${scope.path}/${name}`,
    entries,
    input,
  }));
  const { outputs, states } = await runTogether(entry.name, branches, scope, branches.length, runSequence);
  if (!isDone(record)) mergeBranchStates(entry.name, scope.state, states, entry.mergeState);
  return Object.fromEntries(branches.map(({ name }, index) => [name, outputs[index]]));
}

/** The case that `choose` names. */
export async function runBranch(
  entry: BranchEntry,
  input: unknown,
  scope: Scope,
  record: StepRecord,
  runSequence: RunSequence,
): Promise<unknown> {
  if (record.status === "skipped") return input;
  const context = contextOf(scope, record, scope.signal);
  const chosen = record.choice ?? (await callCaller(scope, () => entry.choose(input as never, context)));
  if (chosen === undefined || chosen === null || (chosen === false && !entry.cases.has("false"))) {
    record.status = "skipped";
    return input;
  }
  const choice = String(chosen);
  const entries = entry.cases.get(choice);
  if (entries === undefined) {
    throw new MinutierError(
      "step_failed",
      `The branch ${JSON.stringify(entry.name)} chose ${JSON.stringify(chosen)}, which is none of its cases: ${[...entry.cases.keys()].join(", ")}. Add the case, or return undefined to take none.`,
    );
  }
  if (record.choice === undefined) {
    // Written with the first step of the case, also when the row was written before: a run that goes on does not
    // choose again.
    record.choice = choice;
    scope.run.recorder.stepBegan(record);
  }
  return runSequence(entries, input, { ...scope, path: `${scope.path}/${choice}`, last: false });
}

/** The body again and again, each time with its own last output. */
export async function runLoop(
  entry: LoopEntry,
  input: unknown,
  scope: Scope,
  record: StepRecord,
  runSequence: RunSequence,
): Promise<unknown> {
  const { until, maxIterations = 10, onLimit = "fail" } = entry.options;
  let output = input;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    output = await runSequence(entry.body, output, { ...scope, path: `${scope.path}[${iteration - 1}]`, last: false });
    // What was decided before this process took the run over is not decided again.
    if (scope.run.replay.hasBegun(`${scope.path}[${iteration}]`)) continue;
    if (isDone(record)) return output;
    const context = contextOf(scope, record, scope.signal);
    if (await callCaller(scope, () => until?.(output as never, context, iteration))) return output;
  }
  if (until === undefined || onLimit === "continue") return output;
  throw new MinutierError(
    "step_failed",
    `The loop ${JSON.stringify(entry.name)} was not done after ${maxIterations} iterations. Raise maxIterations, or set onLimit to "continue".`,
  );
}

/** The body once for each item; items that run together have their own copies of the state. */
export async function runForEach(
  entry: ForEachEntry,
  input: unknown,
  scope: Scope,
  record: StepRecord,
  runSequence: RunSequence,
): Promise<unknown> {
  const { items, concurrency = 1 } = entry.options;
  const context = contextOf(scope, record, scope.signal);
  const list =
    items === undefined ? input : (record.items ?? (await callCaller(scope, () => items(input as never, context))));
  if (typeof list !== "object" || list === null || !(Symbol.iterator in list)) {
    throw new MinutierError(
      "step_failed",
      `The forEach ${JSON.stringify(entry.name)} got ${list === null ? "null" : typeof list} instead of a list. Give it an items function, or an array from the step before.`,
    );
  }
  const all = [...(list as Iterable<unknown>)];
  if (items !== undefined && record.items === undefined) {
    // What a function gave is written with the first item's step, since it might give something else another time.
    record.items = all;
    scope.run.recorder.stepBegan(record);
  }
  const works = all.map((item, index) => {
    const path = `${scope.path}[${index}]`;
    return {
      name: String(index),
      path,
      entries: entry.body,
      input: item,
      conversation: `${scope.conversation}/${path}`,
    };
  });
  if (concurrency === 1) {
    const outputs: unknown[] = [];
    for (const { path, entries, input: item, conversation } of works) {
      outputs.push(await runSequence(entries, item, { ...scope, path, conversation, last: false }));
    }
    return outputs;
  }
  const { outputs, states } = await runTogether(entry.name, works, scope, concurrency, runSequence);
  if (!isDone(record)) mergeBranchStates(entry.name, scope.state, states, undefined);
  return outputs;
}

interface Work {
  name: string;
  path: string;
  entries: readonly Entry[];
  input: unknown;
  conversation?: string;
}

/** At most `concurrency` at once; the first failure aborts the others, and is thrown when all have stopped. */
async function runTogether(
  owner: string,
  works: readonly Work[],
  scope: Scope,
  concurrency: number,
  runSequence: RunSequence,
): Promise<{ outputs: unknown[]; states: Record<string, State> }> {
  const abort = new AbortController();
  const signal = AbortSignal.any([scope.signal, abort.signal]);
  const outputs: unknown[] = Array.from({ length: works.length });
  // Without a prototype: a branch may be named __proto__.
  const states = Object.create(null) as Record<string, State>;
  const queue = works.entries();
  const questions: Question[] = [];
  let failure: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const [index, work] of queue) {
      if (failure !== undefined) return;
      const state = copyState(scope.state);
      states[work.name] = state;
      try {
        const conversation = work.conversation ?? scope.conversation;
        outputs[index] = await runSequence(work.entries, work.input, {
          ...scope,
          path: work.path,
          state,
          branchState: { stored: copyState(state) },
          signal,
          last: false,
          conversation,
        });
      } catch (error) {
        if (error instanceof Suspension) {
          // The others go on: a person's answer may take days.
          questions.push(...error.questions);
          continue;
        }
        failure ??= { error };
        // The others are cancelled: this one's error, or its ctx.stop, is not theirs.
        abort.abort(
          new MinutierError("cancelled", `${JSON.stringify(work.path)} ended the others of ${JSON.stringify(owner)}.`),
        );
        if (failure.error === error && error instanceof StopRun)
          mergeBranchStates(owner, scope.state, { [work.name]: state }, undefined);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, works.length) }, worker));
  if (failure !== undefined) throw (failure as { error: unknown }).error;
  if (questions.length > 0) throw new Suspension(questions);
  return { outputs, states };
}

/** Calls a function of the definition; one that never ends must not hold the run up past its time. */
function callCaller<T>(scope: Scope, call: () => T | Promise<T>): Promise<T> {
  return untilAborted((async () => call())(), scope.signal);
}
