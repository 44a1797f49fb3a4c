/** Hands each live notification of the engine to the one client whose session asked for it. */
import { decodeValue, readFrame, writeFrame } from "./cbor-frame.ts";
import type { Datastore } from "./datastore.ts";

/** Sends one message that answers no call. */
export type Push = (message: Uint8Array) => void;

export class LiveRouter {
  readonly #owners = new Map<string, Push>();

  /** Starts to route; the loop ends when the datastore closes. */
  static async start(datastore: Datastore): Promise<LiveRouter> {
    const router = new LiveRouter();
    const notifications = await datastore.notifications();
    void (async () => {
      for (;;) {
        const notification = await notifications.recv();
        if (notification === null) return;
        router.#route(notification);
      }
    })();
    return router;
  }

  add(engineSession: string, push: Push): void {
    this.#owners.set(engineSession, push);
  }

  remove(engineSession: string): void {
    this.#owners.delete(engineSession);
  }

  #route(notification: Uint8Array): void {
    const frame = readFrame(notification);
    const session = frame.get("session");
    const push = session && this.#owners.get(String(decodeValue(session)));
    if (!push) return;
    // The engine's session id is the server's own business.
    frame.delete("session");
    push(writeFrame([["result", writeFrame(frame)]]));
  }
}
