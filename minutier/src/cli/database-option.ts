/** Which database a command means: `--db` and what goes with it. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { type DatabaseArguments, readDatabaseArguments } from "../db/command-line.ts";
import { defaultUrl, parseEndpoint } from "../db/engine/endpoint.ts";
import { MinutierError } from "../errors.ts";
import type { SurrealDbOptions } from "../index.ts";
import { CliError, UsageError } from "./cli-error.ts";

/** The folder, when it is an embedded database on disk. */
export function folderOf({ db }: DatabaseArguments): string | undefined {
  const endpoint = parseEndpoint(toSurrealOptions({ db }).url ?? defaultUrl);
  return endpoint.kind === "rocksdb" ? endpoint.path : undefined;
}

/** As `SurrealDb` takes them. */
export function toSurrealOptions(options: DatabaseArguments): SurrealDbOptions {
  try {
    return readDatabaseArguments(options);
  } catch (error) {
    throw MinutierError.isInstance(error) ? new UsageError(error.message) : error;
  }
}

/** For commands that only look: a mistyped path must not become a database. */
export function checkThere(folder: string): void {
  // Each RocksDB has this file.
  if (existsSync(join(folder, "CURRENT"))) return;
  const what = existsSync(folder) ? `The folder ${folder} holds no database.` : `There is no database ${folder}.`;
  throw new CliError(`${what} Give its folder or url with --db; your application or \`minutier serve\` creates it.`);
}
