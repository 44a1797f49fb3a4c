/** A queue that one side fills and the other reads as an async iterable; nothing that was pushed is lost. */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  #items: T[] = [];
  /** Items before this one were read: shifting them out one by one would move all the others each time. */
  #first = 0;
  readonly #onReturn: (() => void) | undefined;
  readonly #readers: (() => void)[] = [];
  #ended = false;
  #error: { cause: unknown } | undefined;

  /** `onReturn` runs when the reader stops before the end. */
  constructor(onReturn?: () => void) {
    this.#onReturn = onReturn;
  }

  push(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    this.#readers.shift()?.();
  }

  /** No more items; with `error`, the reader gets it after the items that were pushed before. */
  end(error?: { cause: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wakeAll();
  }

  async next(): Promise<IteratorResult<T>> {
    while (this.#first === this.#items.length) {
      if (this.#error !== undefined) {
        const { cause } = this.#error;
        this.#error = undefined;
        throw cause;
      }
      if (this.#ended) return { value: undefined, done: true };
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    }
    return { value: this.#take(), done: false };
  }

  async return(): Promise<IteratorResult<T>> {
    if (!this.#ended) this.#onReturn?.();
    this.#ended = true;
    this.#items = [];
    this.#first = 0;
    this.#error = undefined;
    this.#wakeAll();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): T {
    const item = this.#items[this.#first++] as T;
    if (this.#first > 1000 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  #wakeAll(): void {
    for (const wake of this.#readers.splice(0)) wake();
  }
}
