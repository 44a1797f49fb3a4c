/** `minutier runs list`. */
import type { ApiClient } from "./api-client.ts";
import { formatAge, formatDuration } from "./format-time.ts";
import { colors, note, noteColors, print } from "./output.ts";
import { printTable } from "./print-table.ts";
import { describeMetadata, paintStatus } from "./run-cells.ts";
import { type RunFilters, toRunQuery } from "./run-filters.ts";
import { durationOf, type RunRecord, statusOf } from "./run-records.ts";
import { oneLine, toSafeJson } from "./terminal-text.ts";

/** The most that one answer holds. */
const pageSize = 200;

/** Prints the newest runs that fit, newest first. */
export async function listRuns(
  client: ApiClient,
  options: RunFilters & { limit: number; json?: boolean },
): Promise<void> {
  const query = toRunQuery(options);
  const runs: RunRecord[] = [];
  let listed = 0;
  let next: string | null = null;
  do {
    query.set("limit", String(Math.min(options.limit - listed, pageSize)));
    if (next !== null) query.set("cursor", next);
    const page: { runs: RunRecord[]; next: string | null } = await client.get("/runs", query);
    listed += page.runs.length;
    next = page.next;
    // Lines as they come: a program need not wait for the last page, nor this one hold them all.
    if (options.json === true) for (const run of page.runs) await print(toSafeJson(run));
    else runs.push(...page.runs);
  } while (next !== null && listed < options.limit);
  if (options.json === true) return;
  await printRuns(runs);
  if (runs.length === 0) note(noteColors.dim("No runs."));
  else if (next !== null) note(noteColors.dim(`The newest ${runs.length}; more with --limit.`));
}

/** Prints runs as a table. */
export async function printRuns(runs: readonly RunRecord[]): Promise<void> {
  if (runs.length === 0) return;
  await printTable(
    [
      { head: "ID" },
      { head: "WORKFLOW", shrinkTo: 12 },
      { head: "STATUS" },
      { head: "STARTED" },
      { head: "TIME", align: "right" },
      { head: "METADATA", shrinkTo: 8 },
    ],
    runs.map((run) => [
      oneLine(run.id),
      oneLine(run.workflow_name),
      paintStatus(statusOf(run)),
      formatAge(run.created_at),
      formatDuration(durationOf(run)),
      colors.dim(describeMetadata(run.metadata)),
    ]),
  );
}
