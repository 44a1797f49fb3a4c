/** What may listen at an address that is thought to be a SurrealDB server. */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";

import { CborCodec } from "surrealdb";
import { onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

const codec = new CborCodec({});

/** A certificate of `fixtures/certificates`: for localhost, of `elsewhere.example`, and for localhost until 2020. */
export type CertificateName = "server" | "elsewhere" | "expired";

/** The file of the authority that vouches for all of them, for NODE_EXTRA_CA_CERTS. */
export const authorityFile: string = certificateFile("authority");

export function certificateFile(name: CertificateName | "authority" | "server-key"): string {
  return fileURLToPath(new URL(`fixtures/certificates/${name}.pem`, import.meta.url));
}

/** Listens plainly, or behind TLS with that certificate; gives the port. Stopped when the test ends. */
export type Peer = (certificate?: CertificateName) => Promise<number>;

function tlsOptions(certificate: CertificateName): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(certificateFile(certificate)), key: readFileSync(certificateFile("server-key")) };
}

async function listen(server: Server | HttpServer): Promise<number> {
  const sockets = new Set<Socket>();
  for (const event of ["connection", "secureConnection"]) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
    });
  }
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** One that handles the bytes itself. */
export function bytePeer(handle: (socket: Socket) => void): Peer {
  return (certificate) =>
    listen(certificate === undefined ? createServer(handle) : createTlsServer(tlsOptions(certificate), handle));
}

function httpServer(certificate: CertificateName | undefined, listener?: RequestListener): HttpServer {
  return certificate === undefined
    ? createHttpServer(listener)
    : (createHttpsServer(tlsOptions(certificate), listener) as HttpServer);
}

/** One that answers every request, that for a WebSocket too. */
export function httpPeer(listener: RequestListener): Peer {
  return (certificate) => {
    const server = httpServer(certificate, listener);
    server.on("upgrade", (request, socket) => {
      const status = new ServerAnswer();
      listener(request, status as never);
      socket.end(status.text);
    });
    return listen(server);
  };
}

/** What a listener says, as text for a socket. */
class ServerAnswer {
  text = "";

  writeHead(status: number, headers: Record<string, string> = {}): this {
    this.text = `HTTP/1.1 ${status} X\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("")}connection: close\r\n\r\n`;
    return this;
  }

  end(body = ""): this {
    this.text += body;
    return this;
  }
}

/** One that opens a WebSocket under a protocol, and does the same with a request of HTTP. */
export function socketPeer(protocol: string | false, onSocket: (socket: WebSocket) => void, body: Uint8Array): Peer {
  return (certificate) => {
    const server = httpServer(certificate, (_, response) => void response.writeHead(200).end(body));
    const sockets = new WebSocketServer({ server, handleProtocols: () => protocol });
    sockets.on("connection", (socket) => {
      socket.on("error", () => undefined);
      onSocket(socket);
    });
    return listen(server);
  };
}

/** A SurrealDB server as far as its version goes. */
export function versionPeer(version: string): Peer {
  const answer = codec.encode({ id: "version", result: version });
  return socketPeer("cbor", (socket) => socket.on("message", () => socket.send(answer)), answer);
}

/** What hands everything on to a server that listens plainly. */
export function frontOf(port: number): Peer {
  return bytePeer((socket) => {
    const upstream = connect(port, "127.0.0.1");
    upstream.on("error", () => socket.destroy());
    upstream.on("close", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  });
}
