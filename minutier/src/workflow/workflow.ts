/** `Workflow`: steps in an order, each run on the record. */
import type { StandardSchemaV1 } from "@standard-schema/spec";

import { AsyncQueue } from "../async-queue.ts";
import type { RunTransaction } from "../db/run-transaction.ts";
import type { SurrealDb } from "../db/surreal-db.ts";
import type { WorkflowEvent, WorkflowResult } from "../workflow-events.ts";
import { checkDefinition } from "./check-definition.ts";
import {
  checkTimeoutMs,
  type Entry,
  type EntryOf,
  type NestedResult,
  type ParentRun,
  toEntry,
  type WorkflowEntry,
} from "./entries.ts";
import { type CommitFunction, executeRun, type RunRequest, type RunToCommit } from "./execute-run.ts";

/** Options of `Workflow`. */
export interface WorkflowOptions<Input, Output> {
  /** How its runs are found: `workflow_runs.workflow_name`. */
  name: string;
  /** The steps, in order; each gets the output of the one before, the first gets the input. */
  steps: readonly [...WorkflowEntry[], EntryOf<Output>] | readonly WorkflowEntry[];
  /** Where the runs are recorded. Without it nothing is. */
  db?: SurrealDb;
  /** A Standard Schema (zod, valibot…) for the input, checked before anything is written. */
  input?: StandardSchemaV1<unknown, Input>;
  /** The state of a new session. @default {} */
  state?: Record<string, unknown>;
  /** Milliseconds for a whole run; then it fails with `timeout`. @default none */
  timeoutMs?: number;
  /** What it does, for people. */
  description?: string;
}

/** Options of one run. */
export interface WorkflowRunOptions<Output = unknown> {
  /** The caller's own, stored exactly as given: the ids of your business rows. */
  metadata?: Record<string, unknown>;
  /** Goes on with this session's state. @default a new session */
  sessionId?: string;
  /** For whom the run is. */
  userId?: string;
  /**
   * Rows of yours to write in the transaction of the run's success: both or neither. When the database refuses one,
   * the run's row says `error` with the code `commit_failed`, and the `RunError` carries the output.
   */
  commit?: (tx: RunTransaction, run: RunToCommit<Output>) => void | Promise<void>;
  /** Cancels the run: it ends as `error` with the code `cancelled`. */
  signal?: AbortSignal;
}

/**
 * A workflow. Immutable: one object may run a thousand sessions at once.
 *
 * @example
 * ```ts
 * import { step, SurrealDb, Workflow } from "minutier";
 *
 * await using db = new SurrealDb({ url: "mem://" });
 * const analyse = new Workflow({
 *   name: "analyse_dossier",
 *   db,
 *   steps: [step("lire", (pages: string[]) => pages.join(" ")), step("compter", (text: string) => text.length)],
 * });
 * const run = await analyse.run(["un", "deux"], { metadata: { dossier_id: "dossier:abc123" } });
 * console.log(run.output); // 7
 * ```
 */
export class Workflow<Input = unknown, Output = unknown> {
  readonly name: string;
  readonly description: string | undefined;
  readonly db: SurrealDb | undefined;
  readonly input: StandardSchemaV1<unknown, Input> | undefined;
  /** The steps as data. */
  readonly steps: readonly Entry[];
  readonly #state: Record<string, unknown>;
  readonly #timeoutMs: number | undefined;
  /** Only a type. */
  declare readonly outputType?: Output;

  constructor(options: WorkflowOptions<Input, Output>) {
    this.name = options.name;
    this.description = options.description;
    this.db = options.db;
    this.input = options.input;
    this.steps = Object.freeze(options.steps.map(toEntry));
    this.#state = options.state ?? {};
    this.#timeoutMs = options.timeoutMs;
    checkDefinition(options.name, this.steps);
    if (options.timeoutMs !== undefined) checkTimeoutMs(`workflow ${JSON.stringify(options.name)}`, options.timeoutMs);
    Object.freeze(this);
  }

  /**
   * Runs the steps and gives the result once the run's row says `success`. Throws `InvalidInputError` when the input
   * does not fit (nothing is written), `not_recorded` when the start can't be written (nothing runs), and `RunError`
   * when the run failed, was cancelled or went past its time (its row says so).
   */
  async run(input: Input, options: WorkflowRunOptions<Output> = {}): Promise<WorkflowResult<Output>> {
    let result: WorkflowResult | undefined;
    for await (const event of this.#start(input, options, false)) {
      if (event.type === "run-completed") result = event.result;
    }
    return result as WorkflowResult<Output>;
  }

  /**
   * Runs the steps and tells each thing as it happens. Throws as `run` does, after the event `run-failed`. Leaving the
   * iteration early cancels the run.
   */
  stream(input: Input, options: WorkflowRunOptions<Output> = {}): AsyncIterableIterator<WorkflowEvent> {
    return this.#start(input, options, true);
  }

  #start(input: Input, options: WorkflowRunOptions<Output>, streaming: boolean): AsyncIterableIterator<WorkflowEvent> {
    const left = new AbortController();
    const events = new AsyncQueue<WorkflowEvent>(() => left.abort());
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal]);
    executeRun({ ...this.#request(input, { ...options, signal }, (event) => events.push(event)), streaming }).then(
      () => events.end(),
      (error: unknown) => events.end({ cause: error }),
    );
    return events;
  }

  /** Runs as a step of another run; not part of the public API. */
  async runNested(input: unknown, parent: ParentRun): Promise<NestedResult<Output>> {
    const { metadata, sessionId, userId, signal, onEvent, streaming } = parent;
    const options = { metadata, sessionId, signal, ...(userId === undefined ? {} : { userId }) };
    const request = this.#request(input, options, onEvent);
    const db = this.db ?? parent.db;
    const result = await executeRun({ ...request, db, streaming, parentRun: parent.runId, onRunId: parent.onRunId });
    return { output: result.output as Output };
  }

  #request(
    input: unknown,
    options: WorkflowRunOptions<Output> & { signal: AbortSignal },
    onEvent: (event: WorkflowEvent) => void,
  ): Omit<RunRequest, "streaming"> {
    return {
      workflowName: this.name,
      steps: this.steps,
      schema: this.input,
      db: this.db,
      initialState: this.#state,
      timeoutMs: this.#timeoutMs,
      input,
      metadata: options.metadata ?? {},
      sessionId: options.sessionId,
      userId: options.userId,
      signal: options.signal,
      // The output has the last step's type.
      commit: options.commit as CommitFunction | undefined,
      onEvent,
    };
  }
}
