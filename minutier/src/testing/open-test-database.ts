/** A fresh database for a test. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SurrealDb, type SurrealDbOptions } from "../db/surreal-db.ts";

/** Options of `openTestDatabase`. */
export interface TestDatabaseOptions extends Omit<SurrealDbOptions, "url" | "client"> {
  /** `"mem"` in memory (~10 ms), `"rocksdb"` on disk in a new temporary folder (~100 ms). @default "mem" */
  engine?: "mem" | "rocksdb";
}

/**
 * Opens an empty database that nothing else uses. Close it after the test; a folder on disk is removed when the
 * process ends, because the engine keeps its files open until then.
 */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<SurrealDb> {
  const { engine = "mem", ...rest } = options;
  const db = new SurrealDb({ ...rest, url: engine === "mem" ? "mem://" : `rocksdb://${await createFolder()}` });
  await db.connect();
  return db;
}

const folders: string[] = [];

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "minutier-test-"));
  if (folders.length === 0) process.once("exit", removeFolders);
  folders.push(folder);
  return folder;
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
