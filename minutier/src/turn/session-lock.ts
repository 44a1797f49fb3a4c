/**
 * One turn at a time in a conversation: turns of this process on one session run in the order in which they were
 * called, so that each sees the answers before it. Those of other processes are waited for in the database
 * (`await-turn.ts`).
 */
import { AsyncLocalStorage } from "node:async_hooks";

import type { Database } from "../db/database.ts";
import { MinutierError } from "../errors.ts";

/** A turn that holds its session, inside the turns that called it. */
export interface SessionHolder {
  readonly lock: Lock;
  readonly parent: SessionHolder | undefined;
  /** The turn's run. */
  readonly runId: string | undefined;
}

/** A session of an agent, a team or a workflow. */
export interface SessionKey {
  kind: "agent" | "team" | "workflow";
  name: string;
  sessionId: string;
}

interface Lock {
  readonly key: string;
  holder: SessionHolder | undefined;
  /** Turns that wait for their place, in order. */
  readonly waiting: Set<Waiter>;
}

interface Waiter {
  readonly parent: SessionHolder | undefined;
  grant(): void;
}

const locksOf = new WeakMap<Database, Map<string, Lock>>();
const waits = new Map<Waiter, Lock>();
const current = new AsyncLocalStorage<SessionHolder>();

/** Waits for the session's turn; gives up with the signal's reason. Throws `session_busy` instead of a deadlock. */
export async function takeSession(
  database: Database,
  key: SessionKey,
  signal: AbortSignal,
  runId?: string,
): Promise<SessionHolder> {
  const lock = lockOf(database, key);
  const parent = current.getStore();
  if (lock.holder === undefined) return (lock.holder = { lock, parent, runId });
  if (wouldDeadlock(lock, parent)) throw sessionBusy(key);
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      lock.waiting.delete(waiter);
      waits.delete(waiter);
      reject(signal.reason as Error);
    };
    const waiter: Waiter = {
      parent,
      grant: () => {
        signal.removeEventListener("abort", leave);
        waits.delete(waiter);
        resolve((lock.holder = { lock, parent, runId }));
      },
    };
    lock.waiting.add(waiter);
    waits.set(waiter, lock);
    signal.addEventListener("abort", leave, { once: true });
  });
}

/** Lets the next turn of the session begin. */
export function releaseSession(database: Database, { lock }: SessionHolder): void {
  const [next] = lock.waiting;
  lock.holder = undefined;
  if (next === undefined) {
    locksOf.get(database)?.delete(lock.key);
  } else {
    lock.waiting.delete(next);
    next.grant();
  }
}

/** Runs `work` as part of the turn, so that a turn which it starts knows what is already held. */
export function insideSession<T>(holder: SessionHolder | undefined, work: () => T): T {
  return holder === undefined ? work() : current.run(holder, work);
}

/** Whether we are called by this run, through another database object say, whose locks are not ours. */
export function isInsideRun(runId: string): boolean {
  for (let each = current.getStore(); each !== undefined; each = each.parent) if (each.runId === runId) return true;
  return false;
}

/** The error of a run that would wait for itself. */
export function sessionBusy(key: SessionKey): MinutierError {
  return new MinutierError(
    "session_busy",
    `The ${key.kind} "${key.name}" was asked to run in its session "${key.sessionId}" by its own run there, which can't end before. Give the inner run another sessionId.`,
    { details: { ...key } },
  );
}

/** Whether the lock's holder waits, itself or through turns inside it, for a lock that we hold. */
function wouldDeadlock(lock: Lock, parent: SessionHolder | undefined, seen: Set<Lock> = new Set()): boolean {
  if (isHeldBy(parent, lock)) return true;
  if (seen.has(lock)) return false;
  seen.add(lock);
  for (const [waiter, wanted] of waits) {
    if (isHeldBy(waiter.parent, lock) && wouldDeadlock(wanted, parent, seen)) return true;
  }
  return false;
}

function isHeldBy(holder: SessionHolder | undefined, lock: Lock): boolean {
  // By the holder and not by its lock: what a turn left behind, a timer say, holds nothing any more.
  for (let each = holder; each !== undefined; each = each.parent) if (lock.holder === each) return true;
  return false;
}

function lockOf(database: Database, { kind, name, sessionId }: SessionKey): Lock {
  let locks = locksOf.get(database);
  if (locks === undefined) locksOf.set(database, (locks = new Map()));
  const key = JSON.stringify([kind, name, sessionId]);
  let lock = locks.get(key);
  if (lock === undefined) locks.set(key, (lock = { key, holder: undefined, waiting: new Set() }));
  return lock;
}
