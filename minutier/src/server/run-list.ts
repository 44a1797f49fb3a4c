/** The runs of workflows across sessions, page by page. */
import { decodeTime, encodeTime, isValid } from "ulid";

import {
  BoundExcluded,
  BoundIncluded,
  RecordId,
  RecordIdRange,
  type SurrealDb,
  type WorkflowRunRow,
} from "../index.ts";
import { HttpError } from "./http-error.ts";
import { checkClientId } from "./request-fields.ts";
import { countOf, type RunListQuery, toRunConditions, whereOf } from "./run-query.ts";
import { toRun } from "./run-rows.ts";
import type { ServerContext } from "./server-context.ts";

/** A page of runs, newest first, without inputs and outputs; `next` begins the page after it. */
export async function listRuns(
  { settings: { db } }: ServerContext,
  url: URL,
  owner: string | undefined,
): Promise<{ runs: Record<string, unknown>[]; next: string | null }> {
  const { conditions, variables } = toRunConditions(url, owner);
  const limit = limitOf(url);
  const [cursor, until] = [boundOf(url, "cursor"), boundOf(url, "until")];
  if (until !== undefined && cursor === undefined)
    throw new HttpError(422, "until ends the page that begins at a cursor: give both.");
  // Most runs have succeeded: of an index they would be the whole table.
  const byStatus = variables["status"] !== undefined && variables["status"] !== "success";
  const byIndex = byStatus || conditions.some((condition) => condition.startsWith("metadata."));
  const query = { conditions, variables };
  const rows =
    cursor !== undefined && until !== undefined
      ? await listBetween(db, until, cursor, query, limit + 1)
      : !byIndex && (cursor === undefined || isValid(cursor))
        ? await listBefore(db, cursor, query, limit + 1)
        : await listFrom(db, cursor, query, limit + 1);
  const page = rows.slice(0, limit);
  return { runs: page.map(toRun), next: rows.length > limit ? (page.at(-1)?.id.id ?? null) : null };
}

/** By the order of ids, or by an index on what is asked for. */
async function listFrom(
  db: SurrealDb,
  cursor: string | undefined,
  { conditions, variables }: RunListQuery,
  limit: number,
): Promise<WorkflowRunRow[]> {
  const where = whereOf(cursor === undefined ? conditions : [...conditions, "id < $cursor"]);
  const [rows] = await db.query<[WorkflowRunRow[]]>(
    `SELECT * OMIT input, output FROM workflow_runs ${where} ORDER BY id DESC LIMIT $limit`,
    { ...variables, limit, cursor: cursor === undefined ? undefined : new RecordId("workflow_runs", cursor) },
  );
  return rows;
}

/**
 * The newest runs, or those before one of our ids, which begin with their time: in stretches of time, each eight times
 * as long as the one after it, until there are enough. `id < $cursor` reads every run that is newer.
 */
async function listBefore(
  db: SurrealDb,
  cursor: string | undefined,
  query: RunListQuery,
  limit: number,
): Promise<WorkflowRunRow[]> {
  const time = cursor === undefined ? Date.now() : decodeTime(cursor);
  const found: WorkflowRunRow[] = [];
  for (let end = cursor, spanMs = firstSpanMs; ; spanMs *= 8) {
    const begin = time > spanMs ? encodeTime(time - spanMs, 10) : undefined;
    found.push(...(await listBetween(db, begin, end, query, limit - found.length)));
    if (found.length >= limit || begin === undefined) return found;
    end = begin;
  }
}

const firstSpanMs = 60_000;

/** The runs from an id to before another: reads these and no more. */
async function listBetween(
  db: SurrealDb,
  begin: string | undefined,
  end: string | undefined,
  { conditions, variables }: RunListQuery,
  limit: number,
): Promise<WorkflowRunRow[]> {
  const range = new RecordIdRange(
    "workflow_runs",
    begin === undefined ? undefined : new BoundIncluded(begin),
    end === undefined ? undefined : new BoundExcluded(end),
  );
  const [rows] = await db.query<[WorkflowRunRow[]]>(
    `SELECT * OMIT input, output FROM $range ${whereOf(conditions)} ORDER BY id DESC LIMIT $limit`,
    { ...variables, range, limit },
  );
  return rows;
}

/**
 * How many runs fit, and the last run of each page of them: with two neighbours as `cursor` and `until`, any page can
 * be read by itself. Reads every run after the cursor, ~25 µs each.
 */
export async function listRunPages(
  { settings: { db } }: ServerContext,
  url: URL,
  owner: string | undefined,
): Promise<{ total: number; cursors: string[] }> {
  const { conditions, variables } = toRunConditions(url, owner);
  const cursor = boundOf(url, "cursor");
  if (cursor !== undefined) {
    conditions.push("id < $cursor");
    variables["cursor"] = new RecordId("workflow_runs", cursor);
  }
  // The engine takes the pages apart: a list of all ids would keep this process busy. It sorts by itself too, because
  // engine 3.0.2 forgets the order of ids that it reads through an index.
  const [, pages] = await db.query<[unknown, { total: number; cursors: string[] }]>(
    `LET $ids = array::sort::desc((SELECT VALUE id FROM workflow_runs ${whereOf(conditions)}));
    RETURN { total: array::len($ids), cursors: array::clump($ids, $limit).map(|$page| record::id(array::last($page))) }`,
    { ...variables, limit: limitOf(url) },
  );
  return pages;
}

function limitOf(url: URL): number {
  return countOf(url, "limit", { byDefault: 50, max: 200 });
}

function boundOf(url: URL, name: "cursor" | "until"): string | undefined {
  const text = url.searchParams.get(name);
  return text === null ? undefined : checkClientId(name, text);
}
