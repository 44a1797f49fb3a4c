/** `serve`: a server that listens. */
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";

import { createAdaptorServer, upgradeWebSocket, type WebSocketServerLike } from "@hono/node-server";
import { WebSocketServer } from "ws";

import { MinutierError } from "../index.ts";
import { buildServer } from "./create-server.ts";
import { isLoopback } from "./origins.ts";
import type { ServerOptions } from "./server-options.ts";
import { guardUpgrades } from "./upgrade-requests.ts";
import { socketPath, type UpgradeSocket } from "./workflow-socket.ts";

/** Of a WebSocket's message: a run's input is in it. */
const maxMessageBytes = 10 * 1024 * 1024;

/** Options of `serve`. */
export interface ServeOptions extends ServerOptions {
  /** Another address than this machine's own needs `auth`. @default "127.0.0.1" */
  host?: string;
  /** 0 for any that is free. @default 7777 */
  port?: number;
  /** Milliseconds within which a request, its body included, has to arrive. @default 60000 */
  requestTimeoutMs?: number;
}

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:7777` */
  readonly url: string;
  readonly port: number;
  /**
   * Stops listening, ends the streams (a run whose client waits for it is cancelled) and gives background runs
   * `graceMs` to end. Then turns are cancelled; workflows' runs go on while the process and its database do, and can be
   * resumed after. The database stays yours to close. Harmless twice. @default 5000
   */
  close(options?: { graceMs?: number }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves agents, teams and workflows. Throws `invalid_options`, also for an address of the network without `auth`, and
 * what the operating system says of the address.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { host = "127.0.0.1", port = 7777, requestTimeoutMs = 60_000, ...rest } = options;
  if (options.auth === undefined && !isLoopback(host))
    throw new MinutierError(
      "invalid_options",
      `host is ${JSON.stringify(host)} and there is no auth: anybody on the network could run everything. Give auth, or leave host out.`,
    );
  const onlyThisMachine = options.auth === undefined;
  const { app, server } = buildServer(rest, { onlyThisMachine, upgrade: upgradeWebSocket as unknown as UpgradeSocket });
  // The adapter's types know less of a socket than `ws`, whose it is.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  // Whoever mounts the app under a server of their own decides of its globals: they stay as they are.
  const http = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    websocket: { server: sockets as WebSocketServerLike },
  }) as Server;
  const endUpgrades = guardUpgrades(http, socketPath);
  http.requestTimeout = requestTimeoutMs;
  http.headersTimeout = Math.min(requestTimeoutMs, 30_000);
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, () => {
      http.off("error", reject);
      resolve();
    });
  });
  const address = http.address() as AddressInfo;
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  let closed: Promise<void> | undefined;
  const close = async ({ graceMs = 5000 }: { graceMs?: number } = {}): Promise<void> => {
    const stopped = new Promise<void>((resolve) => http.close(() => resolve()));
    server.streams.close();
    for (const socket of sockets.clients) socket.close(1001, "The server ends.");
    http.closeIdleConnections();
    await server.live.close(graceMs);
    for (const socket of sockets.clients) socket.terminate();
    endUpgrades();
    http.closeAllConnections();
    await stopped;
  };
  return {
    url: `http://${shown}:${address.port}`,
    port: address.port,
    close: (closing) => (closed ??= close(closing)),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };
}
