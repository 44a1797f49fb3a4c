/** The options of a database as a command line gives them. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { MinutierError } from "../errors.ts";
import type { DatabaseAuth } from "./engine/sign-in.ts";
import type { SurrealDbOptions } from "./surreal-db.ts";

/** What somebody typed. */
export interface DatabaseArguments {
  /** A folder, or a url. @default the environment's `MINUTIER_DB`, or that of `SurrealDb` */
  db?: string | undefined;
  namespace?: string | undefined;
  database?: string | undefined;
  /** A user of a server; the password is the environment's `MINUTIER_PASSWORD`. */
  username?: string | undefined;
  /** Whose user it is: the server's, the namespace's or the database's. @default "root" */
  authLevel?: "root" | "namespace" | "database" | undefined;
}

/**
 * Options of `SurrealDb` from those of a command line, with the same meaning as in `minutier`'s own: a path is a folder
 * of RocksDB, and a password comes from the environment alone, where other users of the machine don't see it. Throws
 * `invalid_options` for a user without a password.
 *
 * @example
 * ```ts
 * import { readDatabaseArguments, SurrealDb } from "minutier";
 *
 * process.env["MINUTIER_PASSWORD"] = "secret";
 * const options = readDatabaseArguments({ db: "ws://localhost:8000", username: "root" });
 * console.log(options.auth); // { username: 'root', password: 'secret' }
 * const db = new SurrealDb(options);
 * await db.close();
 * ```
 */
export function readDatabaseArguments({
  db,
  namespace,
  database,
  username,
  authLevel,
}: DatabaseArguments): SurrealDbOptions {
  const url = readUrl(db);
  return {
    ...(url === undefined ? {} : { url }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(database === undefined ? {} : { database }),
    ...(username === undefined ? {} : { auth: readAuth(username, { authLevel, namespace, database }) }),
  };
}

function readUrl(db: string | undefined): string | undefined {
  const given = db ?? (process.env["MINUTIER_DB"] || undefined);
  if (given === undefined) return undefined;
  if (given === "") throw new MinutierError("invalid_options", "--db is empty. Give a folder or a url.");
  // With a scheme, or a server's address without one: that is no url, and the refusal says which it would be.
  if (/^[a-z][a-z+]+:|^[\w.-]+:\d+$/i.test(given) && !existsSync(given)) return given;
  // A percent sign of the path's own is not a code.
  return `rocksdb://${resolve(given).replaceAll("%", "%25")}`;
}

function readAuth(
  username: string,
  { authLevel = "root", namespace = "minutier", database = "minutier" }: DatabaseArguments,
): DatabaseAuth {
  const password = process.env["MINUTIER_PASSWORD"];
  if (password === undefined)
    throw new MinutierError(
      "invalid_options",
      "--username needs the password in the environment, as MINUTIER_PASSWORD.",
    );
  switch (authLevel) {
    case "root":
      return { username, password };
    case "namespace":
      return { namespace, username, password };
    case "database":
      return { namespace, database, username, password };
  }
}
