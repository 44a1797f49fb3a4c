/** A folder that a newer engine has written can't be read by this one. */
import { errorMessage, MinutierError } from "../../errors.ts";

/** The error in our words, or `undefined` for another error. */
export function explainNewerFormat(error: unknown): MinutierError | undefined {
  const text = errorMessage(error);
  if (!/failed to deserialize record|deserialization error .*revision|invalid revision|failed to get table/i.test(text))
    return undefined;
  return new MinutierError(
    "unsupported_engine",
    `The database was written by a newer SurrealDB than the one that reads it now, and its files can't be read by an older one again: ${text}. Open it with a server of that version (surreal start rocksdb:<folder>, then url: "ws://…"), or restore the copy from before. What the newer one wrote is safe.`,
    { cause: error },
  );
}
