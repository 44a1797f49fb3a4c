/** Keeps the leases of the runs that go on in this process, and hears what others ask of them. */
import { MinutierError } from "../errors.ts";
import type { Database } from "./database.ts";
import { leaseLost, renewalsPerLease, type RunLease, renewStatement } from "./run-leases.ts";

/** A run, or a part of one, that goes on here. */
interface RunHere {
  readonly lease: RunLease;
  /** Ends it with this reason. */
  abort(reason: MinutierError): void;
}

/** By this process's own clock. */
interface SignsOfLife {
  /** When the last sign of life that arrived was given: a renewal, or a write of the run's own. */
  given: number;
  /** When it was last heard what others ask: only a renewal tells that. */
  heard: number;
}

interface LeaseRow {
  id: { id: string };
  holder: string;
  cancel?: string[];
}

/** How often to look, within the time between two signs of life, whether one is due. */
const looksPerRenewal = 4;

/** The runs that go on in this process on one database. */
export class LeaseKeeper {
  readonly #database: Database;
  /** By run id, nested runs too. */
  readonly #runs = new Map<string, RunHere>();
  readonly #leases = new Map<RunLease, SignsOfLife>();
  #timer: NodeJS.Timeout | undefined;
  #renewing = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps a run's lease until what it returns is called. A nested run is kept with the lease of its root. */
  keep(runId: string, lease: RunLease, abort: (reason: MinutierError) => void): () => void {
    this.#runs.set(runId, { lease, abort });
    if (runId === lease.runId && !this.#leases.has(lease))
      this.#leases.set(lease, { given: lease.madeAt, heard: lease.madeAt });
    this.#timer ??= this.#startTimer();
    return () => {
      if (this.#runs.get(runId)?.lease === lease) this.#runs.delete(runId);
      if (runId === lease.runId) this.#leases.delete(lease);
    };
  }

  /** One for many runs, which ends when it finds none: a new one for each would cost 40 µs a run. */
  #startTimer(): NodeJS.Timeout {
    const look = (): void => {
      if (this.#runs.size > 0) return void this.#renew();
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
    // A run's own work keeps the process alive.
    return setInterval(look, this.#database.leaseMs / looksPerRenewal).unref();
  }

  /** A write under the lease was committed, and renewed it. It was begun at `started`: its answer can be an old one. */
  noteRenewal(lease: RunLease, started: number): void {
    const signs = this.#leases.get(lease);
    if (signs !== undefined) signs.given = started;
  }

  /**
   * False when the lease may have run out since its last renewal. A process that was stopped in between would
   * otherwise begin what another one has done meanwhile.
   */
  isFresh(lease: RunLease): boolean {
    const signs = this.#leases.get(lease);
    return signs === undefined || performance.now() - signs.given < this.#database.leaseMs * renewalsPerLease;
  }

  /** Renews the lease now, or throws `lease_lost`. */
  async confirm(lease: RunLease): Promise<void> {
    const started = performance.now();
    const [rows] = (await this.#database.write([renewStatement([lease], this.#database.leaseMs)])) as [LeaseRow[]];
    this.#hear(lease, rows, started);
    if (rows.length === 0) throw leaseLost(lease.runId);
  }

  /** Ends a run that goes on here; false when none does. */
  abort(runId: string, reason: MinutierError): boolean {
    const run = this.#runs.get(runId);
    run?.abort(reason);
    return run !== undefined;
  }

  /** A run shorter than the time between two signs of life costs nothing: its own writes are its signs. */
  async #renew(): Promise<void> {
    if (this.#renewing) return;
    const { leaseMs } = this.#database;
    const started = performance.now();
    const due = [...this.#leases].filter(([, { heard }]) => started - heard >= leaseMs).map(([lease]) => lease);
    if (due.length === 0) return;
    this.#renewing = true;
    try {
      const [rows] = (await this.#database.write([renewStatement(due, leaseMs)])) as [LeaseRow[]];
      for (const lease of due) this.#hear(lease, rows, started);
    } catch {
      // The next one tries again; if the lease is over by then, the run's own writes say so.
    } finally {
      this.#renewing = false;
    }
  }

  #hear(lease: RunLease, rows: readonly LeaseRow[], started: number): void {
    const signs = this.#leases.get(lease);
    // It ended while the renewal was under way.
    if (signs === undefined) return;
    const row = rows.find(({ holder }) => holder === lease.holder);
    if (row === undefined) {
      for (const run of this.#runs.values()) if (run.lease === lease) run.abort(leaseLost(lease.runId));
      return;
    }
    signs.given = Math.max(signs.given, started);
    signs.heard = started;
    for (const runId of row.cancel ?? []) this.abort(runId, cancelled());
  }
}

/** Why a run ends that somebody asked to end. */
export function cancelled(): MinutierError {
  return new MinutierError("cancelled", "somebody asked for its end");
}

const keepers = new WeakMap<Database, LeaseKeeper>();

/** The keeper of a database, one however many workflows use it. */
export function leaseKeeperOf(database: Database): LeaseKeeper {
  let keeper = keepers.get(database);
  if (keeper === undefined) keepers.set(database, (keeper = new LeaseKeeper(database)));
  return keeper;
}
