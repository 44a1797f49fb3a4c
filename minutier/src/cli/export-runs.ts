/** `minutier runs export`: one run with its steps a line. */
import type { ApiClient } from "./api-client.ts";
import { print } from "./output.ts";
import { createProgress } from "./progress-bar.ts";
import { type RunFilters, toRunQuery } from "./run-filters.ts";
import { safeJsonText } from "./terminal-text.ts";

/** Prints the runs that fit, oldest first, as NDJSON. */
export async function exportRuns(client: ApiClient, filters: RunFilters): Promise<void> {
  const query = toRunQuery(filters);
  // On the terminal that the lines go to, a bar would stand among them.
  const isShown = !process.stdout.isTTY && process.stderr.isTTY;
  const progress = createProgress("Exporting", isShown);
  const total = isShown ? await countRuns(client, query) : 0;
  let done = 0;
  try {
    for await (const line of client.lines("/runs/export", query)) {
      await print(safeJsonText(line));
      progress.update(++done, Math.max(total, done));
    }
  } finally {
    progress.end();
  }
}

async function countRuns(client: ApiClient, query: URLSearchParams): Promise<number> {
  const { workflows } = await client.get<{ workflows: { executions: number }[] }>("/runs/stats", query);
  return workflows.reduce((sum, { executions }) => sum + executions, 0);
}
