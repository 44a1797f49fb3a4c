/**
 * One live query of `workflow_runs` for all watches of a database: each further one would cost every commit 0.25 ms.
 *
 * It joins what the database notifies with what this process commits, and catches up after the database was away.
 */
import { setTimeout as sleep } from "node:timers/promises";

import type { LiveMessage, RecordId } from "surrealdb";
import { encodeTime } from "ulid";

import { MinutierError } from "../errors.ts";
import type { WorkflowRunRow } from "../records.ts";
import { fromStored, toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import { onRunChange, type RunChange } from "./run-changes.ts";
import { RunOrder } from "./run-order.ts";
import { readMarks, readRuns, readSince, readUnderWay, type RunHead, type RunMark } from "./run-snapshot.ts";

/** Clocks of processes may differ by this much, and a run's row be written this long after its id was made. */
const marginMs = 60_000;
const maxPauseMs = 2000;
/** A notification that was lost, although the connection was not, is noticed within this time. */
const checkEveryMs = 30_000;
/** Refusals in a row, other than for want of a connection, after which a watch fails. */
const maxRefusals = 5;

/** A watch, as the feed sees it. */
export interface Follower {
  wants(run: WorkflowRunRow): boolean;
  push(change: RunChange): void;
  end(error?: { cause: unknown }): void;
}

const feeds = new WeakMap<Database, RunFeed>();

/** Tells the follower every change from `ready` on, in the order of each run's revisions, until it leaves. */
export function followRuns(database: Database, follower: Follower): { ready: Promise<void>; leave(): void } {
  let feed = feeds.get(database);
  if (feed === undefined) {
    feed = new RunFeed(database, () => feeds.delete(database));
    feeds.set(database, feed);
  }
  const joined = feed;
  joined.add(follower);
  return { ready: joined.ready, leave: () => joined.remove(follower) };
}

class RunFeed {
  readonly #database: Database;
  readonly #followers = new Set<Follower>();
  readonly #stop = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  readonly #onEnd: () => void;
  /** Unset until it is known what was there before the first change; what comes meanwhile waits. */
  #order: RunOrder | undefined;
  #waiting: RunChange[] = [];
  #isListening = false;
  /** Ends the listening under way with an error. */
  #fail: ((cause: unknown) => void) | undefined;
  #checks: NodeJS.Timeout | undefined;
  /** How far the database's clock is ahead of this process's. */
  #clockAheadMs = 0;

  constructor(database: Database, onEnd: () => void) {
    this.#database = database;
    this.#onEnd = onEnd;
    // Its failure is the iterations' too: who does not ask for it need not handle it.
    this.#ready.promise.catch(() => undefined);
    const forget = onRunChange(database, (change) => this.#receive(change));
    this.#stop.signal.addEventListener("abort", forget, { once: true });
    void this.#run();
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  add(follower: Follower): void {
    this.#followers.add(follower);
  }

  remove(follower: Follower): void {
    if (this.#followers.delete(follower) && this.#followers.size === 0) this.#end();
  }

  async #run(): Promise<void> {
    try {
      await this.#database.createTables();
      await this.#listen();
      this.#end();
    } catch (error) {
      this.#end({ cause: error });
    }
  }

  #end(error?: { cause: unknown }): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    clearInterval(this.#checks);
    this.#onEnd();
    this.#order?.end();
    this.#ready.reject(error?.cause ?? new MinutierError("cancelled", "The watch ended before it listened."));
    for (const follower of this.#followers) follower.end(error);
    this.#followers.clear();
  }

  /** Listens again each time that the database comes back. */
  async #listen(): Promise<void> {
    for (let refusals = 0, pauseMs = 10; !this.#stop.signal.aborted; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      try {
        await this.#listenOnce(() => {
          refusals = 0;
          pauseMs = 10;
        });
      } catch (error) {
        const code = MinutierError.isInstance(error) ? error.code : undefined;
        if (this.#order !== undefined && code === "database_closed") return;
        const isAway = code === "connection_failed" || code === "call_timeout" || code === "connection_timeout";
        if (this.#order === undefined || (!isAway && ++refusals >= maxRefusals)) throw error;
      }
      await sleep(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #listenOnce(onCaughtUp: () => void): Promise<void> {
    const connection = await this.#database.connection();
    const attempt = new AbortController();
    let caughtUp: Promise<void> | undefined;
    let failure: { cause: unknown } | undefined;
    const fail = (cause: unknown): void => {
      failure ??= { cause };
      attempt.abort();
    };
    this.#fail = fail;
    const onListening = (): void => {
      // The live query is there first, so that no change falls between it and what is read now.
      caughtUp = this.#catchUp(true).then(onCaughtUp, fail);
    };
    const signal = AbortSignal.any([this.#stop.signal, attempt.signal]);
    for await (const message of connection.live("workflow_runs", onListening, signal)) {
      const change = toChange(message);
      if (change !== undefined) this.#receive(change);
    }
    this.#isListening = false;
    if (this.#stop.signal.aborted) return;
    await caughtUp;
    if (failure !== undefined) throw failure.cause;
  }

  #receive(change: RunChange): void {
    if (this.#order === undefined) {
      this.#waiting.push(change);
      return;
    }
    this.#order.observe(change);
    if (this.#isListening) this.#order.forget(this.#keyBeforeNow(), Date.now() - marginMs);
  }

  /** Reads what happened while nothing was listened to, or was lost; at first, what is there already. */
  async #catchUp(wasAway: boolean): Promise<void> {
    const { heads, now } = await readUnderWay(this.#database);
    this.#clockAheadMs = now.getTime() - Date.now();
    const since = this.#order?.since ?? this.#keyBeforeNow();
    const marks = new Map<string, RunMark>();
    for (const mark of [...heads, ...(await readSince(this.#database, since))]) marks.set(String(mark.id), mark);
    if (this.#stop.signal.aborted) return;
    if (this.#order === undefined) this.#begin(since, heads, marks.values());
    else await this.#tellMissed(this.#order, marks, wasAway);
    if (!wasAway) return;
    this.#isListening = true;
    this.#checks ??= setInterval(() => this.#check(), checkEveryMs).unref();
    this.#ready.resolve();
  }

  /** A connection that is lost is noticed elsewhere; a session that has ended, of another's client, nowhere. */
  #check(): void {
    if (!this.#isListening) return;
    this.#catchUp(false).catch((error: unknown) => {
      if (MinutierError.isInstance(error) && error.code === "authentication_failed") this.#fail?.(error);
    });
  }

  #begin(since: string, heads: readonly RunHead[], marks: Iterable<RunMark>): void {
    const order = new RunOrder(since, {
      tell: (change) => this.#tell(change),
      isWanted: (run) => this.#wanting(run).length > 0,
      read: async (id) => (await readRuns(this.#database, [id]))[0],
    });
    for (const head of heads) order.begin(head);
    for (const mark of marks) if (order.isNews(mark)) order.begin(mark);
    for (const change of this.#waiting.splice(0)) order.observe(change);
    this.#order = order;
  }

  async #tellMissed(order: RunOrder, marks: Map<string, RunMark>, wasAway: boolean): Promise<void> {
    const unseen = order.openIds.filter((id) => !marks.has(String(id)));
    const found = await readMarks(this.#database, unseen);
    for (const mark of found) marks.set(String(mark.id), mark);
    for (const id of unseen) if (!marks.has(String(id))) order.isGone(id);
    const news = [...marks.values()].filter((mark) => order.isNews(mark)).map(({ id }) => id);
    for (const ids of inPages(news.toSorted(byKey))) {
      for (const run of await readRuns(this.#database, ids)) order.catchUp(run, wasAway);
    }
  }

  #tell(change: RunChange): void {
    for (const [index, follower] of this.#wanting(change.run).entries()) {
      // What one reader does to its copy is not another's.
      follower.push(index === 0 ? change : { ...change, run: copyOf(change.run) });
    }
  }

  #wanting(run: WorkflowRunRow): Follower[] {
    return [...this.#followers].filter((follower) => follower.wants(run));
  }

  /** Ids made from now on are above it, whatever the clock that made them says. */
  #keyBeforeNow(): string {
    return encodeTime(Math.max(Date.now() + this.#clockAheadMs - marginMs, 0), 10);
  }
}

function toChange(message: LiveMessage): RunChange | undefined {
  switch (message.action) {
    case "CREATE":
    case "UPDATE":
    case "DELETE":
      return {
        action: message.action.toLowerCase() as RunChange["action"],
        run: fromStored(message.value) as unknown as WorkflowRunRow,
      };
    default:
      return undefined;
  }
}

function copyOf(run: WorkflowRunRow): WorkflowRunRow {
  return fromStored(toStored(run, "the run")) as WorkflowRunRow;
}

function byKey(a: RecordId, b: RecordId): number {
  return String(a.id) < String(b.id) ? -1 : 1;
}

/** Few enough rows at once to hold in memory. */
function inPages(ids: readonly RecordId[]): RecordId[][] {
  return Array.from({ length: Math.ceil(ids.length / 100) }, (_, page) => ids.slice(page * 100, page * 100 + 100));
}
