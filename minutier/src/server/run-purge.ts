/** `POST /runs/purge`: what it is asked, and the purge as events. */
import { AsyncQueue } from "../async-queue.ts";
import type { PurgeCounts, PurgeProgress, RunPurgeFilter } from "../index.ts";
import type { StreamedEvent } from "./event-stream.ts";
import { HttpError } from "./http-error.ts";
import type { RequestFields } from "./request-fields.ts";
import { metadataCandidates } from "./run-query.ts";
import type { ServerContext } from "./server-context.ts";

/** Metadata texts that each may stand for several values make many filters: more than these are no question. */
const maxFilters = 32;

/** A purge that was asked for. */
export interface PurgeRequest {
  /** A run fits when one of them fits. */
  filters: RunPurgeFilter[];
  dryRun: boolean;
}

/** Reads the filter; throws 422 for one that is empty, which would purge everything. */
export function toPurgeRequest(fields: RequestFields, owner: string | undefined): PurgeRequest {
  const before = fields.text("before");
  const status = fields.text("status");
  const workflow = fields.text("workflow");
  const metadata = fields.object("metadata");
  if (status !== undefined && status !== "success" && status !== "error")
    throw new HttpError(422, "status is neither success nor error: a run under way is never purged.");
  if (before === undefined && status === undefined && workflow === undefined && metadata === undefined)
    throw new HttpError(
      422,
      "Give at least one of before, metadata, workflow, status: without any it would be every run.",
    );
  const filter: RunPurgeFilter = {
    ...(before === undefined ? {} : { before: toTime(before) }),
    ...(status === undefined ? {} : { status }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(owner === undefined ? {} : { userId: owner }),
  };
  const filters =
    metadata === undefined ? [filter] : spellings(metadata).map((each) => ({ ...filter, metadata: each }));
  return { filters, dryRun: fields.flag("dry_run", true) };
}

function toTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new HttpError(422, "before is not a time such as 2026-11-26T08:00:00Z.");
}

/** Every way to read the texts of the metadata, as `GET /runs` reads them: what it lists is what is purged. */
function spellings(metadata: Record<string, unknown>): Record<string, unknown>[] {
  if (Object.keys(metadata).length === 0) throw new HttpError(422, "metadata is empty, which would purge every run.");
  const all = Object.entries(metadata).reduce<Record<string, unknown>[]>(
    (found, [key, value]) => {
      const values = typeof value === "string" ? metadataCandidates(value) : [value];
      return found.flatMap((each) => values.map((candidate) => ({ ...each, [key]: candidate })));
    },
    [{}],
  );
  if (all.length > maxFilters) throw new HttpError(422, "metadata has too many keys to purge by.");
  return all;
}

/** `PurgeProgress` after each transaction, then `PurgeCompleted`. Leaving stops it between two transactions. */
export async function* purge(
  { settings: { db } }: ServerContext,
  { filters, dryRun }: PurgeRequest,
  left: AbortSignal,
): AsyncGenerator<StreamedEvent> {
  const deleted: Partial<PurgeCounts> = {};
  let kept = 0;
  let done = 0;
  for (const filter of filters) {
    const before = done;
    const events = new AsyncQueue<PurgeProgress>();
    const onProgress = (progress: PurgeProgress): void => events.push(progress);
    const work = db.runs.purge(filter, { dryRun, signal: left, ...(dryRun ? {} : { onProgress }) });
    work.then(
      () => events.end(),
      (cause: unknown) => events.end({ cause }),
    );
    for await (const progress of events) {
      done = before + progress.done;
      yield { event: "PurgeProgress", done, total: before + progress.total };
    }
    const result = await work;
    kept += result.kept;
    for (const [table, rows] of Object.entries(result.deleted) as [keyof PurgeCounts, number][])
      deleted[table] = (deleted[table] ?? 0) + rows;
  }
  yield { event: "PurgeCompleted", dry_run: dryRun, deleted, kept };
}
