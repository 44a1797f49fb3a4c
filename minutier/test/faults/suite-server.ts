/** The servers of the suite: our RPC server over the embedded engine, or SurrealDB's own. */
import { fileURLToPath } from "node:url";

import { startSurreal } from "../surreal-server.ts";
import { SuiteProcess } from "./worker-process.ts";

/** Whose servers there are; with `ws`, a database of one process is embedded. */
export const backendNames = ["ws", "server"] as const;
export type BackendName = (typeof backendNames)[number];

/** A server that can be ended in the ways that servers end. */
export interface SuiteServer {
  readonly url: string;
  readonly port: number;
  signal(name: NodeJS.Signals): void;
  /** Ends it at once; harmless twice. */
  kill(): Promise<void>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

/** A server over a folder, once it answers; `port` 0 for a free one. */
export function startSuiteServer(backend: BackendName, folder: string, port: number): Promise<SuiteServer> {
  return backend === "server" ? startReal(folder, port) : startOurs(folder, port);
}

async function startReal(folder: string, port: number): Promise<SuiteServer> {
  const server = await startSurreal({ path: `rocksdb:${folder}`, port });
  return {
    url: server.url,
    port: server.port,
    signal: (name) => void server.process.kill(name),
    kill: () => server.kill(),
    stop: () => server.kill("SIGTERM"),
  };
}

async function startOurs(folder: string, port: number): Promise<SuiteServer> {
  const file = fileURLToPath(new URL("../../src/testing/rpc-server/main.ts", import.meta.url));
  const args = ["--endpoint", `rocksdb://${folder}`, "--port", String(port)];
  const process = new SuiteProcess("the server", file, args);
  const url = await process.next("READY ");
  return {
    url,
    port: Number(new URL(url).port),
    signal: (name) => process.signal(name),
    kill: () => process.kill(),
    stop: async () => {
      process.signal("SIGTERM");
      await process.ended();
    },
  };
}
