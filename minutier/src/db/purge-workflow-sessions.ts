/** Workflows' sessions that a purge leaves without a run. */
import { RecordId, type RecordIdValue } from "surrealdb";

import type { Database } from "./database.ts";
import type { Closing } from "./purge-eraser.ts";
import type { Lot } from "./purge-lot.ts";
import { readAll, scan } from "./purge-scan.ts";
import { fixed, surql } from "./statement.ts";

/** A workflow's session of which every run is in the lot. */
class EmptiedSession {
  readonly #id: RecordId;
  readonly #updatedAt: string;
  readonly #runs: RecordId[] = [];
  #left: number;

  constructor(id: RecordId, updatedAt: string, runs: number) {
    this.#id = id;
    this.#updatedAt = updatedAt;
    this.#left = runs;
  }

  /** What goes with this run, if it is the session's last. A run that began since the scan changed `updated_at`. */
  without(run: RecordId): Closing | undefined {
    this.#runs.push(run);
    if (--this.#left > 0) return undefined;
    return workflowClosing(this.#id, this.#updatedAt, this.#runs);
  }
}

/** Deletes a workflow's session if it is as it was seen, and the runs are gone. */
export function workflowClosing(id: RecordId, updatedAt: string, runs: readonly RecordId[]): Closing {
  const sequence = new RecordId("session_sequences", ["workflow", ...(id.id as RecordIdValue[])]);
  const ids = [id, sequence];
  return {
    ids,
    expected: true,
    statements: [
      surql`IF <string> ${id}.updated_at = ${updatedAt} AND !${runs}.any(|$run| record::exists($run)) { (DELETE ${ids} RETURN VALUE $before.id) } ELSE { [] }`,
    ],
  };
}

/** The sessions, by their name and id as JSON, that have no run but the lot's. */
export async function emptiedSessions(database: Database, lot: Lot): Promise<Map<string, EmptiedSession>> {
  const counts = new Map<string, number>();
  for (const { session } of lot.runs.values()) counts.set(session, (counts.get(session) ?? 0) + 1);
  // Before the runs are looked at, so that a run which begins meanwhile shows.
  const ids = [...counts.keys()].map(
    (session) => new RecordId("workflow_sessions", JSON.parse(session) as [string, string]),
  );
  const seen = await updateTimes(database, ids);
  for await (const rows of runsBySession(database)) {
    for (const { id, workflow_name, session_id } of rows) {
      const session = JSON.stringify([workflow_name, session_id]);
      if (counts.has(session) && !lot.runs.has(String(id))) counts.delete(session);
    }
  }
  const emptied = ids.flatMap((id) => {
    const key = JSON.stringify(id.id);
    const [count, updatedAt] = [counts.get(key), seen.get(key)];
    return count === undefined || updatedAt === undefined
      ? []
      : [[key, new EmptiedSession(id, updatedAt, count)] as const];
  });
  return new Map(emptied);
}

/** Those of the sessions that no run belongs to, as they were before that was looked at. */
export async function sessionsWithoutRuns(
  database: Database,
  ids: readonly RecordId[],
): Promise<{ id: RecordId; updatedAt: string }[]> {
  const seen = await updateTimes(database, ids);
  const left = new Map(ids.map((id) => [JSON.stringify(id.id), id]));
  for await (const rows of runsBySession(database)) {
    for (const { workflow_name, session_id } of rows) left.delete(JSON.stringify([workflow_name, session_id]));
  }
  return [...left].flatMap(([key, id]) => {
    const updatedAt = seen.get(key);
    return updatedAt === undefined ? [] : [{ id, updatedAt }];
  });
}

interface RunOfSession {
  id: RecordId;
  workflow_name: string;
  session_id: string;
}

function runsBySession(database: Database): AsyncGenerator<RunOfSession[]> {
  return scan<RunOfSession>(database, { table: "workflow_runs", select: fixed("id, workflow_name, session_id") });
}

/** `updated_at` of each session that exists, as text: it may be finer than a `Date`. */
async function updateTimes(database: Database, ids: readonly RecordId[]): Promise<Map<string, string>> {
  const times = new Map<string, string>();
  for (let from = 0; from < ids.length; from += 500) {
    const some = ids.slice(from, from + 500);
    const found = await readAll(database, [surql`RETURN ${some}.map(|$id| <string> $id.updated_at)`]);
    for (const [index, time] of ((found?.[0] as string[] | undefined) ?? []).entries()) {
      const id = some[index];
      if (id !== undefined && time !== "NONE") times.set(JSON.stringify(id.id), time);
    }
  }
  return times;
}
