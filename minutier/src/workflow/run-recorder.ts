/** Puts one run of a workflow on the record, as it happens, under the run's lease. */
import { isDeepStrictEqual } from "node:util";

import type { Database } from "../db/database.ts";
import { leaseKeeperOf } from "../db/lease-keeper.ts";
import type { RunLease } from "../db/run-leases.ts";
import { redactQuestion, redactRunEnd, redactStep } from "../db/redacted-rows.ts";
import { redactValue } from "../db/redact-value.ts";
import { writeRunChanges } from "../db/run-changes.ts";
import type { Statement } from "../db/statement.ts";
import {
  closeNestedStatement,
  endedByStatement,
  endRunStatement,
  type Question,
  requireRunningStatement,
  type RunEnd,
  saveStateStatement,
  waitsStatement,
  waitStatements,
} from "../db/workflow-runs.ts";
import { saveStepStatement, skipOpenStepsStatement, type StepRecord } from "../db/workflow-steps.ts";
import { addUsage } from "../model-usage.ts";
import type { ModelUsage } from "../records.ts";
import type { Replay } from "./replay.ts";
import { copyState, type State } from "./run-state.ts";

/** A step that is still at work after this long shows as `running`; a quicker one is written once, when it ends. */
const showRunningAfterMs = 50;

/** Where a run is recorded. */
export interface RunRecord {
  database: Database;
  lease: RunLease;
}

/** Records one run; without a database, records nothing. */
export class RunRecorder {
  readonly #on: RunRecord | undefined;
  readonly #run: { runId: string; workflowName: string; sessionId: string };
  /** Steps that have begun and are not yet shown. */
  readonly #begun = new Map<number, StepRecord>();
  #showTimer: NodeJS.Timeout | undefined;
  /** What waits for the run's last write, and who is told after it. */
  #deferred: Statement[] = [];
  #listeners: (() => void)[] = [];
  #savedState: State;
  /** Whether steps and nested runs of another process may be open, which this one has not come to. */
  readonly #goesOn: boolean;
  /** Steps that wait for somebody: approvals that ask, and what is around them. */
  readonly #waiting = new Set<number>();
  /** Nested runs that have not said how they ended. */
  readonly #nested = new Set<string>();

  /** Tokens of each step that asked models. */
  readonly #usage = new Map<number, readonly ModelUsage[]>();

  /** `state` is the session's as it is stored; `replay` is what was done before this process had the run. */
  constructor(
    on: RunRecord | undefined,
    run: { runId: string; workflowName: string; sessionId: string },
    state: State,
    replay: Replay,
  ) {
    this.#on = on;
    this.#run = run;
    this.#savedState = copyState(state);
    this.#goesOn = !replay.isEmpty;
    for (const step of replay.steps) this.#count(step);
  }

  /** What the run's models read and wrote so far, one entry a model. */
  get usage(): ModelUsage[] {
    return [...this.#usage.values()].reduce<ModelUsage[]>(addUsage, []);
  }

  /** Whether the run is recorded in this database. */
  isIn(database: Database): boolean {
    return this.#on?.database === database;
  }

  /**
   * A step begins, or has decided something that a run which goes on must know; it is written when it ends, with
   * another step's end, or when that takes a while.
   */
  stepBegan(step: StepRecord): void {
    if (this.#on === undefined) return;
    this.#begun.set(step.number, step);
    this.#showTimer ??= setTimeout(() => this.#showRunning(), showRunningAfterMs);
  }

  /** False after a silence in which another process may have taken the run: ask `confirmHeld` before code begins. */
  get isFresh(): boolean {
    return this.#on === undefined || leaseKeeperOf(this.#on.database).isFresh(this.#on.lease);
  }

  /** Throws `lease_lost` unless this process still holds the run: one round trip. */
  async confirmHeld(): Promise<void> {
    if (this.#on !== undefined) await leaseKeeperOf(this.#on.database).confirm(this.#on.lease);
  }

  /** Commits that a step is tried again, so that another process would know: one round trip. */
  async saveAttempt(step: StepRecord): Promise<void> {
    this.#begun.delete(step.number);
    await this.#write([...this.#takeBegun(), this.#saveStep(step)]);
  }

  /**
   * The statements that store a step as it is now and, when given, the session's state if it changed; throws
   * `invalid_value` when either can't be stored.
   */
  prepareStep(step: StepRecord, state: State | undefined): Statement[] {
    return [this.#saveStep(step), ...(state === undefined ? [] : this.#stateStatements(state))];
  }

  /** Commits a step's end, and tells it: one round trip. `last` leaves both to the run's own end. */
  async commitStep(number: number, statements: readonly Statement[], last: boolean, tell: () => void): Promise<void> {
    this.#begun.delete(number);
    this.#waiting.delete(number);
    if (last) {
      this.#deferred.push(...statements);
      this.#listeners.push(tell);
    } else {
      await this.#write([...this.#takeBegun(), ...statements]);
      tell();
    }
  }

  /** A nested run begins: it is closed with this run, unless it ends before. Call what this returns when it does. */
  nestedBegan(runId: string): () => void {
    this.#nested.add(runId);
    return () => void this.#nested.delete(runId);
  }

  /** A step can't go on without a person: it is closed when the run ends instead of waiting. */
  stepWaits(step: StepRecord): void {
    this.#waiting.add(step.number);
  }

  /** Leaves the run to the people who are asked: one round trip. */
  async wait(questions: readonly Question[]): Promise<void> {
    if (this.#on === undefined) return;
    const { database, lease } = this.#on;
    const { runId } = this.#run;
    const asked = questions.map((question) => redactQuestion(database.redact, question));
    const statements = [...this.#takeBegun(), ...waitStatements(runId, asked, lease, this.usage)];
    const applied = async (): Promise<unknown[] | undefined> => {
      const rows = await database.select(waitsStatement(runId, lease));
      return rows.length === 0 ? undefined : [];
    };
    await writeRunChanges(database, statements, { applied });
  }

  /**
   * The run's final state, if it is still running, with the caller's own statements in one transaction: one round
   * trip. False when the run had already ended; nothing of the transaction is then written.
   */
  async end(end: RunEnd, committed: readonly Statement[] = []): Promise<boolean> {
    const { runId } = this.#run;
    this.#skipWaiting();
    const begun = this.#takeBegun();
    if (this.#on === undefined) return this.#tellDeferred();
    const { database, lease } = this.#on;
    const guarded = committed.length === 0 ? [] : [requireRunningStatement(runId, lease), ...committed];
    const statements = [
      ...begun,
      ...this.#deferred,
      ...this.#closeOpen(end, begun.length > 0),
      ...guarded,
      endRunStatement(runId, redactRunEnd(database.redact, end), lease, this.usage),
    ];
    const applied = async (): Promise<unknown[] | undefined> => {
      const rows = await database.select(endedByStatement(runId, lease));
      return rows.length === 0 ? undefined : [rows];
    };
    const results = await writeRunChanges(database, statements, { applied });
    return (results.at(-1) as unknown[]).length === 1 && this.#tellDeferred();
  }

  /** Forgets what the database refused, so that it does not refuse the run's end with it. */
  dropDeferred(): void {
    this.#deferred = [];
    this.#listeners = [];
  }

  #tellDeferred(): true {
    for (const tell of this.#listeners.splice(0)) tell();
    return true;
  }

  #skipWaiting(): void {
    for (const number of this.#waiting) {
      const step = this.#begun.get(number);
      if (step !== undefined) Object.assign(step, { status: "skipped", completedAt: new Date() });
    }
  }

  /** The run ends although somebody is asked or a nested run goes on: these are closed with it. */
  #closeOpen(end: RunEnd, hasBegun: boolean): Statement[] {
    const { runId } = this.#run;
    const mayBeOpen = hasBegun || this.#goesOn || this.#waiting.size > 0;
    const code = end.status === "error" && end.code === "timeout" ? "timeout" : "cancelled";
    const message = `The run was ended: the run ${runId} around it had ended.`;
    return [
      ...(mayBeOpen ? [skipOpenStepsStatement(runId)] : []),
      ...(this.#goesOn || this.#nested.size > 0 ? [closeNestedStatement(runId, { code, message })] : []),
    ];
  }

  #count({ number, modelUsage }: StepRecord): void {
    if (modelUsage !== undefined) this.#usage.set(number, modelUsage);
  }

  #saveStep(step: StepRecord): Statement {
    this.#count(step);
    return saveStepStatement(redactStep(this.#on?.database.redact, step));
  }

  #stateStatements(state: State): Statement[] {
    if (isDeepStrictEqual(state, this.#savedState)) return [];
    this.#savedState = copyState(state);
    if (this.#on === undefined) return [];
    const { database, lease } = this.#on;
    return [saveStateStatement(this.#run, redactValue(database.redact, state, "ctx.state"), lease)];
  }

  /** Fails unless this process still holds the run: the first statement asks, the transaction does the rest. */
  async #write([first, ...others]: readonly Statement[]): Promise<void> {
    if (this.#on === undefined || first === undefined) return;
    const { database, lease } = this.#on;
    const started = performance.now();
    await database.write([lease.fenced(first), ...others]);
    leaseKeeperOf(database).noteRenewal(lease, started);
  }

  #takeBegun(): Statement[] {
    const statements = [...this.#begun.values()].map((step) => this.#saveStep(step));
    this.#begun.clear();
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    return statements;
  }

  #showRunning(): void {
    // Only a view of what is under way: if it can't be written now, the step's end will say so.
    void this.#write(this.#takeBegun()).catch(() => undefined);
  }
}
