/** A SurrealDB server for tests: the embedded engine, spoken to as if it were remote. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Datastore, settledWithin } from "./datastore.ts";
import { createRequestListener } from "./http-routes.ts";
import { LiveRouter } from "./live-router.ts";
import { acceptSockets } from "./websocket-route.ts";

const CLOSE_TIMEOUT_MS = 5000;
const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

/** Options of {@link startRpcServer}. */
export interface RpcServerOptions {
  /**
   * `mem://`, or `rocksdb:///absolute/path`.
   * @default "mem://"
   */
  endpoint?: string;
  /**
   * The port to listen on; 0 takes a free one.
   * @default 0
   */
  port?: number;
  /**
   * A host name or an IPv4 address.
   * @default "127.0.0.1"
   */
  host?: string;
  /**
   * The root user, defined when the datastore doesn't have it yet.
   * @default "root"
   */
  username?: string;
  /**
   * The root user's password; a datastore on disk keeps the password that it was first opened with.
   * @default "root"
   */
  password?: string;
  /**
   * The longest message on a WebSocket and the longest body of a request, in bytes.
   * @default SurrealDB's own: 128 MiB on a WebSocket; 4 MiB for `/rpc`, 1 MiB for `/sql`, 4 GiB for `/import`, 16 KiB for
   * `/key`, 1 KiB for `/signin` and `/signup`, 2 MiB for `/export`
   */
  maxPayloadBytes?: number;
}

/** A running server. */
export interface RpcServer extends AsyncDisposable {
  /** For the SDK's WebSocket engine: `ws://127.0.0.1:<port>/rpc`. */
  readonly url: string;
  /** For the SDK's HTTP engine: `http://127.0.0.1:<port>/rpc`. `/health`, `/version`, `/sql` … are beside `/rpc`. */
  readonly httpUrl: string;
  readonly port: number;
  /** Terminates every connection, as a failing network would; the server goes on and clients can come back. */
  dropConnections(): void;
  /**
   * Ends the connections, waits up to 5 seconds for the calls in flight and frees the engine. Harmless twice.
   * A `rocksdb://` path can be opened again only by another process.
   */
  close(): Promise<void>;
}

/**
 * Starts a server that the unmodified `surrealdb` SDK connects to, by WebSocket or HTTP.
 *
 * It signs users in as a server does (root, namespace, database and record users), and refuses everything to a session
 * that hasn't. It is for tests: a hostile query, say an endless recursion, takes the whole process down.
 *
 * @throws when the datastore can't be opened or the port is taken.
 */
export async function startRpcServer(options: RpcServerOptions = {}): Promise<RpcServer> {
  const { endpoint = "mem://", port = 0, host = "127.0.0.1", username = "root", password = "root" } = options;
  const { maxPayloadBytes } = options;

  const datastore = await Datastore.open(endpoint, username, password);
  const backend = {
    datastore,
    liveRouter: await LiveRouter.start(datastore),
    version: await datastore.version(),
    httpSessions: new Map(),
  };
  const server = createServer(createRequestListener(backend, maxPayloadBytes));
  const sockets = acceptSockets(server, backend, maxPayloadBytes ?? MAX_MESSAGE_BYTES);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
  } catch (cause) {
    await datastore.close(CLOSE_TIMEOUT_MS);
    throw cause;
  }

  const closeOnce = async (): Promise<void> => {
    const deadline = Date.now() + CLOSE_TIMEOUT_MS;
    server.close();
    server.closeAllConnections();
    await settledWithin(sockets.close(), CLOSE_TIMEOUT_MS);
    await datastore.close(Math.max(deadline - Date.now(), 0));
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeOnce());

  // Listening on a port, so the address is not a pipe's name.
  const listening = (server.address() as AddressInfo).port;
  return {
    url: `ws://${host}:${listening}/rpc`,
    httpUrl: `http://${host}:${listening}/rpc`,
    port: listening,
    dropConnections() {
      sockets.drop();
      server.closeAllConnections();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
