/**
 * The embedded engines of this process, one per path, shared and counted.
 *
 * RocksDB's lock stays with the process once its store was opened (a background thread of the engine keeps it), so a
 * store whose last user has closed is kept open, idle, and given to the next one that opens the same path. It holds
 * no thread of ours and does not keep the process alive; every acknowledged write is already on disk.
 */
import { constants } from "node:fs";
import { access, mkdir, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { errorMessage, MinutierError } from "../../errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { type NativeEngine, openNativeEngine } from "./native-engine.ts";
import { explainStorageFull } from "./storage-full.ts";

/** An open embedded store. */
export interface Store {
  readonly engine: NativeEngine;
  /** Writes lose each other on `mem://` when they run at once, so its calls run one after the other. */
  readonly serial: boolean;
  /** Gives the store back; frees an in-memory one. */
  release(): void;
}

export type EmbeddedEndpoint = Exclude<Endpoint, { kind: "remote" }>;

const stores = new Map<string, { query: string; opening: Promise<NativeEngine> }>();

/** Opens the endpoint's store, or shares the one that this process has open. */
export async function openStore(endpoint: EmbeddedEndpoint): Promise<Store> {
  if (endpoint.kind === "memory") {
    const engine = await openNativeEngine("mem://");
    return { engine, serial: true, release: () => engine.free() };
  }
  const { query } = endpoint;
  const path = await checkFolder(endpoint.path);
  let store = stores.get(path);
  if (store === undefined) {
    store = { query, opening: openRocksdb(path, query) };
    stores.set(path, store);
    // A failed opening is forgotten, so that the next one tries again.
    store.opening.catch(() => stores.delete(path));
  }
  if (store.query !== query) {
    throw new MinutierError(
      "invalid_options",
      `The database ${path} is open in this process with ${JSON.stringify(store.query)}, not ${JSON.stringify(query)}. Give the same parameters.`,
    );
  }
  return { engine: await store.opening, serial: false, release: () => {} };
}

async function openRocksdb(path: string, query: string): Promise<NativeEngine> {
  // By default RocksDB's block cache takes half of the machine's memory: too much for a library inside a process.
  process.env["SURREAL_ROCKSDB_BLOCK_CACHE_SIZE"] ??= String(128 * 1024 * 1024);
  try {
    return await openNativeEngine(`rocksdb://${path}${query === "" ? "" : `?${query}`}`);
  } catch (cause) {
    throw explain(path, cause);
  }
}

/** The folder's real path, so that a link to it names the same store. */
async function checkFolder(path: string): Promise<string> {
  try {
    await createFolder(path);
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error("not a directory"), { code: "ENOTDIR" });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (cause) {
    throw explain(path, cause);
  }
}

/** Not `mkdir`'s own `recursive`, which never ends where a folder can't be made, as in /proc (Node 24). */
async function createFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") return;
    const parent = dirname(path);
    if (code !== "ENOENT" || parent === path || (await isFolder(parent))) throw error;
    await createFolder(parent);
    await mkdir(path);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function explain(path: string, cause: unknown): MinutierError {
  const text = errorMessage(cause);
  const code = (cause as { code?: unknown }).code;
  const details = { path };
  const full = explainStorageFull(cause);
  if (full !== undefined) return full;
  if (/lock|Resource temporarily unavailable/i.test(text)) {
    return new MinutierError(
      "database_locked",
      `The database ${path} is open in another process (RocksDB admits one). Close that process, or run a SurrealDB server and use ws:// from both.`,
      { cause, details },
    );
  }
  if (/^(EEXIST|ENOTDIR|ENOENT|ENAMETOOLONG|ELOOP)$/.test(String(code)) || /not a directory/i.test(text)) {
    return new MinutierError(
      "database_path_invalid",
      `The database path ${path} is not a folder and can't become one. Give a folder, or one to create.`,
      { cause, details },
    );
  }
  if (code === "EROFS" || code === "EACCES" || code === "EPERM" || /read-?only|permission denied/i.test(text)) {
    return new MinutierError(
      "database_read_only",
      `The database folder ${path} can't be written. Give this user the right to write there, or choose another folder.`,
      { cause, details },
    );
  }
  return new MinutierError("connection_failed", `The database ${path} can't be opened: ${text}`, { cause, details });
}
