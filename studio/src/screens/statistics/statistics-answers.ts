/** `GET /runs/stats`. */

/** Some runs counted together; durations are of those that have ended, and null when there is none. */
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
  cost: { amount: number; currency: string } | null;
}

export interface WorkflowStat extends RunStat {
  workflow_name: string;
}

export interface TimeStat extends RunStat {
  /** When the hour, day or week begins, in UTC. */
  from: string;
}

export type Bucket = "hour" | "day" | "week";

export interface RunStats {
  workflows: WorkflowStat[];
  total: RunStat;
  /** Of all workflows that were asked for, together; times without a run are left out. */
  total_over_time: TimeStat[];
  bucket: Bucket;
  /** Models whose tokens have no price, when others have one. */
  unpriced_models?: string[];
}

/** Of 100 runs that have ended, those that succeeded; null when none has. */
export function successShare({ successes, errors }: RunStat): number | null {
  return successes + errors === 0 ? null : successes / (successes + errors);
}
