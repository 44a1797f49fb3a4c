/** The open questions. What happens elsewhere makes them be read anew: `useWaitingCount` sees to that. */
import { type QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";

import type { Question, Run } from "../../api/answers.ts";
import { ask } from "../../api/client.ts";
import { toQuery, type WaitingFilters } from "./waiting-filters.ts";

/** A question with the run that asks it. */
export interface WaitingQuestion extends Omit<Question, "run"> {
  run: Run & { input?: unknown };
}

/** The questions that the filters leave, in the server's order. */
export function useQuestions(filters: WaitingFilters): UseQueryResult<WaitingQuestion[]> {
  const query = toQuery(filters);
  return useQuery({
    queryKey: ["waiting", "list", query.toString()],
    queryFn: async ({ signal }) =>
      (await ask<{ questions: WaitingQuestion[] }>("runs/waiting", { query, signal })).questions,
    placeholderData: (before) => before,
    // Another screen may have missed what happened meanwhile.
    refetchOnMount: "always",
  });
}

/** Takes a question that has its answer from the lists at once, and reads them anew. */
export async function dropQuestion(queries: QueryClient, key: string): Promise<void> {
  queries.setQueriesData<WaitingQuestion[]>({ queryKey: ["waiting", "list"] }, (before) =>
    before?.filter((question) => keyOf(question) !== key),
  );
  await queries.invalidateQueries({ queryKey: ["waiting"] });
}

/** Of a question that is asked again in a loop, each time has its own. */
export function keyOf({ run, step, since }: WaitingQuestion): string {
  return `${run.id}/${step}/${Date.parse(since)}`;
}

/** The nearest deadline first, then the oldest; or the oldest alone. */
export function inOrder(
  questions: readonly WaitingQuestion[],
  order: WaitingFilters["order"],
): readonly WaitingQuestion[] {
  const deadline = (question: WaitingQuestion): number =>
    order === "oldest" || question.deadline === undefined ? Infinity : Date.parse(question.deadline);
  return questions.toSorted((a, b) => {
    const [first, second] = [deadline(a), deadline(b)];
    return first === second ? Date.parse(a.since) - Date.parse(b.since) : first - second;
  });
}
