/** The events of a turn that runs by itself: it goes on whether they are read or not, and stops when the reader does. */
import { AsyncQueue } from "../async-queue.ts";

/** Runs `work` at once; its events can be read once. */
export class TurnStream<Event> implements AsyncIterableIterator<Event> {
  readonly #queue: AsyncQueue<Event>;
  readonly #done: Promise<void>;

  /** `work` gets the way to tell events and a signal that aborts when the reader stops; what it throws, the reader gets. */
  constructor(work: (emit: (event: Event) => void, stopped: AbortSignal) => Promise<void>) {
    const reader = new AbortController();
    const queue = new AsyncQueue<Event>(() =>
      reader.abort(new DOMException("The reader of the stream stopped.", "AbortError")),
    );
    this.#queue = queue;
    this.#done = work((event) => queue.push(event), reader.signal).then(
      () => queue.end(),
      (cause: unknown) => queue.end({ cause }),
    );
  }

  next(): Promise<IteratorResult<Event>> {
    return this.#queue.next();
  }

  /** Cancels the run, if it still goes on, and waits until that is recorded. */
  async return(): Promise<IteratorResult<Event>> {
    const end = await this.#queue.return();
    await this.#done;
    return end as IteratorResult<Event>;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
