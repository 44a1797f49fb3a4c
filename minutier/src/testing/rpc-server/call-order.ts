/**
 * The order of the calls of one session: queries run side by side, and a call that changes the session runs alone.
 *
 * Without it, a query sent right after `invalidate` could pass our gate and then reach the engine's session once it is
 * nobody's, which for an embedded engine means the owner's.
 */
export class CallOrder {
  readonly #running = new Set<Promise<unknown>>();
  #lastAlone: Promise<unknown> = Promise.resolve();

  /** Runs after the last call that runs alone. */
  beside<T>(task: () => Promise<T>): Promise<T> {
    const call = this.#lastAlone.then(task);
    const settled: Promise<unknown> = call.then(nothing, nothing).then(() => this.#running.delete(settled));
    this.#running.add(settled);
    return call;
  }

  /** Runs after every call that came before, and holds back those that come later. */
  alone<T>(task: () => Promise<T>): Promise<T> {
    const call = Promise.all([this.#lastAlone, ...this.#running]).then(task);
    this.#lastAlone = call.then(nothing, nothing);
    return call;
  }
}

function nothing(): void {}
