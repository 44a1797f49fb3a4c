/** Changes of runs as they happen, by a live query. */
import { equals, type LiveMessage } from "surrealdb";

import { AsyncQueue } from "../async-queue.ts";
import type { WorkflowRunRow } from "../records.ts";
import { fromStored, toStored } from "./codec.ts";
import type { Database } from "./database.ts";

/** A change of a run's row. */
export interface RunChange {
  action: "create" | "update" | "delete";
  run: WorkflowRunRow;
}

/** Options of `watch`. */
export interface WatchOptions {
  /** Ends the watch. */
  signal?: AbortSignal;
}

/** Changes as they happen. */
export interface RunWatch extends AsyncIterableIterator<RunChange> {
  /** Resolves once the database listens: every change after it is told. */
  readonly ready: Promise<void>;
}

/** Starts to listen at once; the iteration fails when the table can't be watched. */
export function watchRuns(database: Database, metadata: Record<string, unknown>, options: WatchOptions): RunWatch {
  const wanted = fromStored(toStored(metadata, "metadata")) as Record<string, unknown>;
  const stop = new AbortController();
  const queue = new AsyncQueue<RunChange>(() => stop.abort());
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const listening = Promise.withResolvers<void>();
  // Its failure is the iteration's too: who does not ask for it need not handle it.
  listening.promise.catch(() => undefined);
  void (async () => {
    await database.createTables();
    const connection = await database.connection();
    for await (const message of connection.live("workflow_runs", listening.resolve, signal)) {
      const change = toChange(message);
      if (change !== undefined && matches(change.run.metadata, wanted)) queue.push(change);
    }
  })().then(
    () => queue.end(),
    (error: unknown) => {
      listening.reject(error);
      queue.end(signal.aborted ? undefined : { cause: error });
    },
  );
  return Object.assign(queue, { ready: listening.promise });
}

function toChange(message: LiveMessage): RunChange | undefined {
  switch (message.action) {
    case "CREATE":
    case "UPDATE":
    case "DELETE":
      return {
        action: message.action.toLowerCase() as RunChange["action"],
        run: fromStored(message.value) as unknown as WorkflowRunRow,
      };
    default:
      return undefined;
  }
}

/** Every wanted key is there and equal. Not `isDeepStrictEqual`: it sees no difference between two record ids. */
function matches(metadata: Record<string, unknown> | undefined, wanted: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(([key, value]) => equals(metadata?.[key], value));
}
