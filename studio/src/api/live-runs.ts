/** Changes of runs as they happen: one stream for the whole studio, told in batches, one for each frame at most. */
import { useEffect, useRef, useSyncExternalStore } from "react";

import type { Run, RunChange } from "./answers.ts";
import { ApiError } from "./client.ts";
import { isAway, delayAfter } from "./retries.ts";
import { useConnection } from "./connection.ts";
import { streamEvents } from "./event-stream.ts";

/** What happened since the batch before. */
export interface LiveBatch {
  /** The newest state of each run that changed. */
  runs: ReadonlyMap<string, Run>;
  /** Ids of runs that were created. */
  created: ReadonlySet<string>;
  /** Ids of runs that were deleted. */
  deleted: ReadonlySet<string>;
  /** Changes were not told, because the stream was cut: what is shown may be old. */
  hasGap: boolean;
}

type Listener = (batch: LiveBatch) => void;

const listeners = new Set<Listener>();
const statusListeners = new Set<() => void>();
let stop: (() => void) | undefined;
let isConnected = false;

/** Tells `onBatch` what happens while the component is there and the server wants no key. */
export function useLiveRuns(onBatch: Listener): void {
  const { wantsKey } = useConnection();
  const latest = useRef(onBatch);
  useEffect(() => {
    latest.current = onBatch;
  });
  const isAllowed = wantsKey === null;
  useEffect(() => {
    if (!isAllowed) return undefined;
    return subscribe((batch) => latest.current(batch));
  }, [isAllowed]);
}

/** Whether changes are being told. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (listener) => {
      statusListeners.add(listener);
      return () => statusListeners.delete(listener);
    },
    () => isConnected,
  );
}

function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  if (stop === undefined) {
    const left = new AbortController();
    stop = () => left.abort();
    void follow(left.signal);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop?.();
    stop = undefined;
  };
}

/** Follows the stream, and begins it again after each cut, until it is left or refused. */
async function follow(left: AbortSignal): Promise<void> {
  const batch = new PendingBatch();
  let failures = 0;
  let wasCut = false;
  while (!left.aborted) {
    try {
      for await (const { event, ...data } of streamEvents("runs/live", { signal: left })) {
        if (left.aborted) break;
        if (event === "RunChanged") batch.add(data as unknown as RunChange);
        if (event !== "Ready") continue;
        failures = 0;
        setConnected(true);
        if (wasCut) batch.addGap();
      }
    } catch (error) {
      if (error instanceof ApiError && !isAway(error)) break;
    }
    if (left.aborted) break;
    setConnected(false);
    wasCut = true;
    await pause(delayAfter(failures++), left);
  }
  setConnected(false);
}

function setConnected(value: boolean): void {
  if (value === isConnected) return;
  isConnected = value;
  for (const listener of statusListeners) listener();
}

function pause(ms: number, left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    left.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Changes that wait for the next frame; a page in the background has no frames. */
class PendingBatch {
  #runs = new Map<string, Run>();
  #created = new Set<string>();
  #deleted = new Set<string>();
  #hasGap = false;
  #isScheduled = false;

  add({ action, run, missed }: RunChange): void {
    this.#runs.set(run.id, run);
    if (action === "create") this.#created.add(run.id);
    if (action === "delete") this.#deleted.add(run.id);
    // A run's creation may be among what was missed.
    if (missed !== undefined) this.#created.add(run.id);
    this.#schedule();
  }

  addGap(): void {
    this.#hasGap = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    if (document.hidden) setTimeout(() => this.#tell(), 1000);
    else requestAnimationFrame(() => this.#tell());
  }

  #tell(): void {
    const batch = { runs: this.#runs, created: this.#created, deleted: this.#deleted, hasGap: this.#hasGap };
    this.#runs = new Map();
    this.#created = new Set();
    this.#deleted = new Set();
    this.#hasGap = false;
    this.#isScheduled = false;
    for (const listener of listeners) listener(batch);
  }
}
