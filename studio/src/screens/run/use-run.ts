/** A run as it stands in the database; read again while it is under way. */
import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";

import { ask } from "../../api/client.ts";
import { useLiveRuns } from "../../api/live-runs.ts";
import type { WholeRun } from "./run-answers.ts";

/** Steps are committed without a change of the run's row, so that only reading tells of them. */
const underWayMs = 1000;
/** Nothing happens until somebody answers, which changes the row. */
const waitingMs = 15_000;

export function useRun(id: string): UseQueryResult<WholeRun> {
  const queries = useQueryClient();
  const queryKey = ["runs", "one", id];
  const answer = useQuery({
    queryKey,
    queryFn: ({ signal }) => ask<WholeRun>(`runs/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined || data.status !== "running") return false;
      return data.waiting_for === undefined ? underWayMs : waitingMs;
    },
    staleTime: 0,
  });
  useLiveRuns(({ runs, hasGap }) => {
    const parts = [id, ...(answer.data?.nested ?? []).map((run) => run.id)];
    const changed = parts.some((part) => runs.has(part)) || [...runs.values()].some((run) => run.root_run === id);
    if (hasGap || changed) void queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
  });
  return answer;
}
