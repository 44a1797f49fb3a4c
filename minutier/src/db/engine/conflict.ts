/** Conflicts: two transactions wrote the same record, and one was not executed. */
import { setTimeout as sleep } from "node:timers/promises";

import { isRetryableConflict } from "surrealdb";

import { errorMessage } from "../../errors.ts";

/** How often a transaction that lost is tried again: about two seconds in all. */
export const maxConflicts = 12;

/** Another transaction wrote the same record. Engines since 3.1 say so by the error's kind, older ones by its text. */
export function isConflict(error: unknown): boolean {
  return isRetryableConflict(error) || /can be retried|retry required|transaction conflict/i.test(errorMessage(error));
}

/** Waits before attempt n + 1, longer each time and never twice the same. */
export async function backOff(attempt: number): Promise<void> {
  await sleep(4 * 2 ** Math.min(attempt - 1, 6) * (0.5 + Math.random()));
}
