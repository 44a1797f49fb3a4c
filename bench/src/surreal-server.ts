/** A real SurrealDB server to measure on: a process of its own, with its own RocksDB folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { Surreal } from "surrealdb";

const startTimeoutMs = 20_000;
const authentication = { username: "root", password: "root" };

export interface SurrealServer {
  url: string;
  /** Such as `surrealdb-3.3.5`. */
  version: string;
  stop(): Promise<void>;
}

/** Starts the program named by SURREAL_BIN, or found on the PATH; undefined, with a word of it, where there is none. */
export async function startSurreal(folder: string): Promise<SurrealServer | undefined> {
  const port = await freePort();
  const login = ["--user", authentication.username, "--pass", authentication.password];
  const place = ["--bind", `127.0.0.1:${port}`, `rocksdb:${folder}`];
  const program = process.env["SURREAL_BIN"] || "surreal";
  const child = spawn(program, ["start", "--no-banner", "--log", "error", ...login, ...place], { stdio: "ignore" });
  const started = await once(child, "spawn").catch(() => undefined);
  if (started === undefined) {
    console.error(
      `${program} is no program here: install surreal (3.3.5 is tested), or name the program of a SurrealDB server by SURREAL_BIN.`,
    );
    return undefined;
  }
  process.once("exit", () => child.kill("SIGKILL"));
  const url = `ws://127.0.0.1:${port}/rpc`;
  for (const began = performance.now(); ; await sleep(50)) {
    const answer = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
    if (answer?.ok) return { url, version: await answer.text(), stop: async () => void child.kill() };
    if (child.exitCode !== null || performance.now() - began > startTimeoutMs)
      throw new Error(`The SurrealDB server ${program} did not answer within ${startTimeoutMs} ms on port ${port}.`);
  }
}

/** A plain client of one of its databases. */
export async function openServerClient({ url }: SurrealServer, database: string): Promise<Surreal> {
  const client = new Surreal();
  await client.connect(url, { authentication });
  await client.query("DEFINE NAMESPACE IF NOT EXISTS bench");
  await client.use({ namespace: "bench" });
  await client.query(`DEFINE DATABASE IF NOT EXISTS ${database}`);
  await client.use({ namespace: "bench", database });
  return client;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
