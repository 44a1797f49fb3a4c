/** A server that says that it is of another version: every other answer is a real server's. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { CborCodec } from "surrealdb";
import { onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";

import { sharedServer } from "./backends.ts";

export interface ClaimingServer {
  /** For the SDK's WebSocket engine. */
  readonly url: string;
  /** What clients have asked for, method by method. */
  readonly methods: string[];
  /** From the next connection on. */
  claim(version: string): void;
  /** Breaks all connections now. */
  cut(): void;
}

export async function startClaimingServer(version: string): Promise<ClaimingServer> {
  const codec = new CborCodec({});
  const { url: target } = await sharedServer();
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => "cbor" });
  const methods: string[] = [];
  let claimed = version;
  sockets.on("connection", (client) => {
    const upstream = new WebSocket(target, "cbor");
    const opened = new Promise((resolve) => upstream.once("open", resolve));
    client.on("message", (data: Buffer) => {
      const { id, method } = codec.decode<{ id: string; method: string }>(data);
      methods.push(method);
      if (method === "version") client.send(codec.encode({ id, result: claimed }));
      else void opened.then(() => upstream.send(data));
    });
    upstream.on("message", (data: Buffer) => client.send(data));
    client.on("close", () => upstream.terminate());
    upstream.on("close", () => client.terminate());
    upstream.on("error", () => client.terminate());
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets.clients) socket.terminate();
  };
  onTestFinished(() => {
    cut();
    sockets.close();
    http.close();
  });
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/rpc`,
    methods,
    claim: (next) => void (claimed = next),
    cut,
  };
}
