/** The names of all workflows that ever ran. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { ask } from "./client.ts";

/** Statistics read every run: they are asked for when somebody looks for a name. */
export function useWorkflowNames(isAsked: boolean): UseQueryResult<string[]> {
  return useQuery({
    queryKey: ["runs", "workflow-names"],
    queryFn: async ({ signal }) => {
      const { workflows } = await ask<{ workflows: { workflow_name: string }[] }>("runs/stats", { signal });
      return workflows.map(({ workflow_name }) => workflow_name);
    },
    enabled: isAsked,
    staleTime: 300_000,
  });
}
