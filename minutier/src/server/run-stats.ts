/** `/runs/stats`: everything from one reading of the table, page by page. */

import {
  BoundExcluded,
  BoundIncluded,
  type ModelUsage,
  type RecordId,
  RecordIdRange,
  type SurrealDb,
  type Usage,
} from "../index.ts";
import { HttpError } from "./http-error.ts";
import { type Prices, unpricedModels } from "./prices.ts";
import { type RunListQuery, timeOf, toRunConditions, whereOf } from "./run-query.ts";
import { type RunStat, RunTally } from "./run-tally.ts";

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** How long the times are by which `over_time` counts; each is made of whole hours. */
const buckets = ["hour", "day", "week"] as const;
type Bucket = (typeof buckets)[number];

/** The answer. */
interface RunStats {
  workflows: (RunStat & { workflow_name: string })[];
  total: RunStat;
  over_time: (RunStat & { workflow_name: string; from: Date })[];
  /** All workflows together, since percentiles can't be added up. */
  total_over_time: (RunStat & { from: Date })[];
  bucket: Bucket;
  /** Models that were used and have no price, when there are prices: what they cost is missing. */
  unpriced_models?: string[];
}

/** A row as the scan reads it. */
type ScannedRun = [
  workflowName: string,
  status: string,
  waitingFor: unknown[] | undefined,
  rootRun: RecordId | undefined,
  createdAt: Date,
  completedAt: Date | undefined,
  usage: ModelUsage[] | Usage | undefined,
];

const columns = `[workflow_name, status, waiting_for, root_run, created_at, completed_at, model_usage ?? usage]`;

/** What a page holds: as much as the event loop can decode without anybody noticing. */
const pageSize = 4000;

/** What a request asks for. */
interface StatsRequest extends RunListQuery {
  bucket: Bucket | undefined;
  from: Date | undefined;
  to: Date | undefined;
  /** One workflow alone: what is nested in others counts then. */
  ofOneWorkflow: boolean;
}

/** The filters of a list, and the bucket; throws 422. */
export function toStatsRequest(url: URL, owner: string | undefined): StatsRequest {
  const { searchParams } = url;
  const text = searchParams.get("bucket") ?? "";
  const bucket = buckets.find((each) => each === text);
  if (bucket === undefined && text !== "") throw new HttpError(422, "bucket is none of hour, day, week.");
  return {
    ...toRunConditions(url, owner),
    bucket,
    from: timeOf(searchParams, "from"),
    to: timeOf(searchParams, "to"),
    ofOneWorkflow: searchParams.getAll("workflow").length + searchParams.getAll("workflow_name").length === 1,
  };
}

/** Counts the runs, for each workflow, for all, and over time. */
export async function countRuns(db: SurrealDb, request: StatsRequest, prices: Prices | undefined): Promise<RunStats> {
  /** By workflow and hour: what is longer is made of these, so that each duration is kept once. */
  const hours = new Map<string, Map<number, RunTally>>();
  for await (const page of scanRuns(db, request)) for (const run of page) count(hours, run);
  const names = [...hours.keys()].toSorted();
  const bucket = request.bucket ?? chooseBucket(hours, request);
  const total = new RunTally();
  const workflows = names.map((workflow_name) => {
    const all = merged(hours.get(workflow_name)?.values() ?? []);
    total.merge(all);
    return { workflow_name, ...all.toStat(prices, true) };
  });
  const overTime = names.flatMap((workflow_name) =>
    [...inBuckets(hours.get(workflow_name) ?? new Map<number, RunTally>(), bucket)].map(([from, tallies]) => ({
      workflow_name,
      from: new Date(from),
      ...merged(tallies).toStat(prices, true),
    })),
  );
  const unpriced = prices === undefined ? [] : unpricedModels(total.usage(true), prices);
  return {
    workflows,
    total: total.toStat(prices, request.ofOneWorkflow),
    over_time: overTime,
    total_over_time: totalOverTime(hours, bucket).map(({ from, tally }) => ({
      from: new Date(from),
      ...tally.toStat(prices, request.ofOneWorkflow),
    })),
    bucket,
    ...(unpriced.length === 0 ? {} : { unpriced_models: unpriced }),
  };
}

function count(hours: Map<string, Map<number, RunTally>>, run: ScannedRun): void {
  const [name, status, waitingFor, rootRun, createdAt, completedAt, usage] = run;
  const byHour = hours.get(name) ?? new Map<number, RunTally>();
  hours.set(name, byHour);
  const hour = Math.floor(createdAt.getTime() / hourMs) * hourMs;
  const tally = byHour.get(hour) ?? new RunTally();
  byHour.set(hour, tally);
  const hasEnded = status !== "running" && completedAt !== undefined;
  tally.add({
    status,
    isWaiting: waitingFor !== undefined,
    isNested: rootRun !== undefined,
    durationMs: hasEnded ? Math.max(0, completedAt.getTime() - createdAt.getTime()) : undefined,
    usage: toModelUsage(usage),
  });
}

/** Rows of other programs may say no more than the sum. */
function toModelUsage(usage: ScannedRun[6]): ModelUsage[] {
  if (usage === undefined || Array.isArray(usage)) return usage ?? [];
  return [{ model: "", ...usage }];
}

function merged(tallies: Iterable<RunTally>): RunTally {
  const all = new RunTally();
  for (const tally of tallies) all.merge(tally);
  return all;
}

function inBuckets(byHour: ReadonlyMap<number, RunTally>, bucket: Bucket): Map<number, RunTally[]> {
  const starts = new Map<number, RunTally[]>();
  for (const [hour, tally] of [...byHour].toSorted(([a], [b]) => a - b)) {
    const start = startOf(hour, bucket);
    const there = starts.get(start);
    if (there === undefined) starts.set(start, [tally]);
    else there.push(tally);
  }
  return starts;
}

/** The times of all workflows, oldest first. */
function totalOverTime(
  hours: ReadonlyMap<string, ReadonlyMap<number, RunTally>>,
  bucket: Bucket,
): { from: number; tally: RunTally }[] {
  const starts = new Map<number, RunTally>();
  for (const byHour of hours.values())
    for (const [hour, tally] of byHour) {
      const start = startOf(hour, bucket);
      const there = starts.get(start) ?? new RunTally();
      starts.set(start, there);
      there.merge(tally);
    }
  return [...starts].map(([from, tally]) => ({ from, tally })).toSorted((a, b) => a.from - b.from);
}

/** In UTC; a week begins on Monday. */
function startOf(hour: number, bucket: Bucket): number {
  if (bucket === "hour") return hour;
  const day = Math.floor(hour / dayMs);
  // 1970-01-01 was a Thursday, three days after a Monday.
  return (bucket === "day" ? day : day - ((day + 3) % 7)) * dayMs;
}

/** So that a chart has between a few and some hundred points. */
function chooseBucket(hours: ReadonlyMap<string, ReadonlyMap<number, RunTally>>, { from, to }: StatsRequest): Bucket {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const byHour of hours.values())
    for (const hour of byHour.keys()) [first, last] = [Math.min(first, hour), Math.max(last, hour + hourMs)];
  const rangeMs = (to?.getTime() ?? last) - (from?.getTime() ?? first);
  if (!(rangeMs > 2 * dayMs)) return "hour";
  return rangeMs <= 120 * dayMs ? "day" : "week";
}

/**
 * The runs in the order of ids: first where a page ends, then what is between its two ends, because the default planner
 * reads a range to its end before it applies a LIMIT, unless it stands in a LET, where columns cost three times as
 * much. What an index may find is asked for at once.
 */
async function* scanRuns(db: SurrealDb, { conditions, variables }: RunListQuery): AsyncGenerator<ScannedRun[]> {
  const where = whereOf(conditions);
  const read = async (source: string, range?: RecordIdRange): Promise<ScannedRun[]> => {
    const [runs] = await db.query<[ScannedRun[]]>(`SELECT VALUE ${columns} FROM ${source} ${where}`, {
      ...variables,
      range,
    });
    return runs;
  };
  if (conditions.some((condition) => /^metadata\.|^waiting_for/.test(condition))) {
    yield await read("workflow_runs");
    return;
  }
  for (let after: BoundExcluded<RecordId["id"]> | undefined; ;) {
    const [, [last]] = await db.query<[unknown, RecordId<"workflow_runs">[]]>(
      `LET $last = (SELECT VALUE id FROM $rest START ${pageSize - 1} LIMIT 1); RETURN $last`,
      { rest: new RecordIdRange("workflow_runs", after, undefined) },
    );
    const end = last === undefined ? undefined : new BoundIncluded(last.id);
    yield await read("$range", new RecordIdRange("workflow_runs", after, end));
    if (last === undefined) return;
    after = new BoundExcluded(last.id);
  }
}
