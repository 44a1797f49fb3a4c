/** A WebSocket without an SDK, for what an SDK would never send. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import { WebSocket } from "ws";

/** One message, or how the socket ended. */
export type Received = { text: string } | { bytes: Uint8Array } | { closed: number };

export interface RawSocketOptions {
  /** The sub-protocols that it offers. */
  protocols?: string[];
  /** The path and what follows it. @default "/rpc" */
  path?: string;
}

export class RawSocket {
  readonly #socket: WebSocket;
  readonly #received: Received[] = [];
  #arrived: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const keep = (received: Received): void => {
      this.#received.push(received);
      this.#arrived();
    };
    socket.on("message", (data: Buffer, isBinary) => {
      keep(isBinary ? { bytes: new Uint8Array(data) } : { text: data.toString() });
    });
    socket.on("close", (code) => keep({ closed: code }));
    socket.on("error", () => {});
  }

  /** Resolves once the server has answered the handshake; throws its status, or the failure's text. */
  static async open(port: number, { protocols = [], path = "/rpc" }: RawSocketOptions = {}): Promise<RawSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols);
    const raw = new RawSocket(socket);
    await once(socket, "open");
    return raw;
  }

  /** The sub-protocol that the server chose. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Sends one message, by `fragments` frames. */
  send(data: Uint8Array | string, fragments = 1): void {
    const length = Math.ceil(data.length / fragments);
    for (let index = 0; index < fragments; index++) {
      const part = data.slice(index * length, (index + 1) * length);
      this.#socket.send(part, { binary: typeof data !== "string", fin: index === fragments - 1 });
    }
  }

  /** The next message, or undefined when none came in time. */
  async receive(timeoutMs = 5000): Promise<Received | undefined> {
    for (const began = performance.now(); this.#received.length === 0;) {
      const leftMs = timeoutMs - (performance.now() - began);
      if (leftMs <= 0) return undefined;
      const arrival = new Promise<void>((resolve) => (this.#arrived = resolve));
      await Promise.race([arrival, sleep(leftMs, undefined, { ref: false })]);
    }
    return this.#received.shift();
  }

  /** Leaves messages to be received again. */
  putBack(messages: readonly Received[]): void {
    this.#received.unshift(...messages);
  }

  /** Ends it without a closing handshake. */
  end(): void {
    this.#socket.terminate();
  }
}
