/** A network between client and server that fails when a test says so. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

import { onTestFinished } from "vitest";

export interface CuttingProxy {
  /** The server's address by way of the proxy. */
  readonly url: string;
  /** How often a connection was cut. */
  readonly cuts: number;
  /** Breaks all connections now. */
  cut(): void;
  /** Lets the next call reach the server, and breaks the connection instead of bringing its answer. */
  loseNextAnswer(): void;
  /** Breaks the connection so long after the next call was brought to the server. */
  cutAfterNextCall(delayMs: number): void;
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port, pathname } = new URL(target);
  const pairs = new Set<[Socket, Socket]>();
  let cuts = 0;
  let losing = false;
  let cutDelayMs: number | undefined;

  const cut = (): void => {
    if (pairs.size > 0) cuts++;
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    client.on("data", (chunk) => {
      upstream.write(chunk);
      if (cutDelayMs === undefined) return;
      setTimeout(cut, cutDelayMs);
      cutDelayMs = undefined;
    });
    upstream.on("data", (chunk) => {
      if (!losing) return void client.write(chunk);
      losing = false;
      cut();
    });
    for (const socket of pair) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        for (const each of pair) each.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    cut();
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    get cuts() {
      return cuts;
    },
    cut,
    loseNextAnswer: () => void (losing = true),
    cutAfterNextCall: (delayMs) => void (cutDelayMs = delayMs),
  };
}
