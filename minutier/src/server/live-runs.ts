/** The runs that go on in this process, for cancelling agents' and teams', and for an orderly end. */
import type { ComponentKind } from "./components.ts";
import { HttpError } from "./http-error.ts";

/** A run of this process. */
export interface LiveRun {
  kind: ComponentKind;
  name: string;
  sessionId: string;
  owner: string | undefined;
  isBackground: boolean;
  controller: AbortController;
}

/** What goes on here; what is not here may go on in another process, and stands in the database. */
export class LiveRuns {
  readonly #maxBackground: number;
  readonly #runs = new Map<string, LiveRun>();
  readonly #ends = new Set<Promise<unknown>>();

  constructor(maxBackground: number) {
    this.#maxBackground = maxBackground;
  }

  /** Throws 503 when too many background runs go on. */
  checkRoom(): void {
    const background = [...this.#runs.values()].filter(({ isBackground }) => isBackground).length;
    if (background >= this.#maxBackground)
      throw new HttpError(503, "Too many runs go on in the background. Try again later.", { "Retry-After": "5" });
  }

  /** Throws 409 for an id that is at work already. */
  add(runId: string, run: LiveRun): void {
    if (this.#runs.has(runId)) throw new HttpError(409, "A run of this id is at work.");
    this.#runs.set(runId, run);
  }

  remove(runId: string): void {
    this.#runs.delete(runId);
  }

  get(runId: string): LiveRun | undefined {
    return this.#runs.get(runId);
  }

  /** Lets a background run go on to its end, for nobody: its row says how it ended. */
  finish(runId: string, work: Promise<unknown>): void {
    const end = work
      .catch(() => undefined)
      .finally(() => {
        this.remove(runId);
        this.#ends.delete(end);
      });
    this.#ends.add(end);
  }

  /** Waits for the background runs; then ends the turns, and leaves workflows to whoever resumes them. */
  async close(graceMs: number): Promise<void> {
    if (this.#ends.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(this.#ends), grace]);
    clearTimeout(timer);
    for (const { kind, controller } of this.#runs.values()) if (kind !== "workflow") controller.abort();
  }
}

/** Reads events to their end. */
export async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}
