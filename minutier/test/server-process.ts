/** A server as a process of its own, for tests that kill it, stop it and start it again. */
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import { type ServerKind, serverKind } from "./backends.ts";
import { nextLine, startFixture } from "./run-fixture.ts";
import { startSurreal } from "./surreal-server.ts";

export interface ServerProcess {
  readonly process: ChildProcess;
  /** For the SDK's WebSocket engine. */
  readonly url: string;
}

export interface ServerProcessOptions {
  /** Where RocksDB keeps it; without one it has nothing after it was killed. */
  folder?: string;
  /** 0 takes a free one. @default 0 */
  port?: number | string;
  /** Root's. @default "root" */
  password?: string;
}

/** Starts one; it is killed when the test ends. */
export async function startServerProcess(
  options: ServerProcessOptions = {},
  kind: ServerKind = serverKind,
): Promise<ServerProcess> {
  const { folder, port = 0, password = "root" } = options;
  if (kind === "server") {
    const place = folder === undefined ? {} : { path: `rocksdb:${folder}` };
    const server = await startSurreal({ ...place, port: Number(port), password });
    onTestFinished(() => server.kill());
    return server;
  }
  const place = folder === undefined ? [] : ["--endpoint", `rocksdb://${folder}`];
  const main = fileURLToPath(new URL("../src/testing/rpc-server/main.ts", import.meta.url));
  const child = startFixture(main, [...place, "--port", String(port), "--password", password]);
  child.stderr?.pipe(process.stderr);
  return { process: child, url: (await nextLine(child, "READY ")).slice("READY ".length) };
}
