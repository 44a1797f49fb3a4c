/** The options that narrow runs, as the API's query has them. */
import { UsageError } from "./cli-error.ts";
import { parseTime } from "./format-time.ts";

/** As they are typed. */
export interface RunFilters {
  metadata?: string[];
  workflow?: string;
  status?: string;
  since?: string;
  until?: string;
  user?: string;
  session?: string;
  nested?: boolean;
}

/** The query of `GET /runs` and its kin. */
export function toRunQuery(filters: RunFilters): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of toMetadata(filters.metadata ?? [])) query.append(`metadata.${key}`, value);
  const { workflow, status, since, until, user, session, nested } = filters;
  if (workflow !== undefined) query.set("workflow", workflow);
  if (status !== undefined) query.set("status", status);
  if (since !== undefined) query.set("from", parseTime("--since", since).toISOString());
  if (until !== undefined) query.set("to", parseTime("--until", until).toISOString());
  if (user !== undefined) query.set("user_id", user);
  if (session !== undefined) query.set("session_id", session);
  if (nested === true) query.set("nested", "true");
  return query;
}

/** `key=value`, each key once; the value may hold `=` and spaces. */
export function toMetadata(given: readonly string[]): Map<string, string> {
  const metadata = new Map<string, string>();
  for (const text of given) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined)
      throw new UsageError(`--metadata is ${JSON.stringify(text)}. Give key=value, such as dossier_id=dossier:abc123.`);
    if (metadata.has(key)) throw new UsageError(`--metadata names the key ${JSON.stringify(key)} twice.`);
    metadata.set(key, value);
  }
  return metadata;
}
