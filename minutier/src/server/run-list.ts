/** The runs of workflows across sessions, as a request narrows them. */

import { RecordId, type WorkflowRunRow } from "../index.ts";
import { HttpError } from "./http-error.ts";
import { checkClientId } from "./request-fields.ts";
import type { ServerContext } from "./server-context.ts";

/** What a request asks for, by its query. */
export interface RunListQuery {
  conditions: string[];
  variables: Record<string, unknown>;
}

/** Reads `metadata.<key>`, `status`, `workflow`, `from`, `to`, `session_id`, `nested`; throws 422 for what is none. */
export function toRunConditions(url: URL, owner: string | undefined): RunListQuery {
  const { searchParams } = url;
  const query: RunListQuery = { conditions: [], variables: {} };
  const add = (condition: string, name: string, value: unknown): void => {
    query.conditions.push(condition);
    query.variables[name] = value;
  };
  for (const [index, [key, value]] of metadataOf(searchParams).entries()) {
    const candidates = metadataCandidates(value);
    const variable = `metadata${index}`;
    // The key was checked to be a plain identifier, and stands as text so that an index on it serves.
    add(
      `metadata.\`${key}\` ${candidates.length === 1 ? "=" : "IN"} $${variable}`,
      variable,
      candidates.length === 1 ? candidates[0] : candidates,
    );
  }
  const status = searchParams.get("status");
  if (status !== null) {
    if (!["running", "waiting", "success", "error"].includes(status))
      throw new HttpError(422, "status is none of running, waiting, success, error.");
    add("status = $status", "status", status === "waiting" ? "running" : status);
    if (status === "waiting") query.conditions.push("waiting_for != NONE");
  }
  const workflows = [...searchParams.getAll("workflow"), ...searchParams.getAll("workflow_name")];
  if (workflows.length === 1) add("workflow_name = $workflow", "workflow", workflows[0]);
  if (workflows.length > 1) add("workflow_name IN $workflows", "workflows", workflows);
  const session = searchParams.get("session_id");
  // `$session` is the engine's own, and refused.
  if (session !== null) add("session_id = $sessionId", "sessionId", session);
  const from = timeOf(searchParams, "from");
  if (from !== undefined) add("created_at >= $from", "from", from);
  const to = timeOf(searchParams, "to");
  if (to !== undefined) add("created_at < $to", "to", to);
  if (searchParams.get("nested") !== "true") query.conditions.push("root_run = NONE");
  const user = owner ?? searchParams.get("user_id");
  if (user !== null) add("user_id = $user", "user", user);
  return query;
}

/** The keys and values of `metadata.<key>=<value>`. */
export function metadataOf(searchParams: URLSearchParams): [string, string][] {
  const found = [...searchParams]
    .filter(([name]) => name.startsWith("metadata."))
    .map(([name, value]): [string, string] => [name.slice("metadata.".length), value]);
  for (const [key] of found)
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(key) || key === "__proto__")
      throw new HttpError(422, "A metadata key is made of letters, digits and underscores.");
  return found;
}

/** What a text of a query may stand for in the rows: itself, a number, a boolean, or a record id. */
function metadataCandidates(text: string): unknown[] {
  const candidates: unknown[] = [text];
  if (/^-?\d{1,15}(\.\d{1,10})?$/.test(text)) candidates.push(Number(text));
  if (text === "true" || text === "false") candidates.push(text === "true");
  const [, table, key] = /^([A-Za-z_]\w*):(\w+)$/.exec(text) ?? [];
  if (table !== undefined && key !== undefined) candidates.push(new RecordId(table, key));
  return candidates;
}

/** A time of a query; throws 422 for what is none. */
export function timeOf(searchParams: URLSearchParams, name: string): Date | undefined {
  const text = searchParams.get(name);
  if (text === null) return undefined;
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new HttpError(422, `${name} is not a time such as 2026-11-26T08:00:00Z.`);
  return time;
}

/** A whole number of a query, within its bounds. */
export function countOf(url: URL, name: string, { byDefault, max }: { byDefault: number; max: number }): number {
  const text = url.searchParams.get(name);
  if (text === null || text === "") return byDefault;
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new HttpError(422, `${name} is not a whole number from 1.`);
  return Math.min(Number(text), max);
}

/** A page of runs, newest first, without inputs and outputs; `next` begins the page after it. */
export async function listRuns(
  { settings: { db } }: ServerContext,
  url: URL,
  owner: string | undefined,
): Promise<{ runs: Record<string, unknown>[]; next: string | null }> {
  const { conditions, variables } = toRunConditions(url, owner);
  const limit = limitOf(url);
  const [cursor, until] = [boundOf(url, "cursor"), boundOf(url, "until")];
  let runs = "workflow_runs";
  if (until !== undefined) {
    if (cursor === undefined) throw new HttpError(422, "until ends the page that begins at a cursor: give both.");
    // Both bounds read what lies between and no more, where a cursor alone reads the table from its end to there.
    runs = 'type::record("workflow_runs", $until..$cursor)';
    Object.assign(variables, { cursor, until });
  } else if (cursor !== undefined) {
    conditions.push("id < $cursor");
    variables["cursor"] = new RecordId("workflow_runs", cursor);
  }
  const [rows] = await db.query<[WorkflowRunRow[]]>(
    `SELECT * OMIT input, output FROM ${runs} ${whereOf(conditions)} ORDER BY id DESC LIMIT $limit`,
    { ...variables, limit: limit + 1 },
  );
  const page = rows.slice(0, limit);
  return { runs: page.map(toRun), next: rows.length > limit ? (page.at(-1)?.id.id ?? null) : null };
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

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}

/** Who wants a run's input and output asks for the run. */
export function withoutContent({ input: _input, output: _output, ...run }: WorkflowRunRow): WorkflowRunRow {
  return run;
}

/** A row with plain ids. */
export function toRun(row: WorkflowRunRow): Record<string, unknown> {
  const { parent_run: parent, root_run: root } = row;
  return {
    ...row,
    id: row.id.id,
    ...(parent === undefined ? {} : { parent_run: parent.id }),
    ...(root === undefined ? {} : { root_run: root.id }),
    ...(row.waiting_for === undefined
      ? {}
      : { waiting_for: row.waiting_for.map((question) => ({ ...question, run: question.run.id })) }),
  };
}
