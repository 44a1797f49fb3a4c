/** Calls whose connection was lost, and the waiting until it is back. */
import { setTimeout as sleep } from "node:timers/promises";

import { MinutierError } from "../../errors.ts";

/** A call that got no answer because the connection was lost. */
export class LostCall extends Error {
  override readonly name = "LostCall";
  /** False when the call certainly never reached the database; else it may have taken effect. */
  readonly sent: boolean;

  constructor(sent: boolean, cause?: unknown) {
    const message = sent
      ? "the connection was lost before the answer came, so whether the call took effect is unknown"
      : "the connection is lost, so the call was not made";
    super(message, cause === undefined ? undefined : { cause });
    this.sent = sent;
  }
}

/** The lost call behind an error. */
export function lossOf(error: unknown): LostCall | undefined {
  if (error instanceof LostCall) return error;
  return MinutierError.isInstance(error) && error.cause instanceof LostCall ? error.cause : undefined;
}

/** So often at most is a call tried that fails at once. */
const pauseMs = 10;

/** One piece of work's patience with a database that is away: it begins at the first loss. */
export class Outage {
  readonly #timeoutMs: number;
  readonly #whenConnected: () => Promise<void>;
  #since: number | undefined;

  constructor(timeoutMs: number, whenConnected: () => Promise<void>) {
    this.#timeoutMs = timeoutMs;
    this.#whenConnected = whenConnected;
  }

  /** Waits for the connection. Throws the failure when it is another one, and when the time is over. */
  async waitOut(failure: unknown): Promise<LostCall> {
    const loss = lossOf(failure);
    if (loss === undefined) throw failure;
    this.#since ??= performance.now();
    const leftMs = this.#since + this.#timeoutMs - performance.now();
    const isBack = Promise.all([this.#whenConnected(), sleep(pauseMs)]).then(() => true);
    const timeOver = sleep(Math.max(leftMs, 0), false, { ref: false });
    if (!(await Promise.race([isBack, timeOver]))) throw this.#tooLong(loss);
    return loss;
  }

  /** Makes a call again until it is answered, as long as `mayRepeat` says so. */
  async over<T>(call: () => Promise<T>, mayRepeat: (loss: LostCall) => boolean = () => true): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const loss = lossOf(error);
        if (loss === undefined || !mayRepeat(loss)) throw error;
        await this.waitOut(error);
      }
    }
  }

  #tooLong(loss: LostCall): MinutierError {
    return new MinutierError(
      "connection_failed",
      `The database was away for ${this.#timeoutMs} ms: ${loss.message}. When the server is back, run it again or resume the run; raise reconnectTimeoutMs to wait longer.`,
      { cause: loss },
    );
  }
}
