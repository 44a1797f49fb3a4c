/** What the list of runs is narrowed to: kept in the address, so that it can be sent to somebody. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

import type { Run } from "../../api/answers.ts";
import { metadataText } from "../../components/metadata-text.ts";

/** The states that a list can be narrowed to. */
export const statuses = ["running", "waiting", "success", "error"] as const;
export type ListStatus = (typeof statuses)[number];

/** Times before now. */
const ranges = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000, "30d": 2_592_000_000 } as const;
export type RangeName = keyof typeof ranges;

/** A list's filters; what is absent narrows nothing. */
export interface RunFilters {
  workflow?: string;
  status?: ListStatus;
  /** Either a time before now, or its bounds. */
  range?: RangeName;
  from?: string;
  to?: string;
  session?: string;
  /** All of these, by key. */
  metadata: readonly (readonly [key: string, value: string])[];
}

/** The address's filters, and how to change them. */
export function useRunFilters(): [RunFilters, (filters: RunFilters) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(text)), [text]);
  const setFilters = useCallback(
    (changed: RunFilters) => {
      setSearch(writeFilters(changed));
    },
    [setSearch],
  );
  return [filters, setFilters];
}

function readFilters(search: URLSearchParams): RunFilters {
  const filters: RunFilters = {
    metadata: [...search]
      .filter(([name]) => name.startsWith("metadata."))
      .map(([name, value]) => [name.slice("metadata.".length), value] as const),
  };
  const text = (name: string): string | undefined => search.get(name) || undefined;
  const [workflow, session, from, to] = [text("workflow"), text("session"), text("from"), text("to")];
  if (workflow !== undefined) filters.workflow = workflow;
  if (session !== undefined) filters.session = session;
  if (isTime(from)) filters.from = from;
  if (isTime(to)) filters.to = to;
  const status = statuses.find((each) => each === search.get("status"));
  if (status !== undefined) filters.status = status;
  const range = search.get("range") ?? "";
  if (Object.hasOwn(ranges, range)) filters.range = range as RangeName;
  return filters;
}

function isTime(text: string | undefined): text is string {
  return text !== undefined && !Number.isNaN(Date.parse(text));
}

function writeFilters({ metadata, ...filters }: RunFilters): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value) search.set(name, value);
  for (const [key, value] of metadata) search.append(`metadata.${key}`, value);
  return search;
}

/** Whether anything is narrowed. */
export function hasFilters({ metadata, ...filters }: RunFilters): boolean {
  return metadata.length > 0 || Object.keys(filters).length > 0;
}

/** The filters with one more pair; of a key that is there already, the new value counts. */
export function withMetadata(filters: RunFilters, key: string, value: string): RunFilters {
  return { ...filters, metadata: [...filters.metadata.filter(([each]) => each !== key), [key, value]] };
}

/** The filters as the server reads them; `now` is when the list was begun. */
export function toQuery(filters: RunFilters, now: number): URLSearchParams {
  const query = new URLSearchParams();
  if (filters.workflow !== undefined) query.set("workflow", filters.workflow);
  if (filters.status !== undefined) query.set("status", filters.status);
  if (filters.session !== undefined) query.set("session_id", filters.session);
  const from = filters.range === undefined ? filters.from : new Date(now - ranges[filters.range]).toISOString();
  if (from !== undefined) query.set("from", new Date(from).toISOString());
  if (filters.range === undefined && filters.to !== undefined) query.set("to", new Date(filters.to).toISOString());
  for (const [key, value] of filters.metadata) query.append(`metadata.${key}`, value);
  return query;
}

/** Whether a run that was just told belongs in the list, as the server would judge. */
export function fits(run: Run, filters: RunFilters, now: number): boolean {
  if (run.root_run !== undefined) return false;
  if (filters.workflow !== undefined && run.workflow_name !== filters.workflow) return false;
  if (filters.session !== undefined && run.session_id !== filters.session) return false;
  if (filters.status !== undefined && !hasStatus(run, filters.status)) return false;
  const created = Date.parse(run.created_at);
  if (filters.range !== undefined && created < now - ranges[filters.range]) return false;
  if (filters.range === undefined && filters.from !== undefined && created < Date.parse(filters.from)) return false;
  if (filters.range === undefined && filters.to !== undefined && created >= Date.parse(filters.to)) return false;
  return filters.metadata.every(([key, value]) => metadataText(run.metadata[key]) === value);
}

function hasStatus(run: Run, status: ListStatus): boolean {
  if (status === "waiting") return run.status === "running" && run.waiting_for !== undefined;
  return run.status === status;
}
