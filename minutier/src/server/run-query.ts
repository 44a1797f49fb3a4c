/** How a request narrows runs: conditions and their variables. */
import { RecordId } from "../index.ts";
import { HttpError } from "./http-error.ts";

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
export function metadataCandidates(text: string): unknown[] {
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

/** The clause of these conditions; nothing for none. */
export function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}
