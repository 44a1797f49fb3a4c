/** Deletes rows for a purge in bounded transactions, or only counts them. */
import type { RecordId } from "surrealdb";

import { errorMessage, MinutierError } from "../errors.ts";
import { fromStored } from "./codec.ts";
import { backOff, isConflict, maxConflicts } from "./engine/conflict.ts";
import type { Database } from "./database.ts";
import { noCounts, type PurgeCounts, type PurgeSettings } from "./purge-options.ts";
import { existing } from "./purge-scan.ts";
import { renderQuery, type Statement, surql } from "./statement.ts";
import { firstFailure } from "./writer.ts";

/** Rows that go together: in one transaction when a batch holds them, otherwise the first ones first. */
export interface Group {
  /** Children before parents. */
  ids: readonly RecordId[];
  /** The workflow run that they belong to: while it is under way they stay. */
  run?: RecordId | undefined;
  /** What goes with the last of them, on a condition of its own. */
  closing?: Closing | undefined;
}

/** Rows that go when nothing is left that needs them. */
export interface Closing {
  ids: readonly RecordId[];
  /** Deletes them and gives their ids, or gives none; as many statements as it takes, the last one's result counts. */
  statements: readonly Statement[];
  /** Whether they would go, as far as the scan saw. */
  expected: boolean;
}

/** One purge's deletions. */
export class Eraser {
  readonly deleted: PurgeCounts = noCounts();
  /** Runs that went on again while the purge was at work. */
  readonly resumed: Set<string> = new Set();
  readonly #database: Database;
  readonly #settings: PurgeSettings;
  readonly #total: number;
  #groups: Group[] = [];
  #size = 0;
  /** In a dry run: rows of which it is not known whether they exist. */
  #uncertain: RecordId[] = [];

  constructor(database: Database, settings: PurgeSettings, total = 0) {
    this.#database = database;
    this.#settings = settings;
    this.#total = total;
  }

  /** Rows deleted so far. */
  get done(): number {
    return Object.values(this.deleted).reduce((sum, count) => sum + count, 0);
  }

  /** Throws `cancelled` once the caller's signal has aborted. */
  checkSignal(): void {
    const { signal, dryRun } = this.#settings;
    if (signal?.aborted !== true) return;
    const rest = dryRun ? "" : ` after ${this.done} rows, which stay deleted. Purge again to delete the rest`;
    throw new MinutierError("cancelled", `The purge was stopped${rest}.`, {
      cause: signal.reason,
      details: { deleted: this.deleted },
    });
  }

  /** Deletes the group, at the latest with `flush`. */
  async erase(group: Group): Promise<void> {
    const { batchSize, dryRun } = this.#settings;
    if (dryRun) {
      this.checkSignal();
      this.#count(group.ids);
      if (group.closing?.expected === true) this.#uncertain.push(...group.closing.ids);
      if (this.#uncertain.length >= 500) await this.flush();
      return;
    }
    if (this.#size + group.ids.length > batchSize) await this.flush();
    let { ids } = group;
    for (; ids.length > batchSize; ids = ids.slice(batchSize)) {
      this.#groups = [{ ids: ids.slice(0, batchSize), run: group.run }];
      await this.flush();
    }
    this.#groups.push({ ...group, ids });
    this.#size += ids.length + (group.closing?.ids.length ?? 0);
  }

  /** Deletes what waits. */
  async flush(): Promise<void> {
    if (this.#uncertain.length > 0) this.#count(await existing(this.#database, this.#uncertain.splice(0)));
    const groups = this.#groups;
    this.#groups = [];
    this.#size = 0;
    if (groups.length === 0) return;
    this.checkSignal();
    const deletions = merge(groups);
    const closings = groups.flatMap(({ closing }) => closing ?? []);
    const statements = [...deletions.map(deleteStatement), ...closings.flatMap((closing) => closing.statements)];
    const results = await transact(this.#database, statements);
    const gone = results.slice(0, deletions.length) as RecordId[][];
    for (const ids of gone) this.#count(ids);
    let place = deletions.length - 1;
    for (const closing of closings) this.#count((results[(place += closing.statements.length)] as RecordId[]) ?? []);
    for (const [index, group] of deletions.entries()) {
      if ((gone[index]?.length ?? 0) < group.ids.length) await this.#explainMissing(group);
    }
    this.#settings.onProgress?.({ done: this.done, total: Math.max(this.#total, this.done) });
  }

  /** Rows that another purge deleted are gone; others are there because their run goes on, or by a want of rights. */
  async #explainMissing({ ids, run }: Group): Promise<void> {
    const [left] = await existing(this.#database, ids);
    if (left === undefined) return;
    const running = run === undefined ? [] : await runningRuns(this.#database, [run]);
    if (run !== undefined && running.length > 0) {
      this.resumed.add(String(run));
      return;
    }
    throw new MinutierError(
      "query_failed",
      `The database kept rows of ${left.table.name} that it was told to delete: its user may not delete there. Sign in as a user with the EDITOR role, or give it the permission.`,
      { details: { deleted: this.deleted } },
    );
  }

  #count(ids: readonly RecordId[]): void {
    for (const id of ids) this.deleted[id.table.name as keyof PurgeCounts] += 1;
  }
}

/**
 * Commits the statements as a transaction of their own, not through the writer, which lets writes share one: the engine
 * in memory (3.0.2) takes a record that was deleted for existing until the transaction's end, so that a turn which begins
 * its session anew would write half of the row. In two transactions, one of both conflicts and is tried again.
 */
async function transact(database: Database, statements: readonly Statement[]): Promise<unknown[]> {
  const query = renderQuery(statements, true);
  for (let attempt = 1; ; attempt++) {
    const results = await database.run(query);
    const failure = firstFailure(results);
    if (failure === undefined)
      return results.slice(1, -1).map((result) => (result.ok ? fromStored(result.value) : undefined));
    if (!isConflict(failure) || attempt > maxConflicts)
      throw new MinutierError("query_failed", `The database refused to delete: ${errorMessage(failure)}`, {
        cause: failure,
      });
    await backOff(attempt);
  }
}

/** Those of the runs that are under way. */
export function runningRuns(database: Database, runs: readonly RecordId[]): Promise<RecordId[]> {
  if (runs.length === 0) return Promise.resolve([]);
  return database.select(surql`SELECT VALUE id FROM ${runs} WHERE status = 'running'`);
}

/** Neighbours of one run as one statement. */
function merge(groups: readonly Group[]): Group[] {
  const merged: { ids: RecordId[]; run: RecordId | undefined }[] = [];
  for (const { ids, run } of groups) {
    const last = merged.at(-1);
    if (ids.length === 0) continue;
    if (last !== undefined && String(last.run) === String(run)) last.ids.push(...ids);
    else merged.push({ ids: [...ids], run });
  }
  return merged;
}

/** `RETURN BEFORE` would read every row back, and `RETURN VALUE id` sees the row that is no more. */
function deleteStatement({ ids, run }: Group): Statement {
  if (run === undefined) return surql`DELETE ${ids} RETURN VALUE $before.id`;
  return surql`IF (SELECT VALUE status FROM ${run})[0] = 'running' { [] } ELSE { (DELETE ${ids} RETURN VALUE $before.id) }`;
}
