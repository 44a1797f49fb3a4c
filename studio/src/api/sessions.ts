/** Sessions as the server lists them, and what is done with one. */
import { type UseQueryResult, keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

import { ask, send } from "./client.ts";
import { type ComponentKind, componentKinds } from "./components.ts";

/** A session in a list. */
export interface Session {
  session_id: string;
  session_name: string;
  session_type: ComponentKind;
  agent_id?: string;
  team_id?: string;
  workflow_id?: string;
  user_id: string | null;
  metadata: Record<string, unknown> | null;
  created_at: string;
  updated_at: string;
}

/** A session by itself. */
export interface SessionDetail extends Session {
  session_state: unknown;
}

/** Names one session. */
export interface SessionKey {
  kind: ComponentKind;
  name: string;
  sessionId: string;
}

/** What the list is narrowed to, in the address. */
export interface SessionFilters {
  type: ComponentKind;
  component?: string;
  search?: string;
  /** From 1. */
  page: number;
}

const pageSize = 25;

/** The agent, team or workflow that the session is with. */
export function componentOf(session: Session): string {
  return session[`${session.session_type}_id`] ?? "";
}

/** What the session is called: one without a name by its id, rather than by what it is with. */
export function nameOf(session: Session): string {
  return session.session_name === componentOf(session) ? session.session_id : session.session_name;
}

export function useSessionFilters(): [SessionFilters, (filters: SessionFilters) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(text)), [text]);
  const setFilters = useCallback(
    ({ type, component, search: name, page }: SessionFilters) => {
      const changed = new URLSearchParams({ type });
      if (component !== undefined && component !== "") changed.set("component", component);
      if (name !== undefined && name !== "") changed.set("search", name);
      if (page > 1) changed.set("page", String(page));
      setSearch(changed);
    },
    [setSearch],
  );
  return [filters, setFilters];
}

function readFilters(search: URLSearchParams): SessionFilters {
  const type = componentKinds.find((kind) => kind === search.get("type")) ?? "agent";
  const page = Number(search.get("page") ?? 1);
  const filters: SessionFilters = { type, page: Number.isSafeInteger(page) && page > 0 ? page : 1 };
  const [component, name] = [search.get("component"), search.get("search")];
  if (component !== null && component !== "") filters.component = component;
  if (name !== null && name !== "") filters.search = name;
  return filters;
}

/** A page of sessions, the one that changed last first. */
export function useSessions({ type, component, search, page }: SessionFilters): UseQueryResult<{
  sessions: Session[];
  total: number;
  pages: number;
}> {
  return useQuery({
    queryKey: ["sessions", type, component, search, page],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ type, page: String(page), limit: String(pageSize), sort_by: "updated_at" });
      if (component !== undefined) query.set("component_id", component);
      if (search !== undefined) query.set("session_name", search);
      const { data, meta } = await ask<{ data: Session[]; meta: { total_count: number; total_pages: number } }>(
        "sessions",
        { query, signal },
      );
      return { sessions: data, total: meta.total_count, pages: meta.total_pages };
    },
    placeholderData: keepPreviousData,
    staleTime: 5000,
  });
}

/** One session with its state. */
export function useSession(key: SessionKey): UseQueryResult<SessionDetail> {
  return useQuery({
    queryKey: ["session", key.kind, key.name, key.sessionId, "detail"],
    queryFn: ({ signal }) => ask<SessionDetail>(pathOf(key), { query: queryOf(key), signal }),
    staleTime: 5000,
  });
}

export async function renameSession(key: SessionKey, name: string): Promise<void> {
  await send(`${pathOf(key)}/rename`, { method: "POST", query: queryOf(key), body: { session_name: name } });
}

export async function deleteSession(key: SessionKey): Promise<void> {
  await send(pathOf(key), { method: "DELETE", query: queryOf(key) });
}

export function pathOf({ sessionId }: SessionKey): string {
  return `sessions/${encodeURIComponent(sessionId)}`;
}

export function queryOf({ kind, name }: SessionKey): URLSearchParams {
  return new URLSearchParams({ type: kind, component_id: name });
}
