/** The changes of a table, for as long as the connection and its sessions go on. */
import type { LiveMessage, LiveSubscription } from "surrealdb";

import { AsyncQueue } from "../../async-queue.ts";
import type { RenewalListener } from "./sign-in.ts";

/** A transaction that began before a live query notifies only those before it: so long it may take. */
const overlapMs = 1000;

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
 * session is renewed before its end, the next query begins and the last one goes on for a second: both tell the same
 * then. Otherwise the messages end, and whoever wants more has to ask what was missed.
 */
export class LiveQuery {
  /** They end when the query does. */
  readonly messages: AsyncQueue<LiveMessage> = new AsyncQueue(() => void this.stop());
  readonly #source: LiveSource;
  readonly #forget: (() => void)[];
  readonly #over = Promise.withResolvers<undefined>();
  readonly #open = new Set<Promise<LiveSubscription>>();
  #current: Promise<LiveSubscription> | undefined;
  #isOver = false;

  constructor(source: LiveSource) {
    this.#source = source;
    this.#forget = [source.onReconnected(() => void this.stop())];
  }

  /** Resolves once the database listens: false when the query ended before. */
  async start(): Promise<boolean> {
    const before = this.#current;
    const starting = this.#source.start();
    this.#current = starting;
    this.#open.add(starting);
    const subscription = await Promise.race([this.#over.promise, starting]);
    if (subscription === undefined || this.#isOver) {
      void this.#kill(starting);
      return false;
    }
    void this.#receive(subscription, starting);
    // Not before: a start that has to sign in first would hear of that.
    if (before === undefined) this.#forget.push(this.#source.onRenewal((inTime) => this.#onRenewal(inTime)));
    else setTimeout(() => void this.#kill(before), overlapMs).unref();
    return true;
  }

  /** Ends it, at the server too. Harmless twice. */
  async stop(): Promise<void> {
    this.#end();
    await Promise.all([...this.#open].map((starting) => this.#kill(starting)));
  }

  /** One that starts too late is ended when it has. */
  async #kill(starting: Promise<LiveSubscription>): Promise<void> {
    this.#open.delete(starting);
    await starting.then((subscription) => subscription.kill()).catch(() => undefined);
  }

  #onRenewal(inTime: boolean): void {
    if (inTime) this.start().catch((cause: unknown) => this.#end({ cause }));
    else void this.stop();
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
