/** The `/rpc` WebSocket: each socket is one connection, each binary frame one request. */
import type { Server } from "node:http";

import { WebSocket, WebSocketServer } from "ws";
import type { RawData } from "ws";

import { Connection } from "./connection.ts";
import type { Backend } from "./connection.ts";

const UNSUPPORTED_DATA = 1003;

export interface SocketRoute {
  /** Terminates every socket, without a closing handshake. */
  drop(): void;
  /** Terminates every socket, takes no more, and waits for the sessions of all to end. */
  close(): Promise<void>;
}

export function acceptSockets(server: Server, backend: Backend, maxPayloadBytes: number): SocketRoute {
  const sockets = new WebSocketServer({
    server,
    path: "/rpc",
    maxPayload: maxPayloadBytes,
    handleProtocols: (offered) => offered.has("cbor") && "cbor",
  });
  // The HTTP server's errors, such as a taken port, come here as well; who listens on the HTTP server reports them.
  sockets.on("error", () => {});
  const closing = new Set<Promise<void>>();

  sockets.on("connection", (socket) => {
    const connection = serveSocket(socket, backend);
    socket.on("close", () => {
      const closed: Promise<void> = connection.close().finally(() => closing.delete(closed));
      closing.add(closed);
    });
  });

  const drop = (): void => {
    for (const socket of sockets.clients) socket.terminate();
  };
  return {
    drop,
    async close() {
      drop();
      // Called back once the last socket is gone, hence once its "close" handler ran.
      await new Promise((resolve) => sockets.close(resolve));
      await Promise.all(closing);
    },
  };
}

function serveSocket(socket: WebSocket, backend: Backend): Connection {
  const send = (message: Uint8Array): void => {
    // A client that left meanwhile needs no answer.
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
  };
  const connection = new Connection(backend, send);
  socket.on("message", (data, isBinary) => {
    if (isBinary) void connection.handle(toBytes(data)).then(send);
    else socket.close(UNSUPPORTED_DATA, "this server speaks CBOR only");
  });
  // A broken or oversized frame: `ws` closes the socket by itself, an unheard "error" would end the process.
  socket.on("error", () => {});
  return connection;
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
