/** The engines that every database test runs on: a fresh database each time it is opened. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll } from "vitest";

import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import { type RpcServer, startRpcServer } from "../src/testing/rpc-server/index.ts";

export interface Backend {
  name: "mem" | "rocksdb" | "ws";
  /** A fresh, empty database, closed when the test file ends. */
  open(options?: Partial<SurrealDbOptions>): Promise<SurrealDb>;
}

const opened: SurrealDb[] = [];
const folders: string[] = [];
let server: Promise<RpcServer> | undefined;
let databases = 0;

afterAll(async () => {
  await Promise.all(opened.splice(0).map((db) => db.close()));
  await (await server)?.close();
  server = undefined;
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A folder of its own, removed when the test file ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "minutier-test-"));
  folders.push(folder);
  return folder;
}

/** The RPC server that the `ws` databases of this test file share. */
export function sharedServer(): Promise<RpcServer> {
  server ??= startRpcServer({ username: "root", password: "root" });
  return server;
}

async function open(options: SurrealDbOptions): Promise<SurrealDb> {
  const db = new SurrealDb(options);
  opened.push(db);
  await db.connect();
  return db;
}

export const backends: Backend[] = [
  { name: "mem", open: (options) => open({ url: "mem://", ...options }) },
  {
    name: "rocksdb",
    open: async (options) => open({ url: `rocksdb://${join(await temporaryFolder(), "db")}`, ...options }),
  },
  {
    name: "ws",
    open: async (options) => {
      const { url } = await sharedServer();
      const auth = { username: "root", password: "root" };
      return open({ url, auth, namespace: "test", database: `db${++databases}`, ...options });
    },
  },
];
