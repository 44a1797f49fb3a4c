/** Puts one run of a workflow on the record, as it happens. */
import { isDeepStrictEqual } from "node:util";

import type { Database } from "../db/database.ts";
import { writeRunChanges } from "../db/run-changes.ts";
import type { Statement } from "../db/statement.ts";
import {
  endRunStatement,
  encodeRunStart,
  requireRunningStatement,
  type RunEnd,
  type RunStart,
  saveStateStatement,
  startRun,
} from "../db/workflow-runs.ts";
import { saveStepStatement, type StepRecord } from "../db/workflow-steps.ts";
import { copyState, type State } from "./run-state.ts";

/** A step that is still at work after this long shows as `running`; a quicker one is written once, when it ends. */
const showRunningAfterMs = 50;

/** Records one run; without a database, records nothing. */
export class RunRecorder {
  readonly #database: Database | undefined;
  readonly #start: RunStart;
  /** Steps that have begun and are not yet shown. */
  readonly #begun = new Map<number, StepRecord>();
  #showTimer: NodeJS.Timeout | undefined;
  /** What waits for the run's last write. */
  #deferred: Statement[] = [];
  #savedState: State = {};

  constructor(database: Database | undefined, start: RunStart) {
    this.#database = database;
    this.#start = start;
  }

  /** The run's row, status `running`, and its session: one round trip. Gives the session's state. */
  async start(): Promise<State> {
    const statements = encodeRunStart(this.#start);
    const state = this.#database === undefined ? this.#start.initialState : await startRun(this.#database, statements);
    this.#savedState = copyState(state);
    return copyState(state);
  }

  /** A step begins; it is written when it ends, or shown as running when that takes a while. */
  stepBegan(step: StepRecord): void {
    if (this.#database === undefined) return;
    this.#begun.set(step.number, step);
    this.#showTimer ??= setTimeout(() => this.#showRunning(), showRunningAfterMs);
  }

  /**
   * The statements that store a step as it is now and, when given, the session's state if it changed; throws
   * `invalid_value` when either can't be stored.
   */
  prepareStep(step: StepRecord, state: State | undefined): Statement[] {
    return [saveStepStatement(step), ...(state === undefined ? [] : this.#stateStatements(state))];
  }

  /** Commits a step's end: one round trip. `last` leaves it to the run's own end. */
  async commitStep(number: number, statements: readonly Statement[], last: boolean): Promise<void> {
    this.#begun.delete(number);
    if (this.#database === undefined) return;
    if (last) this.#deferred.push(...statements);
    else await this.#database.write([...this.#takeBegun(), ...statements]);
  }

  /**
   * The run's final state, if it is still running, with the caller's own statements in one transaction: one round
   * trip. False when the run had already ended; nothing of the transaction is then written.
   */
  async end(end: RunEnd, committed: readonly Statement[] = []): Promise<boolean> {
    const { runId } = this.#start;
    const guarded = committed.length === 0 ? [] : [requireRunningStatement(runId), ...committed];
    const statements = [...this.#takeBegun(), ...this.#deferred, ...guarded, endRunStatement(runId, end)];
    if (this.#database === undefined) return true;
    const results = await writeRunChanges(this.#database, statements);
    return (results.at(-1) as unknown[]).length === 1;
  }

  /** Forgets what the database refused, so that it does not refuse the run's end with it. */
  dropDeferred(): void {
    this.#deferred = [];
  }

  #stateStatements(state: State): Statement[] {
    if (isDeepStrictEqual(state, this.#savedState)) return [];
    const statement = saveStateStatement(this.#start.workflowName, this.#start.sessionId, state);
    this.#savedState = copyState(state);
    return [statement];
  }

  #takeBegun(): Statement[] {
    const statements = [...this.#begun.values()].map(saveStepStatement);
    this.#begun.clear();
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    return statements;
  }

  #showRunning(): void {
    const statements = this.#takeBegun();
    // Only a view of what is under way: if it can't be written now, the step's end will say so.
    if (statements.length > 0) void this.#database?.write(statements).catch(() => undefined);
  }
}
