/** `minutier serve`: a server over a file's definitions, or over the record alone. */
import { MinutierError, Recovery, type RecoveryEvent, SurrealDb } from "../index.ts";
import { hasKey, operator } from "../server/authentication.ts";
import { type RunningServer as Server, serve, type ServeOptions } from "../server/index.ts";
import { isLoopback } from "../server/origins.ts";
import { CliError, UsageError } from "./cli-error.ts";
import type { DatabaseArguments } from "../index.ts";
import type { Definitions } from "./load-definitions.ts";
import { prepareInProcess } from "./open-in-process.ts";
import { colors, note, noteColors, print } from "./output.ts";
import { logRequests } from "./request-log.ts";
import {
  announceServer,
  createLocalKey,
  findServer,
  instantiatedAt,
  isThisMachine,
  toLocalUrl,
} from "./running-server.ts";
import { whenTold } from "./signals.ts";
import { oneLine, toSafeJson } from "./terminal-text.ts";

/** Options of the command. */
export interface ServeCommandOptions extends DatabaseArguments {
  host: string;
  port: number;
  key?: string;
  cors?: string[];
  query?: boolean;
  recovery: boolean;
  verbose?: boolean;
  json?: boolean;
}

const graceMs = 5000;

/** Serves until SIGINT or SIGTERM. */
export async function serveCommand(file: string | undefined, options: ServeCommandOptions): Promise<void> {
  const key = options.key ?? (process.env["MINUTIER_KEY"] || undefined);
  checkKey(options, key);
  const { db, definitions, folder } = await prepareInProcess({ ...options, ...(file === undefined ? {} : { file }) });
  await connect(db, folder);
  const localKey = key === undefined ? undefined : createLocalKey();
  const server = await listen(db, definitions, options, authOf(key, localKey));
  const withdraw = await announce(db, folder, server, localKey);
  const recovery = startRecovery(db, definitions, options);
  await tell(db, definitions, server, options);
  if (options.verbose === true) logRequests();

  await whenTold();
  note(noteColors.dim("Stopping; once more to stop at once."));
  await Promise.all([server.close({ graceMs }), recovery?.close({ graceMs })]);
  await withdraw();
  await db.close();
}

function checkKey({ host }: ServeCommandOptions, key: string | undefined): void {
  if (key !== undefined && key.length < 16)
    throw new UsageError(
      "The key has fewer than 16 characters. Take one from a random generator: openssl rand -hex 24",
    );
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    throw new UsageError("The key has characters that no request can bring. Use letters and digits.");
  if (key === undefined && !isLoopback(host))
    throw new UsageError(
      `On ${JSON.stringify(host)} anybody on the network could run everything. Give a key as MINUTIER_KEY in the environment, or leave --host out.`,
    );
}

async function connect(db: SurrealDb, folder: string | undefined): Promise<void> {
  try {
    await db.connect();
  } catch (error) {
    if (!MinutierError.isInstance(error) || error.code !== "database_locked" || folder === undefined) throw error;
    const running = await findServer(folder);
    if (running === undefined) throw error;
    throw new CliError(
      `The database ${folder} is served already at ${running.url} (process ${running.pid}). End that server first, or give another database.`,
      { cause: error },
    );
  }
}

/** The operator's key from anywhere; the one in the database's folder from this machine, by no proxy. */
function authOf(key: string | undefined, localKey: string | undefined): ServeOptions["auth"] {
  if (key === undefined || localKey === undefined) return undefined;
  return (request, { address }) => {
    if (hasKey(request, key)) return operator;
    const isForwarded = request.headers.has("forwarded") || request.headers.has("x-forwarded-for");
    return !isForwarded && isThisMachine(address) && hasKey(request, localKey) ? operator : null;
  };
}

async function listen(
  db: SurrealDb,
  definitions: Definitions | undefined,
  { host, port, cors, query }: ServeCommandOptions,
  auth: ServeOptions["auth"],
): Promise<Server> {
  const { agents = [], teams = [], workflows = [] } = definitions ?? {};
  try {
    return await serve({
      db,
      agents,
      teams,
      workflows,
      host,
      port,
      ...(auth === undefined ? {} : { auth }),
      ...(cors === undefined ? {} : { cors: cors.includes("*") ? "*" : cors }),
      ...(query === true ? { query } : {}),
      onError: (error, { method, route, status }) => {
        const text = error instanceof Error ? error.message : String(error);
        note(noteColors.red(oneLine(`${method} ${route} ${status}: ${text}`)));
      },
    });
  } catch (error) {
    await db.close();
    const { code } = error as { code?: unknown };
    if (code === "EADDRINUSE")
      throw new CliError(`Port ${port} of ${host} is in use. Give another with --port, or 0 for any that is free.`);
    if (code === "EACCES") throw new CliError(`Port ${port} needs rights that this user has not. Give one from 1024.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
      throw new CliError(`This machine has no address ${host}. Give one of its own with --host.`);
    throw error;
  }
}

/** Tells commands on this machine where the database is served. */
async function announce(
  db: SurrealDb,
  folder: string | undefined,
  { url }: Server,
  localKey: string | undefined,
): Promise<() => Promise<void>> {
  const location = SurrealDb.databaseOf(db).location;
  const localUrl = toLocalUrl(url);
  const startedAt = await instantiatedAt(localUrl);
  if (folder === undefined || location === undefined || startedAt === undefined) return async () => undefined;
  const { namespace, database } = location;
  return announceServer(folder, {
    kind: "minutier-server",
    pid: process.pid,
    url: localUrl,
    key: localKey ?? null,
    instantiated_at: startedAt,
    namespace,
    database,
  });
}

function startRecovery(
  db: SurrealDb,
  definitions: Definitions | undefined,
  { recovery }: ServeCommandOptions,
): Recovery | undefined {
  if (!recovery || definitions === undefined || definitions.workflows.length === 0) return undefined;
  return new Recovery({ db, workflows: definitions.workflows, onEvent: tellRecovery }).start();
}

function tellRecovery(event: RecoveryEvent): void {
  if (event.type === "round-failed") {
    note(noteColors.red(oneLine(`The database could not be asked for stale runs: ${String(event.error)}`)));
    return;
  }
  const what = {
    "run-resumed": "goes on",
    "run-settled": event.type === "run-settled" && event.status === "running" ? "waits" : "ended",
    "run-interrupted": "closed as interrupted",
    "deadline-passed": "answered, its deadline passed",
    "run-left": event.type === "run-left" ? `left: ${String(event.error)}` : "",
  }[event.type];
  note(noteColors.dim(oneLine(`Recovery: ${event.workflowName} ${event.runId} ${what}`)));
}

async function tell(
  db: SurrealDb,
  definitions: Definitions | undefined,
  { url, port }: Server,
  { json, key }: ServeCommandOptions,
): Promise<void> {
  const local = toLocalUrl(url);
  const studio = (await hasStudio(local)) ? `${local}/studio/` : undefined;
  const { agents = [], teams = [], workflows = [] } = definitions ?? {};
  const names = { agents, teams, workflows };
  const served = Object.entries(names).filter(([, all]) => all.length > 0);
  const where = databaseName(db);
  if (json === true) {
    const lists = Object.fromEntries(Object.entries(names).map(([kind, all]) => [kind, all.map(({ name }) => name)]));
    await print(toSafeJson({ url, port, pid: process.pid, database: where, studio: studio ?? null, ...lists }));
    return;
  }
  const row = (head: string, text: string): Promise<void> => print(`${colors.dim(head.padEnd(10))}${oneLine(text)}`);
  await row("API", url);
  if (studio !== undefined) await row("Studio", studio);
  await row("Database", where);
  for (const [kind, all] of served)
    await row(kind[0]?.toUpperCase() + kind.slice(1), all.map(({ name }) => name).join(", "));
  if (served.length === 0) await row("Serving", "the record alone: give a file to run what it defines");
  if (key !== undefined)
    note(
      noteColors.yellow(
        "A key on the command line can be seen by others here. Give it as MINUTIER_KEY in the environment.",
      ),
    );
  note(noteColors.dim("Ctrl-C ends it."));
}

function databaseName(db: SurrealDb): string {
  const location = SurrealDb.databaseOf(db).location;
  if (location === undefined) return "the application's connection";
  const { endpoint, namespace, database } = location;
  return `${whereOf(endpoint)} (${namespace}/${database})`;
}

function whereOf(endpoint: NonNullable<ReturnType<typeof SurrealDb.databaseOf>["location"]>["endpoint"]): string {
  switch (endpoint.kind) {
    case "memory":
      return "mem://";
    case "rocksdb":
      return endpoint.path;
    case "remote":
      return endpoint.url;
  }
}

async function hasStudio(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/studio/`, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok && response.headers.get("content-type")?.startsWith("text/html") === true;
  } catch {
    return false;
  }
}
