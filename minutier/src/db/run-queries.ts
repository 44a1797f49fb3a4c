/** `db.runs`: the runs of workflows, typed; each method says the SurrealQL that it sends. */
import { BoundExcluded, BoundIncluded, Duration, RecordId, RecordIdRange } from "surrealdb";

import { MinutierError } from "../errors.ts";
import type { RunQuestion, WorkflowRunRow, WorkflowStepRow } from "../records.ts";
import { cancelRun } from "./cancel-run.ts";
import { toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import { abandoned } from "./due-runs.ts";
import { closeRun } from "./run-claims.ts";
import type { PurgeOptions, PurgeResult, RunPurgeFilter } from "./purge-options.ts";
import { purgeRuns } from "./purge-runs.ts";
import { endForeignLeases } from "./run-leases.ts";
import { literal, type Statement, surql } from "./statement.ts";
import { loadRun, nestedPrefix, nestedRange } from "./workflow-runs.ts";
import { type RunWatch, watchRuns, type WatchOptions } from "./watch.ts";

/** A run with its steps, in the order in which they started. */
export interface RunWithSteps extends WorkflowRunRow {
  steps: WorkflowStepRow[];
}

/** Executions of one workflow. */
export interface WorkflowStats {
  workflow_name: string;
  executions: number;
  successes: number;
  errors: number;
}

/** A question that a run waits for, with the run. */
export interface WaitingQuestion extends Omit<RunQuestion, "run"> {
  run: WorkflowRunRow;
  /** Its deadline has passed, by the database's clock, and nobody has seen to it yet. */
  overdue: boolean;
}

/** A run, named by its key, its `workflow_runs:…` text or its record id. */
export type RunReference = string | RecordId;

/** Metadata to look for: every key must be equal. A string never equals a record id, as in SurrealQL. */
export type MetadataFilter = Record<string, unknown>;

/** Asks about runs. */
export class RunQueries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The runs with this metadata, newest first (run ids are ordered by time). For a key named in the `indexes` option
   * it reads the runs that match, ~25 µs each; otherwise the table from its end until it has enough, ~12 µs a run.
   *
   * `SELECT * FROM workflow_runs WHERE metadata.<key> = $value ORDER BY id DESC LIMIT $limit`
   */
  history(metadata: MetadataFilter, options: { limit?: number } = {}): Promise<WorkflowRunRow[]> {
    if (Object.values(metadata).every((value) => value === undefined))
      throw new MinutierError(
        "invalid_options",
        "history() needs at least one metadata key. Use latest() for all runs.",
      );
    return this.#database.select(
      surql`SELECT * FROM workflow_runs ${conditionsOf(metadata, "WHERE")}ORDER BY id DESC LIMIT ${limitOf(options.limit ?? 100)}`,
    );
  }

  /**
   * The newest runs. Run ids are ordered by time, so this reads the end of the table and no more.
   *
   * `SELECT * FROM workflow_runs ORDER BY id DESC LIMIT $limit`
   */
  latest(limit = 10): Promise<WorkflowRunRow[]> {
    return this.#database.select(surql`SELECT * FROM workflow_runs ORDER BY id DESC LIMIT ${limitOf(limit)}`);
  }

  /**
   * The runs that are under way, newest first, by the index on `status`; `within` is a SurrealQL duration such as
   * `"1h"`, by the database's clock.
   *
   * `SELECT * FROM workflow_runs WHERE status = 'running' AND created_at > time::now() - $within ORDER BY id DESC`
   */
  running(options: { within?: string } = {}): Promise<WorkflowRunRow[]> {
    if (options.within === undefined)
      return this.#database.select(surql`SELECT * FROM workflow_runs WHERE status = 'running' ORDER BY id DESC`);
    const within = parseDuration(options.within);
    return this.#database.select(
      surql`SELECT * FROM workflow_runs WHERE status = 'running' AND created_at > time::now() - ${within} ORDER BY id DESC`,
    );
  }

  /**
   * Executions, successes and errors of each workflow. Reads every run: ~10 µs each.
   *
   * `SELECT workflow_name, count() AS executions, count(status = 'success') AS successes,
   * count(status = 'error') AS errors FROM workflow_runs GROUP BY workflow_name`
   */
  stats(): Promise<WorkflowStats[]> {
    return this.#database.select(
      surql`SELECT workflow_name, count() AS executions, count(status = 'success') AS successes,
        count(status = 'error') AS errors FROM workflow_runs GROUP BY workflow_name`,
    );
  }

  /**
   * One run with its steps, or `undefined`.
   *
   * `SELECT * FROM $run; SELECT * FROM workflow_steps:[$key, NONE]..=[$key, ..]`
   */
  async get(run: RunReference): Promise<RunWithSteps | undefined> {
    const id = runRecordId(run);
    const [row, ...others] = await this.#database.select<WorkflowRunRow>(surql`SELECT * FROM ${id}`);
    if (row === undefined || others.length > 0) return undefined;
    const steps = await this.#database.select<WorkflowStepRow>(
      surql`SELECT * FROM workflow_steps:[${id.id}, NONE]..=[${id.id}, ..]`,
    );
    return { ...row, steps };
  }

  /**
   * The runs that are a part of a run, at any depth, with their steps, oldest first. Their ids begin with its id.
   *
   * `SELECT * FROM workflow_runs:⟨<key>_⟩..⟨<key>`⟩; SELECT * FROM workflow_steps:[…]..[…]`
   */
  async nested(run: RunReference): Promise<RunWithSteps[]> {
    const { runs, steps } = nestedRanges(runKeyOf(run));
    const rows = await this.#database.select<WorkflowRunRow>(surql`SELECT * FROM ${runs}`);
    if (rows.length === 0) return [];
    const byRun = new Map<string, WorkflowStepRow[]>(rows.map((row) => [row.id.id, []]));
    for (const step of await this.#database.select<WorkflowStepRow>(surql`SELECT * FROM ${steps}`))
      byRun.get(step.id.id[0])?.push(step);
    return rows
      .map((row) => ({ ...row, steps: byRun.get(row.id.id) ?? [] }))
      .toSorted((one, other) => one.created_at.getTime() - other.created_at.getTime());
  }

  /**
   * The runs whose process died: under way by their rows, and held by nobody for the length of the lease. A `Recovery`
   * goes on with them or closes them by itself.
   *
   * `SELECT * FROM workflow_runs WHERE status = 'running' AND waiting_for = NONE …`, without those whose lease is alive
   */
  async recover(): Promise<WorkflowRunRow[]> {
    await endForeignLeases(this.#database);
    return this.#database.select(surql`SELECT * FROM workflow_runs WHERE ${abandoned()} ORDER BY id`);
  }

  /**
   * The questions that runs wait for, oldest run first, each with its run. `metadata` and `who` narrow them.
   *
   * `SELECT * FROM workflow_runs WHERE status = 'running' AND waiting_for != NONE ORDER BY id`
   */
  async waiting(filter: { metadata?: MetadataFilter; who?: string } = {}): Promise<WaitingQuestion[]> {
    const runs = await this.#database.select<WorkflowRunRow & { now: Date }>(
      surql`SELECT *, time::now() AS now FROM workflow_runs WHERE status = 'running' AND waiting_for != NONE
        AND root_run = NONE ${conditionsOf(filter.metadata ?? {}, "AND")}ORDER BY id`,
    );
    return runs.flatMap(({ now, ...run }) =>
      (run.waiting_for ?? [])
        .filter(({ who }) => filter.who === undefined || who?.includes(filter.who) === true)
        .map((question) => ({
          ...question,
          run,
          overdue: question.deadline !== undefined && question.deadline <= now,
        })),
    );
  }

  /**
   * Ends a run as `error` with the code `cancelled`, wherever it goes on, and gives its row once it says so. The step
   * that is at work has its signal aborted: at once in this process, within twice `leaseMs` in another. Of a run that had
   * ended the row is left as it is.
   */
  async cancel(run: RunReference, options: { signal?: AbortSignal } = {}): Promise<WorkflowRunRow> {
    return cancelRun(this.#database, runKeyOf(run), options.signal);
  }

  /** Closes a run whose process died as `error` with the code `interrupted`. Throws `run_busy` when it is alive. */
  async interrupt(run: RunReference, reason = "its process ended before the run did"): Promise<void> {
    const runId = runKeyOf(run);
    const root = (await loadRun(this.#database, runId))?.root_run;
    if (root !== undefined) {
      throw new MinutierError("invalid_options", `The run ${runId} is a part of the run ${root.id}. Close that one.`);
    }
    const end = { code: "interrupted", message: `The run was ended: ${reason}` };
    await closeRun(this.#database, runId, "interrupt", end);
  }

  /**
   * The changes of runs from now on: `for await (const change of db.runs.watch({ dossier_id }))`. Those of one run come
   * in the order of its revisions, each once; `missed` says how many could not be told. Starts to listen when it is
   * called; `await watch.ready` to know that it does. End it with `break` or `signal`.
   *
   * `LIVE SELECT * FROM workflow_runs`
   */
  watch(metadata: MetadataFilter = {}, options: WatchOptions = {}): RunWatch {
    return watchRuns(this.#database, metadata, options);
  }

  /**
   * Deletes the runs that fit the filter with everything that they left: steps, nested runs, leases, keys, the turns
   * of agents and teams that were their steps, and sessions in which nothing is left. Only counts unless `dryRun` is
   * false. Runs under way stay.
   */
  purge(filter: RunPurgeFilter, options: PurgeOptions = {}): Promise<PurgeResult> {
    return purgeRuns(this.#database, filter, options);
  }
}

/** Where the runs nested in one stand, and their steps. */
function nestedRanges(key: string): { runs: RecordIdRange; steps: RecordIdRange } {
  const bounds = [new BoundIncluded([nestedPrefix(key)]), new BoundExcluded([`${key}\``])] as const;
  return { runs: nestedRange(key), steps: new RecordIdRange("workflow_steps", ...bounds) };
}

/** `WHERE metadata.a = … AND metadata.b = … `, for the keys that have a value. */
function conditionsOf(metadata: MetadataFilter, first: "WHERE" | "AND"): Statement {
  const wanted = Object.entries(metadata).filter(([, value]) => value !== undefined);
  let where = surql``;
  for (const [index, [key, value]] of wanted.entries()) {
    where = surql`${where}${literal(index === 0 ? first : "AND")} metadata.${literal(identifier(key))} = ${toStored(value, key)} `;
  }
  return where;
}

/** The key of the run that a caller means. */
export function runKeyOf(run: RunReference): string {
  return runRecordId(run).id;
}

/** The record id that a caller means. */
function runRecordId(run: RunReference): RecordId<"workflow_runs", string> {
  if (typeof run === "string")
    return new RecordId("workflow_runs", run.replace(/^workflow_runs:/, "").replace(/^[`⟨](.*)[`⟩]$/, "$1"));
  if (run.table.name !== "workflow_runs")
    throw new MinutierError(
      "invalid_options",
      `${run} is not a run. Give the key or the record id of a row of workflow_runs.`,
    );
  return run as RecordId<"workflow_runs", string>;
}

/** A metadata key as part of a path; a key can't be a parameter where an index is to serve. */
function identifier(key: string): string {
  if (/[`\\\u0000]/.test(key) || key === "") {
    throw new MinutierError(
      "invalid_options",
      `The metadata key ${JSON.stringify(key)} can't be looked for. Use letters, digits, spaces or underscores.`,
    );
  }
  return `\`${key}\``;
}

function limitOf(limit: number): number {
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new MinutierError("invalid_options", `The limit is ${limit}. Give a whole number from 1.`);
}

function parseDuration(text: string): Duration {
  try {
    if (text === "") throw new Error("it is empty");
    return new Duration(text);
  } catch (cause) {
    throw new MinutierError(
      "invalid_options",
      `within is ${JSON.stringify(text)}. Give a duration such as "30m", "1h" or "7d".`,
      { cause },
    );
  }
}
