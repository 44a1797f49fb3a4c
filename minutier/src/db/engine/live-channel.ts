/**
 * A repair of the driver's live channel.
 *
 * In surrealdb 2.0.8 `ChannelIterator.submit` never forgets the reader that waits, so a message that arrives before
 * the reader asks again resolves a promise that is resolved already, and is lost (24 of 300 received in a plain
 * `for await`). A test pins the loss, so that a newer driver that mends it is noticed and this file goes.
 */
import { ChannelIterator } from "surrealdb";

import { AsyncQueue } from "../../async-queue.ts";

const queues = new WeakMap<object, AsyncQueue<unknown>>();

function queueOf(channel: object): AsyncQueue<unknown> {
  let queue = queues.get(channel);
  if (queue === undefined) {
    queue = new AsyncQueue();
    queues.set(channel, queue);
  }
  return queue;
}

/** Replaces the channel's queue by one that loses nothing; once per process. */
export function repairLiveChannels(): void {
  const prototype = ChannelIterator.prototype as ChannelIterator<unknown> & { repaired?: true };
  if (prototype.repaired) return;
  const { return: originalReturn, cancel: originalCancel } = prototype;
  Object.assign(prototype, {
    repaired: true,
    submit(this: object, value: unknown) {
      queueOf(this).push(value);
    },
    next(this: object) {
      return queueOf(this).next();
    },
    return(this: ChannelIterator<unknown>) {
      void queueOf(this).return();
      return originalReturn.call(this);
    },
    cancel(this: ChannelIterator<unknown>) {
      queueOf(this).end();
      originalCancel.call(this);
    },
  });
}
