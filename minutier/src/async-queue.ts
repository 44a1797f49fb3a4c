/** A queue that one side fills and the other reads as an async iterable; nothing that was pushed is lost. */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  readonly #items: T[] = [];
  readonly #onReturn: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #ended = false;
  #error: { cause: unknown } | undefined;

  /** `onReturn` runs when the reader stops before the end. */
  constructor(onReturn?: () => void) {
    this.#onReturn = onReturn;
  }

  push(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** No more items; with `error`, the reader gets it after the items that were pushed before. */
  end(error?: { cause: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<T>> {
    while (this.#items.length === 0) {
      if (this.#error !== undefined) {
        const { cause } = this.#error;
        this.#error = undefined;
        throw cause;
      }
      if (this.#ended) return { value: undefined, done: true };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return { value: this.#items.shift() as T, done: false };
  }

  async return(): Promise<IteratorResult<T>> {
    if (!this.#ended) this.#onReturn?.();
    this.#ended = true;
    this.#items.length = 0;
    this.#error = undefined;
    this.#wake?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
