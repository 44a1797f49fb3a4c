/** Changes of runs as they happen. */
import { equals } from "surrealdb";

import { MinutierError } from "../errors.ts";
import { fromStored, toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import type { RunChange } from "./run-changes.ts";
import { followRuns } from "./run-feed.ts";
import { UnreadChanges } from "./unread-changes.ts";

/** Options of `watch`. */
export interface WatchOptions {
  /** Ends the watch. */
  signal?: AbortSignal;
  /**
   * How many unread changes are kept one by one. When more wait, only the newest of each run is kept, and its `missed`
   * counts the others, until the reader has caught up.
   * @default 10000
   */
  maxUnread?: number;
}

/** Changes as they happen: of each run in the order of its revisions, each once. */
export interface RunWatch extends AsyncIterableIterator<RunChange> {
  /** Resolves once the database listens: every change after it is told. */
  readonly ready: Promise<void>;
}

/** Starts to listen at once; the iteration fails when the table can't be watched. */
export function watchRuns(database: Database, metadata: Record<string, unknown>, options: WatchOptions): RunWatch {
  const { signal, maxUnread = 10_000 } = options;
  if (!Number.isSafeInteger(maxUnread) || maxUnread < 1)
    throw new MinutierError("invalid_options", `maxUnread is ${maxUnread}. Give a whole number from 1.`);
  const wanted = Object.entries(fromStored(toStored(metadata, "metadata")) as Record<string, unknown>);
  const stop = (): void => {
    signal?.removeEventListener("abort", stop);
    leave();
    unread.end();
  };
  const unread = new UnreadChanges(maxUnread, stop);
  const { ready, leave } = followRuns(database, {
    // Not `isDeepStrictEqual`: it sees no difference between two record ids.
    wants: (run) => wanted.every(([key, value]) => equals(run.metadata?.[key], value)),
    push: (change) => unread.push(change),
    end: (error) => unread.end(error),
  });
  if (signal?.aborted) stop();
  else signal?.addEventListener("abort", stop, { once: true });
  return Object.assign(unread, { ready });
}
