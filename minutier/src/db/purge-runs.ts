/**
 * `db.runs.purge`: deletes runs of workflows with all that they left.
 *
 * Runs are taken some thousands at a time. Of each lot the whole tree of nested runs is found first, then the turns
 * that were steps of them are deleted, then the runs with their steps, children before parents: what an interruption
 * leaves hangs on a run that is still there, and the next purge finds it.
 */
import { BoundExcluded, RecordId, RecordIdRange, type RecordIdValue } from "surrealdb";

import type { Database } from "./database.ts";
import { Eraser } from "./purge-eraser.ts";
import { collectLot, type DoomedRun, type Lot, surveyTurns } from "./purge-lot.ts";
import {
  checkPurgeOptions,
  checkRunFilter,
  type PurgeOptions,
  type PurgeResult,
  type PurgeSettings,
  type RunPurgeFilter,
} from "./purge-options.ts";
import { existing, readRanges, scan } from "./purge-scan.ts";
import { type Choice, eraseTurns, turnsOf } from "./purge-turns.ts";
import { emptiedSessions } from "./purge-workflow-sessions.ts";
import { fixed, type Statement } from "./statement.ts";

/** Steps of one run that are read with those of others. */
const firstSteps = 1000;

/** Deletes, or counts, the runs that fit the filter. */
export async function purgeRuns(
  database: Database,
  filter: RunPurgeFilter,
  options: PurgeOptions = {},
): Promise<PurgeResult> {
  const condition = checkRunFilter(filter);
  const settings = checkPurgeOptions(options);
  if (settings.dryRun || settings.onProgress === undefined) return purge(database, condition, settings, 0);
  const counting = new Eraser(database, { ...settings, dryRun: true });
  await purgeLots(database, condition, counting);
  return purge(database, condition, settings, counting.done);
}

async function purge(
  database: Database,
  condition: Statement,
  settings: PurgeSettings,
  total: number,
): Promise<PurgeResult> {
  const eraser = new Eraser(database, settings, total);
  const kept = await purgeLots(database, condition, eraser);
  return { dryRun: settings.dryRun, deleted: eraser.deleted, kept: kept + eraser.resumed.size };
}

async function purgeLots(database: Database, condition: Statement, eraser: Eraser): Promise<number> {
  let kept = 0;
  let next: RecordId | undefined;
  do {
    const lot = await collectLot(database, condition, next, eraser);
    const teamRuns = await surveyTurns(database, lot, eraser);
    if (lot.runs.size > 0) {
      for (const kind of ["agent", "team"] as const)
        await eraseTurns(database, eraser, turnsOf(database, { kind }), choiceOf(lot, teamRuns));
      await eraser.flush();
      await eraseRuns(database, lot, eraser);
      await eraser.flush();
    }
    kept += lot.kept;
    next = lot.next;
  } while (next !== undefined);
  return kept;
}

function choiceOf(lot: Lot, teamRuns: ReadonlySet<string>): Choice {
  return (turns) =>
    new Set(
      turns.filter((turn) => {
        if (turn.workflowRun !== undefined) return lot.runs.has(String(turn.workflowRun));
        return turn.teamRun !== undefined && teamRuns.has(turn.teamRun);
      }),
    );
}

/** Nested runs first; a session's row goes with the last of its runs. */
async function eraseRuns(database: Database, lot: Lot, eraser: Eraser): Promise<void> {
  const keys = await keysOf(database, lot);
  const sessions = await emptiedSessions(database, lot);
  const runs = [...lot.runs.values()].toReversed();
  for (let from = 0; from < runs.length; from += 100) {
    const some = runs.slice(from, from + 100);
    const leases = some.map((run) => new RecordId("run_leases", run.id.id as RecordIdValue));
    const leased = new Set((await existing(database, leases)).map(String));
    const steps = await stepsOf(database, some);
    for (const [index, run] of some.entries()) {
      const lease = leases[index];
      await eraser.erase({
        ids: [
          ...(steps[index] ?? []),
          ...(lease !== undefined && leased.has(String(lease)) ? [lease] : []),
          ...(keys.get(String(run.id)) ?? []),
          run.id,
        ],
        run: run.id,
        closing: sessions.get(run.session)?.without(run.id),
      });
    }
  }
}

/** The ids of each run's steps. */
async function stepsOf(database: Database, runs: readonly DoomedRun[]): Promise<RecordId[][]> {
  const select = fixed("id");
  const ranges = runs.map(({ id }) => stepRange(id));
  const pages = await readRanges<{ id: RecordId }>(database, select, ranges, firstSteps);
  for (const [index, page] of pages.entries()) {
    const range = ranges[index];
    const last = page.at(-1);
    if (page.length < firstSteps || last === undefined || range === undefined) continue;
    const begin = new BoundExcluded(last.id.id as RecordIdValue);
    for await (const more of scan(database, { table: "workflow_steps", select, begin, end: range.end }))
      page.push(...more);
  }
  return pages.map((page) => page.map(({ id }) => id));
}

function stepRange(run: RecordId): RecordIdRange {
  const key = run.id as RecordIdValue;
  const range = [new BoundExcluded([key, -1]), new BoundExcluded([key, Number.MAX_SAFE_INTEGER])] as const;
  return new RecordIdRange("workflow_steps", ...range);
}

/** The rows of `run_keys` that name a run of the lot. */
async function keysOf(database: Database, lot: Lot): Promise<Map<string, RecordId[]>> {
  const keys = new Map<string, RecordId[]>();
  for await (const rows of scan<{ id: RecordId; run: unknown }>(database, {
    table: "run_keys",
    select: fixed("id, run"),
  })) {
    for (const { id, run } of rows) {
      const key = String(run);
      if (lot.runs.has(key)) keys.set(key, [...(keys.get(key) ?? []), id]);
    }
  }
  return keys;
}
