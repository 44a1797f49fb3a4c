/** The turns of a conversation by their place, of which only the pages in sight are read. */
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { ask } from "../api/client.ts";
import type { ConversationKey, Turn, TurnPage } from "./turns.ts";

const pageSize = 50;
/** A turn that goes on is looked at this often, and the end of the conversation now and then. */
const busyMs = 1000;
const quietMs = 10_000;

export interface Conversation {
  total: number;
  isLoading: boolean;
  error: Error | null;
  /** Where the run is that was asked for. */
  place: number | undefined;
  /** The turn at this place, `undefined` until its page is there, and null when it was deleted. */
  turnAt(place: number): Turn | null | undefined;
  /** The turn of this run, when it is among the pages read. */
  turnOf(runId: string): Turn | undefined;
  refresh(): void;
}

export interface ConversationOptions {
  /** A run that shall be among the first turns read, rather than the last ones. */
  runId?: string | undefined;
  /** The places in sight. */
  visible: readonly [first: number, last: number];
  isEnabled?: boolean;
}

export function useConversation(
  conversation: ConversationKey,
  { runId, visible, isEnabled = true }: ConversationOptions,
): Conversation {
  const queries = useQueryClient();
  const { kind, name, sessionId } = conversation;
  const head = useQuery({
    queryKey: [...turnsKey(conversation), "head", runId],
    queryFn: ({ signal }) => askPage(conversation, runId === undefined ? {} : { run_id: runId }, signal),
    enabled: isEnabled,
    refetchInterval: ({ state }) => (hasOpenTurn(state.data) ? busyMs : quietMs),
  });
  const total = head.data?.total ?? 0;
  const wanted = pagesBetween(visible, total).filter((page) => page !== head.data?.page);
  const pages = useQueries({
    queries: wanted.map((page) => ({
      queryKey: [...turnsKey(conversation), page],
      queryFn: ({ signal }: { signal: AbortSignal }) => askPage(conversation, { page: String(page) }, signal),
      staleTime: 300_000,
      refetchInterval: ({ state }: { state: { data: TurnPage | undefined } }) =>
        hasOpenTurn(state.data) ? busyMs : false,
    })),
  });
  const read = [head.data, ...pages.map(({ data }) => data)].filter((page) => page !== undefined);

  const refresh = useCallback(() => {
    void queries.invalidateQueries({ queryKey: turnsKey({ kind, name, sessionId }) });
    void queries.invalidateQueries({ queryKey: ["session", kind, name, sessionId, "usage"] });
  }, [queries, kind, name, sessionId]);
  return {
    total,
    isLoading: isEnabled && head.isPending,
    error: head.error,
    place: head.data?.place,
    turnAt(place) {
      const page = read.find((each) => each.page === pageOf(place));
      if (page === undefined) return undefined;
      return page.turns.find((turn) => turn.place === place) ?? null;
    },
    turnOf: (id) => read.flatMap(({ turns }) => turns).find(({ run_id }) => run_id === id),
    refresh,
  };
}

function turnsKey({ kind, name, sessionId }: ConversationKey): readonly string[] {
  return ["session", kind, name, sessionId, "turns"];
}

function askPage(
  { kind, name, sessionId }: ConversationKey,
  bounds: Record<string, string>,
  signal: AbortSignal,
): Promise<TurnPage> {
  const query = new URLSearchParams({ type: kind, component_id: name, limit: String(pageSize), ...bounds });
  return ask<TurnPage>(`sessions/${encodeURIComponent(sessionId)}/turns`, { query, signal });
}

function hasOpenTurn(page: TurnPage | undefined): boolean {
  return page?.turns.some(({ status, waiting_for }) => status === "running" && waiting_for === undefined) ?? false;
}

/** The page of a place, from 1. */
function pageOf(place: number): number {
  return Math.floor(place / pageSize) + 1;
}

function pagesBetween([first, last]: readonly [number, number], total: number): number[] {
  const pages: number[] = [];
  // Nothing is in sight yet.
  if (first < 0) return pages;
  for (let page = pageOf(first); page <= pageOf(Math.min(last, total - 1)); page += 1) pages.push(page);
  return pages;
}
