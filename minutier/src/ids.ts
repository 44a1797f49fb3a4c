/** Identifiers: time-ordered, so that the newest rows are the last of their table. */
import { decodeTime, encodeTime, monotonicFactory } from "ulid";

const next = monotonicFactory();

/** A new run or session id: a ULID, ordered by time and, within this process, by call. */
export function createId(): string {
  return next();
}

/** The smallest id that a run started at `time` can have; the bound of a range over newer runs. */
export function firstIdAt(time: Date): string {
  return encodeTime(Math.max(0, time.getTime())) + "0".repeat(16);
}

/** When an id of ours was made; `undefined` for a foreign id. */
export function timeOfId(id: string): Date | undefined {
  try {
    return new Date(decodeTime(id));
  } catch {
    return undefined;
  }
}
