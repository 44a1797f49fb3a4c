/** How many questions wait for somebody, kept true by what happens. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import type { Question } from "../api/answers.ts";
import { ask } from "../api/client.ts";
import { type LiveBatch, useLiveRuns } from "../api/live-runs.ts";

/** Asking again at most this often: many runs may ask or be answered at once. */
const pauseMs = 1000;

export function useWaitingCount(): number {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { data = 0 } = useQuery({
    queryKey: ["waiting", "count"],
    queryFn: async ({ signal }) => (await ask<{ questions: Question[] }>("runs/waiting", { signal })).questions.length,
  });
  useLiveRuns((batch) => {
    if (timer.current !== undefined || !touchesQuestions(batch)) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: ["waiting"] });
    }, pauseMs);
  });
  return data;
}

/** Whether a run began or ceased to wait; one that ceased is told as any other change of a run under way. */
function touchesQuestions({ runs, hasGap }: LiveBatch): boolean {
  return (
    hasGap || [...runs.values()].some(({ waiting_for, revision }) => waiting_for !== undefined || (revision ?? 0) > 1)
  );
}
