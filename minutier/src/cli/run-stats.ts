/** `minutier runs stats`. */
import type { ApiClient } from "./api-client.ts";
import { formatDuration } from "./format-time.ts";
import { colors, note, noteColors, print } from "./output.ts";
import { printTable } from "./print-table.ts";
import { type RunFilters, toRunQuery } from "./run-filters.ts";
import { oneLine, toSafeJson } from "./terminal-text.ts";

interface Stat {
  executions: number;
  successes: number;
  errors: number;
  running?: number;
  waiting?: number;
  p50_ms?: number | null;
  p95_ms?: number | null;
  total_tokens?: number | null;
}

interface Stats {
  workflows: (Stat & { workflow_name: string })[];
  total?: Stat;
}

/** Prints a row for each workflow, and one for all. */
export async function printStats(client: ApiClient, options: RunFilters & { json?: boolean }): Promise<void> {
  const stats = await client.get<Stats>("/runs/stats", toRunQuery(options));
  if (options.json === true) {
    await print(toSafeJson(stats, 2));
    return;
  }
  const { workflows, total } = stats;
  if (workflows.length === 0) {
    note(noteColors.dim("No runs."));
    return;
  }
  const rows = workflows.map((stat) => [oneLine(stat.workflow_name), ...cellsOf(stat)]);
  if (total !== undefined && workflows.length > 1) rows.push([colors.bold("all"), ...cellsOf(total)]);
  await printTable(
    [
      { head: "WORKFLOW", shrinkTo: 12 },
      ...["RUNS", "SUCCESS", "ERROR", "UNDER WAY", "RATE", "P50", "P95", "TOKENS"].map((head) => ({
        head,
        align: "right" as const,
      })),
    ],
    rows,
  );
}

function cellsOf({
  executions,
  successes,
  errors,
  running,
  p50_ms: p50,
  p95_ms: p95,
  total_tokens: tokens,
}: Stat): string[] {
  const ended = successes + errors;
  return [
    String(executions),
    colors.green(String(successes)),
    errors === 0 ? "0" : colors.red(String(errors)),
    String(running ?? executions - ended),
    ended === 0 ? "" : `${((successes / ended) * 100).toFixed(1)} %`,
    p50 === undefined || p50 === null ? "" : formatDuration(p50),
    p95 === undefined || p95 === null ? "" : formatDuration(p95),
    tokens === undefined || tokens === null ? "" : String(tokens),
  ];
}
