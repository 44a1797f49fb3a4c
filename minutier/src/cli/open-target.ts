/** Who answers a command: a running server, or an app of the same routes in this process. */
import { MinutierError, SurrealDb } from "../index.ts";
import { createServer } from "../server/index.ts";
import { ApiClient } from "./api-client.ts";
import { CliError, UsageError } from "./cli-error.ts";
import { checkThere, type DatabaseOptions, folderOf, toSurrealDb } from "./database-option.ts";
import { type Definitions, loadDefinitions } from "./load-definitions.ts";
import { note, noteColors } from "./output.ts";
import { findServer, type RunningServer } from "./running-server.ts";
import { oneLine } from "./terminal-text.ts";

/** Options of every command that asks something. */
export interface TargetOptions extends DatabaseOptions {
  /** A running server's url. */
  server?: string;
  key?: string;
  /** A module with definitions, for commands that go on with runs. */
  file?: string;
}

/** Who answers. */
export interface Target {
  readonly client: ApiClient;
  /** Whether others work on the database at the same time: a server, or several processes. */
  readonly isShared: boolean;
  /** A running server has its own definitions. */
  readonly isServer: boolean;
  close(): Promise<void>;
}

/** For how long a server that has just started may take to say where it is. */
const startMs = 3000;

/** Finds who answers, and says so when it is not what was typed. */
export async function openTarget(options: TargetOptions): Promise<Target> {
  if (options.server !== undefined) return toServer(options.server, options);
  const definitions = options.file === undefined ? undefined : await loadDefinitions(options.file);
  if (definitions?.db !== undefined && options.db !== undefined)
    throw new UsageError(`${options.file} brings its own database. Leave --db out.`);
  const db = definitions?.db ?? toSurrealDb(options);
  const folder = folderOf(db);
  if (folder === undefined) return inProcess(db, definitions);
  const running = await findServer(folder);
  if (running !== undefined) return throughServer(running, options);
  checkThere(folder);
  try {
    await db.connect();
  } catch (error) {
    if (!MinutierError.isInstance(error) || error.code !== "database_locked") throw error;
    const started = await waitForServer(folder);
    if (started !== undefined) return throughServer(started, options);
    throw new CliError(
      `The database ${folder} is open in another program, which is not \`minutier serve\`. End that program first; or have it serve the database (\`serve\` of minutier/server) and give its address with --server.`,
      { cause: error },
    );
  }
  return inProcess(db, definitions);
}

/** A server has the lock a moment before it says where it is. */
async function waitForServer(folder: string): Promise<RunningServer | undefined> {
  for (const end = Date.now() + startMs; Date.now() < end;) {
    const running = await findServer(folder);
    if (running !== undefined) return running;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

function toServer(text: string, { db, file, key }: TargetOptions): Target {
  if (db !== undefined || file !== undefined)
    throw new UsageError(
      "--server asks a running server: it has its own database and definitions. Leave --db and --file out.",
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--server is ${JSON.stringify(text)}. Give a url such as http://127.0.0.1:7777.`);
  if (url.username !== "" || url.password !== "")
    throw new UsageError("--server holds a password. Give the key as MINUTIER_KEY in the environment.");
  const base = `${url.origin}${url.pathname}`;
  return remote(base, key ?? (process.env["MINUTIER_KEY"] || undefined));
}

function throughServer(running: RunningServer, { namespace, database, file }: TargetOptions): Target {
  const asked = [namespace ?? running.namespace, database ?? running.database];
  if (asked[0] !== running.namespace || asked[1] !== running.database)
    throw new CliError(
      `The server at ${running.url} has the database open, with the namespace ${JSON.stringify(running.namespace)} and the database ${JSON.stringify(running.database)}. Ask for these, or end it (process ${running.pid}).`,
    );
  const its = file === undefined ? "" : ", by its own definitions";
  note(
    noteColors.dim(
      oneLine(`Asking the server at ${running.url} (process ${running.pid}), which has the database open${its}.`),
    ),
  );
  return remote(running.url, running.key ?? undefined);
}

function remote(base: string, key: string | undefined): Target {
  const send = async (request: Request): Promise<Response> => {
    try {
      return await fetch(request);
    } catch (error) {
      if (request.signal.aborted) throw error;
      const { cause } = error as { cause?: { message?: string; code?: string } };
      const why = cause?.message || cause?.code || (error as Error).message;
      throw new CliError(`The server at ${base} does not answer: ${why}. Check that it runs, and its address.`, {
        cause: error,
      });
    }
  };
  return { client: new ApiClient(send, base, key), isShared: true, isServer: true, close: async () => undefined };
}

async function inProcess(db: SurrealDb, definitions: Definitions | undefined): Promise<Target> {
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
