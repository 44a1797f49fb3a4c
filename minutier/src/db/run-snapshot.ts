/** What a watch reads of the table: when it begins, and to catch up after the database was away. */
import { BoundExcluded, BoundIncluded, type RecordId, RecordIdRange } from "surrealdb";

import type { WorkflowRunRow } from "../records.ts";
import type { Database } from "./database.ts";
import { fixed, renderQuery, surql } from "./statement.ts";

/** As much of a run's row as tells whether it changed. */
export type RunMark = Pick<WorkflowRunRow, "id" | "status" | "revision">;

/** A run's row without what can be large. */
export type RunHead = Omit<WorkflowRunRow, "input" | "output">;

/** Rows of one query: one round trip, small enough not to hold up the process that decodes it. */
const pageSize = 1000;
const rowsAtOnce = 100;

/** The runs under way, by the index on `status`, and the database's time. */
export async function readUnderWay(database: Database): Promise<{ heads: RunHead[]; now: Date }> {
  // RETURN ends a query: it comes last.
  const statements = [
    fixed("SELECT * OMIT input, output FROM workflow_runs WHERE status = 'running'"),
    fixed("RETURN time::now()"),
  ];
  const [heads, now] = await database.runAll(renderQuery(statements, false));
  return { heads: heads as RunHead[], now: now as Date };
}

/** The runs whose ids are text from `key` on, in the order of ids. */
export async function readSince(database: Database, key: string): Promise<RunMark[]> {
  const marks: RunMark[] = [];
  let begin: BoundIncluded<RecordId["id"]> | BoundExcluded<RecordId["id"]> = new BoundIncluded(key);
  for (;;) {
    const range = new RecordIdRange("workflow_runs", begin, undefined);
    const page: RunMark[] = await database.select(surql`SELECT id, status, revision FROM ${range} LIMIT ${pageSize}`);
    marks.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return marks;
    begin = new BoundExcluded<RecordId["id"]>(last.id.id);
  }
}

/** The rows with these ids; a run that is gone is left out. */
export async function readRuns(database: Database, ids: readonly RecordId[]): Promise<WorkflowRunRow[]> {
  return readEach(database, ids, rowsAtOnce, (id) => surql`SELECT * FROM ${id}`);
}

/** The marks of the runs with these ids; a run that is gone is left out. */
export async function readMarks(database: Database, ids: readonly RecordId[]): Promise<RunMark[]> {
  return readEach(database, ids, pageSize, (id) => surql`SELECT id, status, revision FROM ${id}`);
}

async function readEach<Row>(
  database: Database,
  ids: readonly RecordId[],
  atOnce: number,
  statementOf: (id: RecordId) => ReturnType<typeof surql>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let first = 0; first < ids.length; first += atOnce) {
    const statements = ids.slice(first, first + atOnce).map(statementOf);
    const results = (await database.runAll(renderQuery(statements, false))) as Row[][];
    rows.push(...results.flat());
  }
  return rows;
}
