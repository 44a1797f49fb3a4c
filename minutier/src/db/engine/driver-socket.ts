/**
 * The WebSocket that the driver connects with.
 *
 * Node's own can't be broken off: it waits for a server's goodbye for ever, and a frozen server would keep the process.
 */
import { WebSocket, type ClientOptions } from "ws";

/** For how long a server may take to say goodbye. */
const goodbyeTimeoutMs = 1500;

export class DriverSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    const options: ClientOptions & { closeTimeout: number } = {
      closeTimeout: goodbyeTimeoutMs,
      // An answer may have any size.
      maxPayload: 0,
      perMessageDeflate: false,
    };
    super(url, protocol, options);
  }

  /** The driver reports an answer that it can't read by an event of the DOM. */
  dispatchEvent(event: Event): boolean {
    const { detail } = event as CustomEvent<unknown>;
    this.emit("error", detail instanceof Error ? detail : new Error(String(detail)));
    return true;
  }
}
