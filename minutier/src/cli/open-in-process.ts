/** An app of the server's routes in this process, over a database that no server has open. */
import { type DatabaseArguments, MinutierError, SurrealDb } from "../index.ts";
import { createServer } from "../server/index.ts";
import { ApiClient } from "./api-client.ts";
import { UsageError } from "./cli-error.ts";
import { toSurrealOptions } from "./database-option.ts";
import { type Definitions, loadDefinitions } from "./load-definitions.ts";
import type { Target } from "./target.ts";

/** What to open. */
export interface Prepared {
  db: SurrealDb;
  definitions: Definitions | undefined;
  /** Of an embedded database on disk. */
  folder: string | undefined;
}

/** The database that is meant, and the file's definitions; opens nothing. */
export async function prepareInProcess(options: DatabaseArguments & { file?: string }): Promise<Prepared> {
  const definitions = options.file === undefined ? undefined : await loadDefinitions(options.file);
  if (definitions?.db !== undefined && options.db !== undefined)
    throw new UsageError(`${options.file} brings its own database. Leave --db out.`);
  const db = definitions?.db ?? new SurrealDb(toSurrealOptions(options));
  const endpoint = SurrealDb.databaseOf(db).location?.endpoint;
  return { db, definitions, folder: endpoint?.kind === "rocksdb" ? endpoint.path : undefined };
}

/** Opens the database and asks an app over it, without a network. */
export async function openInProcess({ db, definitions }: Prepared): Promise<Target> {
  // A wrong address shows here, in the database's words: through the API it would be "not available".
  await db.connect();
  let failure: unknown;
  const { agents = [], teams = [], workflows = [] } = definitions ?? {};
  const app = createServer({ db, agents, teams, workflows, onError: (error) => (failure = error) });
  const send = async (request: Request): Promise<Response> => {
    failure = undefined;
    const response = await app.fetch(request);
    // Who asks is the database's owner, and is told what the network is not.
    if (response.status === 500 && MinutierError.isInstance(failure)) throw failure;
    if (response.status === 503 && failure !== undefined) throw failure;
    return response;
  };
  const { isShared } = SurrealDb.databaseOf(db);
  return {
    client: new ApiClient(send, "http://localhost"),
    isShared,
    isServer: false,
    close: () => db.close(),
  };
}
