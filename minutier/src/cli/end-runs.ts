/** `minutier runs cancel`, `resume` and `recover`. */
import { setTimeout as sleep } from "node:timers/promises";

import type { ApiClient, ApiEvent } from "./api-client.ts";
import { CliError, UsageError } from "./cli-error.ts";
import { formatDuration } from "./format-time.ts";
import type { Target } from "./target.ts";
import { colors, note, noteColors, print } from "./output.ts";
import { paintStatus } from "./run-cells.ts";
import { durationOf, type RunDetail, type RunRecord, statusOf } from "./run-records.ts";
import { interruption } from "./signals.ts";
import { oneLine, toSafeJson } from "./terminal-text.ts";

/** Cancels a run; one that has ended stays as it is. */
export async function cancelRun(client: ApiClient, id: string, { json }: { json?: boolean }): Promise<void> {
  const run = await client.post<RunRecord>(`/runs/${encodeURIComponent(id)}/cancel`);
  if (json === true) await print(toSafeJson(withoutContent(run), 2));
  else await print(toLine(run));
  if (run.error_code !== "cancelled") throw new CliError(`The run had ended with ${run.status} already.`);
}

/** Goes on with a run whose process died, until it ends or waits for a person. */
export async function resumeRun(target: Target, id: string, options: { json?: boolean; file?: string }): Promise<void> {
  checkDefinitions(target, options.file);
  const signal = interruption();
  await target.client.post(`/runs/${encodeURIComponent(id)}/resume`);
  note(noteColors.dim("The run goes on."));
  const run = await settle(target.client, id, signal);
  if (signal.aborted) throw new CliError(leftMessage(target));
  if (options.json === true) await print(toSafeJson(withoutContent(run), 2));
  else await print(toLine(run));
  if (run.status === "error") throw new CliError(oneLine(run.error_message ?? "The run failed."));
}

/** Does for all runs whose process died what their workflows say. */
export async function recoverRuns(target: Target, options: { json?: boolean; file?: string }): Promise<void> {
  checkDefinitions(target, options.file);
  const signal = interruption();
  let completed: ApiEvent | undefined;
  for await (const event of target.client.events("/runs/recover", { method: "POST", body: { stream: true }, signal })) {
    if (options.json === true) await print(toSafeJson(event));
    else if (event.event === "RunRecovery") await print(toRecoveryLine(event));
    if (event.event === "RecoveryCompleted") completed = event;
  }
  if (signal.aborted) throw new CliError(leftMessage(target));
  const { resumed = 0, interrupted = 0, left = 0 } = (completed ?? {}) as Record<string, number>;
  note(noteColors.dim(`${resumed} gone on with, ${interrupted} closed as interrupted, ${left} left.`));
  if (left > 0) throw new CliError(`${left} runs could not be seen to here.`);
}

/** Runs go on by their definitions, which no database holds. */
function checkDefinitions({ isServer }: Target, file: string | undefined): void {
  if (isServer || file !== undefined) return;
  throw new UsageError(
    "A run goes on by its workflow's definition. Give the module that exports it with --file, or ask a server that has it.",
  );
}

function leftMessage({ isServer }: Target): string {
  return isServer
    ? "Stopped waiting. The server goes on with what it has begun."
    : "Stopped. What was under way can be gone on with again.";
}

const pollMs = { first: 100, most: 1000 };

async function settle(client: ApiClient, id: string, signal: AbortSignal): Promise<RunDetail> {
  for (let ms = pollMs.first; ; ms = Math.min(ms * 1.5, pollMs.most)) {
    const run = await client.get<RunDetail>(`/runs/${encodeURIComponent(id)}`);
    if (statusOf(run) !== "running" || signal.aborted) return run;
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}

function toLine(run: RunRecord): string {
  return `${paintStatus(statusOf(run))} ${oneLine(run.workflow_name)} ${oneLine(run.id)} ${formatDuration(durationOf(run))}`;
}

function toRecoveryLine({ type, run_id: id, workflow_name: name, status, detail, step }: ApiEvent): string {
  const what = {
    "run-resumed": colors.cyan("goes on"),
    "run-settled": paintStatus(status === "running" ? "waiting" : String(status)),
    "run-interrupted": colors.red("interrupted"),
    "deadline-passed": colors.yellow(`deadline of ${oneLine(String(step))} passed`),
    "run-left": colors.yellow("left"),
  }[String(type)];
  const why = detail === undefined ? "" : ` ${colors.dim(oneLine(String(detail)))}`;
  return `${what ?? oneLine(String(type))} ${oneLine(String(name))} ${oneLine(String(id))}${why}`;
}

/** The answer of `cancel` has the run's content, a list's row has not. */
function withoutContent(run: RunRecord): RunRecord {
  const { input: _input, output: _output, ...rest } = run as RunDetail;
  return rest;
}
