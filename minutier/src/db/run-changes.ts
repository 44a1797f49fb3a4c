/**
 * Changes that this process commits, told to its own watches when the commit is acknowledged.
 *
 * While something listens, a statement that changes runs returns the rows as they are stored, so that what is told is
 * what a reader would find; otherwise it returns what it did before, and costs nothing more.
 */
import type { WorkflowRunRow } from "../records.ts";
import type { Database } from "./database.ts";
import type { Statement } from "./statement.ts";

/** A change of a run's row. */
export interface RunChange {
  action: "create" | "update" | "delete";
  /** The row after the change; of a deletion, the row before it. */
  run: WorkflowRunRow;
  /** How many changes of this run, between the one told before and this one, were not told; absent when none. */
  missed?: number;
}

type Listener = (change: RunChange) => void;

/** How a statement that changes runs says what it returns: nothing, or the ids of the rows that it changed. */
const returnClause = /RETURN (NONE|VALUE id)$/;

const actions = new WeakMap<Statement, RunChange["action"]>();
const listeners = new WeakMap<Database, Set<Listener>>();

/** Marks a statement that changes rows of `workflow_runs`; it must end in `RETURN NONE` or `RETURN VALUE id`. */
export function changesRun(action: RunChange["action"], statement: Statement): Statement {
  if (!returnClause.test(statement.parts.at(-1) ?? "")) throw new TypeError("the statement has no RETURN clause");
  actions.set(statement, action);
  return statement;
}

/** Commits like `database.write`, with the same results, and tells the changes of runs among the statements. */
export async function writeRunChanges(database: Database, statements: readonly Statement[]): Promise<unknown[]> {
  if ((listeners.get(database)?.size ?? 0) === 0) return database.write(statements);
  const results = await database.write(statements.map(returningRows));
  return results.map((result, index) => {
    const statement = statements[index];
    const action = statement && actions.get(statement);
    if (statement === undefined || action === undefined) return result;
    const rows = result as WorkflowRunRow[];
    for (const run of rows) publishRunChange(database, { action, run });
    return statement.parts.at(-1)?.endsWith("NONE") ? [] : rows.map(({ id }) => id);
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
  const action = actions.get(statement);
  if (action === undefined) return statement;
  const clause = action === "delete" ? "RETURN BEFORE" : "RETURN AFTER";
  const last = statement.parts.at(-1) ?? "";
  return { ...statement, parts: [...statement.parts.slice(0, -1), last.replace(returnClause, clause)] };
}
