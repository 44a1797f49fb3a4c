/**
 * Live notifications of an embedded store, handed to the query that asked for them.
 *
 * The SDK's own channel loses messages that arrive before its consumer asks for the next one; this one queues them.
 */
import type { LiveMessage, RecordId, Uuid } from "surrealdb";

import { AsyncQueue } from "../../async-queue.ts";
import { DriverCodec } from "./driver-codec.ts";
import type { NativeEngine, NativeNotifications } from "./native-engine.ts";

/** Notifications that came before their query's listener did; the engine can be quicker than the answer to LIVE. */
const maxEarly = 10_000;

interface Notification {
  id: Uuid;
  action: LiveMessage["action"] | "KILLED";
  record: RecordId;
  result: Record<string, unknown>;
}

/** The notifications of one store. */
export class Notifications {
  readonly #engine: NativeEngine;
  readonly #codec = new DriverCodec({});
  readonly #listeners = new Map<string, AsyncQueue<LiveMessage>>();
  #early: LiveMessage[] = [];
  #receiver: NativeNotifications | undefined;
  #receiving = false;

  constructor(engine: NativeEngine) {
    this.#engine = engine;
  }

  /** The messages of one live query, none lost, until the iteration ends. */
  listen(id: string): AsyncIterable<LiveMessage> {
    const queue = new AsyncQueue<LiveMessage>(() => this.#listeners.delete(id));
    const [mine, others] = partition(this.#early, (message) => message.queryId.toString() === id);
    this.#early = others;
    for (const message of mine) queue.push(message);
    this.#listeners.set(id, queue);
    void this.#receive();
    return queue;
  }

  /** Receives for as long as something listens: a pending receive keeps the process alive. */
  async #receive(): Promise<void> {
    if (this.#receiving) return;
    this.#receiving = true;
    try {
      this.#receiver ??= await this.#engine.notifications();
      do {
        const bytes = await this.#receiver.recv();
        if (bytes === null) break;
        this.#dispatch(this.#codec.decode<Notification>(bytes));
      } while (this.#listeners.size > 0);
    } finally {
      this.#receiving = false;
    }
  }

  #dispatch(notification: Notification): void {
    const id = notification.id.toString();
    if (notification.action === "KILLED") return this.#end(id);
    const message: LiveMessage = {
      queryId: notification.id,
      action: notification.action,
      recordId: notification.record,
      value: notification.result,
    };
    const listener = this.#listeners.get(id);
    if (listener !== undefined) listener.push(message);
    else if (this.#early.length < maxEarly) this.#early.push(message);
  }

  /** The last notification of a live query: it also wakes the receiver, to see that nobody listens any more. */
  #end(id: string): void {
    this.#listeners.get(id)?.end();
    this.#listeners.delete(id);
    this.#early = this.#early.filter((message) => message.queryId.toString() !== id);
  }
}

const byEngine = new WeakMap<NativeEngine, Notifications>();

/** The notifications of a store, one receiver however many clients share it. */
export function notificationsOf(engine: NativeEngine): Notifications {
  let notifications = byEngine.get(engine);
  if (notifications === undefined) {
    notifications = new Notifications(engine);
    byEngine.set(engine, notifications);
  }
  return notifications;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
