import { useSyncExternalStore } from "react";

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The time, kept to the second by one timer for the whole studio. */
export function useNow(): number {
  return useNowWhile(true);
}

/** The same while something is under way; it stands still otherwise, so that nothing is drawn again for it. */
export function useNowWhile(isUnderWay: boolean): number {
  return useSyncExternalStore(isUnderWay ? subscribe : neverTell, () => now);
}

function neverTell(): () => void {
  return () => undefined;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // While nobody asked, it stood still.
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
