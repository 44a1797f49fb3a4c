/** Which database a command means: `--db` and what goes with it. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { defaultUrl, parseEndpoint } from "../db/engine/endpoint.ts";
import type { SurrealDbOptions } from "../index.ts";
import { CliError, UsageError } from "./cli-error.ts";

/** The options as they are typed. */
export interface DatabaseOptions {
  db?: string;
  namespace?: string;
  database?: string;
  username?: string;
}

/** The url that is meant; a path is a folder of RocksDB. */
function toDatabaseUrl(db: string | undefined): string | undefined {
  const given = db ?? (process.env["MINUTIER_DB"] || undefined);
  if (given === undefined) return undefined;
  if (given === "") throw new UsageError("--db is empty. Give a folder or a url.");
  if (/^[a-z][a-z+]+:/i.test(given) && !existsSync(given)) return given;
  // A percent sign of the path's own is not a code.
  return `rocksdb://${resolve(given).replaceAll("%", "%25")}`;
}

/** The folder, when it is an embedded database on disk. */
export function folderOf(options: DatabaseOptions): string | undefined {
  const endpoint = parseEndpoint(toDatabaseUrl(options.db) ?? defaultUrl);
  return endpoint.kind === "rocksdb" ? endpoint.path : undefined;
}

/** As `SurrealDb` takes them. */
export function toSurrealOptions({ db, namespace, database, username }: DatabaseOptions): SurrealDbOptions {
  const url = toDatabaseUrl(db);
  const password = process.env["MINUTIER_PASSWORD"];
  if (username !== undefined && password === undefined)
    throw new UsageError("--username needs the password in the environment, as MINUTIER_PASSWORD.");
  return {
    ...(url === undefined ? {} : { url }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(database === undefined ? {} : { database }),
    ...(username === undefined || password === undefined ? {} : { auth: { username, password } }),
  };
}

/** For commands that only look: a mistyped path must not become a database. */
export function checkThere(folder: string): void {
  // Each RocksDB has this file.
  if (existsSync(join(folder, "CURRENT"))) return;
  const what = existsSync(folder) ? `The folder ${folder} holds no database.` : `There is no database ${folder}.`;
  throw new CliError(`${what} Give its folder or url with --db; your application or \`minutier serve\` creates it.`);
}
