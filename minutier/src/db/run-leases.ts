/**
 * Leases: who works on a run. A small row beside the run's own (`run_leases:<run>`), so that a sign of life never
 * rewrites the run's input, and so that recovery reads only what is under way. It is there while somebody works on
 * the run and has to be written by every write of the run: two processes that both believe to hold it conflict, and
 * only one of them is committed. Only the database's clock is asked.
 */
import { RecordId } from "surrealdb";

import { errorMessage, MinutierError } from "../errors.ts";
import { createId } from "../ids.ts";
import { type Refusal, type RunEvent, type RunState, statesBefore, transition } from "../run/transitions.ts";
import type { Database } from "./database.ts";
import { fixed, renderQuery, type Statement, surql } from "./statement.ts";

const processKey = Symbol.for("minutier.process");

/** How a transaction says that its writer does not hold the run any more. */
const lostMarker = "minutier:lease_lost";
const stateMarker = "minutier:run_state:";

// Texts of our own, not parameters: each of those costs 5 µs a write.
const throwLost = fixed(`THROW "${lostMarker}"`);

/** When a lease ends that is taken or renewed now. */
function leaseEnd(leaseMs: number): Statement {
  return fixed(`time::now() + ${Math.ceil(leaseMs * renewalsPerLease)}ms`);
}

/** A lease is over when its holder gave no sign of life for this many renewal times. */
export const renewalsPerLease = 3;

/** The same for all copies of this library in the process. */
const thisProcess: string = ((globalThis as { [processKey]?: string })[processKey] ??= createId());

/** The run's lease, as its holder has it. A nested run is written under the lease of the run that it is a part of. */
export class RunLease {
  readonly runId: string;
  /** New at each claim: a process that lost the run and took it again is another holder. */
  readonly holder: string = `${thisProcess}-${createId()}`;
  /** By this process's own clock: before it was taken. */
  readonly madeAt: number = performance.now();
  readonly #id: RecordId;
  readonly #end: Statement;

  constructor(runId: string, leaseMs: number) {
    this.runId = runId;
    this.#id = leaseRecord(runId);
    this.#end = leaseEnd(leaseMs);
  }

  /**
   * Takes the lease: for a run that starts, or that `requireState` has found free. What the holder before was asked
   * to end stays asked.
   */
  take(): Statement {
    return surql`UPSERT ${this.#id} SET holder = ${this.holder}, expires_at = ${this.#end} RETURN NONE`;
  }

  /** The same statement, which now fails its transaction unless this is still the holder, and renews the lease. */
  fenced(statement: Statement): Statement {
    return surql`IF (${this.#renewal()}) = [] { ${throwLost} } ELSE { ${statement} }`;
  }

  /** The same statement, which now fails its transaction unless this is still the holder, and gives the lease up. */
  ending(statement: Statement): Statement {
    return surql`IF (DELETE ${this.#id} WHERE holder = ${this.holder} RETURN BEFORE) = [] { ${throwLost} } ELSE { ${statement} }`;
  }

  /** Fails its transaction, as one that is not the holder's, unless the statement changes a row. */
  requiring(statement: Statement): Statement {
    return surql`IF (${statement}) = [] { THROW ${lostMarker} }`;
  }

  /** Fails its transaction with `reason`; for one who is not the holder any more, with that. */
  failing(reason: string): Statement {
    return surql`IF (${this.isHeld()}) = [] { ${throwLost} } ELSE { THROW ${reason} }`;
  }

  /** Gives the run up at once, for another process to go on with or to end. */
  release(): Statement {
    return surql`UPDATE ${this.#id} SET expires_at = time::now() WHERE holder = ${this.holder} RETURN NONE`;
  }

  /** Whether this is still the holder: one row or none. */
  isHeld(): Statement {
    return surql`SELECT VALUE id FROM ${this.#id} WHERE holder = ${this.holder}`;
  }

  #renewal(): Statement {
    return surql`UPDATE ${this.#id} SET expires_at = ${this.#end} WHERE holder = ${this.holder} RETURN VALUE holder`;
  }
}

export function leaseRecord(runId: string): RecordId<"run_leases", string> {
  return new RecordId("run_leases", runId);
}

const embeddedLooked = new WeakSet<Database>();

/**
 * In an embedded database, which one process has at a time, the leases of other processes are over: nobody has to wait
 * for the clock. One look, the first time; nothing for a database of several processes.
 */
export async function endForeignLeases(database: Database): Promise<void> {
  if (database.isShared || embeddedLooked.has(database)) return;
  const foreign = await database.select<RecordId>(
    surql`SELECT VALUE id FROM run_leases WHERE !string::starts_with(holder, ${thisProcess})`,
  );
  if (foreign.length > 0) await database.write([surql`UPDATE ${foreign} SET expires_at = time::now() RETURN NONE`]);
  embeddedLooked.add(database);
}

/** One renewal for all leases of a process; gives the ids that are still held, and what was asked to end. */
export function renewStatement(leases: readonly RunLease[], leaseMs: number): Statement {
  const ids = leases.map((lease) => leaseRecord(lease.runId));
  return surql`UPDATE ${ids} SET expires_at = ${leaseEnd(leaseMs)} WHERE holder IN ${leases.map((lease) => lease.holder)} RETURN id, holder, cancel`;
}

/** The state of a run, by the database's clock, as SurrealQL. */
function runState(runId: string): Statement {
  const run = new RecordId("workflow_runs", runId);
  const lease = leaseRecord(runId);
  return surql`IF ${run}.status = NONE { 'new' } ELSE IF ${run}.status != 'running' { ${run}.status }
    ELSE IF ${lease}.expires_at > time::now() { 'working' }
    ELSE IF ${lease}.expires_at = NONE AND ${run}.waiting_for != NONE { 'waiting' } ELSE { 'abandoned' }`;
}

/** The state of a run now: one round trip. */
export async function readRunState(database: Database, runId: string): Promise<RunState> {
  await database.createTables();
  await endForeignLeases(database);
  const [state] = await database.runAll(renderQuery([surql`RETURN (${runState(runId)})`], false));
  return state as RunState;
}

/** The statement that fails its transaction unless `event` may happen to the run now, and leads to `after`. */
export function requireState(runId: string, event: RunEvent, after?: RunState): Statement {
  return surql`{ LET $state = (${runState(runId)}); IF $state NOT IN ${statesBefore(event, after)} { THROW ${stateMarker} + $state } }`;
}

/** Why `requireState` refused, or `undefined` for another error. */
export function refusalOf(error: unknown, event: RunEvent): { state: RunState; reason: Refusal } | undefined {
  const state = new RegExp(`${stateMarker}(\\w+)`).exec(errorMessage(error))?.[1] as RunState | undefined;
  if (state === undefined) return undefined;
  const outcome = transition(state, event);
  // What may happen, but leads elsewhere: its holder is to do it.
  return { state, reason: "refused" in outcome ? outcome.refused : "held" };
}

/** True for a write of one who is not the run's holder any more. */
export function isLeaseLost(error: unknown): boolean {
  if (MinutierError.isInstance(error) && error.code === "lease_lost") return true;
  return errorMessage(error).includes(lostMarker);
}

/** The error of one whose run goes on elsewhere. */
export function leaseLost(runId: string, cause?: unknown): MinutierError {
  return new MinutierError(
    "lease_lost",
    `The run ${runId} is no longer held here: this process gave no sign of life for too long, and another one took the run over, closed it or went on in its session. Nothing more of it was written from here.`,
    { cause, details: { runId } },
  );
}
