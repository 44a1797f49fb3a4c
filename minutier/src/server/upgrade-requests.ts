/** Connections that ask for another protocol than HTTP: they are the server's own to answer and to end. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Lets through those that want a WebSocket where there is one, and answers the others, whose connections would stay
 * open for ever: the adapter says nothing to another protocol, and asks any path for a stream that nobody reads. Gives
 * how to end those that are under way.
 */
export function guardUpgrades(server: Server, path: string): () => void {
  const open = new Set<Duplex>();
  const accepting = server.listeners("upgrade") as UpgradeListener[];
  server.removeAllListeners("upgrade");
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const wanted = request.headers.upgrade?.toLowerCase() === "websocket" && request.url?.split("?")[0] === path;
    if (wanted) return accepting.forEach((accept) => accept.call(server, request, socket, head));
    socket.on("error", () => undefined);
    socket.end(
      `HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      () => socket.destroy(),
    );
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}
