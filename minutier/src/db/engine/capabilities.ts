/** What a hardened server has to allow for this library, and how its refusals are told. */
import { NotAllowedError } from "surrealdb";

import { errorMessage, MinutierError } from "../../errors.ts";

/**
 * The functions that the queries of this library call, as `surreal start --allow-funcs` takes them: it refuses a name
 * with an underscore, whose whole family is then to be allowed. docs/database.md says what each is for.
 */
export const neededFunctions: readonly string[] = [
  "array::any",
  "array::clump",
  "array::filter",
  "array::flatten",
  "array::last",
  "array::len",
  "array::map",
  "array::sort::desc",
  "array::union",
  "crypto::sha256",
  "duration",
  "math::sum",
  "object::extend",
  "record::exists",
  "record::id",
  "string::contains",
  "string::lowercase",
  "time::format",
  "time::now",
  "type::record",
];

/** A refusal of the server's in our words; `undefined` for another error. */
export function explainNotAllowed(error: unknown): MinutierError | undefined {
  if (!(error instanceof NotAllowedError)) return undefined;
  const { functionName } = error;
  if (functionName !== undefined) {
    const needed = neededFunctions.some((name) => functionName === name || functionName.startsWith(`${name}::`));
    const names = needed ? neededFunctions.join(",") : functionName;
    return new MinutierError(
      "query_failed",
      `The server does not allow the function ${functionName}. Start it with --allow-funcs=${names}.`,
      { cause: error, details: { function: functionName } },
    );
  }
  if (!isForbidden(error)) return undefined;
  return new MinutierError(
    "query_failed",
    `The database's user may not do this: ${errorMessage(error)}. The first run creates tables, and every run writes: sign in as a user with the role EDITOR or OWNER.`,
    { cause: error },
  );
}

/** Whether somebody who is signed in may not do it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof NotAllowedError && /^IAM error: not enough permissions/i.test(error.message);
}
