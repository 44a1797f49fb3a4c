/** Goes on with a run that another process began: all that it needs is in the database. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Database } from "../db/database.ts";
import { leaseKeeperOf } from "../db/lease-keeper.ts";
import { claimRun } from "../db/run-claims.ts";
import { endForeignLeases, isLeaseLost, leaseLost, RunLease } from "../db/run-leases.ts";
import { SurrealDb } from "../db/surreal-db.ts";
import { loadRun, type Question, reopenSession } from "../db/workflow-runs.ts";
import { loadSteps } from "../db/workflow-steps.ts";
import { MinutierError } from "../errors.ts";
import type { RunQuestion, WorkflowRunRow } from "../records.ts";
import { insideSession, releaseSession, takeSession } from "../turn/session-lock.ts";
import type { WorkflowRun } from "../workflow-events.ts";
import { carryRun } from "./carry-run.ts";
import { Replay } from "./replay.ts";
import { outcomeOf } from "./run-outcome.ts";
import type { RunCaller, WorkflowDefinition } from "./run-request.ts";
import type { State } from "./run-state.ts";

/** Goes on with a run whose process died; gives the result of one that has ended. */
export async function resumeRun(
  definition: WorkflowDefinition,
  runId: string,
  caller: RunCaller,
): Promise<WorkflowRun> {
  const database = databaseOf(definition, caller);
  const row = await findRun(database, definition, runId);
  if (row.status !== "running") return outcomeOf(database, row);
  checkResumable(definition, row, caller);
  const lease = new RunLease(runId, database.leaseMs);
  await endForeignLeases(database);
  try {
    await claimRun(database, runId, lease);
  } catch (error) {
    // It ended between the two.
    if (!MinutierError.isInstance(error) || error.code !== "run_finished") throw error;
    return outcomeOf(database, await findRun(database, definition, runId));
  }
  return carryHeld(definition, row, { database, lease }, caller);
}

/** Goes on with a run that this process has just taken. */
export async function carryHeld(
  definition: WorkflowDefinition,
  row: WorkflowRunRow,
  on: { database: Database; lease: RunLease },
  caller: RunCaller,
): Promise<WorkflowRun> {
  const { database, lease } = on;
  const stop = new AbortController();
  const signal = AbortSignal.any([caller.signal, stop.signal]);
  const release = leaseKeeperOf(database).keep(lease.runId, lease, (reason) => stop.abort(reason));
  const session = { kind: "workflow", name: definition.name, sessionId: row.session_id } as const;
  try {
    const holder = await takeSession(database, session, signal).catch((error: unknown) => giveUp(on, error));
    try {
      const state = await waitForSession(definition, row, on, signal).catch((error: unknown) => giveUp(on, error));
      return await insideSession(holder, () => carryStored(definition, row, on, state, caller, false));
    } finally {
      releaseSession(database, holder);
    }
  } finally {
    release();
  }
}

/** Before anything of the run was done here: whoever ends it, or goes on with it, need not wait for the lease's end. */
async function giveUp({ database, lease }: { database: Database; lease: RunLease }, error: unknown): Promise<never> {
  await database.write([lease.release()]).catch(() => undefined);
  throw error;
}

/** Goes on with a nested run, under the lease of the run around it; gives the result of one that has ended. */
export async function resumeNested(
  definition: WorkflowDefinition,
  runId: string,
  caller: RunCaller,
  on: { database: Database; lease: RunLease },
): Promise<WorkflowRun> {
  const row = await findRun(on.database, definition, runId);
  if (row.status !== "running") {
    caller.onUsage?.(row.model_usage ?? []);
    return outcomeOf(on.database, row);
  }
  checkFingerprint(definition, row);
  const state = await waitForSession(definition, row, on, caller.signal);
  return carryStored(definition, row, on, state, caller, true);
}

async function carryStored(
  definition: WorkflowDefinition,
  row: WorkflowRunRow,
  on: { database: Database; lease: RunLease },
  state: State,
  caller: RunCaller,
  nested: boolean,
): Promise<WorkflowRun> {
  const runId = row.id.id;
  // Read under the lease: nobody else writes them any more.
  const [steps, current] = await Promise.all([loadSteps(on.database, runId), loadRun(on.database, runId)]);
  const { session_id: sessionId, user_id: userId, input, metadata } = row;
  caller.onEvent({ type: "run-resumed", runId, sessionId, workflowName: definition.name, time: new Date(), input });
  const asked = (current?.waiting_for ?? []).map(toQuestion);
  const replay = new Replay(steps);
  return carryRun(definition, { runId, sessionId, userId, input, metadata, state, replay, asked, on, nested }, caller);
}

const sessionPollMs = { first: 20, most: 250 };

async function waitForSession(
  { name: workflowName, initialState }: WorkflowDefinition,
  row: WorkflowRunRow,
  { database, lease }: { database: Database; lease: RunLease },
  signal: AbortSignal,
): Promise<State> {
  const session = { workflowName, sessionId: row.session_id, initialState };
  for (let pollMs = sessionPollMs.first; ; pollMs = Math.min(pollMs * 2, sessionPollMs.most)) {
    const state = await reopenSession(database, session, lease).catch((error: unknown) => {
      throw isLeaseLost(error) ? leaseLost(row.id.id, error) : error;
    });
    if (state !== undefined) return state;
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** The run's row; throws when it is none of this workflow's. */
export async function findRun(
  database: Database,
  definition: WorkflowDefinition,
  runId: string,
): Promise<WorkflowRunRow> {
  const row = await loadRun(database, runId);
  if (row === undefined) throw new MinutierError("not_found", `There is no run ${runId}.`, { details: { runId } });
  if (row.workflow_name === definition.name) return row;
  throw new MinutierError(
    "invalid_options",
    `The run ${runId} is one of ${JSON.stringify(row.workflow_name)}, not of ${JSON.stringify(definition.name)}. Use the workflow that it was started with.`,
  );
}

/** Throws for a run that can't go on here. */
export function checkResumable(definition: WorkflowDefinition, row: WorkflowRunRow, caller: RunCaller): void {
  const runId = row.id.id;
  if (row.root_run !== undefined) {
    throw new MinutierError(
      "invalid_options",
      `The run ${runId} is a part of the run ${row.root_run.id}. Go on with that one.`,
    );
  }
  checkFingerprint(definition, row);
  if (row.caller_commits === true && caller.commit === undefined) {
    throw new MinutierError(
      "invalid_options",
      `The run ${runId} was started with a commit of its caller, which is not in the database. Give it again as the commit option, or put it into the workflow's definition.`,
    );
  }
}

function checkFingerprint(definition: WorkflowDefinition, row: WorkflowRunRow): void {
  if (row.definition === definition.fingerprint) return;
  throw new MinutierError(
    "definition_changed",
    `The run ${row.id.id} of ${JSON.stringify(definition.name)} was started with other steps (${row.definition ?? "unknown"}) than the workflow has now (${definition.fingerprint}), so it can't go on. Run it where the old definition is, or close it with db.runs.interrupt().`,
    { details: { runId: row.id.id } },
  );
}

/** The database of the workflow's runs; throws when there is none. */
export function databaseOf(definition: WorkflowDefinition, { db }: RunCaller): Database {
  if (db !== undefined) return SurrealDb.databaseOf(db);
  throw new MinutierError(
    "invalid_options",
    `The workflow ${JSON.stringify(definition.name)} has no db, so none of its runs is on record. Give it a db.`,
  );
}

function toQuestion({ run, on_deadline, ...question }: RunQuestion): Question {
  return { ...question, runId: run.id, onDeadline: on_deadline };
}
