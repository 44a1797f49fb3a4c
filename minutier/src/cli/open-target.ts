/** Who answers a command: a running server, or an app of the same routes in this process. */
import { MinutierError } from "../errors.ts";
import { ApiClient } from "./api-client.ts";
import { CliError, UsageError } from "./cli-error.ts";
import { checkThere, folderOf } from "./database-option.ts";
import { note, noteColors } from "./output.ts";
import { findServer, type RunningServer } from "./running-server.ts";
import type { Target, TargetOptions } from "./target.ts";
import { oneLine } from "./terminal-text.ts";

/** For how long a server that has just started may take to say where it is. */
const startMs = 1500;

/** Finds who answers, and says so when it is not what was typed. */
export async function openTarget(options: TargetOptions): Promise<Target> {
  if (options.server !== undefined) return toServer(options.server, options);
  if (options.file === undefined) {
    const running = await serverOf(folderOf(options));
    if (running !== undefined) return throughServer(running, options);
  }
  // Only now: the library takes longer to load than a server to answer.
  const { openInProcess, prepareInProcess } = await import("./open-in-process.ts");
  const prepared = await prepareInProcess(options);
  const { folder } = prepared;
  if (folder === undefined) return openInProcess(prepared);
  const running = await serverOf(options.file === undefined ? undefined : folder);
  if (running !== undefined) return throughServer(running, options);
  checkThere(folder);
  try {
    return await openInProcess(prepared);
  } catch (error) {
    if (!MinutierError.isInstance(error) || error.code !== "database_locked") throw error;
    const started = await waitForServer(folder);
    if (started !== undefined) return throughServer(started, options);
    throw new CliError(
      `The database ${folder} is open in another program, which is not \`minutier serve\`. End that program first; or have it serve the database (\`serve\` of minutier/server) and give its address with --server.`,
      { cause: error },
    );
  }
}

async function serverOf(folder: string | undefined): Promise<RunningServer | undefined> {
  return folder === undefined ? undefined : findServer(folder);
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
