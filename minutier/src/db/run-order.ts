/**
 * Puts the changes of each run in the order of their revisions, tells each once, and notices what is missing.
 *
 * The engine gives no order: of 2,000 changes written one after the other, 15 to 329 arrive before an earlier one.
 */
import type { RecordId } from "surrealdb";

import type { WorkflowRunRow } from "../records.ts";
import type { RunChange } from "./run-changes.ts";
import type { RunHead, RunMark } from "./run-snapshot.ts";

/** A revision that is missing is waited for this long: what is under way arrives within a few milliseconds. */
const gapWaitMs = 500;

/** What is known of a run. */
interface Track {
  readonly id: RecordId;
  /** The revision of the last change told; 0 when none was. */
  revision: number;
  /** False while nobody knows which changes came before the first one that was heard of. */
  isKnown: boolean;
  status: string | undefined;
  deleted: boolean;
  /** The row as last told, without what can be large; while the run is under way. */
  head: RunHead | undefined;
  /** Changes that came before an earlier one, by revision. */
  readonly early: Map<number, RunChange>;
  /** The run's deletion, which came before an earlier change. */
  deletion: RunChange | undefined;
  timer: NodeJS.Timeout | undefined;
  /** When the last change was told, by this process's clock. */
  toldAt: number;
}

/** What the order needs of its surroundings. */
export interface RunOrderSurroundings {
  tell(change: RunChange): void;
  /** Whether anybody wants to know of this run; what nobody wants is not put in order. */
  isWanted(run: WorkflowRunRow): boolean;
  read(id: RecordId): Promise<WorkflowRunRow | undefined>;
}

/** The runs of one table, as far as their changes must be told. */
export class RunOrder {
  readonly #surroundings: RunOrderSurroundings;
  readonly #open = new Map<string, Track>();
  /** Runs that have ended, in the order in which they did: remembered for a while, so that no change is told twice. */
  readonly #closed = new Map<string, Track>();
  #since: string;
  #ended = false;

  /** Of a run with an id from `since` on that is unknown, no change was told; of an older one, nobody knows. */
  constructor(since: string, surroundings: RunOrderSurroundings) {
    this.#since = since;
    this.#surroundings = surroundings;
  }

  /** From this key on, every run whose changes were told is known. */
  get since(): string {
    return this.#since;
  }

  /** The runs that were under way when last heard of. */
  get openIds(): RecordId[] {
    return [...this.#open.values()].map(({ id }) => id);
  }

  /** What is in the database before the first change is told. */
  begin(run: RunMark | RunHead): void {
    this.#settle(newTrack(run.id, revisionOf(run) ?? 0), run);
  }

  /** A change as it was notified, in any order, any number of times. */
  observe(change: RunChange): void {
    if (this.#ended) return;
    const revision = revisionOf(change.run);
    if (revision === undefined) return this.#observeUnnumbered(change);
    const track = this.#trackOf(change, revision);
    if (track.deleted) return;
    if (change.action === "delete") track.deletion ??= change;
    else if (revision > track.revision && !track.early.has(revision)) track.early.set(revision, change);
    if (this.#surroundings.isWanted(change.run)) this.#advance(track);
    else this.#pass(track);
  }

  /** Whether a row that was read is beyond what was told. */
  isNews(mark: RunMark): boolean {
    const track = this.#find(mark.id);
    const revision = revisionOf(mark);
    if (track === undefined) return true;
    return revision === undefined ? track.status !== mark.status : revision > track.revision;
  }

  /**
   * A row that was read because a notification may be lost. `wasAway` says that those of its earlier changes are lost
   * if they have not come yet.
   */
  catchUp(run: WorkflowRunRow, wasAway: boolean): void {
    const revision = revisionOf(run);
    const known = this.#find(run.id) !== undefined;
    if (revision === undefined) {
      // One that is only late can't be told from one that is lost.
      if (wasAway) this.#observeUnnumbered({ action: known ? "update" : "create", run });
      return;
    }
    this.observe({ action: revision === 1 ? "create" : "update", run });
    const track = this.#find(run.id);
    if (wasAway && track !== undefined) this.#skip(track, revision);
  }

  /** A run that was under way and is not there any more. */
  isGone(id: RecordId): void {
    const track = this.#find(id);
    if (track === undefined || track.deleted) return;
    // Nothing was ever told of it, or it had ended.
    if (track.head === undefined && track.early.size === 0) return;
    track.deletion ??= {
      action: "delete",
      run: [...track.early.values()].at(-1)?.run ?? (track.head as WorkflowRunRow),
    };
    this.#skip(track, Infinity);
  }

  /** Forgets runs that ended before `endedBefore` and whose ids are below `since`. */
  forget(since: string, endedBefore: number): void {
    if (since > this.#since) this.#since = since;
    for (const [key, track] of this.#closed) {
      if (track.toldAt >= endedBefore) return;
      if (!this.#isRecent(track.id)) this.#closed.delete(key);
    }
  }

  /** Tells nothing more. */
  end(): void {
    this.#ended = true;
    for (const track of this.#open.values()) clearTimeout(track.timer);
    for (const track of this.#closed.values()) clearTimeout(track.timer);
  }

  #observeUnnumbered(change: RunChange): void {
    const track = this.#find(change.run.id) ?? newTrack(change.run.id, 0);
    if (change.action === "delete" && track.deleted) return;
    track.deleted = change.action === "delete";
    this.#settle(track, change.run);
    this.#surroundings.tell(change);
  }

  #trackOf(change: RunChange, revision: number): Track {
    const known = this.#find(change.run.id);
    if (known !== undefined) return known;
    const isRecent = this.#isRecent(change.run.id);
    const track = newTrack(change.run.id, 0, isRecent);
    if (change.action === "create") track.revision = revision - 1;
    // Nothing comes after it: an older run's deletion, one of thousands of a purge, is not worth the wait.
    else if (change.action === "delete" && !isRecent) track.revision = revision;
    this.#open.set(String(track.id), track);
    return track;
  }

  /** Tells what is next in order, and waits for what is missing before the rest. */
  #advance(track: Track): void {
    for (;;) {
      const next = track.early.get(track.revision + 1);
      if (next === undefined) break;
      this.#tell(track, next, track.revision + 1);
    }
    if (track.deletion !== undefined && (revisionOf(track.deletion.run) ?? 0) <= track.revision) {
      this.#tell(track, track.deletion, track.revision);
    }
    const waits = track.early.size > 0 || track.deletion !== undefined;
    if (!waits) {
      clearTimeout(track.timer);
      track.timer = undefined;
    } else if (track.timer === undefined) {
      const { revision } = track;
      track.timer = setTimeout(() => void this.#closeGap(track, revision), gapWaitMs);
    }
  }

  /** Nobody wants this run: only how far it is matters. */
  #pass(track: Track): void {
    const newest = [...track.early.values(), ...(track.deletion === undefined ? [] : [track.deletion])];
    track.deleted = track.deletion !== undefined;
    track.early.clear();
    track.deletion = undefined;
    for (const { run } of newest) {
      track.revision = Math.max(track.revision, revisionOf(run) ?? 0);
      this.#settle(track, run);
    }
  }

  async #closeGap(track: Track, gapAt: number): Promise<void> {
    // A database that is away is caught up with when it is back.
    const run = track.isKnown ? await this.#surroundings.read(track.id).catch(() => undefined) : undefined;
    if (this.#ended) return;
    track.timer = undefined;
    const revision = run && revisionOf(run);
    if (run !== undefined && revision !== undefined && revision > track.revision && !track.early.has(revision))
      track.early.set(revision, { action: "update", run });
    // What was waited for came meanwhile, and something else is missing: that has its own time.
    if (track.revision === gapAt) this.#skipOne(track);
    this.#advance(track);
  }

  /** Tells what is there up to a revision, without waiting for what is missing. */
  #skip(track: Track, upTo: number): void {
    while (track.revision < upTo && (track.early.size > 0 || track.deletion !== undefined)) {
      this.#skipOne(track);
      this.#advance(track);
    }
  }

  /** Tells the next change that is there, with how many are missing before it. */
  #skipOne(track: Track): void {
    const lowest = Math.min(...track.early.keys());
    const early = track.early.get(lowest);
    if (early !== undefined) {
      this.#tell(track, early, lowest, lowest - track.revision - 1);
    } else if (track.deletion !== undefined) {
      const last = revisionOf(track.deletion.run) ?? 0;
      this.#tell(track, track.deletion, last, Math.max(last - track.revision, 0));
    }
  }

  #tell(track: Track, change: RunChange, revision: number, missing = 0): void {
    const missed = track.isKnown ? missing : 0;
    track.revision = revision;
    track.isKnown = true;
    if (change.action === "delete") {
      track.deletion = undefined;
      track.deleted = true;
      track.early.clear();
    }
    for (const early of track.early.keys()) if (early <= revision) track.early.delete(early);
    this.#settle(track, change.run);
    this.#surroundings.tell(missed > 0 ? { ...change, missed } : change);
  }

  /** Files the run under open or closed. */
  #settle(track: Track, run: Pick<RunHead, "status"> | RunHead): void {
    const key = String(track.id);
    track.status = run.status;
    track.toldAt = Date.now();
    this.#open.delete(key);
    this.#closed.delete(key);
    const isOpen = !track.deleted && run.status !== "success" && run.status !== "error";
    track.head = isOpen && "metadata" in run ? headOf(run) : undefined;
    (isOpen ? this.#open : this.#closed).set(key, track);
  }

  #find(id: RecordId): Track | undefined {
    const key = String(id);
    return this.#open.get(key) ?? this.#closed.get(key);
  }

  #isRecent(id: RecordId): boolean {
    return typeof id.id === "string" && id.id >= this.#since;
  }
}

function newTrack(id: RecordId, revision: number, isKnown = true): Track {
  return {
    id,
    revision,
    isKnown,
    status: undefined,
    deleted: false,
    head: undefined,
    early: new Map(),
    deletion: undefined,
    timer: undefined,
    toldAt: 0,
  };
}

function headOf(run: RunHead): RunHead {
  const { input: _, output: __, ...head } = run as WorkflowRunRow;
  return { ...head, metadata: { ...head.metadata } };
}

function revisionOf(run: object): number | undefined {
  const { revision } = run as { revision?: unknown };
  return typeof revision === "number" && Number.isSafeInteger(revision) && revision > 0 ? revision : undefined;
}
