/** What the studio knows of its connection to the server: the key, whether one is wanted, and whether it is lost. */
import { useSyncExternalStore } from "react";

const storageKey = "minutier-key";

/** The state of the connection. */
export interface Connection {
  /** Kept for this tab alone, and never part of an address. */
  readonly key: string | null;
  /** The server answered 401: `first` without a key, `refused` to the one that was given. */
  readonly wantsKey: "first" | "refused" | null;
  readonly isLost: boolean;
}

let connection: Connection = { key: sessionStorage.getItem(storageKey), wantsKey: null, isLost: false };
const listeners = new Set<() => void>();

function change(changes: Partial<Connection>): void {
  const next = { ...connection, ...changes };
  if (next.key === connection.key && next.wantsKey === connection.wantsKey && next.isLost === connection.isLost) return;
  connection = next;
  for (const listener of listeners) listener();
}

/** The connection as it is now. */
export function currentConnection(): Connection {
  return connection;
}

/** The connection, in a component. */
export function useConnection(): Connection {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentConnection);
}

/** Asks with this key from now on. */
export function giveKey(key: string): void {
  sessionStorage.setItem(storageKey, key);
  change({ key, wantsKey: null });
}

/** Forgets the key, as at the end of a shared screen's use. */
export function forgetKey(): void {
  sessionStorage.removeItem(storageKey);
  change({ key: null, wantsKey: "first" });
}

/** The server refused a request for want of a key; `sent` is the one that it had. */
export function reportUnauthorized(sent: string | null): void {
  // An answer to an older key says nothing of the one given since.
  if (sent === connection.key) change({ wantsKey: sent === null ? "first" : "refused" });
}

/** Whether the server can be reached. */
export function reportReach(isReached: boolean): void {
  change({ isLost: !isReached });
}
