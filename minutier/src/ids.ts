/** Identifiers: time-ordered, so that the newest rows are the last of their table. */
import { monotonicFactory } from "ulid";

const next = monotonicFactory();

/** A new run or session id: a ULID, ordered by time and, within this process, by call. */
export function createId(): string {
  return next();
}
