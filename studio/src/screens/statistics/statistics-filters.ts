/** What is counted: the workflows and the time, kept in the address. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

/** Times before now, in milliseconds. */
export const rangeLengths = {
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
  "90d": 90 * 86_400_000,
} as const;
type RangeName = keyof typeof rangeLengths;

export interface StatisticsFilters {
  range: RangeName | "custom";
  /** Days, of a custom range: `2026-11-26`; the last one is counted whole. */
  from?: string;
  to?: string;
  /** None stands for all. */
  workflows: readonly string[];
}

export function useStatisticsFilters(): [StatisticsFilters, (filters: StatisticsFilters) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(text)), [text]);
  const setFilters = useCallback((changed: StatisticsFilters) => setSearch(writeFilters(changed)), [setSearch]);
  return [filters, setFilters];
}

function readFilters(search: URLSearchParams): StatisticsFilters {
  const range = search.get("range") ?? "";
  const filters: StatisticsFilters = {
    range: range === "custom" || Object.hasOwn(rangeLengths, range) ? (range as StatisticsFilters["range"]) : "7d",
    workflows: [...new Set(search.getAll("workflow"))],
  };
  if (filters.range !== "custom") return filters;
  const [from, to] = [search.get("from") ?? "", search.get("to") ?? ""];
  if (isDay(from)) filters.from = from;
  if (isDay(to)) filters.to = to;
  return filters;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

function writeFilters({ range, from, to, workflows }: StatisticsFilters): URLSearchParams {
  const search = new URLSearchParams({ range });
  if (range === "custom" && from !== undefined) search.set("from", from);
  if (range === "custom" && to !== undefined) search.set("to", to);
  for (const workflow of workflows) search.append("workflow", workflow);
  return search;
}

/** The time's bounds; a custom range's days are those of this clock. */
export function boundsOf({ range, from, to }: StatisticsFilters, now: number): { from?: Date; to?: Date } {
  if (range !== "custom") return { from: new Date(now - rangeLengths[range]), to: new Date(now) };
  const end = to === undefined ? undefined : new Date(`${to}T00:00`);
  end?.setDate(end.getDate() + 1);
  return {
    ...(from === undefined ? {} : { from: new Date(`${from}T00:00`) }),
    ...(end === undefined ? {} : { to: end }),
  };
}

/** The address of the runs that were counted, in the list's own words. */
export function runsAddress(
  filters: StatisticsFilters,
  { workflow, status }: { workflow: string; status?: "error" },
  now: number,
): string {
  const search = new URLSearchParams({ workflow });
  if (status !== undefined) search.set("status", status);
  const { from, to } = boundsOf(filters, now);
  if (filters.range !== "custom" && filters.range !== "90d") search.set("range", filters.range);
  else {
    if (from !== undefined) search.set("from", from.toISOString());
    if (to !== undefined && filters.range === "custom") search.set("to", to.toISOString());
  }
  return `/runs?${search}`;
}
