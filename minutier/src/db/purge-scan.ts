/** Reads whole tables for a purge, a bounded number of rows at a time, by the order of ids. */
import { type Bound, BoundExcluded, BoundIncluded, RecordId, RecordIdRange, type RecordIdValue } from "surrealdb";

import { errorMessage, MinutierError } from "../errors.ts";
import type { Database } from "./database.ts";
import { fixed, renderQuery, type Statement, surql } from "./statement.ts";

/** What to read. */
export interface Scan<Row> {
  table: string;
  /** `SELECT <fields>`; a computed field must not be one. */
  select: Statement;
  begin?: Bound<RecordIdValue>;
  end?: Bound<RecordIdValue>;
  /** Gives only the rows of which this is true. */
  where?: Statement;
  /** Rows at a time. @default 1000 */
  size?: number;
  /** How many rows of a full page to take now, at least 1; the others begin the next page. Not with `where`. @default all */
  take?: (rows: readonly Row[]) => number;
}

/**
 * The rows, page by page; a row that is created behind the place where the scan is will not be seen. First where the
 * page ends, which the engine finds without reading the rows, then the page between its two ends.
 */
export async function* scan<Row extends { id: RecordId }>(
  database: Database,
  { table, select, where, begin, end, size = 1000, take }: Scan<Row>,
): AsyncGenerator<Row[]> {
  for (let from = begin; ;) {
    const last = await lastOfPage(database, new RecordIdRange(table, from, end), size);
    if (last === undefined) return;
    const to = last === null ? end : new BoundIncluded(last.id as RecordIdValue);
    const source = [select, surql` FROM ${new RecordIdRange(table, from, to)}`];
    const query = join("", fixed("SELECT "), ...source, ...(where === undefined ? [] : [fixed(" WHERE "), where]));
    const [found = []] = ((await readAll(database, [query])) ?? []) as Row[][];
    const rows = last === null || take === undefined ? found : found.slice(0, take(found));
    if (rows.length > 0) yield rows;
    if (last === null) return;
    const reached = rows.length < found.length ? rows.at(-1)?.id : last;
    from = new BoundExcluded((reached ?? last).id as RecordIdValue);
  }
}

/** The last row of the first page; `null` when the page is not full; `undefined` when there is no such table. */
async function lastOfPage(
  database: Database,
  range: RecordIdRange,
  size: number,
): Promise<RecordId | null | undefined> {
  // In a LET: see readRanges.
  const skip = surql`LET $last = (SELECT VALUE id FROM ${range} START ${size - 1} LIMIT 1)`;
  const found = await readAll(database, [skip, fixed("RETURN $last")]);
  if (found === undefined) return undefined;
  return (found[1] as RecordId[])[0] ?? null;
}

/**
 * The first rows of each range, in one round trip. In a LET, because the engine's default planner reads a range to its
 * end, into memory, before it applies a LIMIT; its other one, which evaluates the LETs, stops there.
 */
export async function readRanges<Row>(
  database: Database,
  select: Statement,
  ranges: readonly RecordIdRange[],
  limit: number,
): Promise<Row[][]> {
  const lets = ranges.map((range, index) =>
    join("", fixed(`LET $page${index} = (SELECT `), select, surql` FROM ${range} LIMIT ${limit})`),
  );
  const names = ranges.map((_, index) => `$page${index}`);
  const results = await readAll(database, [...lets, fixed(`RETURN [${names.join(", ")}]`)]);
  return (results?.at(-1) as Row[][] | undefined) ?? ranges.map(() => []);
}

/**
 * Rows of a table with a computed field, in the order of ids. Only the scan of a whole table leaves the field alone: a
 * range, or an id, computes it. So a page costs the rows before it, ~5 µs each.
 */
export async function pageOf<Row>(
  database: Database,
  select: Statement,
  table: string,
  where: Statement = fixed("true"),
  limit: number = Number.MAX_SAFE_INTEGER,
): Promise<Row[]> {
  const query = join("", surql`SELECT `, select, fixed(` FROM ${table} WHERE `), where, surql` LIMIT ${limit}`);
  const found = await readAll(database, [query]);
  return (found?.[0] as Row[] | undefined) ?? [];
}

/** Both conditions as one. */
export function both(first: Statement, second: Statement): Statement {
  return join(" AND ", first, second);
}

/** The fields, and whether the condition holds, as `matches`. */
export function selectMatching(fields: string, condition: Statement): Statement {
  return join("", fixed(`${fields}, (`), condition, fixed(") AS matches"));
}

/** Either condition. */
export function either(first: Statement, second: Statement): Statement {
  return join("", fixed("("), first, fixed(") OR ("), second, fixed(")"));
}

function join(between: string, ...statements: readonly Statement[]): Statement {
  const parts = [""];
  const values: unknown[] = [];
  for (const [index, statement] of statements.entries()) {
    parts[parts.length - 1] += (index === 0 ? "" : between) + (statement.parts[0] ?? "");
    parts.push(...statement.parts.slice(1));
    values.push(...statement.values);
  }
  return { parts, values };
}

/** Those of the records that exist. */
export async function existing(database: Database, ids: readonly RecordId[]): Promise<RecordId[]> {
  const found: RecordId[] = [];
  for (let from = 0; from < ids.length; from += 500) {
    const some = ids.slice(from, from + 500);
    // Not a SELECT, which would compute a session's messages.
    const results = await readAll(database, [surql`RETURN ${some}.filter(|$id| record::exists($id))`]);
    found.push(...((results?.[0] as RecordId[] | undefined) ?? []));
  }
  return found;
}

/** One result per statement; `undefined` when nothing ever ran here, so that a table does not exist yet. */
export async function readAll(database: Database, statements: readonly Statement[]): Promise<unknown[] | undefined> {
  try {
    return await database.runAll(renderQuery(statements, false));
  } catch (error) {
    if (MinutierError.isInstance(error) && /the table .* does not exist/i.test(errorMessage(error))) return undefined;
    throw error;
  }
}
