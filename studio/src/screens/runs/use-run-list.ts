/**
 * The runs by their place in the list, newest first, of which only the pages in sight are read.
 *
 * The first page is read like any list. Where the older pages begin comes after it, in one answer, so that the scroll
 * bar is true and any page can be read by itself. Runs that begin meanwhile stand before the first page: they move
 * nobody's rows until they are shown.
 */
import { keepPreviousData, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import type { Run, RunPage, RunPages } from "../../api/answers.ts";
import { ask } from "../../api/client.ts";
import { type LiveBatch, useLiveRuns } from "../../api/live-runs.ts";
import { fits, type RunFilters, toQuery } from "./run-filters.ts";

const pageSize = 100;

/** Browsers don't draw an element much higher than this many rows. */
const maxRows = 300_000;

/** A list as far as it is known. */
export interface RunList {
  /** All runs that fit, once it is known. */
  total: number | undefined;
  /** The rows of the scroll bar. */
  rowCount: number;
  isCut: boolean;
  isLoading: boolean;
  error: Error | null;
  /** The run at this place, or `undefined` until its page is there. */
  runAt(index: number): Run | undefined;
  /** New runs that are not shown yet. */
  pendingCount: number;
  /** Changes were missed: what is shown may be old. */
  isStale: boolean;
  /** Shows the new runs, or all anew when changes were missed. */
  showPending(): void;
  /** Reads everything anew. */
  refresh(): void;
}

interface Fresh {
  /** The list that these runs belong to; of another one they are forgotten. */
  list: string;
  /** Newest first. */
  shown: readonly Run[];
  pending: readonly Run[];
  /** Something happened that was not told. */
  isStale: boolean;
}

export interface RunListOptions {
  filters: RunFilters;
  /** Whether changes are shown as they happen. */
  isLive: boolean;
  /** Whether new runs may take their place at once: nobody reads further down. */
  isAtTop: () => boolean;
  /** The places in sight. */
  visible: readonly [first: number, last: number];
}

export function useRunList({ filters, isLive, isAtTop, visible }: RunListOptions): RunList {
  const queries = useQueryClient();
  const [begun, setBegun] = useState(() => Date.now());
  const query = toQuery(filters, begun).toString();
  const none: Fresh = { list: `${begun} ${query}`, shown: [], pending: [], isStale: false };
  const [kept, setFresh] = useState(none);
  const fresh = kept.list === none.list ? kept : none;
  const key = ["runs", "list", query, begun] as const;

  const first = useQuery({
    queryKey: [...key, 0],
    queryFn: ({ signal }) => askPage(query, {}, signal),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  const isCurrent = first.data !== undefined && !first.isPlaceholderData;
  const end = isCurrent ? first.data.next : null;
  const older = useQuery({
    queryKey: [...key, "pages", end],
    queryFn: ({ signal }) => ask<RunPages>("runs/pages", { query: withBounds(query, { cursor: end ?? "" }), signal }),
    enabled: end !== null,
    staleTime: Infinity,
  });
  const cursors = end === null ? [] : [end, ...(older.data?.cursors ?? [])];

  const total =
    isCurrent && (end === null || older.data !== undefined)
      ? first.data.runs.length + (older.data?.total ?? 0)
      : undefined;
  const known = total ?? first.data?.runs.length ?? 0;
  const rowCount = Math.min(maxRows, known + fresh.shown.length);

  const pageOf = (index: number): number => Math.floor((index - fresh.shown.length) / pageSize);
  const wanted = pagesBetween(pageOf(visible[0]), pageOf(visible[1]), older.data === undefined ? 0 : cursors.length);
  const pages = useQueries({
    queries: wanted.map((page) => ({
      queryKey: [...key, page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        askPage(query, { cursor: cursors[page - 1], until: cursors[page] }, signal),
      staleTime: Infinity,
      gcTime: 60_000,
    })),
  });

  const refresh = useCallback(() => setBegun(Date.now()), []);

  useLiveRuns((batch) => {
    if (!isLive) return;
    if (batch.hasGap || batch.deleted.size > 0) {
      // Whoever reads further down keeps the place, and is told.
      if (isAtTop()) refresh();
      else setFresh({ ...fresh, isStale: true });
      return;
    }
    queries.setQueriesData<RunPage | RunPages>({ queryKey: ["runs", "list"] }, (data) =>
      data === undefined || !("runs" in data) ? data : { ...data, runs: withChanges(data.runs, batch) },
    );
    const newest = first.data?.runs[0]?.id ?? "";
    const isNew = (run: Run): boolean => isCurrent && run.id > newest && fits(run, filters, Date.now());
    setFresh((before) => addFresh(before.list === none.list ? before : none, batch, { isNew, isAtTop: isAtTop() }));
  });

  return {
    total: total === undefined ? undefined : total + fresh.shown.length,
    rowCount,
    isCut: known > maxRows,
    isLoading: first.isPending,
    error: first.error,
    runAt(index) {
      if (index < fresh.shown.length) return fresh.shown[index];
      const place = index - fresh.shown.length;
      const page = Math.floor(place / pageSize);
      const runs = page === 0 ? first.data?.runs : pages[wanted.indexOf(page)]?.data?.runs;
      return runs?.[place % pageSize];
    },
    pendingCount: fresh.pending.length,
    isStale: fresh.isStale,
    showPending() {
      if (fresh.isStale) refresh();
      else setFresh({ ...fresh, shown: [...fresh.pending, ...fresh.shown], pending: [] });
    },
    refresh,
  };
}

function askPage(
  query: string,
  bounds: { cursor?: string | undefined; until?: string | undefined },
  signal: AbortSignal,
): Promise<RunPage> {
  return ask<RunPage>("runs", { query: withBounds(query, bounds), signal });
}

function withBounds(query: string, bounds: Record<string, string | undefined>): URLSearchParams {
  const search = new URLSearchParams(query);
  search.set("limit", String(pageSize));
  for (const [name, value] of Object.entries(bounds)) if (value !== undefined) search.set(name, value);
  return search;
}

/** Pages after the first, which is read by itself. */
function pagesBetween(from: number, to: number, count: number): number[] {
  const pages: number[] = [];
  for (let page = Math.max(1, from); page <= Math.min(to, count); page += 1) pages.push(page);
  return pages;
}

/** The same list when nothing in it changed, so that its rows are not drawn again. */
function withChanges(runs: Run[], { runs: changed }: LiveBatch): Run[] {
  if (!runs.some(({ id }) => changed.has(id))) return runs;
  return runs.map((run) => newer(run, changed.get(run.id)));
}

function newer(run: Run, changed: Run | undefined): Run {
  return changed !== undefined && (changed.revision ?? 0) >= (run.revision ?? 0) ? changed : run;
}

function addFresh(
  before: Fresh,
  batch: LiveBatch,
  { isNew, isAtTop }: { isNew: (run: Run) => boolean; isAtTop: boolean },
): Fresh {
  const known = new Set([...before.shown, ...before.pending].map(({ id }) => id));
  const added = [...batch.runs.values()].filter((run) => !known.has(run.id) && isNew(run));
  const update = (runs: readonly Run[]): Run[] => runs.map((run) => newer(run, batch.runs.get(run.id)));
  const touched = [...batch.runs.keys()].some((id) => known.has(id));
  if (added.length === 0 && !touched && !(isAtTop && before.pending.length > 0)) return before;
  added.sort((a, b) => (a.id < b.id ? 1 : -1));
  const pending = [...added, ...update(before.pending)];
  const shown = update(before.shown);
  return isAtTop ? { ...before, shown: [...pending, ...shown], pending: [] } : { ...before, shown, pending };
}
