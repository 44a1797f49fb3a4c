/** `minutier runs show`: a run with its steps on a time line. */
import type { ApiClient } from "./api-client.ts";
import { formatAge, formatClock, formatDuration } from "./format-time.ts";
import { colors, outputWidth, print } from "./output.ts";
import { printTable } from "./print-table.ts";
import { describeMetadata, paintStatus } from "./run-cells.ts";
import { durationOf, type RunDetail, type RunRecord, statusOf, type StepRecord } from "./run-records.ts";
import { oneLine, safeLines, toSafeJson } from "./terminal-text.ts";

/** Lines of an input or output that are shown; `--json` shows all. */
const maxLines = 30;
const barWidth = 24;

/** Prints one run. */
export async function showRun(client: ApiClient, id: string, options: { json?: boolean }): Promise<void> {
  const run = await client.get<RunDetail>(`/runs/${encodeURIComponent(id)}`);
  if (options.json === true) {
    await print(toSafeJson(run, 2));
    return;
  }
  await print(`${colors.bold(oneLine(run.workflow_name))}  ${paintStatus(statusOf(run))}  ${oneLine(run.id)}`);
  await printFacts(run);
  if (run.steps.length > 0) await print("");
  await printSteps(run, run.steps, run);
  for (const nested of run.nested ?? []) {
    await print(
      `\n${colors.dim("Nested run")} ${oneLine(nested.workflow_name)}  ${paintStatus(statusOf(nested))}  ${oneLine(nested.id)}`,
    );
    await printSteps(nested, nested.steps, run);
  }
  await printValue("Input", run.input);
  await printValue("Output", run.output);
}

async function printFacts(run: RunDetail): Promise<void> {
  const row = async (head: string, text: string | undefined): Promise<void> => {
    if (text !== undefined && text !== "") await print(`${colors.dim(head.padEnd(10))}${text}`);
  };
  await row("Started", `${formatClock(run.created_at)} (${formatAge(run.created_at)})`);
  await row("Time", formatDuration(durationOf(run)));
  await row("Metadata", describeMetadata(run.metadata));
  await row("Session", run.session_id === undefined ? undefined : oneLine(run.session_id));
  await row("User", run.user_id === undefined ? undefined : oneLine(run.user_id));
  await row("Part of", run.parent_run === undefined ? undefined : oneLine(run.parent_run));
  await row("Resumed", run.resumed === undefined ? undefined : `${run.resumed} times`);
  const { usage, cost } = run;
  if (usage !== undefined)
    await row("Tokens", `${usage.total_tokens} (${usage.input_tokens} in, ${usage.output_tokens} out)`);
  if (cost !== undefined && cost !== null) await row("Cost", `${cost.amount} ${oneLine(cost.currency)}`);
  for (const { step, reason, who = [], since, deadline } of run.waiting_for ?? []) {
    const until = deadline === undefined ? "" : `, until ${formatClock(deadline)}`;
    const asked = who.length === 0 ? "" : `, asks ${who.join(" or ")}`;
    await row("Waits", colors.yellow(oneLine(`${step}: ${reason} (since ${formatAge(since)}${until}${asked})`)));
  }
  if (run.error_message !== undefined) {
    const at = run.error_step === undefined ? "" : ` at ${oneLine(run.error_step)}`;
    await row("Error", colors.red(`${oneLine(run.error_code ?? "error")}${at}: ${safeLines(run.error_message)}`));
  }
}

/** Each step where it stands on the time of the whole. */
async function printSteps(run: RunRecord, steps: readonly StepRecord[], whole: RunRecord): Promise<void> {
  if (steps.length === 0) return;
  const from = Date.parse(whole.created_at);
  const length = Math.max(1, durationOf(whole));
  await printTable(
    [
      { head: "STEP", shrinkTo: 12 },
      { head: "KIND" },
      { head: "STATUS" },
      { head: "TIME", align: "right" },
      { head: "" },
      { head: "NOTE", shrinkTo: 6 },
    ],
    steps.map((step) => {
      const ms = durationOf({
        created_at: step.started_at,
        ...(step.completed_at === undefined ? {} : { completed_at: step.completed_at }),
      });
      const depth = step.path.split("/").length - 1;
      const name = depth === 0 ? step.path : `${"  ".repeat(depth)}${step.path.split("/").at(-1)}`;
      return [
        oneLine(name),
        oneLine(step.kind),
        paintStatus(step.status),
        step.completed_at === undefined && run.completed_at !== undefined ? "" : formatDuration(ms),
        colors.dim(toBar(Date.parse(step.started_at) - from, ms, length)),
        oneLine(noteOf(step)),
      ];
    }),
  );
}

function noteOf({ attempt, error_message: error, child_run: child }: StepRecord): string {
  const notes = [
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(child === undefined ? [] : [`run ${child}`]),
    ...(error === undefined ? [] : [error]),
  ];
  return notes.join(", ");
}

/** A block for the step's time within the run's, at least a sliver. */
function toBar(startMs: number, ms: number, length: number): string {
  const at = Math.min(barWidth - 1, Math.max(0, Math.floor((startMs / length) * barWidth)));
  const wide = Math.min(barWidth - at, Math.round((ms / length) * barWidth));
  return `${" ".repeat(at)}${wide === 0 ? "▏" : "█".repeat(wide)}`;
}

async function printValue(head: string, value: unknown): Promise<void> {
  if (value === undefined) return;
  const text = typeof value === "string" ? safeLines(value) : toSafeJson(value, 2);
  const lines = text.split("\n");
  const width = outputWidth();
  const shown = lines
    .slice(0, maxLines)
    .map((line) => (width !== undefined && line.length > width ? `${line.slice(0, width - 1)}…` : line));
  await print(`\n${colors.dim(head)}\n${shown.join("\n")}`);
  if (lines.length > maxLines) await print(colors.dim(`… ${lines.length - maxLines} more lines; --json shows all`));
}
