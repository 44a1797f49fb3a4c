/** Carries a run, new or taken over, to its end or to where it waits for a person. */
import type { Database } from "../db/database.ts";
import { leaseKeeperOf } from "../db/lease-keeper.ts";
import { isLeaseLost, type RunLease } from "../db/run-leases.ts";
import { CollectedTransaction } from "../db/run-transaction.ts";
import type { Statement } from "../db/statement.ts";
import { isAnswered, type Question, readState, runEndedMessage } from "../db/workflow-runs.ts";
import { loadSteps } from "../db/workflow-steps.ts";
import { errorMessage, MinutierError } from "../errors.ts";
import { followSignal } from "../turn/follow-signal.ts";
import { untilAborted } from "../turn/until-aborted.ts";
import type { WorkflowResult, WorkflowRun } from "../workflow-events.ts";
import { Replay } from "./replay.ts";
import { runSequence } from "./run-entries.ts";
import { failRun } from "./run-failure.ts";
import { RunRecorder } from "./run-recorder.ts";
import type { CommitFunction, RunCaller, WorkflowDefinition } from "./run-request.ts";
import { CommitFailure, RecordFailure, type Scope, Suspension } from "./run-scope.ts";
import { copyState, type State } from "./run-state.ts";
import { StepOutputs, StopRun } from "./step-context.ts";

/** A run that this process holds. */
export interface HeldRun {
  runId: string;
  sessionId: string;
  userId: string | undefined;
  input: unknown;
  metadata: Record<string, unknown>;
  /** Of its session, as it is stored. */
  state: State;
  /** What was done before. */
  replay: Replay;
  /** The questions that are open on its row. */
  asked: readonly Question[];
  /** Where it is recorded. */
  on: { database: Database; lease: RunLease } | undefined;
  /** The run that it is a part of waits with it. */
  nested: boolean;
}

/** To its end or to where it waits. Throws a `RunError` when it fails, and a `Suspension` when it is nested and waits. */
export async function carryRun(definition: WorkflowDefinition, run: HeldRun, caller: RunCaller): Promise<WorkflowRun> {
  const began = performance.now();
  const stop = new AbortController();
  const release = [
    followSignal(stop, caller.signal),
    limitTime(stop, definition),
    run.on === undefined
      ? () => undefined
      : leaseKeeperOf(run.on.database).keep(run.runId, run.on.lease, (reason) => stop.abort(reason)),
  ];
  const base = { runId: run.runId, sessionId: run.sessionId, workflowName: definition.name };
  const recorder = { current: recorderOf(definition, run) };
  try {
    const result = await goOn(definition, run, caller, recorder, stop.signal);
    const ended = { ...result, durationMs: performance.now() - began } as WorkflowRun;
    if (ended.status === "success") caller.onUsage?.(recorder.current.usage);
    if (ended.status === "running") caller.onEvent({ type: "run-waiting", ...base, time: new Date(), run: ended });
    else caller.onEvent({ type: "run-completed", ...base, time: new Date(), result: ended });
    return ended;
  } catch (error) {
    if (error instanceof Suspension) throw error;
    const runError = await failRun(recorder.current, base, error, stop.signal);
    caller.onUsage?.(recorder.current.usage);
    caller.onEvent({ type: "run-failed", ...base, time: new Date(), error: runError });
    throw runError;
  } finally {
    for (const each of release) each();
  }
}

type Unmeasured<T> = T extends unknown ? Omit<T, "durationMs"> : never;

/** The steps and then the end, or the wait; again when somebody answered while the run was about to wait. */
async function goOn(
  definition: WorkflowDefinition,
  run: HeldRun,
  caller: RunCaller,
  recorder: { current: RunRecorder },
  signal: AbortSignal,
): Promise<Unmeasured<WorkflowRun>> {
  for (;;) {
    const state = copyState(run.state);
    const scope = firstScope(definition, run, caller, recorder.current, state, signal);
    try {
      const output = await runSteps(definition, run.input, scope);
      return await finish(definition, run, caller, recorder.current, { output, state, signal });
    } catch (error) {
      if (!(error instanceof Suspension)) throw error;
      const waiting = await wait(definition, run, recorder.current, error);
      if (waiting !== undefined) return waiting;
      Object.assign(run, await reload(definition, run));
      recorder.current = recorderOf(definition, run);
    }
  }
}

function recorderOf(definition: WorkflowDefinition, run: HeldRun): RunRecorder {
  const { runId, sessionId } = run;
  return new RunRecorder(run.on, { runId, sessionId, workflowName: definition.name }, run.state, run.replay);
}

async function finish(
  definition: WorkflowDefinition,
  run: HeldRun,
  caller: RunCaller,
  recorder: RunRecorder,
  { output, state, signal }: { output: unknown; state: State; signal: AbortSignal },
): Promise<Unmeasured<WorkflowResult>> {
  const { runId, sessionId, metadata } = run;
  const commits = [definition.commit, caller.commit].filter((commit) => commit !== undefined);
  const committed = await collectCommits(commits, run, output, state, signal);
  const done = await endRun(recorder, output, committed);
  if (!done) throw new RecordFailure(new MinutierError("run_finished", `The run ${runId} had already ended.`), output);
  return {
    id: runId,
    status: "success",
    output,
    sessionId,
    workflowName: definition.name,
    metadata,
    state: copyState(state),
  };
}

/** Leaves the run to those who are asked; `undefined` when one of them has answered meanwhile. */
async function wait(
  definition: WorkflowDefinition,
  run: HeldRun,
  recorder: RunRecorder,
  { questions }: Suspension,
): Promise<Unmeasured<WorkflowRun> | undefined> {
  const { runId, sessionId, metadata } = run;
  if (run.nested && run.on?.lease.runId === runId) throw waitsElsewhere(definition.name);
  try {
    await recorder.wait(questions);
  } catch (cause) {
    if (isAnswered(cause)) return undefined;
    throw new RecordFailure(cause, undefined);
  }
  if (run.nested) throw new Suspension(questions);
  return {
    id: runId,
    status: "running",
    waitingFor: questions.map(({ step, reason, who }) => ({
      step,
      reason,
      ...(who === undefined ? {} : { who: [...who] }),
    })),
    sessionId,
    workflowName: definition.name,
    metadata,
  };
}

/** A nested run waits with the run around it, which it can only in the same database. */
export function waitsElsewhere(workflowName: string): MinutierError {
  const message = `The workflow ${JSON.stringify(workflowName)} waits for a person inside another run, and has a db of its own. Leave its db out: it then waits in the outer run's.`;
  return new MinutierError("invalid_definition", message);
}

async function reload(definition: WorkflowDefinition, run: HeldRun): Promise<Partial<HeldRun>> {
  if (run.on === undefined) return {};
  const { database } = run.on;
  const [steps, state] = await Promise.all([
    loadSteps(database, run.runId),
    readState(database, definition.name, run.sessionId),
  ]);
  return { replay: new Replay(steps), state: state ?? run.state };
}

function firstScope(
  definition: WorkflowDefinition,
  run: HeldRun,
  caller: RunCaller,
  recorder: RunRecorder,
  state: State,
  signal: AbortSignal,
): Scope {
  let next = run.replay.nextNumber;
  const { runId, sessionId, userId, input, metadata, replay, asked, on } = run;
  const { db, onEvent, streaming } = caller;
  return {
    run: {
      runId,
      sessionId,
      userId,
      input,
      metadata,
      replay,
      asked,
      db,
      recorder,
      onEvent,
      streaming,
      workflowName: definition.name,
      lease: on?.lease,
      outputs: new StepOutputs(),
      nextNumber: () => next++,
    },
    path: "",
    state,
    branchState: undefined,
    signal,
    last: true,
    conversation: sessionId,
  };
}

/** The last step's output, or what `ctx.stop` gave. */
async function runSteps(definition: WorkflowDefinition, input: unknown, scope: Scope): Promise<unknown> {
  try {
    return await runSequence(definition.steps, input, scope);
  } catch (error) {
    if (error instanceof StopRun) return error.output;
    throw error;
  }
}

/** The statements of the definition's and the caller's own rows. */
async function collectCommits(
  commits: readonly CommitFunction[],
  { runId: id, input, sessionId, metadata }: HeldRun,
  output: unknown,
  state: State,
  signal: AbortSignal,
): Promise<readonly Statement[]> {
  const transaction = new CollectedTransaction();
  try {
    for (const commit of commits) {
      const run = { id, input, output, sessionId, metadata, state: copyState(state) };
      await untilAborted((async () => commit(transaction, run))(), signal);
    }
  } catch (cause) {
    throw new CommitFailure(cause, output);
  }
  return transaction.statements;
}

async function endRun(recorder: RunRecorder, output: unknown, committed: readonly Statement[]): Promise<boolean> {
  try {
    return await recorder.end({ status: "success", output }, committed);
  } catch (cause) {
    if (errorMessage(cause).includes(runEndedMessage)) return false;
    // A statement that the database refuses is the caller's; a connection that is gone is nobody's.
    const refused = MinutierError.isInstance(cause) && cause.code === "query_failed" && !isLeaseLost(cause);
    if (committed.length > 0 && refused) throw new CommitFailure(cause, output);
    throw new RecordFailure(cause, output);
  }
}

function limitTime(stop: AbortController, { name, timeoutMs }: WorkflowDefinition): () => void {
  if (timeoutMs === undefined) return () => undefined;
  const timer = setTimeout(() => {
    stop.abort(new MinutierError("timeout", `the workflow ${JSON.stringify(name)} went past its ${timeoutMs} ms`));
  }, timeoutMs);
  return () => clearTimeout(timer);
}
