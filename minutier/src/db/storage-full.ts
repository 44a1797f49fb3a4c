/** The disk that the database is on has no room left. */
import { errorMessage, MinutierError } from "../errors.ts";

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
