/** The disk that the database is on has no room left. */
import { statfsSync } from "node:fs";

import { errorMessage, MinutierError } from "../../errors.ts";

/** The error in our words, or `undefined` for another error. */
export function explainStorageFull(error: unknown): MinutierError | undefined {
  const text = errorMessage(error);
  if (!/no space left on device|disk quota exceeded/i.test(text)) return undefined;
  return new MinutierError(
    "storage_full",
    `The database's disk is full, so nothing was written: ${text}. Make room on it, then start the process that has the database open again: its engine writes nothing more until then. Reads go on, and what was acknowledged is safe.`,
    { cause: error },
  );
}

/** With less room than this the engine can't write its log on. */
const leastFreeBytes = 1 << 20;

/**
 * Why a call to an embedded database got no answer, when that is why: on a full disk the engine refuses a write, or
 * waits for ever.
 */
export function explainStall(folder: string | undefined, callTimeoutMs: number): MinutierError | undefined {
  if (folder === undefined || freeBytes(folder) >= leastFreeBytes) return undefined;
  return new MinutierError(
    "storage_full",
    `The database did not answer within ${callTimeoutMs} ms, and its disk is full (${folder}). Whether the call took effect is unknown. Make room on it, then start the process that has the database open again: its engine writes nothing more until then. What was acknowledged is safe.`,
  );
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // A folder that is gone says nothing of the disk.
    return Infinity;
  }
}
