/** The numbers of the time and the workflows that are chosen, as of when they were chosen. */
import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { ask } from "../../api/client.ts";
import type { RunStats } from "./statistics-answers.ts";
import { boundsOf, type StatisticsFilters } from "./statistics-filters.ts";

export function useStatistics(filters: StatisticsFilters, asOf: number): UseQueryResult<RunStats> {
  const query = new URLSearchParams();
  const { from, to } = boundsOf(filters, asOf);
  if (from !== undefined) query.set("from", from.toISOString());
  if (to !== undefined && filters.range === "custom") query.set("to", to.toISOString());
  for (const workflow of filters.workflows) query.append("workflow", workflow);
  return useQuery({
    queryKey: ["runs", "stats", query.toString()],
    queryFn: ({ signal }) => ask<RunStats>("runs/stats", { query, signal }),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}
