/** Runs counted together: how they ended, how long they took, what their models used. */
import { addUsage, sumUsage } from "../model-usage.ts";
import type { ModelUsage } from "../index.ts";
import { type Cost, costOf, type Prices } from "./prices.ts";

/** A run as it counts. */
export interface CountedRun {
  status: string;
  isWaiting: boolean;
  isNested: boolean;
  /** Of a run that has ended. */
  durationMs: number | undefined;
  usage: readonly ModelUsage[];
}

/** What `/runs/stats` says of some runs; durations are of those that have ended. */
export interface RunStat {
  executions: number;
  successes: number;
  errors: number;
  running: number;
  waiting: number;
  p50_ms: number | null;
  p95_ms: number | null;
  mean_ms: number | null;
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  cost: Cost | null;
}

/** Counts runs; each duration is kept, in one place, for the percentiles. */
export class RunTally {
  #executions = 0;
  readonly #by = { success: 0, error: 0, running: 0, waiting: 0 };
  readonly #durations: number[] = [];
  #usage: ModelUsage[] = [];
  /** Of nested runs, which the runs around them count too. */
  #nestedUsage: ModelUsage[] = [];

  add({ status, isWaiting, isNested, durationMs, usage }: CountedRun): void {
    this.#executions += 1;
    if (status === "running") this.#by[isWaiting ? "waiting" : "running"] += 1;
    else if (status === "success" || status === "error") this.#by[status] += 1;
    if (durationMs !== undefined) this.#durations.push(durationMs);
    if (usage.length === 0) return;
    if (isNested) this.#nestedUsage = addUsage(this.#nestedUsage, usage);
    else this.#usage = addUsage(this.#usage, usage);
  }

  /** Counts the other's runs here too. */
  merge(other: RunTally): void {
    this.#executions += other.#executions;
    for (const key of ["success", "error", "running", "waiting"] as const) this.#by[key] += other.#by[key];
    // One by one: an argument list has its limits.
    for (const duration of other.#durations) this.#durations.push(duration);
    this.#usage = addUsage(this.#usage, other.#usage);
    this.#nestedUsage = addUsage(this.#nestedUsage, other.#nestedUsage);
  }

  /** One entry a model; `withNested` counts what nested runs used, which is wrong beside the runs around them. */
  usage(withNested: boolean): ModelUsage[] {
    return withNested ? addUsage(this.#usage, this.#nestedUsage) : this.#usage;
  }

  toStat(prices: Prices | undefined, withNested: boolean): RunStat {
    const { success: successes, error: errors, running, waiting } = this.#by;
    const sorted = Float64Array.from(this.#durations).toSorted();
    const usage = this.usage(withNested);
    return {
      executions: this.#executions,
      successes,
      errors,
      running,
      waiting,
      p50_ms: percentile(sorted, 0.5),
      p95_ms: percentile(sorted, 0.95),
      mean_ms: sorted.length === 0 ? null : Math.round(sorted.reduce((sum, each) => sum + each, 0) / sorted.length),
      ...(sumUsage(usage) ?? { input_tokens: 0, output_tokens: 0, total_tokens: 0 }),
      cost: costOf(usage, prices),
    };
  }
}

/** The nearest rank: a duration that a run really took. */
function percentile(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
