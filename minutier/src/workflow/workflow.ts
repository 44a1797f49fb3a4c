/** `Workflow`: steps in an order, each run on the record. */
import type { StandardSchemaV1 } from "@standard-schema/spec";

import { AsyncQueue } from "../async-queue.ts";
import type { SurrealDb } from "../db/surreal-db.ts";
import { runKeyOf, type RunReference } from "../db/run-queries.ts";
import { MinutierError } from "../errors.ts";
import type { WorkflowEvent, WorkflowRun } from "../workflow-events.ts";
import { answerRun } from "./answer-run.ts";
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
import { executeRun } from "./execute-run.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { CommitFunction, RunCaller, WorkflowDefinition } from "./run-request.ts";
import { resumeRun } from "./resume-run.ts";
import { tellSafely } from "./tell-safely.ts";

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
  /** Milliseconds for a whole run; then it fails with `timeout`. Time in which a run waits for a person is not counted. @default none */
  timeoutMs?: number;
  /**
   * Rows of yours to write in the transaction of each run's success: both or neither. Here rather than with a run, so
   * that a run which another process goes on with writes them too. When the database refuses one, the run's row says
   * `error` with the code `commit_failed`, and the `RunError` carries the output.
   */
  commit?: CommitFunction<Output>;
  /** What a `Recovery` does with a run whose process died: go on with it, or close it as `interrupted`. @default "resume" */
  onInterrupted?: "resume" | "fail";
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
   * Your name for this piece of work: a second call with the same key, from any process, is given the first one's run
   * (waits for it, or gets its result). Another input with the same key fails with `key_reused`.
   */
  key?: string;
  /** The run's id; a second call with it is given the first one's run, as with `key`. @default a new ULID */
  runId?: string;
  /** Rows of this run alone, beside the definition's: see `WorkflowOptions.commit`. */
  commit?: CommitFunction<Output>;
  /** Cancels the run: it ends as `error` with the code `cancelled`. */
  signal?: AbortSignal;
}

/** Options of `resume`. */
export interface ResumeOptions<Output = unknown> {
  /** The rows of this run alone, when it was started with some. */
  commit?: CommitFunction<Output>;
  /** Cancels the run, as it would have in `run`. */
  signal?: AbortSignal;
  /** Told each event as it happens. */
  onEvent?: (event: WorkflowEvent) => void;
}

/** Options of `approve` and `reject`. */
export interface AnswerOptions<Output = unknown> extends ResumeOptions<Output> {
  /** Who answers, by your own names: stored with the answer. */
  by: string;
  /** The question, when several are open: the path of its step. */
  step?: string;
  /**
   * The question that the person has seen, by its `since`: when another one is asked there by now, the answer is
   * refused with `already_answered`.
   */
  since?: Date;
  /** A word with the answer. */
  note?: string;
  /** Told when the answer is on record, before the run goes on. */
  onRecorded?: () => void;
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
  readonly #definition: WorkflowDefinition;
  /** Only a type. */
  declare readonly outputType?: Output;

  constructor(options: WorkflowOptions<Input, Output>) {
    this.name = options.name;
    this.description = options.description;
    this.db = options.db;
    this.input = options.input;
    this.steps = Object.freeze(options.steps.map(toEntry));
    checkDefinition(options.name, this.steps);
    if (options.timeoutMs !== undefined) checkTimeoutMs(`workflow ${JSON.stringify(options.name)}`, options.timeoutMs);
    this.#definition = {
      name: options.name,
      steps: this.steps,
      fingerprint: fingerprintOf(this.steps),
      schema: options.input,
      initialState: options.state ?? {},
      timeoutMs: options.timeoutMs,
      // The output has the last step's type.
      commit: options.commit as CommitFunction | undefined,
      onInterrupted: options.onInterrupted ?? "resume",
    };
    Object.freeze(this);
  }

  /**
   * Runs the steps and gives the result once the run's row says `success`; with an `approval`, what the run waits for
   * (`status: "running"`). Throws `InvalidInputError` when the input does not fit (nothing is written), `not_recorded`
   * when the start can't be written (nothing runs), and `RunError` when the run failed, was cancelled or went past its
   * time (its row says so).
   */
  async run(input: Input, options: WorkflowRunOptions<Output> = {}): Promise<WorkflowRun<Output>> {
    return drain(this.#start(input, options, false));
  }

  /**
   * Runs the steps and tells each thing as it happens. Throws as `run` does, after the event `run-failed`. Leaving the
   * iteration early cancels the run.
   */
  stream(input: Input, options: WorkflowRunOptions<Output> = {}): AsyncIterableIterator<WorkflowEvent> {
    return this.#start(input, options, true);
  }

  /**
   * Goes on after the last committed step with a run whose process died, from what the database has: input, state,
   * metadata, user, session, attempts. Of several that try, one goes on and the others get `run_busy`. Gives the
   * result of a run that had ended. Throws `definition_changed` when the steps are not those that it was started with.
   */
  async resume(run: RunReference, options: ResumeOptions<Output> = {}): Promise<WorkflowRun<Output>> {
    const caller = this.#caller(options, options.signal, options.onEvent);
    return (await resumeRun(this.#definition, runKeyOf(run), caller)) as WorkflowRun<Output>;
  }

  /**
   * Answers yes to the person's question that a run waits for, and goes on with the run. The payload is checked with
   * the approval's schema. Of several who answer one wins, the others get `already_answered` with who and when.
   */
  async approve(run: RunReference, payload: unknown, options: AnswerOptions<Output>): Promise<WorkflowRun<Output>> {
    return this.#answer(run, { approved: true, payload }, options);
  }

  /** Answers no, with an optional `note`, and goes on with the run; by default it then fails with `rejected`. */
  async reject(run: RunReference, options: AnswerOptions<Output>): Promise<WorkflowRun<Output>> {
    return this.#answer(run, { approved: false }, options);
  }

  async #answer(
    run: RunReference,
    answer: { approved: boolean; payload?: unknown },
    { by, note, step, since, onRecorded, ...options }: AnswerOptions<Output>,
  ): Promise<WorkflowRun<Output>> {
    if (typeof by !== "string" || by === "")
      throw new MinutierError("invalid_options", "by is missing. Say who answers, as it shall stand in the record.");
    const caller = this.#caller(options, options.signal, options.onEvent);
    const asked = { step, since, onRecorded };
    return (await answerRun(
      this.#definition,
      runKeyOf(run),
      asked,
      { ...answer, by, note },
      caller,
    )) as WorkflowRun<Output>;
  }

  #start(input: Input, options: WorkflowRunOptions<Output>, streaming: boolean): AsyncIterableIterator<WorkflowEvent> {
    const left = new AbortController();
    const events = new AsyncQueue<WorkflowEvent>(() => left.abort());
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal]);
    const caller = this.#caller(options, signal, (event) => events.push(event));
    const { metadata = {}, sessionId, userId, key, runId } = options;
    executeRun({
      ...caller,
      streaming,
      definition: this.#definition,
      input,
      metadata,
      sessionId,
      userId,
      key,
      runId,
    }).then(
      () => events.end(),
      (error: unknown) => events.end({ cause: error }),
    );
    return events;
  }

  /** Runs as a step of another run; not part of the public API. */
  async runNested(input: unknown, parent: ParentRun): Promise<NestedResult<Output>> {
    const { metadata, sessionId, userId, signal, onEvent, onRunId, onUsage, streaming } = parent;
    const { runId, step, attempt, lease, db } = parent;
    const { output } = await executeRun({
      ...this.#caller({}, signal, onEvent),
      db: this.db ?? db,
      streaming,
      definition: this.#definition,
      input,
      metadata,
      sessionId,
      userId,
      onRunId,
      onUsage,
      parent: { runId, step, attempt, lease, db },
    });
    return { output: output as Output };
  }

  #caller(
    options: { commit?: CommitFunction<Output> | undefined },
    signal: AbortSignal = new AbortController().signal,
    onEvent: (event: WorkflowEvent) => void = () => undefined,
  ): RunCaller {
    return {
      db: this.db,
      signal,
      onEvent: tellSafely(onEvent),
      streaming: false,
      commit: options.commit as CommitFunction | undefined,
    };
  }

  /** The definition, for the recovery loop; not part of the public API. */
  static definitionOf(workflow: Workflow): WorkflowDefinition {
    return workflow.#definition;
  }
}

/** The run's result, from its events. */
async function drain<Output>(events: AsyncIterable<WorkflowEvent>): Promise<WorkflowRun<Output>> {
  let run: WorkflowRun | undefined;
  for await (const event of events) {
    if (event.type === "run-completed") run = event.result;
    else if (event.type === "run-waiting") run = event.run;
  }
  return run as WorkflowRun<Output>;
}
