/** The WebSockets. On `/rpc`, each socket is one connection, each message one request, in the format of its sub-protocol; on `/sql`, each message is a query. */
import type { IncomingHttpHeaders, Server } from "node:http";

import { WebSocket, WebSocketServer } from "ws";
import type { RawData } from "ws";

import { decodeValue, encodeValue } from "./cbor-frame.ts";
import { Connection } from "./connection.ts";
import type { Backend } from "./connection.ts";
import { signInByHeaders } from "./http-sign-in.ts";
import { type RpcError, toRpcError } from "./rpc-error.ts";
import { readMessage, toJson, type WireFormat, writeMessage } from "./wire-format.ts";

export interface SocketRoute {
  /** Terminates every socket, without a closing handshake. */
  drop(): void;
  /** Terminates every socket, takes no more, and waits for the sessions of all to end. */
  close(): Promise<void>;
}

export function acceptSockets(server: Server, backend: Backend, maxPayloadBytes: number): SocketRoute {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxPayloadBytes,
    handleProtocols: (offered) => (["json", "cbor"] as const).find((format) => offered.has(format)) ?? false,
  });
  const closing = new Set<Promise<void>>();
  server.on("upgrade", (request, stream, head) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (path !== "/rpc" && path !== "/sql") {
      stream.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const connection =
        path === "/rpc" ? serveSocket(socket, backend) : serveQueries(socket, backend, request.headers);
      socket.on("close", () => {
        const closed: Promise<void> = connection.close().finally(() => closing.delete(closed));
        closing.add(closed);
      });
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
  let sent: Promise<void> = Promise.resolve();
  const sendIfPossible = (message: Uint8Array): void => {
    // In the order in which they were made: some take longer to put into words.
    sent = sent.then(() => send(message)).catch(() => {});
  };
  const connection = new Connection(backend, sendIfPossible);
  socket.on("message", (data) => {
    void connection.handle(() => readMessage(format, toBytes(data))).then(sendIfPossible);
  });
  // A broken or oversized frame: `ws` closes the socket by itself, an unheard "error" would end the process.
  socket.on("error", () => {});
  return connection;
}

/** Signed in by the headers of its request; what they say wrongly, its first answer says. */
function serveQueries(socket: WebSocket, backend: Backend, headers: IncomingHttpHeaders): Connection {
  const connection = new Connection(backend);
  const signedIn = signInByHeaders(connection, headers);
  signedIn.catch(() => socket.close());
  const answer = async (text: string): Promise<string> => {
    await signedIn;
    const [field, value] = await connection.call("query", encodeValue([text, {}]));
    return field === "error" ? (decodeValue(value) as RpcError).message : await toJson(value, backend.datastore);
  };
  socket.on("message", (data) => {
    const text = Buffer.from(toBytes(data)).toString();
    void answer(text)
      .catch((error: unknown) => toRpcError(error).message)
      .then((said) => socket.readyState === WebSocket.OPEN && socket.send(said));
  });
  socket.on("error", () => {});
  return connection;
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
