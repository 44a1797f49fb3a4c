/** What the record files need of a database: writes that create the tables first, reads of plain values. */
import { setTimeout as sleep } from "node:timers/promises";

import { errorMessage, MinutierError } from "../errors.ts";
import type { Redactor } from "../redact/redactor.ts";
import { fromStored, toStored } from "./codec.ts";
import { explainNotAllowed, isForbidden } from "./engine/capabilities.ts";
import { backOff, isConflict, maxConflicts } from "./engine/conflict.ts";
import type { Connection } from "./engine/connection.ts";
import type { DatabaseLocation } from "./engine/endpoint.ts";
import { admitEngine, type EngineVersion } from "./engine/engine-version.ts";
import { type LostCall, lossOf, Outage } from "./engine/lost-call.ts";
import { explainNewerFormat } from "./engine/newer-format.ts";
import { deniedWrite } from "./kept-rows.ts";
import { OncePerConnection } from "./once-per-connection.ts";
import { renewDefinitions } from "./renew-definitions.ts";
import { fixed, renderQuery, type RenderedQuery, type Statement, type StatementResult } from "./statement.ts";
import { explainStorageFull } from "./engine/storage-full.ts";
import { missingDefinitions } from "./tables.ts";
import { firstFailure, type WriteOptions, Writer } from "./writer.ts";

const reopenPauseMs = 100;

/** How the database is used; every field is already defaulted. */
export interface DatabaseOptions {
  /** Paths inside `metadata` to index. */
  indexes: readonly string[];
  reconnectTimeoutMs: number;
  leaseMs: number;
  redact: Redactor | undefined;
  /** Whether other processes can use it at the same time. */
  shared: boolean;
  /** Where it is; undefined for an application's own connection. */
  location: DatabaseLocation | undefined;
}

/** One database as the record files see it. */
export class Database {
  readonly #connect: () => Promise<Connection>;
  readonly #options: DatabaseOptions;
  readonly #writer: Writer;
  readonly #admission = new OncePerConnection(admit);
  readonly #tables = new OncePerConnection(({ version }) => this.#createTables(version));
  /** When a call last waited for the connection. */
  #awayAt = Number.NEGATIVE_INFINITY;

  constructor(connect: () => Promise<Connection>, options: DatabaseOptions) {
    this.#connect = connect;
    this.#options = options;
    this.#writer = new Writer(
      (query) => this.run(query, true),
      () => this.#outage(),
    );
  }

  /** Milliseconds between two signs of life of a run under way. */
  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  /** For what is stored here, and for what the models of runs that are recorded here see. */
  get redact(): Redactor | undefined {
    return this.#options.redact;
  }

  /** Whether other processes can use it at the same time. */
  get isShared(): boolean {
    return this.#options.shared;
  }

  /** Where it is; undefined for an application's own connection. */
  get location(): DatabaseLocation | undefined {
    return this.#options.location;
  }

  /** Paths inside `metadata` to index. */
  get indexes(): readonly string[] {
    return this.#options.indexes;
  }

  /** For how long no call of ours has had to wait for the connection. */
  get connectedForMs(): number {
    return performance.now() - this.#awayAt;
  }

  /**
   * Commits the statements as one transaction, after the tables are there; one typed result per statement. Waits for
   * a database that is away, for `reconnectTimeoutMs`. Statements that must not be executed twice need `applied`.
   */
  async write(statements: readonly Statement[], options: WriteOptions = {}): Promise<unknown[]> {
    await this.createTables();
    try {
      return (await this.#writer.write(statements, options)).map(fromStored);
    } catch (error) {
      throw queryError(error);
    }
  }

  /** The rows of one SELECT; none when nothing ever ran here, so that the table does not exist yet. */
  async select<Row>(statement: Statement): Promise<Row[]> {
    const query = renderQuery([statement], false);
    const [result] = await this.#outage().over(() => this.run(query));
    if (result?.ok) return fromStored(result.value) as Row[];
    if (isMissingTable(result?.error)) return [];
    throw queryError(result?.error);
  }

  /**
   * Several statements in one round trip, one result each; throws the first failure. A lone statement that lost a race
   * was not executed, and is tried again; of several, some may have been. So is a call that was never sent.
   */
  async runAll(query: RenderedQuery): Promise<unknown[]> {
    const run = (): Promise<StatementResult[]> => this.#outage().over(() => this.run(query), neverSent);
    let results = await run();
    let failure = firstFailure(results);
    for (let attempt = 1; isConflict(failure) && results.length === 1 && attempt <= maxConflicts; attempt++) {
      await backOff(attempt);
      results = await run();
      failure = firstFailure(results);
    }
    if (failure !== undefined) throw queryError(failure);
    return results.map((result) => (result.ok ? fromStored(result.value) : undefined));
  }

  #outage(): Outage {
    return new Outage(this.#options.reconnectTimeoutMs, async () => {
      // What keeps it from opening, the next call tells, and that is not made all the time.
      const connection = await this.#connect().catch(() => sleep(reopenPauseMs, undefined));
      await connection?.whenConnected();
      this.#awayAt = performance.now();
    });
  }

  /** One round trip; with `onTables` to tables that are there, since a server that was away can have lost its disk. */
  async run(query: RenderedQuery, onTables: boolean = false): Promise<StatementResult[]> {
    const connection = await this.#connect();
    // No pause where there is nothing to wait for: what is called before a close must be under way by then.
    if (!this.#admission.isDone(connection)) await this.admit(connection);
    if (onTables) while (!this.#tables.isDone(connection)) await this.#tables.done(connection);
    return connection.run(query);
  }

  /** The connection itself, for live queries. */
  async connection(): Promise<Connection> {
    const connection = await this.#connect();
    await this.admit(connection);
    return connection;
  }

  /** Sees that its engine works and has made our definitions itself: at the opening, and after each reconnect. */
  admit(connection: Connection): Promise<void> {
    return this.#admission.done(connection);
  }

  /** Creates the tables that are missing. */
  createTables(): Promise<void> {
    return this.#outage().over(async () => this.#tables.done(await this.connection()));
  }

  /** Raced safely by any number of processes: the definitions are one transaction, tried again on a conflict. */
  async #createTables({ engine }: EngineVersion): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const [info] = await this.run(renderQuery([fixed("INFO FOR DB")], false));
      // Record users may not look; to make the tables is for the database's owner.
      if (info?.ok === false && isForbidden(info.error) && (await this.#isRecordUser())) return;
      if (!info?.ok) throw queryError(info?.error);
      const existing = new Set(Object.keys((info.value as { tables: object }).tables));
      const missing = missingDefinitions(existing, this.#options.indexes, engine === "unknown" ? undefined : engine);
      if (missing.length === 0) return;
      const failure = firstFailure(await this.run(renderQuery(missing, true)));
      if (failure === undefined) return;
      const raced = isConflict(failure) || /already exists/i.test(errorMessage(failure));
      if (!raced || attempt >= 50) throw queryError(failure);
      await sleep(2 + Math.random() * 20 * Math.min(attempt, 10));
    }
  }

  async #isRecordUser(): Promise<boolean> {
    const [isOne] = await this.runAll(renderQuery([fixed("RETURN $session.rd != NONE")], false));
    return isOne === true;
  }
}

/** Before a connection is used. What is lost meanwhile is done once it is back. */
async function admit(connection: Connection): Promise<void> {
  admitEngine(connection.version);
  try {
    await renewDefinitions(connection);
  } catch (error) {
    if (lossOf(error) === undefined) throw error;
  }
}

function neverSent(loss: LostCall): boolean {
  return !loss.sent;
}

/** A caller's variables and statements, for `db.query`. */
export function toQuery(text: string, variables: Record<string, unknown>): RenderedQuery {
  return { text, variables: toStored(variables, "variables") as Record<string, unknown> };
}

/** A failed statement, in our words; an error of ours stays as it is. */
function queryError(error: unknown): MinutierError {
  if (MinutierError.isInstance(error)) return error;
  const known =
    explainStorageFull(error) ?? explainNewerFormat(error) ?? explainNotAllowed(error) ?? deniedWrite(error);
  if (known !== undefined) return known;
  return new MinutierError("query_failed", `The database refused a statement: ${errorMessage(error)}`, {
    cause: error,
  });
}

function isMissingTable(error: unknown): boolean {
  return /the table .* does not exist/i.test(errorMessage(error));
}
