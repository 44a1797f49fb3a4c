/**
 * The one path of all writes to a database.
 *
 * The engine spends ~280 µs on every query and ~10 µs on each further statement of it, and one fsync serves a whole
 * transaction. So a lone write is sent at once, and the writes that arrive while it is under way go together in the
 * next transaction. Nothing is acknowledged before its commit.
 *
 * A transaction whose answer was lost with the connection may have been committed. Each unit of it is then settled by
 * itself: statements that may be executed twice are sent again; of others, `applied` says whether they were.
 */
import { errorMessage, MinutierError } from "../errors.ts";
import { backOff, isConflict, maxConflicts } from "./engine/conflict.ts";
import { Outage } from "./engine/lost-call.ts";
import { renderQuery, type RenderedQuery, type Statement, type StatementResult } from "./statement.ts";

/** What a write that must not be executed twice gives; see `Database.write`. */
export interface WriteOptions {
  /**
   * Whether the statements were committed, asked when their answer was lost: gives their results, or `undefined`. It
   * must not write, since the writer waits for it.
   */
  applied?: () => Promise<unknown[] | undefined>;
  /**
   * What to send then instead, as many statements, that fail when the first sending is committed after all: a
   * transaction goes on at the server when its connection is lost.
   * @default the same statements
   */
  again?: readonly Statement[];
}

/** Statements that are committed together or not at all. */
interface Unit extends WriteOptions {
  readonly statements: readonly Statement[];
  /** Whether they were sent once without an answer. */
  readonly doubtful: boolean;
  resolve(results: unknown[]): void;
  reject(error: unknown): void;
}

/** The database refused the transaction: nothing of it took effect. */
class RefusedTransaction extends Error {}

/** At most this many units share a transaction; more gains little and makes a failure's retry longer. */
const maxBatch = 64;

/** Sends the writes of one database. */
export class Writer {
  readonly #run: (query: RenderedQuery) => Promise<StatementResult[]>;
  readonly #startOutage: () => Outage;
  #queue: Unit[] = [];
  #sending = false;

  constructor(
    run: (query: RenderedQuery) => Promise<StatementResult[]>,
    startOutage: () => Outage = () => new Outage(0, async () => undefined),
  ) {
    this.#run = run;
    this.#startOutage = startOutage;
  }

  /** Commits the statements as one transaction; resolves with one result per statement. */
  write(statements: readonly Statement[], options: WriteOptions = {}): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ statements, ...options, doubtful: false, resolve, reject });
      if (!this.#sending) void this.#send();
    });
  }

  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, maxBatch);
      await this.#commit(batch);
    }
    this.#sending = false;
  }

  async #commit(batch: readonly Unit[]): Promise<void> {
    const outage = this.#startOutage();
    let units = batch;
    while (units.length > 0) {
      try {
        const results = await this.#transact(units.flatMap((unit) => unit.statements));
        for (const unit of units) unit.resolve(results.splice(0, unit.statements.length));
        return;
      } catch (error) {
        if (error instanceof RefusedTransaction) return this.#refuse(units, error);
        units = await this.#afterLoss(units, outage, error);
      }
    }
  }

  /** One unit's fault must not fail its neighbours: each is tried alone. */
  async #refuse(units: readonly Unit[], { cause }: RefusedTransaction): Promise<void> {
    const [unit] = units;
    if (units.length > 1) {
      for (const each of units) await this.#commit([each]);
    } else if (unit !== undefined) {
      // Refused perhaps because the first sending was committed meanwhile.
      const results = unit.doubtful ? await unit.applied?.().catch(() => undefined) : undefined;
      if (results === undefined) unit.reject(cause);
      else unit.resolve(results);
    }
  }

  /** Waits for the connection; gives the units to send again. A call without an answer for another reason fails. */
  async #afterLoss(units: readonly Unit[], outage: Outage, error: unknown): Promise<Unit[]> {
    try {
      const loss = await outage.waitOut(error);
      if (!loss.sent) return [...units];
    } catch (final) {
      for (const unit of units) unit.reject(final);
      return [];
    }
    const settled = await Promise.all(units.map((unit) => this.#settle(unit, outage)));
    return settled.filter((unit) => unit !== undefined);
  }

  /** Settles a unit that may have been committed; gives it back when it is to be sent again. */
  async #settle(unit: Unit, outage: Outage): Promise<Unit | undefined> {
    const { applied } = unit;
    if (applied === undefined) return unit;
    try {
      const results = await outage.over(applied);
      if (results === undefined) return { ...unit, statements: unit.again ?? unit.statements, doubtful: true };
      unit.resolve(results);
    } catch (error) {
      unit.reject(error);
    }
    return undefined;
  }

  async #transact(statements: readonly Statement[]): Promise<unknown[]> {
    const transaction = statements.length > 1;
    const query = renderQuery(statements, transaction);
    for (let conflicts = 0; ; conflicts++) {
      const results = await this.#run(query).catch((cause: unknown) => {
        throw refusedWhole(cause) ? new RefusedTransaction("refused", { cause }) : cause;
      });
      const failure = firstFailure(results);
      if (failure === undefined) {
        const values = results.map((result) => (result.ok ? result.value : undefined));
        return transaction ? values.slice(1, -1) : values;
      }
      if (!isConflict(failure) || conflicts >= maxConflicts)
        throw new RefusedTransaction("refused", { cause: failure });
      await backOff(conflicts + 1);
    }
  }
}

/** A query that the server refused whole took no effect either, nor one that is too large to be sent. */
function refusedWhole(error: unknown): boolean {
  return MinutierError.isInstance(error) && (error.code === "query_failed" || error.code === "invalid_value");
}

/** In a failed transaction every statement fails; the cause is the one that says more than that. */
export function firstFailure(results: readonly StatementResult[]): unknown {
  const failures = results.filter((result) => !result.ok).map((result) => result.error);
  return (
    failures.find((error) => !/failed transaction|cancelled transaction/i.test(errorMessage(error))) ?? failures[0]
  );
}
