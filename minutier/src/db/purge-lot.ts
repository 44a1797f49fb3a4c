/** The runs that a purge deletes next: whole trees, of which nothing is under way. */
import { BoundExcluded, type RecordId, type RecordIdValue } from "surrealdb";

import type { Database } from "./database.ts";
import type { Eraser } from "./purge-eraser.ts";
import { either, existing, scan, selectMatching } from "./purge-scan.ts";
import { type Turn, turnsOf, underWayMs } from "./purge-turns.ts";
import { fixed, type Statement } from "./statement.ts";

/** Runs that are held in memory at once; nested ones come on top. */
const lotSize = 20_000;

interface RunFields {
  id: RecordId<"workflow_runs">;
  status: string;
  parent_run?: RecordId;
  workflow_name: string;
  session_id: string;
  updated_at: Date;
  matches: boolean;
}

/** A run to delete. */
export interface DoomedRun {
  id: RecordId;
  /** The run of its tree that is nobody's step. */
  root: string;
  matches: boolean;
  /** Its workflow's name and session id, as JSON. */
  session: string;
  /** Changed so lately that a turn of it may be under way. */
  recent: boolean;
}

/** Some of the runs to delete, parents before their nested runs, by the text of their ids. */
export interface Lot {
  runs: Map<string, DoomedRun>;
  /** Trees that stay, because something of them is under way. */
  spared: Set<string>;
  /** Runs that fit the filter and are not in `runs`. */
  kept: number;
  /** Where the next lot begins. */
  next: RecordId | undefined;
}

/**
 * One pass over the table: a nested run has a younger id than its parent, so its parent was seen. One with an older
 * id, of a process whose clock was behind, is found without its parent by a later purge, and is then a run like others.
 */
export async function collectLot(
  database: Database,
  condition: Statement,
  from: RecordId | undefined,
  eraser: Eraser,
): Promise<Lot> {
  const lot: Lot = { runs: new Map(), spared: new Set(), kept: 0, next: undefined };
  const recently = Date.now() - underWayMs;
  const pages = scan<RunFields>(database, {
    table: "workflow_runs",
    select: selectMatching("id, status, parent_run, workflow_name, session_id, updated_at", condition),
    where: either(fixed("parent_run != NONE"), condition),
    begin: from === undefined ? undefined : new BoundExcluded(from.id as RecordIdValue),
  });
  let roots = 0;
  let last: RecordId | undefined;
  for await (const rows of pages) {
    eraser.checkSignal();
    const closed = roots >= lotSize;
    if (closed) lot.next ??= last;
    last = rows.at(-1)?.id ?? last;
    const parents = closed ? new Set<string>() : await strangersOf(database, lot, rows);
    for (const row of rows) {
      const key = String(row.id);
      const parent = row.parent_run === undefined ? undefined : lot.runs.get(String(row.parent_run));
      if (parent === undefined) {
        if (closed || !row.matches) continue;
        if (row.status === "running" || (row.parent_run !== undefined && parents.has(String(row.parent_run)))) {
          lot.kept += 1;
          continue;
        }
        roots += 1;
      }
      const root = parent?.root ?? key;
      if (row.status === "running") lot.spared.add(root);
      lot.runs.set(key, {
        id: row.id,
        root,
        matches: row.matches,
        session: JSON.stringify([row.workflow_name, row.session_id]),
        recent: row.updated_at.getTime() > recently,
      });
    }
  }
  return lot;
}

/** The parents, outside the lot, of the page's runs: they exist and stay, and so do their nested runs. */
async function strangersOf(database: Database, lot: Lot, rows: readonly RunFields[]): Promise<Set<string>> {
  const parents = new Map(
    rows.flatMap(({ matches, parent_run: parent }) =>
      matches && parent !== undefined && !lot.runs.has(String(parent)) ? [[String(parent), parent]] : [],
    ),
  );
  return new Set((await existing(database, [...parents.values()])).map(String));
}

/** Takes out the trees of which something is under way; gives the teams' turns of the others, which members' turns name. */
export async function surveyTurns(database: Database, lot: Lot, eraser: Eraser): Promise<Set<string>> {
  if (lot.runs.size === 0) return new Set();
  const teamRuns = await collectTeamRuns(database, eraser, (turn) => doomedRunOf(lot, turn) !== undefined);
  if ([...lot.runs.values()].some((run) => run.recent)) await spareUnderWay(database, lot, eraser);
  for (const [key, run] of lot.runs) {
    if (!lot.spared.has(run.root)) continue;
    lot.runs.delete(key);
    if (run.matches) lot.kept += 1;
  }
  return teamRuns;
}

async function spareUnderWay(database: Database, lot: Lot, eraser: Eraser): Promise<void> {
  for (const kind of ["agent", "team"] as const) {
    for await (const turns of turnsOf(database, { kind })) {
      eraser.checkSignal();
      for (const turn of turns) {
        const run = doomedRunOf(lot, turn);
        if (run !== undefined && turn.underWay) lot.spared.add(run.root);
      }
    }
  }
}

/** The `run_id`s of the teams' turns that `begin` names, and of those that they asked, at any depth. */
export async function collectTeamRuns(
  database: Database,
  eraser: Eraser,
  begin: (turn: Turn) => boolean,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let again = true; again;) {
    let added = false;
    let left = false;
    for await (const turns of turnsOf(database, { kind: "team" })) {
      eraser.checkSignal();
      for (const turn of turns) {
        if (turn.runId === undefined || found.has(turn.runId)) continue;
        const asked = turn.teamRun !== undefined && found.has(turn.teamRun);
        if (asked || begin(turn)) {
          found.add(turn.runId);
          added = true;
        } else if (turn.teamRun !== undefined) {
          left = true;
        }
      }
    }
    // A turn that was left may stand before the one that asked it.
    again = added && left;
  }
  return found;
}

/** The run of which the turn was a step. */
function doomedRunOf(lot: Lot, { workflowRun }: Turn): DoomedRun | undefined {
  return workflowRun === undefined ? undefined : lot.runs.get(String(workflowRun));
}
