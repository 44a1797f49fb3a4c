/** The changes that a watch's reader has not taken yet. */
import { AsyncQueue } from "../async-queue.ts";
import type { RunChange } from "./run-changes.ts";

/** A place in the queue; empty when a later change of its run took over. */
interface Slot {
  change: RunChange | undefined;
}

/**
 * Keeps every change while at most `maxUnread` wait. When more do, it keeps the newest of each run, with `missed`
 * counting what it dropped, until the reader has caught up.
 */
export class UnreadChanges implements AsyncIterableIterator<RunChange> {
  readonly #maxUnread: number;
  readonly #queue: AsyncQueue<Slot>;
  readonly #unread = new Set<Slot>();
  /** The slot of each run, while only the newest is kept. */
  #newest: Map<string, Slot> | undefined;

  /** `onReturn` runs when the reader stops before the end. */
  constructor(maxUnread: number, onReturn: () => void) {
    this.#maxUnread = maxUnread;
    this.#queue = new AsyncQueue(onReturn);
  }

  push(change: RunChange): void {
    if (this.#newest === undefined && this.#unread.size >= this.#maxUnread) this.#keepNewest();
    const slot = this.#newest?.get(String(change.run.id));
    if (slot?.change !== undefined) {
      slot.change = merge(slot.change, change);
      return;
    }
    const added: Slot = { change };
    this.#newest?.set(String(change.run.id), added);
    this.#unread.add(added);
    this.#queue.push(added);
  }

  /** No more changes; with `error`, the reader gets it after those that wait. */
  end(error?: { cause: unknown }): void {
    this.#queue.end(error);
  }

  async next(): Promise<IteratorResult<RunChange>> {
    for (;;) {
      const { value: slot, done } = await this.#queue.next();
      if (done) return { value: undefined, done };
      if (slot.change !== undefined) return { value: this.#take(slot, slot.change), done: false };
    }
  }

  async return(): Promise<IteratorResult<RunChange>> {
    this.#unread.clear();
    this.#newest = undefined;
    await this.#queue.return();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(slot: Slot, change: RunChange): RunChange {
    slot.change = undefined;
    this.#unread.delete(slot);
    this.#newest?.delete(String(change.run.id));
    if (this.#unread.size === 0) this.#newest = undefined;
    return change;
  }

  #keepNewest(): void {
    this.#newest = new Map();
    for (const slot of this.#unread) {
      if (slot.change === undefined) continue;
      const key = String(slot.change.run.id);
      const older = this.#newest.get(key);
      if (older?.change !== undefined) {
        slot.change = merge(older.change, slot.change);
        older.change = undefined;
        this.#unread.delete(older);
      }
      this.#newest.set(key, slot);
    }
  }
}

/** One change instead of two of the same run. */
function merge(older: RunChange, newer: RunChange): RunChange {
  return { ...newer, missed: (older.missed ?? 0) + (newer.missed ?? 0) + 1 };
}
