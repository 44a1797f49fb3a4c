/** The options that narrow runs, as the API's query has them. */
import { UsageError } from "./cli-error.ts";

/** As they were read from the command line. */
export interface RunFilters {
  metadata?: ReadonlyMap<string, string>;
  workflow?: string;
  status?: string;
  since?: Date;
  until?: Date;
  user?: string;
  session?: string;
  nested?: boolean;
}

/** The query of `GET /runs` and its kin. */
export function toRunQuery(filters: RunFilters): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of filters.metadata ?? []) query.append(`metadata.${key}`, value);
  const { workflow, status, since, until, user, session, nested } = filters;
  if (workflow !== undefined) query.set("workflow", workflow);
  if (status !== undefined) query.set("status", status);
  if (since !== undefined) query.set("from", since.toISOString());
  if (until !== undefined) query.set("to", until.toISOString());
  if (user !== undefined) query.set("user_id", user);
  if (session !== undefined) query.set("session_id", session);
  if (nested === true) query.set("nested", "true");
  return query;
}

/** Adds `key=value` to what was given before, each key once; the value may hold `=` and spaces. */
export function collectMetadata(
  text: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new UsageError(`--metadata is ${JSON.stringify(text)}. Give key=value, such as dossier_id=dossier:abc123.`);
  if (before.has(key)) throw new UsageError(`--metadata names the key ${JSON.stringify(key)} twice.`);
  return new Map([...before, [key, value]]);
}
