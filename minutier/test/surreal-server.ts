/**
 * A real SurrealDB server, as a process that a test starts, kills and starts again.
 *
 * Its program is named by SURREAL_BIN, or found on the PATH. Where there is none, what needs one is skipped.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What is said, in one line, where there is no server. */
export const howToHaveOne =
  "No SurrealDB server here, so the tests on one are skipped: install surreal (3.3.5 is tested), or name its program by SURREAL_BIN.";

const startTimeoutMs = 20_000;

export interface SurrealOptions {
  /** `rocksdb:<folder>` or `memory`. @default a RocksDB folder of its own, removed when the server is stopped */
  path?: string;
  /** 0 takes a free one. @default 0 */
  port?: number;
  username?: string;
  password?: string;
  /** More options of `surreal start`. */
  flags?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

export interface SurrealServer {
  readonly process: ChildProcess;
  readonly port: number;
  /** As the SDK takes it; `wss` when the flags name a certificate. */
  readonly url: string;
  readonly httpUrl: string;
  /** What it printed. */
  log(): string;
  /** Ends the process, and resolves once it has ended. Harmless twice. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** The program; undefined where there is none. */
export function findSurreal(): string | undefined {
  const { SURREAL_BIN: named, PATH: path = "" } = process.env;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Error(`SURREAL_BIN is ${named}, where there is no file. Name the program of a SurrealDB server.`);
  }
  const candidates = path.split(delimiter).map((folder) => join(folder, "surreal"));
  return candidates.find((file) => existsSync(file));
}

/** Starts a server, and resolves once it answers. It dies with the process that started it. */
export async function startSurreal(options: SurrealOptions = {}): Promise<SurrealServer> {
  const program = findSurreal();
  if (program === undefined) throw new Error(howToHaveOne);
  const { username = "root", password = "root", flags = [] } = options;
  const folder = options.path === undefined ? await mkdtemp(join(tmpdir(), "minutier-surreal-")) : undefined;
  const path = options.path ?? `rocksdb:${join(folder ?? "", "db")}`;
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const start = ["start", "--no-banner", "--log", "warn", "--user", username, "--pass", password];
  const command = diesWithParent([program, ...start, "--bind", `127.0.0.1:${port}`, ...flags, path]);
  const child = spawn(command[0] ?? program, command.slice(1), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  let log = "";
  const listen = (chunk: Buffer): void => void (log += chunk.toString());
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const ended = once(child, "close");
  const kill = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  const isSecure = flags.includes("--web-crt");
  try {
    await untilUp(child, port, isSecure);
  } catch (error) {
    await kill();
    throw new Error(`The SurrealDB server did not start: ${log || String(error)}`, { cause: error });
  }
  return {
    process: child,
    port,
    url: `${isSecure ? "wss" : "ws"}://${isSecure ? "localhost" : "127.0.0.1"}:${port}/rpc`,
    httpUrl: `${isSecure ? "https" : "http"}://${isSecure ? "localhost" : "127.0.0.1"}:${port}/rpc`,
    log: () => log,
    kill,
  };
}

/** Linux ends it with the test run, however that ends; elsewhere it is ended by whoever started it. */
function diesWithParent(command: readonly string[]): readonly string[] {
  const hasSetpriv = process.platform === "linux" && spawnSync("setpriv", ["--version"]).status === 0;
  return hasSetpriv ? ["setpriv", "--pdeathsig", "KILL", ...command] : command;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilUp(child: ChildProcess, port: number, isSecure: boolean): Promise<void> {
  for (const began = performance.now(); performance.now() - began < startTimeoutMs; await sleep(25)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended");
    if (await answers(port, isSecure)) return;
  }
  throw new Error(`no answer within ${startTimeoutMs} ms`);
}

async function answers(port: number, isSecure: boolean): Promise<boolean> {
  if (isSecure) return connects(port);
  return fetch(`http://127.0.0.1:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function connects(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const connected = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
  socket.destroy();
  return connected;
}
