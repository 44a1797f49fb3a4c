/**
 * Changes that this process commits, told to its own watches when the commit is acknowledged.
 *
 * While something listens, a statement that changes runs returns the rows as they are stored, so that what is told is
 * what a reader would find; otherwise it returns what it did before, and costs nothing more.
 */
import { RecordId } from "surrealdb";

import type { WorkflowRunRow } from "../records.ts";
import type { Database } from "./database.ts";
import { type Fragment, literal, type Statement } from "./statement.ts";
import type { WriteOptions } from "./writer.ts";

/** A change of a run's row. */
export interface RunChange {
  action: "create" | "update" | "delete";
  /** The row after the change; of a deletion, the row before it. */
  run: WorkflowRunRow;
  /** How many changes of this run, between the one told before and this one, were not told; absent when none. */
  missed?: number;
}

type Listener = (change: RunChange) => void;

/** A statement that changes runs, and how it is built to return the rows instead of their ids. */
interface Change {
  readonly action: RunChange["action"];
  readonly build: (returning: Fragment) => Statement;
}

const changes = new WeakMap<Statement, Change>();
const listeners = new WeakMap<Database, Set<Listener>>();

/** A statement that changes rows of `workflow_runs`: `build` is given what it shall return, the ids by default. */
export function changesRun(action: RunChange["action"], build: (returning: Fragment) => Statement): Statement {
  const statement = build(literal("RETURN VALUE id"));
  changes.set(statement, { action, build });
  return statement;
}

/** Commits like `database.write`, with the same results, and tells the changes of runs among the statements. */
export async function writeRunChanges(
  database: Database,
  statements: readonly Statement[],
  options: WriteOptions = {},
): Promise<unknown[]> {
  if ((listeners.get(database)?.size ?? 0) === 0) return database.write(statements, options);
  const results = await database.write(statements.map(returningRows), options);
  // A write whose answer was lost has no rows: the live query tells them.
  if (results.length !== statements.length) return results;
  return results.map((result, index) => {
    const change = changes.get(statements[index] as Statement);
    if (change === undefined) return result;
    const rows = result as WorkflowRunRow[];
    // Of a lone statement whose answer was lost, what was asked afterwards are ids.
    if (rows.some((row) => row instanceof RecordId)) return result;
    for (const run of rows) publishRunChange(database, { action: change.action, run });
    return rows.map(({ id }) => id);
  });
}

/** Tells a committed change to this process's watches; the row is as it was read back. */
function publishRunChange(database: Database, change: RunChange): void {
  for (const listener of listeners.get(database) ?? []) listener(change);
}

/** Listens to what this process commits, until the function that it gives is called. */
export function onRunChange(database: Database, listener: Listener): () => void {
  const all = listeners.get(database) ?? new Set();
  listeners.set(database, all.add(listener));
  return () => void all.delete(listener);
}

function returningRows(statement: Statement): Statement {
  const change = changes.get(statement);
  if (change === undefined) return statement;
  return change.build(literal(change.action === "delete" ? "RETURN BEFORE" : "RETURN AFTER"));
}
