/** Writes that a user may not do: the engine passes over them without a word, here they fail. */
import { errorMessage, MinutierError } from "../errors.ts";
import { fixed, type Statement, surql } from "./statement.ts";

const marker = "minutier:denied:";

/** The same statement, which returns rows, and now fails its transaction when it returns none. */
export function keeping(table: string, statement: Statement): Statement {
  return surql`(${statement}) || { ${fixed(`THROW "${marker}${table}"`)} }`;
}

/** The error of a transaction in which a row was not kept. */
export function deniedWrite(error: unknown): MinutierError | undefined {
  const table = new RegExp(`${marker}(\\w+)`).exec(errorMessage(error))?.[1];
  return table === undefined ? undefined : writeDenied(table);
}

/** A row that should be there is not. */
export function writeDenied(table: string): MinutierError {
  return new MinutierError(
    "query_failed",
    `The database kept no row in ${table}: its user may not write there. Sign in as a user with the EDITOR role, or give it the permission.`,
  );
}
