/** `minutier runs purge`: counts first, deletes when that is confirmed. */
import { createInterface } from "node:readline/promises";

import type { ApiClient } from "./api-client.ts";
import { CliError, UsageError } from "./cli-error.ts";
import { note, noteColors, print } from "./output.ts";
import { printTable } from "./print-table.ts";
import { createProgress } from "./progress-bar.ts";
import { interruption } from "./signals.ts";
import { oneLine, toSafeJson } from "./terminal-text.ts";

/** Options of the command. */
export interface PurgeOptions {
  before?: Date;
  metadata?: ReadonlyMap<string, string>;
  workflow?: string;
  status?: string;
  yes?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

interface PurgeResult {
  dry_run: boolean;
  deleted: Record<string, number>;
  kept: number;
}

/** Deletes ended runs with all that they left. */
export async function purgeRuns(client: ApiClient, options: PurgeOptions): Promise<void> {
  const filter = toFilter(options);
  const counted = await client.post<PurgeResult>("/runs/purge", { ...filter, dry_run: true });
  const rows = rowsOf(counted);
  const runs = counted.deleted["workflow_runs"] ?? 0;
  if (options.dryRun === true || rows === 0) {
    await report(counted, options);
    return;
  }
  if (options.yes !== true) {
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      await report(counted, options);
      throw new UsageError(
        "Nothing was deleted: nobody is here to confirm it. Add --yes to delete, or --dry-run to count.",
      );
    }
    const answer = await ask(`Delete ${runs} runs, ${rows} rows in all, for good? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError("Nothing was deleted.");
  }
  await report(await erase(client, filter), options);
}

function toFilter({ before, metadata, workflow, status }: PurgeOptions): Record<string, unknown> {
  const filter = {
    ...(before === undefined ? {} : { before: before.toISOString() }),
    ...(metadata === undefined ? {} : { metadata: Object.fromEntries(metadata) }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(status === undefined ? {} : { status }),
  };
  if (Object.keys(filter).length === 0)
    throw new UsageError(
      "Give at least one of --before, --metadata, --workflow, --status: without any it would be every run.",
    );
  return filter;
}

async function erase(client: ApiClient, filter: object): Promise<PurgeResult> {
  const signal = interruption();
  const progress = createProgress("Deleting", true);
  const body = { ...filter, dry_run: false, stream: true };
  let result: PurgeResult | undefined;
  try {
    for await (const event of client.events("/runs/purge", { method: "POST", body, signal })) {
      if (event.event === "PurgeProgress") progress.update(Number(event["done"]), Number(event["total"]));
      if (event.event === "PurgeCompleted") result = event as unknown as PurgeResult;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.end();
  }
  if (result !== undefined) return result;
  throw new CliError(
    "The purge was stopped before its end. What it had deleted is gone; the same command deletes what is left.",
  );
}

function rowsOf({ deleted }: PurgeResult): number {
  return Object.values(deleted).reduce((sum, rows) => sum + rows, 0);
}

async function report({ dry_run, deleted, kept }: PurgeResult, { json }: PurgeOptions): Promise<void> {
  if (json === true) {
    await print(toSafeJson({ dry_run, deleted, kept }, 2));
    return;
  }
  const rows = Object.entries(deleted).filter(([, count]) => count > 0);
  const head = dry_run ? "WOULD BE DELETED" : "DELETED";
  if (rows.length > 0)
    await printTable(
      [{ head: "TABLE" }, { head, align: "right" }],
      rows.map(([table, count]) => [oneLine(table), String(count)]),
    );
  else note(noteColors.dim("No ended run fits."));
  if (kept > 0) note(noteColors.dim(`${kept} runs that fit stay: they are under way, or part of one that is.`));
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
