/**
 * What every database test runs on: a fresh database each time it is opened.
 *
 * The embedded engine in memory and on disk, our RPC server over it, and a real SurrealDB server where there is one.
 * `MINUTIER_TEST_BACKEND` names the only one to take.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll } from "vitest";

import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import { startRpcServer } from "../src/testing/rpc-server/index.ts";
import { findSurreal, startSurreal } from "./surreal-server.ts";

export interface Backend {
  name: "mem" | "rocksdb" | "ws" | "server";
  /** A fresh, empty database, closed when the test file ends. */
  open(options?: Partial<SurrealDbOptions>): Promise<SurrealDb>;
}

/** How the tests' servers are signed in to. */
export const rootAuth = { username: "root", password: "root" };

const opened: SurrealDb[] = [];
const folders: string[] = [];
const servers = new Map<ServerKind, Promise<TestServer>>();
let databases = 0;

afterAll(async () => {
  await Promise.all(opened.splice(0).map((db) => db.close()));
  for (const server of servers.values()) await (await server).stop();
  servers.clear();
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A folder of its own, removed when the test file ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "minutier-test-"));
  folders.push(folder);
  return folder;
}

/** The backend that tests are narrowed to. */
const only = process.env["MINUTIER_TEST_BACKEND"] || undefined;

/** Whose server: ours over the embedded engine, or SurrealDB's own. */
export type ServerKind = "ws" | "server";

/** The one that tests of their own server take: the real one where tests are narrowed to it. */
export const serverKind: ServerKind = only === "server" ? "server" : "ws";

/** A running server, signed in to as `root` by `root`. */
export interface TestServer {
  /** For the SDK's WebSocket engine. */
  readonly url: string;
  /** For the SDK's HTTP engine. */
  readonly httpUrl: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a server that is stopped by whoever asked for it. */
export async function startServer(kind: ServerKind = serverKind): Promise<TestServer> {
  if (kind === "server") {
    const { url, httpUrl, port, kill } = await startSurreal();
    return { url, httpUrl, port, stop: kill };
  }
  const { url, httpUrl, port, close } = await startRpcServer();
  return { url, httpUrl, port, stop: close };
}

/** The server that the remote databases of this test file share. */
export function sharedServer(kind: ServerKind = serverKind): Promise<TestServer> {
  let server = servers.get(kind);
  if (server === undefined) servers.set(kind, (server = startServer(kind)));
  return server;
}

async function open(options: SurrealDbOptions): Promise<SurrealDb> {
  const db = new SurrealDb(options);
  opened.push(db);
  await db.connect();
  return db;
}

/** A fresh database of a server. */
async function openRemote(kind: ServerKind, options?: Partial<SurrealDbOptions>): Promise<SurrealDb> {
  const { url } = await sharedServer(kind);
  return open({ url, auth: rootAuth, namespace: "test", database: `db${++databases}`, ...options });
}

const all: readonly Backend[] = [
  { name: "mem", open: (options) => open({ url: "mem://", ...options }) },
  {
    name: "rocksdb",
    open: async (options) => open({ url: `rocksdb://${join(await temporaryFolder(), "db")}`, ...options }),
  },
  { name: "ws", open: (options) => openRemote("ws", options) },
  { name: "server", open: (options) => openRemote("server", options) },
];

/** Those that there are here. */
export const backends: readonly Backend[] = all.filter(({ name }) =>
  only === undefined ? name !== "server" || findSurreal() !== undefined : name === only,
);

/** A database of the server that tests of their own server take. */
export const remoteBackend: Backend = all.find(({ name }) => name === serverKind) as Backend;
