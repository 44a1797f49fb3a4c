/** What the rows say that a run has done already. */
import type { StepRecord } from "../db/workflow-steps.ts";

/** The steps of a run that goes on, by their paths. */
export class Replay {
  /** The number of the next step that has no row. */
  readonly nextNumber: number;
  readonly #steps = new Map<string, StepRecord>();
  /** Every path at or under which a step was begun. */
  readonly #begun = new Set<string>();

  /** Of a run that has just begun, as opposed to one that goes on and of which nothing was committed. */
  readonly isEmpty: boolean;

  constructor(steps: readonly StepRecord[], resumed = true) {
    this.isEmpty = !resumed && steps.length === 0;
    this.nextNumber = steps.reduce((next, step) => Math.max(next, step.number + 1), 0);
    for (const step of steps) {
      this.#steps.set(step.path, step);
      for (let end = step.path.length; end > 0; end = step.path.lastIndexOf("/", end - 1))
        this.#begun.add(step.path.slice(0, end));
    }
  }

  /** All of them. */
  get steps(): Iterable<StepRecord> {
    return this.#steps.values();
  }

  find(path: string): StepRecord | undefined {
    return this.#steps.get(path);
  }

  /** Whether anything was begun at this path or under it. */
  hasBegun(path: string): boolean {
    return this.#begun.has(path);
  }
}

/** Whether a step of a run that goes on needs nothing more: also one that failed and whose `onError` went on. */
export function isDone(step: StepRecord): boolean {
  return step.status !== "running" && step.completedAt !== undefined;
}
