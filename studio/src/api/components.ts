/** What the server serves: agents, teams and workflows. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { ask } from "./client.ts";

/** What a session is with. */
export type ComponentKind = "agent" | "team" | "workflow";

/** The kinds, in the order in which they are shown. */
export const componentKinds: readonly ComponentKind[] = ["agent", "team", "workflow"];

/** An agent, a team or a workflow. */
export interface Component {
  kind: ComponentKind;
  name: string;
  description: string | null;
}

interface Described {
  id: string;
  description: string | null;
}

/** All of them. */
export function useComponents(): UseQueryResult<Component[]> {
  return useQuery({
    queryKey: ["components"],
    queryFn: async ({ signal }) => {
      const config = await ask<Record<`${ComponentKind}s`, Described[]>>("config", { signal });
      return componentKinds.flatMap((kind) =>
        config[`${kind}s`].map(({ id, description }): Component => ({ kind, name: id, description })),
      );
    },
    staleTime: 300_000,
  });
}
