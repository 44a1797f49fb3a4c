/** The changes of a table, for as long as the connection and its sessions go on. */
import type { LiveMessage, LiveSubscription } from "surrealdb";

import { AsyncQueue } from "../../async-queue.ts";
import type { RenewalListener } from "./sign-in.ts";

/** What a live query needs of its connection. */
export interface LiveSource {
  start(): Promise<LiveSubscription>;
  onReconnected(listener: () => void): () => void;
  onRenewal(listener: RenewalListener): () => void;
}

/**
 * One that outlives its sessions.
 *
 * A live query ends at the server with the connection, and with the session that began it; nobody is told. When the
 * session is renewed before its end, the next query begins before the last one is killed: for a moment both tell the
 * same. Otherwise the messages end, and whoever wants more has to ask what was missed.
 */
export class LiveQuery {
  /** They end when the query does. */
  readonly messages: AsyncQueue<LiveMessage> = new AsyncQueue(() => void this.stop());
  readonly #source: LiveSource;
  readonly #forget: (() => void)[];
  readonly #over = Promise.withResolvers<undefined>();
  #current: Promise<LiveSubscription> | undefined;
  #isOver = false;

  constructor(source: LiveSource) {
    this.#source = source;
    this.#forget = [
      source.onReconnected(() => void this.stop()),
      source.onRenewal((inTime) => void (inTime ? this.#startNext() : this.stop())),
    ];
  }

  /** Resolves once the database listens: false when the query ended before. */
  async start(): Promise<boolean> {
    const before = this.#current;
    const starting = this.#source.start();
    this.#current = starting;
    const subscription = await Promise.race([this.#over.promise, starting]);
    if (subscription === undefined || this.#isOver) {
      void kill(starting);
      return false;
    }
    void this.#receive(subscription, starting);
    if (before !== undefined) void kill(before);
    return true;
  }

  /** Ends it, at the server too. Harmless twice. */
  async stop(): Promise<void> {
    this.#end();
    if (this.#current !== undefined) await kill(this.#current);
  }

  async #startNext(): Promise<void> {
    await this.start().catch((cause: unknown) => this.#end({ cause }));
  }

  async #receive(subscription: LiveSubscription, starting: Promise<LiveSubscription>): Promise<void> {
    try {
      for await (const message of subscription) this.messages.push(message);
      if (this.#current === starting) this.#end();
    } catch (cause) {
      this.#end({ cause });
    }
  }

  #end(error?: { cause: unknown }): void {
    this.#isOver = true;
    this.#over.resolve(undefined);
    for (const forget of this.#forget.splice(0)) forget();
    this.messages.end(error);
  }
}

/** One that starts too late is ended when it has. */
async function kill(starting: Promise<LiveSubscription>): Promise<void> {
  await starting.then((subscription) => subscription.kill()).catch(() => undefined);
}
