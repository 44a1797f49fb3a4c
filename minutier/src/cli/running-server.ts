/**
 * The file by which a command finds the server that has an embedded database open: `minutier-server.json` in the
 * database's folder, for the folder's owner alone. RocksDB passes over files that are not its own.
 */
import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";

/** What stands in the file. */
export interface RunningServer {
  /** `minutier-server` in every version, so that another program's file is not taken for one. */
  kind: "minutier-server";
  pid: number;
  /** As this machine reaches it. */
  url: string;
  /** Admits from this machine; null where nobody is asked for a key. */
  key: string | null;
  /** As `/health` says it: another server at this address says another. */
  instantiated_at: string;
  namespace: string;
  database: string;
}

const fileName = "minutier-server.json";
/** For an answer of a process on this machine. */
const answerTimeoutMs = 2000;

/** A new key, 256 bits. */
export function createLocalKey(): string {
  return randomBytes(32).toString("base64url");
}

/** Writes the file; gives what removes it, unless another server has written its own since. */
export async function announceServer(folder: string, server: RunningServer): Promise<() => Promise<void>> {
  const file = join(folder, fileName);
  const draft = `${file}.${server.pid}`;
  // Whole or not at all, and never readable by others, also when a file of that name lies there.
  await rm(draft, { force: true });
  await writeFile(draft, `${JSON.stringify(server, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  await rename(draft, file);
  return async () => {
    const found = await readServerFile(folder);
    if (found?.instantiated_at === server.instantiated_at && found.pid === server.pid) await rm(file, { force: true });
  };
}

/** The server that has the database open and answers; a file that a killed one left is passed over. */
export async function findServer(folder: string): Promise<RunningServer | undefined> {
  const found = await readServerFile(folder);
  if (found === undefined || !isAlive(found.pid)) return undefined;
  return (await instantiatedAt(found.url)) === found.instantiated_at ? found : undefined;
}

async function readServerFile(folder: string): Promise<RunningServer | undefined> {
  try {
    const found = JSON.parse(await readFile(join(folder, fileName), "utf8")) as RunningServer;
    const isWhole =
      found.kind === "minutier-server" &&
      Number.isSafeInteger(found.pid) &&
      found.pid > 0 &&
      typeof found.url === "string" &&
      URL.canParse(found.url) &&
      (found.key === null || typeof found.key === "string") &&
      typeof found.instantiated_at === "string";
    return isWhole ? found : undefined;
  } catch {
    // None, or not ours to read: then the lock decides.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When the server at the address began, by itself; it is sent no key. */
export async function instantiatedAt(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/health`, { redirect: "error", signal: AbortSignal.timeout(answerTimeoutMs) });
    const { instantiated_at } = (await response.json()) as { instantiated_at?: unknown };
    return typeof instantiated_at === "string" ? instantiated_at : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a connection's address is one of this machine's. */
export function isThisMachine(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:/i, "").replace(/%.*$/, "");
  if (plain === "::1" || plain.startsWith("127.")) return true;
  return Object.values(networkInterfaces()).some((all) => all?.some((own) => own.address === plain) === true);
}

/** An address at which this machine reaches a server that listens on all of its own. */
export function toLocalUrl(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}
