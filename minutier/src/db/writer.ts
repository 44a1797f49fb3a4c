/**
 * The one path of all writes to a database.
 *
 * The engine spends ~280 µs on every query and ~10 µs on each further statement of it, and one fsync serves a whole
 * transaction. So a lone write is sent at once, and the writes that arrive while it is under way go together in the
 * next transaction. Nothing is acknowledged before its commit.
 */
import { errorMessage, MinutierError } from "../errors.ts";
import { backOff, isConflict, maxConflicts } from "./conflict.ts";
import type { StatementResult } from "./connection.ts";
import { renderQuery, type RenderedQuery, type Statement } from "./statement.ts";

/** Statements that are committed together or not at all. */
interface Unit {
  readonly statements: readonly Statement[];
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
  #queue: Unit[] = [];
  #sending = false;

  constructor(run: (query: RenderedQuery) => Promise<StatementResult[]>) {
    this.#run = run;
  }

  /** Commits the statements as one transaction; resolves with one result per statement. */
  write(statements: readonly Statement[]): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ statements, resolve, reject });
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
    try {
      const results = await this.#transact(batch.flatMap((unit) => unit.statements));
      for (const unit of batch) unit.resolve(results.splice(0, unit.statements.length));
    } catch (error) {
      // One unit's fault must not fail its neighbours: each is tried alone. But a call without an answer may have
      // taken effect, and must not be made again.
      if (batch.length > 1 && error instanceof RefusedTransaction) {
        for (const unit of batch) await this.#commit([unit]);
      } else {
        for (const unit of batch) unit.reject(error instanceof RefusedTransaction ? error.cause : error);
      }
    }
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

/** A query that the server refused whole, for its size say, took no effect either. */
function refusedWhole(error: unknown): boolean {
  return MinutierError.isInstance(error) && error.code === "query_failed";
}

/** In a failed transaction every statement fails; the cause is the one that says more than that. */
export function firstFailure(results: readonly StatementResult[]): unknown {
  const failures = results.filter((result) => !result.ok).map((result) => result.error);
  return (
    failures.find((error) => !/failed transaction|cancelled transaction/i.test(errorMessage(error))) ?? failures[0]
  );
}
