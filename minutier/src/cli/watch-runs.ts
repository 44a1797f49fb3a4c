/** `minutier runs watch`: changes of runs as they happen, until Ctrl-C. */
import { CliError } from "./cli-error.ts";
import { formatClock, formatDuration } from "./format-time.ts";
import type { Target } from "./target.ts";
import { colors, note, noteColors, print } from "./output.ts";
import { describeMetadata, paintStatus } from "./run-cells.ts";
import { durationOf, type RunRecord, statusOf } from "./run-records.ts";
import { interruption } from "./signals.ts";
import { oneLine, toSafeJson } from "./terminal-text.ts";

/** Options of the command. */
export interface WatchOptions {
  metadata?: ReadonlyMap<string, string>;
  workflow?: string;
  json?: boolean;
}

/** Prints a line for each change. */
export async function watchRuns({ client, isShared }: Target, options: WatchOptions): Promise<void> {
  if (!isShared)
    throw new CliError(
      "Nothing runs on this database now: an embedded one is open in one process, and to watch it from here would keep that process out. Start `minutier serve` or your application's server, and watch then.",
    );
  const query = new URLSearchParams();
  for (const [key, value] of options.metadata ?? []) query.append(`metadata.${key}`, value);
  const signal = interruption();
  try {
    for await (const event of client.events("/runs/live", { query, signal })) {
      if (event.event === "Ready") note(noteColors.dim("Watching. Ctrl-C ends it."));
      if (event.event !== "RunChanged") continue;
      const change = event as unknown as { action: string; run: RunRecord; missed?: number };
      if (options.workflow !== undefined && change.run.workflow_name !== options.workflow) continue;
      const { action, run, missed } = change;
      await print(
        options.json === true
          ? toSafeJson({ action, run, ...(missed === undefined ? {} : { missed }) })
          : toLine(change),
      );
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (!signal.aborted) throw new CliError("The server ended the watch. Is it being stopped?");
}

function toLine({ action, run, missed }: { action: string; run: RunRecord; missed?: number }): string {
  const status = action === "delete" ? "deleted" : statusOf(run);
  const time = formatClock(run.updated_at).slice(-8);
  const duration = run.completed_at === undefined ? "" : ` ${formatDuration(durationOf(run))}`;
  const gap = missed === undefined ? "" : ` (${missed} changes before it were not told)`;
  const about = `${describeMetadata(run.metadata)}${gap}`;
  return `${colors.dim(time)} ${paintStatus(status)} ${oneLine(run.workflow_name)} ${oneLine(run.id)}${duration} ${colors.dim(about)}`.trimEnd();
}
