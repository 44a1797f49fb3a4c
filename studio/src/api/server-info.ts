/** What the server is, and what may be asked of it. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import type { ServerInfo } from "./answers.ts";
import { ask } from "./client.ts";

export function useServerInfo(): UseQueryResult<ServerInfo> {
  return useQuery({
    queryKey: ["info"],
    queryFn: ({ signal }) => ask<ServerInfo>("info", { signal }),
    staleTime: Infinity,
  });
}

/** Whether the server lets this key do something; a server that does not say is asked and may refuse. */
export function mayDo(info: ServerInfo | undefined, scope: "read" | "run" | "approve" | "write" | "admin"): boolean {
  return info?.scopes?.includes(scope) ?? true;
}
