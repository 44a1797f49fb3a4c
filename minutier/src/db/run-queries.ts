/** `db.runs`: the runs of workflows, typed; each method says the SurrealQL that it sends. */
import { Duration, RecordId } from "surrealdb";

import { MinutierError } from "../errors.ts";
import type { WorkflowRunRow, WorkflowStepRow } from "../records.ts";
import { toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import { literal, type Statement, surql } from "./statement.ts";
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
    const conditions = Object.entries(metadata).filter(([, value]) => value !== undefined);
    if (conditions.length === 0)
      throw new MinutierError(
        "invalid_options",
        "history() needs at least one metadata key. Use latest() for all runs.",
      );
    let where = surql``;
    for (const [index, [key, value]] of conditions.entries()) {
      where = append(
        where,
        surql`${literal(index === 0 ? "WHERE" : "AND")} metadata.${literal(identifier(key))} = ${toStored(value, key)} `,
      );
    }
    return this.#database.select(
      append(
        surql`SELECT * FROM workflow_runs `,
        where,
        surql`ORDER BY id DESC LIMIT ${limitOf(options.limit ?? 100)}`,
      ),
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
   * The changes of runs from now on: `for await (const change of db.runs.watch({ dossier_id }))`. Those of one run come
   * in the order of its revisions, each once; `missed` says how many could not be told. Starts to listen when it is
   * called; `await watch.ready` to know that it does. End it with `break` or `signal`.
   *
   * `LIVE SELECT * FROM workflow_runs`
   */
  watch(metadata: MetadataFilter = {}, options: WatchOptions = {}): RunWatch {
    return watchRuns(this.#database, metadata, options);
  }
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

function append(first: Statement, ...others: readonly Statement[]): Statement {
  const parts = [...first.parts];
  const values = [...first.values];
  for (const other of others) {
    parts[parts.length - 1] += other.parts[0] ?? "";
    parts.push(...other.parts.slice(1));
    values.push(...other.values);
  }
  return { parts, values };
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
