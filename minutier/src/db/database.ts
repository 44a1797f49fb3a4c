/** What the record files need of a database: writes that create the tables first, reads of plain values. */
import { errorMessage, MinutierError } from "../errors.ts";
import type { Redactor } from "../redact/redactor.ts";
import { fromStored, toStored } from "./codec.ts";
import { backOff, isConflict, maxConflicts } from "./conflict.ts";
import type { Connection, StatementResult } from "./connection.ts";
import { fixed, renderQuery, type RenderedQuery, type Statement } from "./statement.ts";
import { explainStorageFull } from "./storage-full.ts";
import { missingDefinitions } from "./tables.ts";
import { firstFailure, Writer } from "./writer.ts";

/** How the database is used; every field is already defaulted. */
export interface DatabaseOptions {
  /** Paths inside `metadata` to index. */
  indexes: readonly string[];
  reconnectTimeoutMs: number;
  leaseMs: number;
  redact: Redactor | undefined;
}

/** How to settle a write whose answer was lost with the connection. */
export interface WriteOptions {
  /**
   * Asked once the connection is back: the results when the write had been committed, `undefined` when it is to be
   * sent again. Without it the statements are idempotent, and are just sent again.
   */
  applied?: () => Promise<unknown[] | undefined>;
}

/** One database as the record files see it. */
export class Database {
  readonly #connect: () => Promise<Connection>;
  readonly #options: DatabaseOptions;
  readonly #writer: Writer;
  #tables: Promise<void> | undefined;

  constructor(connect: () => Promise<Connection>, options: DatabaseOptions) {
    this.#connect = connect;
    this.#options = options;
    this.#writer = new Writer((query) => this.run(query));
  }

  /** Milliseconds between two signs of life of a run under way. */
  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  /** For what is stored here, and for what the models of runs that are recorded here see. */
  get redact(): Redactor | undefined {
    return this.#options.redact;
  }

  /** Commits the statements as one transaction, after the tables are there; one typed result per statement. */
  async write(statements: readonly Statement[], _options: WriteOptions = {}): Promise<unknown[]> {
    await this.createTables();
    try {
      return (await this.#writer.write(statements)).map(fromStored);
    } catch (error) {
      throw queryError(error);
    }
  }

  /** The rows of one SELECT; none when nothing ever ran here, so that the table does not exist yet. */
  async select<Row>(statement: Statement): Promise<Row[]> {
    const [result] = await this.run(renderQuery([statement], false));
    if (result?.ok) return fromStored(result.value) as Row[];
    if (isMissingTable(result?.error)) return [];
    throw queryError(result?.error);
  }

  /**
   * Several statements in one round trip, one result each; throws the first failure. A lone statement that lost a race
   * was not executed, and is tried again; of several, some may have been.
   */
  async runAll(query: RenderedQuery): Promise<unknown[]> {
    let results = await this.run(query);
    let failure = firstFailure(results);
    for (let attempt = 1; isConflict(failure) && results.length === 1 && attempt <= maxConflicts; attempt++) {
      await backOff(attempt);
      results = await this.run(query);
      failure = firstFailure(results);
    }
    if (failure !== undefined) throw queryError(failure);
    return results.map((result) => (result.ok ? fromStored(result.value) : undefined));
  }

  /** One round trip. */
  async run(query: RenderedQuery): Promise<StatementResult[]> {
    const connection = await this.#connect();
    return connection.run(query);
  }

  /** The connection itself, for live queries. */
  connection(): Promise<Connection> {
    return this.#connect();
  }

  /** Creates the tables that are missing; once per database object. */
  createTables(): Promise<void> {
    return (this.#tables ??= this.#createTables());
  }

  /** Raced safely by any number of processes: the definitions are one transaction, tried again on a conflict. */
  async #createTables(): Promise<void> {
    try {
      for (let attempt = 1; ; attempt++) {
        const [info] = await this.runAll(renderQuery([fixed("INFO FOR DB")], false));
        const existing = new Set(Object.keys((info as { tables: object }).tables));
        const missing = missingDefinitions(existing, this.#options.indexes);
        if (missing.length === 0) return;
        const failure = firstFailure(await this.run(renderQuery(missing, true)));
        if (failure === undefined) return;
        const raced = isConflict(failure) || /already exists/i.test(errorMessage(failure));
        if (!raced || attempt >= 50) throw queryError(failure);
        await new Promise((resolve) => setTimeout(resolve, 2 + Math.random() * 20 * Math.min(attempt, 10)));
      }
    } catch (error) {
      // The next write tries again.
      this.#tables = undefined;
      throw error;
    }
  }
}

/** A caller's variables and statements, for `db.query`. */
export function toQuery(text: string, variables: Record<string, unknown>): RenderedQuery {
  return { text, variables: toStored(variables, "variables") as Record<string, unknown> };
}

/** A failed statement, in our words; an error of ours stays as it is. */
function queryError(error: unknown): MinutierError {
  if (MinutierError.isInstance(error)) return error;
  const full = explainStorageFull(error);
  if (full !== undefined) return full;
  return new MinutierError("query_failed", `The database refused a statement: ${errorMessage(error)}`, {
    cause: error,
  });
}

/** The engine drops a write that its user may not do without an error; a row that should be there is not. */
export function writeDenied(table: string): MinutierError {
  return new MinutierError(
    "query_failed",
    `The database kept no row in ${table}: its user may not write there. Sign in as a user with the EDITOR role, or give it the permission.`,
  );
}

function isMissingTable(error: unknown): boolean {
  return /the table .* does not exist/i.test(errorMessage(error));
}
