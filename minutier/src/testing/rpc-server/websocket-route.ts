/** The `/rpc` WebSocket: each socket is one connection, each message one request, in the format of its sub-protocol. */
import type { Server } from "node:http";

import { WebSocket, WebSocketServer } from "ws";
import type { RawData } from "ws";

import { Connection } from "./connection.ts";
import type { Backend } from "./connection.ts";
import { readMessage, type WireFormat, writeMessage } from "./wire-format.ts";

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
    handleProtocols: (offered) => (["json", "cbor"] as const).find((format) => offered.has(format)) ?? false,
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
  // Without a sub-protocol it is JSON.
  const format: WireFormat = socket.protocol === "cbor" ? "cbor" : "json";
  const send = async (message: Uint8Array): Promise<void> => {
    const written = await writeMessage(format, message, backend.datastore);
    // A client that left meanwhile needs no answer.
    if (socket.readyState === WebSocket.OPEN) socket.send(written);
  };
  // A server that is closing can't put an answer into words any more.
  const sendIfPossible = (message: Uint8Array): void => void send(message).catch(() => {});
  const connection = new Connection(backend, sendIfPossible);
  socket.on("message", (data) => {
    void connection.handle(() => readMessage(format, toBytes(data))).then(sendIfPossible);
  });
  // A broken or oversized frame: `ws` closes the socket by itself, an unheard "error" would end the process.
  socket.on("error", () => {});
  return connection;
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
