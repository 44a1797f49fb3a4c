/** Which questions are shown, in what order, and which is open: kept in the address. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

/** What the list is narrowed to. */
export interface WaitingFilters {
  who?: string;
  metadata: readonly (readonly [key: string, value: string])[];
  order: "deadline" | "oldest";
  /** The key of the question that is being answered. */
  open?: string;
}

/** The address's filters, and how to change some of them. */
export function useWaitingFilters(): [WaitingFilters, (changes: Changes) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(text)), [text]);
  const change = useCallback(
    (changes: Changes) => {
      // From the address as it is by then: the list may have changed it meanwhile.
      setSearch((before) => writeFilters({ ...readFilters(before), ...changes }));
    },
    [setSearch],
  );
  return [filters, change];
}

/** `undefined` takes a filter away. */
export type Changes = { [Name in keyof WaitingFilters]?: WaitingFilters[Name] | undefined };

function readFilters(search: URLSearchParams): WaitingFilters {
  const [who, open] = [search.get("who"), search.get("open")];
  return {
    ...(who ? { who } : {}),
    ...(open ? { open } : {}),
    order: search.get("order") === "oldest" ? "oldest" : "deadline",
    metadata: [...search]
      .filter(([name]) => name.startsWith("metadata."))
      .map(([name, value]) => [name.slice("metadata.".length), value] as const),
  };
}

function writeFilters({ who, metadata, order, open }: Changes): URLSearchParams {
  const search = new URLSearchParams();
  if (who) search.set("who", who);
  if (order === "oldest") search.set("order", order);
  for (const [key, value] of metadata ?? []) search.append(`metadata.${key}`, value);
  if (open) search.set("open", open);
  return search;
}

/** The filters as the server reads them. */
export function toQuery({ who, metadata }: WaitingFilters): URLSearchParams {
  const query = new URLSearchParams();
  if (who !== undefined) query.set("who", who);
  for (const [key, value] of metadata) query.append(`metadata.${key}`, value);
  return query;
}
