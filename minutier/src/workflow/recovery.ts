/** `Recovery`: sees to the runs that nobody works on any more. */
import { type DueQuestion, type DueRun, listAbandoned, listOverdue } from "../db/due-runs.ts";
import { leaseLost } from "../db/run-leases.ts";
import { SurrealDb } from "../db/surreal-db.ts";
import { MinutierError } from "../errors.ts";
import { answerRun } from "./answer-run.ts";
import { resumeRun } from "./resume-run.ts";
import type { RunCaller, WorkflowDefinition } from "./run-request.ts";
import { tellSafely } from "./tell-safely.ts";
import { Workflow } from "./workflow.ts";

/** What a recovery did, or could not do. */
export type RecoveryEvent =
  /** It goes on with the run. */
  | { type: "run-resumed"; runId: string; workflowName: string }
  /** The run that it went on with has ended, or waits for a person. */
  | { type: "run-settled"; runId: string; workflowName: string; status: "success" | "error" | "running" }
  /** It closed the run as `interrupted`. */
  | { type: "run-interrupted"; runId: string; workflowName: string; reason: string }
  /** A deadline passed, and it answered in nobody's name. */
  | { type: "deadline-passed"; runId: string; workflowName: string; step: string }
  /** The run can't be seen to here; it is left as it is. */
  | { type: "run-left"; runId: string; workflowName: string; error: unknown }
  /** The database could not be asked; it is asked again at the next round. */
  | { type: "round-failed"; error: unknown };

/** Options of `Recovery`. */
export interface RecoveryOptions {
  db: SurrealDb;
  /** The workflows whose runs this process may go on with; the runs of others are left alone. */
  workflows: readonly Workflow[];
  /** Milliseconds between two rounds. @default 5000 */
  intervalMs?: number;
  /** How many runs it goes on with at once. @default 8 */
  concurrency?: number;
  /** A run that went down with so many processes is closed as `interrupted`: it may be what they die of. @default 5 */
  maxResumes?: number;
  /** Told what it does. Without it, it is silent. */
  onEvent?: (event: RecoveryEvent) => void;
}

/**
 * Looks for runs whose process died, and goes on with them or closes them, as their workflow's `onInterrupted` says;
 * answers questions whose deadline has passed. Any number of processes may have one: of several that see a run, one
 * takes it. Runs from `start()` until `close()`.
 */
export class Recovery {
  readonly #db: SurrealDb;
  readonly #definitions: ReadonlyMap<string, WorkflowDefinition>;
  readonly #options: Required<Omit<RecoveryOptions, "db" | "workflows">>;
  readonly #stop = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(options: RecoveryOptions) {
    this.#db = options.db;
    this.#definitions = new Map(options.workflows.map((workflow) => [workflow.name, Workflow.definitionOf(workflow)]));
    const { intervalMs = 5000, concurrency = 8, maxResumes = 5, onEvent = () => undefined } = options;
    for (const [name, value] of Object.entries({ intervalMs, concurrency, maxResumes })) {
      if (!Number.isSafeInteger(value) || value < 1)
        throw new MinutierError("invalid_options", `${name} is ${value}. Give a whole number from 1.`);
    }
    this.#options = { intervalMs, concurrency, maxResumes, onEvent: tellSafely(onEvent) };
  }

  /** Looks now, and then again and again. */
  start(): this {
    if (this.#stop.signal.aborted)
      throw new MinutierError("invalid_options", "This Recovery is closed. Make a new one.");
    this.#timer ??= setInterval(() => void this.round(), this.#options.intervalMs);
    void this.round();
    return this;
  }

  /** Looks once; resolves when all that it found is seen to. */
  async round(): Promise<void> {
    this.#round ??= this.#lookOnce().finally(() => (this.#round = undefined));
    await this.#round;
    await Promise.allSettled(this.#underWay.values());
  }

  /**
   * Ends it. The runs that it goes on with have `graceMs` (default 0) to end; then their steps' signals abort, and the
   * runs are left to another process. Harmless twice.
   */
  async close(options: { graceMs?: number } = {}): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
    const all = Promise.allSettled(this.#underWay.values());
    const { graceMs = 0 } = options;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([all, new Promise((resolve) => (timer = setTimeout(resolve, graceMs)))]);
    clearTimeout(timer);
    this.#stop.abort(leaseLost("that this recovery went on with"));
    await all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #lookOnce(): Promise<void> {
    try {
      const database = SurrealDb.databaseOf(this.#db);
      const [dead, questions] = [await listAbandoned(database), await listOverdue(database)];
      for (const row of dead) this.#take(row, (definition) => this.#seeTo(definition, row));
      for (const question of questions) this.#take(question.run, (definition) => this.#answer(definition, question));
    } catch (error) {
      this.#options.onEvent({ type: "round-failed", error });
    }
  }

  #take(row: DueRun, work: (definition: WorkflowDefinition) => Promise<void>): void {
    const runId = row.id.id;
    const definition = this.#definitions.get(row.workflow_name);
    if (definition === undefined || this.#underWay.has(runId) || this.#stop.signal.aborted) return;
    // The others wait for the next round; meanwhile other processes may take them.
    if (this.#underWay.size >= this.#options.concurrency) return;
    const done = work(definition)
      .catch((error: unknown) => this.#leave(row, error))
      .finally(() => this.#underWay.delete(runId));
    this.#underWay.set(runId, done);
  }

  async #seeTo(definition: WorkflowDefinition, row: DueRun): Promise<void> {
    const runId = row.id.id;
    const workflowName = row.workflow_name;
    const resumed = row.resumed ?? 0;
    const reason =
      definition.onInterrupted === "fail"
        ? "its process ended before the run did"
        : resumed >= this.#options.maxResumes
          ? `its process ended before the run did, and so did ${resumed} that went on with it`
          : undefined;
    if (reason !== undefined) {
      await this.#db.runs.interrupt(runId, reason);
      this.#options.onEvent({ type: "run-interrupted", runId, workflowName, reason });
      return;
    }
    const caller = this.#caller(() => this.#options.onEvent({ type: "run-resumed", runId, workflowName }));
    await this.#settle(row, () => resumeRun(definition, runId, caller));
  }

  async #answer(definition: WorkflowDefinition, question: DueQuestion): Promise<void> {
    const { step, run, on_deadline } = question;
    const runId = run.id.id;
    this.#options.onEvent({ type: "deadline-passed", runId, workflowName: run.workflow_name, step });
    const answer = { approved: on_deadline === "approve", by: "deadline", overdue: true } as const;
    await this.#settle(run, () => answerRun(definition, runId, { step }, answer, this.#caller()));
  }

  /** A run that fails has its row say so: that is no failure of the recovery's. */
  async #settle(row: DueRun, work: () => Promise<{ status: "success" | "running" }>): Promise<void> {
    const base = { runId: row.id.id, workflowName: row.workflow_name };
    try {
      const { status } = await work();
      this.#options.onEvent({ type: "run-settled", ...base, status });
    } catch (error) {
      const failed = MinutierError.isInstance(error) && "runId" in error && (await this.#hasEnded(base.runId));
      if (!failed) throw error;
      this.#options.onEvent({ type: "run-settled", ...base, status: "error" });
    }
  }

  async #hasEnded(runId: string): Promise<boolean> {
    return (await this.#db.runs.get(runId))?.status === "error";
  }

  #leave(row: DueRun, error: unknown): void {
    // Another process was quicker.
    if (MinutierError.isInstance(error) && quicker.has(error.code)) return;
    this.#options.onEvent({ type: "run-left", runId: row.id.id, workflowName: row.workflow_name, error });
  }

  #caller(onResumed: () => void = () => undefined): RunCaller {
    const onEvent: RunCaller["onEvent"] = (event) => {
      if (event.type === "run-resumed") onResumed();
    };
    return { db: this.#db, signal: this.#stop.signal, onEvent, streaming: false };
  }
}

const quicker: ReadonlySet<string> = new Set(["run_busy", "run_finished", "already_answered"]);
