/** Starts a run, unless its caller has started it before, and carries it on. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { Database } from "../db/database.ts";
import { redactRunStart } from "../db/redacted-rows.ts";
import { endForeignLeases, RunLease } from "../db/run-leases.ts";
import { SurrealDb } from "../db/surreal-db.ts";
import {
  encodeRunStart,
  isAlreadyThere,
  isSessionBusy,
  nestedPrefix,
  readState,
  type RunStart,
  startRun,
} from "../db/workflow-runs.ts";
import { errorMessage, MinutierError, RunError } from "../errors.ts";
import { createId } from "../ids.ts";
import { checkId } from "../turn/run-context.ts";
import { insideSession, releaseSession, takeSession } from "../turn/session-lock.ts";
import { isInvalidValue } from "../turn/turn-recorder.ts";
import { validateInput } from "../validate-input.ts";
import type { WorkflowRun } from "../workflow-events.ts";
import { carryRun, waitsElsewhere } from "./carry-run.ts";
import { joinRun, settle } from "./join-run.ts";
import { Replay } from "./replay.ts";
import { resumeNested } from "./resume-run.ts";
import type { RunRequest } from "./run-request.ts";
import { copyState, type State } from "./run-state.ts";

/** Runs it; throws what `Workflow.run` says. */
export async function executeRun(request: RunRequest): Promise<WorkflowRun> {
  const { definition, signal } = request;
  checkRequest(request);
  const input = await checkInput(request);
  const start = toRunStart(request, input);
  if (signal.aborted) throw cancelledBeforeStart(start, signal.reason);
  const database = request.db === undefined ? undefined : SurrealDb.databaseOf(request.db);
  if (database === undefined) {
    // What could not be recorded is refused with or without a database.
    encodeRunStart(start, new RunLease(start.runId, 1));
    request.onRunId?.(start.runId);
    return carryNew(request, start, undefined, copyState(definition.initialState));
  }
  const session = { kind: "workflow", name: definition.name, sessionId: start.sessionId } as const;
  const holder = await takeSession(database, session, signal).catch((error: unknown) => {
    throw signal.aborted ? cancelledBeforeStart(start, signal.reason) : error;
  });
  try {
    return await insideSession(holder, () => runRecorded(request, start, database));
  } catch (error) {
    if (!(error instanceof AlreadyStarted)) throw error;
  } finally {
    releaseSession(database, holder);
  }
  // Outside the session, which the run that is joined has, or needs.
  if (request.parent === undefined) return joinRun(request, start, database);
  const run = await settle(definition, start.runId, database, request);
  if (run.status === "running") throw waitsElsewhere(definition.name);
  return run;
}

async function runRecorded(request: RunRequest, start: RunStart, database: Database): Promise<WorkflowRun> {
  const { parent } = request;
  // A nested run is written under the lease of the run around it, when both are in one database.
  const shared = parent?.db !== undefined && SurrealDb.databaseOf(parent.db) === database ? parent.lease : undefined;
  const lease = shared ?? new RunLease(start.runId, database.leaseMs);
  const on = { database, lease };
  const located = { ...start, ...parentOf(request, lease) };
  // Before it is written: the outer run may end meanwhile, and closes it then.
  request.onRunId?.(start.runId);
  try {
    const state = await startOnRecord(on, located, request.signal);
    return await carryNew(request, located, on, state);
  } catch (error) {
    if (!(error instanceof AlreadyStarted) || shared === undefined) throw error;
    return resumeNested(request.definition, located.runId, request, on);
  }
}

function carryNew(
  request: RunRequest,
  start: RunStart,
  on: { database: Database; lease: RunLease } | undefined,
  state: State,
): Promise<WorkflowRun> {
  const { definition, onEvent } = request;
  const { runId, sessionId, input, metadata } = start;
  onEvent({ type: "run-started", runId, sessionId, workflowName: definition.name, time: new Date(), input });
  const nested = request.parent !== undefined;
  const userId = start.userId;
  return carryRun(
    definition,
    { runId, sessionId, userId, input, metadata, state, replay: new Replay([], false), asked: [], on, nested },
    request,
  );
}

function checkRequest(request: RunRequest): void {
  const { definition, db, commit, key, runId, sessionId } = request;
  checkId("sessionId", sessionId);
  checkId("runId", runId);
  checkId("key", key);
  if (runId?.includes("_") === true) {
    throw new MinutierError(
      "invalid_options",
      `runId is ${JSON.stringify(runId)}. Give one without "_", which stands in the ids of nested runs.`,
    );
  }
  if (db !== undefined) return;
  const wants =
    commit !== undefined || definition.commit !== undefined ? "commit" : key !== undefined ? "key" : undefined;
  if (wants === undefined) return;
  throw new MinutierError(
    "invalid_options",
    `The workflow ${JSON.stringify(definition.name)} has no db, so ${wants} has nowhere to write. Give the workflow a db, or leave ${wants} out.`,
  );
}

async function checkInput({ definition, input }: RunRequest): Promise<unknown> {
  const { schema, name } = definition;
  return schema === undefined ? input : validateInput(`the workflow ${JSON.stringify(name)}`, schema, input);
}

function toRunStart(request: RunRequest, input: unknown): RunStart {
  const { definition, parent } = request;
  return {
    runId: request.runId ?? (parent === undefined ? createId() : nestedId(parent)),
    workflowName: definition.name,
    definition: definition.fingerprint,
    input,
    metadata: request.metadata,
    sessionId: request.sessionId ?? createId(),
    userId: request.userId,
    key: request.key,
    callerCommits: request.commit !== undefined,
    initialState: copyState(definition.initialState),
  };
}

/** The same for the same attempt of the same step, so that a step that is done again finds the run that it began. */
function nestedId({ runId, step, attempt }: NonNullable<RunRequest["parent"]>): string {
  const hash = createHash("sha256").update(`${step}#${attempt}`).digest("hex").slice(0, 12);
  return `${nestedPrefix(runId)}${hash}`;
}

function parentOf({ parent }: RunRequest, lease: RunLease): Pick<RunStart, "parent"> {
  return parent === undefined ? {} : { parent: { runId: parent.runId, step: parent.step, rootId: lease.runId } };
}

/** The run is there already; its own caller hears nothing of this. */
class AlreadyStarted extends Error {}

/** Waits for the session, for as long as another process is at work in it. */
const sessionPollMs = { first: 20, most: 250 };

/** If the start can't be written, nothing runs. A value that can't be stored keeps its own error. */
async function startOnRecord(
  { database, lease }: { database: Database; lease: RunLease },
  start: RunStart,
  signal: AbortSignal,
): Promise<State> {
  const statements = encodeRunStart(redactRunStart(database.redact, start), lease);
  const applied = async (): Promise<unknown[] | undefined> => {
    if ((await database.select(lease.isHeld())).length === 0) return undefined;
    return [{ state: await readState(database, start.workflowName, start.sessionId) }];
  };
  for (let pollMs = sessionPollMs.first; ; pollMs = Math.min(pollMs * 2, sessionPollMs.most)) {
    try {
      return await startRun(database, statements, start.parent === undefined ? { applied } : {});
    } catch (cause) {
      if (isAlreadyThere(cause)) throw new AlreadyStarted();
      if (isInvalidValue(cause)) throw cause;
      if (!isSessionBusy(cause)) throw notRecorded(start, cause);
      await endForeignLeases(database);
      await sleep(pollMs, undefined, { signal }).catch(() => {
        throw cancelledBeforeStart(start, signal.reason);
      });
    }
  }
}

function notRecorded(start: RunStart, cause: unknown): MinutierError {
  return new MinutierError(
    "not_recorded",
    `The start of a run of ${JSON.stringify(start.workflowName)} could not be recorded, so nothing was run: ${errorMessage(cause)}`,
    { cause },
  );
}

function cancelledBeforeStart(start: RunStart, cause: unknown): RunError {
  const message = `The run of ${JSON.stringify(start.workflowName)} was cancelled before it started, so nothing was written.`;
  return new RunError("cancelled", message, { runId: start.runId, cause });
}
