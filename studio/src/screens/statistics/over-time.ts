/** The numbers over time, with the times in which nothing ran, which the server leaves out. */
import type { Bucket, RunStats, TimeStat } from "./statistics-answers.ts";

/** A point of the charts. */
export interface TimePoint {
  /** Milliseconds since 1970. */
  at: number;
  successes: number;
  errors: number;
  running: number;
  waiting: number;
  p50: number | null;
  p95: number | null;
  input: number;
  output: number;
}

const lengths: Record<Bucket, number> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
/** 1970-01-05 was the first Monday. */
const firstMonday = 4 * 86_400_000;

/** Every hour, day or week from the first to the last. */
export function timePoints({ total_over_time, bucket }: RunStats, bounds: { from?: Date; to?: Date }): TimePoint[] {
  const known = new Map(total_over_time.map((stat) => [Date.parse(stat.from), stat]));
  const times = [...known.keys()];
  if (times.length === 0) return [];
  const first = Math.min(...times, startOf(bounds.from?.getTime() ?? Infinity, bucket));
  const last = Math.max(...times, startOf((bounds.to?.getTime() ?? -Infinity) - 1, bucket));
  const points: TimePoint[] = [];
  for (let at = first; at <= last; at += lengths[bucket]) points.push(pointOf(at, known.get(at)));
  return points;
}

/** As the server counts: in UTC, weeks from Monday. */
function startOf(time: number, bucket: Bucket): number {
  if (!Number.isFinite(time)) return time;
  const shift = bucket === "week" ? firstMonday : 0;
  return Math.floor((time - shift) / lengths[bucket]) * lengths[bucket] + shift;
}

function pointOf(at: number, stat: TimeStat | undefined): TimePoint {
  return {
    at,
    successes: stat?.successes ?? 0,
    errors: stat?.errors ?? 0,
    running: stat?.running ?? 0,
    waiting: stat?.waiting ?? 0,
    p50: stat?.p50_ms ?? null,
    p95: stat?.p95_ms ?? null,
    input: stat?.input_tokens ?? 0,
    output: stat?.output_tokens ?? 0,
  };
}
