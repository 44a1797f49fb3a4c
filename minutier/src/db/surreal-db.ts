/** `SurrealDb`: the database that agents, teams and workflows take. */
import type { SurrealSession } from "surrealdb";

import { MinutierError } from "../errors.ts";
import { checkRedactor, type Redactor } from "../redact/redactor.ts";
import type { Connection } from "./engine/connection.ts";
import { openConnection, shareClient } from "./engine/open-connection.ts";
import { Database, toQuery } from "./database.ts";
import type { EngineVersion } from "./engine/engine-version.ts";
import { type DatabaseLocation, defaultUrl, parseEndpoint } from "./engine/endpoint.ts";
import { type Inspection, inspectDatabase } from "./inspect-database.ts";
import { LostCall } from "./engine/lost-call.ts";
import type { DatabaseAuth } from "./engine/sign-in.ts";
import type { RecordQueryLimits } from "./check-record-query.ts";
import { RecordReader, type RecordQueryResult } from "./record-reader.ts";
import { RunQueries } from "./run-queries.ts";
import { SessionQueries } from "./session-queries.ts";

/** Options of `SurrealDb`. */
export interface SurrealDbOptions {
  /**
   * Where the database is: `rocksdb://<folder>` embedded on disk, `mem://` embedded in memory (tests), or
   * `ws(s)://` or `http(s)://` to a SurrealDB server.
   * @default "rocksdb://./.minutier"
   */
  url?: string;
  /** Sign-in details of a server's user, or a token. An embedded database needs none. */
  auth?: DatabaseAuth;
  /** @default "minutier" */
  namespace?: string;
  /** @default "minutier" */
  database?: string;
  /** A connection that the application already has, instead of `url`; it is not closed by `close()`. */
  client?: SurrealSession;
  /**
   * Paths inside `metadata` to index on `workflow_runs` when this library creates that table; each costs ~30 µs a
   * run and makes `history` by that key fast.
   * @default ["metadata.dossier_id"]
   */
  indexes?: string[];
  /**
   * Takes personal data and secrets out of everything that runs store here, and out of what the models of these runs
   * are sent: `redactPatterns(["email", "phone", "card", "sin"])`, or a function of your own. Ids, names and metadata
   * are stored as given.
   * @default nothing is taken out
   */
  redact?: Redactor;
  /** Milliseconds to open a connection. @default 10000 */
  connectTimeoutMs?: number;
  /** Milliseconds for one call. @default 30000 */
  callTimeoutMs?: number;
  /**
   * Bytes of one message to a server; a larger query is refused before it is sent. Raise it with the server's own limit,
   * `SURREAL_WEBSOCKET_MAX_MESSAGE_SIZE` or, over HTTP, `SURREAL_HTTP_MAX_RPC_BODY_SIZE`.
   * @default what a server takes by default: 134217728 by WebSocket, 4194304 by HTTP; for a `client`, no limit
   */
  maxMessageBytes?: number;
  /** Milliseconds for which a write waits for a server that is away, before it fails. @default 30000 */
  reconnectTimeoutMs?: number;
  /**
   * Milliseconds between two signs of life of a run that is under way. After three times as long without one, by the
   * database's clock, its process counts as dead and another may go on with the run.
   * @default 5000
   */
  leaseMs?: number;
}

/**
 * A SurrealDB database that puts runs on the record. Opens at the first use; the tables create themselves at the
 * first run.
 *
 * @example
 * ```ts
 * import { SurrealDb } from "minutier";
 *
 * await using db = new SurrealDb({ url: "mem://" });
 * const [answer] = await db.query("RETURN $a + 1", { a: 1 });
 * console.log(answer); // 2
 * ```
 */
export class SurrealDb {
  /** The runs of workflows. */
  readonly runs: RunQueries;
  /** The sessions of agents, teams and workflows. */
  readonly sessions: SessionQueries;
  readonly #database: Database;
  readonly #reader: RecordReader;
  readonly #open: () => Promise<Connection>;
  #connection: Promise<Connection> | undefined;
  /** The connection once it is open. */
  #opened: Connection | undefined;
  /** Whether there was one that is lost for good. */
  #lost = false;
  #closed = false;

  constructor(options: SurrealDbOptions = {}) {
    const { open, shared, location } = opener(options);
    this.#open = open;
    checkRedactor("database", options.redact, "invalid_options");
    this.#database = new Database(() => this.#connect(), {
      indexes: checkIndexes(options.indexes ?? ["metadata.dossier_id"]),
      reconnectTimeoutMs: positive("reconnectTimeoutMs", options.reconnectTimeoutMs ?? 30_000),
      leaseMs: positive("leaseMs", options.leaseMs ?? 5000),
      redact: options.redact,
      shared,
      location,
    });
    this.#reader = new RecordReader(this.#database);
    this.runs = new RunQueries(this.#database);
    this.sessions = new SessionQueries(this.#database);
  }

  /**
   * Runs SurrealQL, your tables and ours alike; one result per statement, in JavaScript's own types. Give values as
   * `variables`, never inside the text. Throws `query_failed` with the first statement's error, and `connection_failed`
   * when the connection was lost before the answer: whether the query took effect is then unknown.
   */
  async query<Results extends unknown[] = unknown[]>(
    text: string,
    variables: Record<string, unknown> = {},
  ): Promise<Results> {
    return (await this.#database.runAll(toQuery(text, variables))) as Results;
  }

  /**
   * Reads the record for somebody who is not to be trusted with the database: SurrealQL of SELECTs alone, of this
   * library's tables alone (not yours), by a principal that may do nothing else; each statement gives `limit` rows at most and
   * takes `timeoutMs` at most. Needs a connection of its own, or one of `surrealdb` over WebSocket. Throws
   * `invalid_input` for what is refused, `query_failed` with what the engine says.
   */
  async queryRecord(
    text: string,
    variables: Record<string, unknown> = {},
    limits: RecordQueryLimits = {},
  ): Promise<RecordQueryResult[]> {
    return this.#reader.query(text, variables, limits);
  }

  /** Opens the connection now rather than at the first use, so that a wrong address shows at the start. */
  async connect(): Promise<void> {
    await this.#connect();
  }

  /**
   * The version of the engine behind this database, such as `{ engine: "3.3.5", tested: true }`: read when the connection
   * was made, so that asking costs nothing. `tested` says whether this version of Minutier is tested with it. One that does
   * not work, 2.x say, is refused by every call (`unsupported_engine`).
   */
  async version(): Promise<EngineVersion> {
    const { version } = await this.#database.connection();
    return { ...version };
  }

  /** Creates the tables that are missing now rather than at the first run. Harmless twice, also at once. */
  async createTables(): Promise<void> {
    await this.#database.createTables();
  }

  /** Waits for the calls in flight, then closes what this object opened. Harmless twice. */
  async close(): Promise<void> {
    this.#closed = true;
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #connect(): Promise<Connection> {
    if (this.#closed) {
      return Promise.reject(
        new MinutierError("database_closed", "This SurrealDb is closed. Create a new one, or close it later."),
      );
    }
    if (this.#opened?.isDead === true) {
      this.#opened = undefined;
      this.#connection = undefined;
      this.#lost = true;
    }
    if (this.#connection === undefined) {
      this.#connection = this.#openNow();
      // A failed opening is tried again by the next call.
      this.#connection.catch(() => (this.#connection = undefined));
    }
    return this.#connection;
  }

  async #openNow(): Promise<Connection> {
    try {
      this.#opened = await this.#openAdmitted();
      this.#lost = false;
      return this.#opened;
    } catch (error) {
      // To open again what was open is to wait for its server, and not to have a wrong address.
      throw this.#lost && isAway(error)
        ? new MinutierError(error.code, error.message, { cause: new LostCall(false, error) })
        : error;
    }
  }

  async #openAdmitted(): Promise<Connection> {
    const connection = await this.#open();
    try {
      await this.#database.admit(connection);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** What is there, for the doctor; creates nothing. Not part of the public API. */
  static inspect(db: SurrealDb): Promise<Inspection> {
    return inspectDatabase(db.#database);
  }

  /** The record files' view of a database, for the layers above; not part of the public API. */
  static databaseOf(db: SurrealDb): Database {
    return db.#database;
  }
}

function isAway(error: unknown): error is MinutierError {
  return MinutierError.isInstance(error) && (error.code === "connection_failed" || error.code === "connection_timeout");
}

/** How to open the database, where it is, and whether other processes can use it at the same time. */
function opener(options: SurrealDbOptions): {
  open: () => Promise<Connection>;
  shared: boolean;
  location: DatabaseLocation | undefined;
} {
  const callTimeoutMs = positive("callTimeoutMs", options.callTimeoutMs ?? 30_000);
  const connectTimeoutMs = positive("connectTimeoutMs", options.connectTimeoutMs ?? 10_000);
  const { client } = options;
  const maxMessageBytes = options.maxMessageBytes;
  if (maxMessageBytes !== undefined && !(Number.isSafeInteger(maxMessageBytes) && maxMessageBytes > 0)) {
    throw new MinutierError("invalid_options", `maxMessageBytes is ${maxMessageBytes}. Give a positive whole number.`);
  }
  if (client !== undefined) {
    if (options.url !== undefined) throw new MinutierError("invalid_options", "Give either url or client, not both.");
    return { open: () => shareClient(client, callTimeoutMs, maxMessageBytes), shared: true, location: undefined };
  }
  const endpoint = parseEndpoint(options.url ?? defaultUrl);
  const overHttp = endpoint.kind === "remote" && /^http/i.test(endpoint.url);
  const namespace = name("namespace", options.namespace ?? "minutier", overHttp);
  const database = name("database", options.database ?? "minutier", overHttp);
  const { auth } = options;
  const connection = { endpoint, auth, namespace, database, connectTimeoutMs, callTimeoutMs, maxMessageBytes };
  const location = { endpoint, namespace, database };
  return { open: () => openConnection(connection), shared: endpoint.kind === "remote", location };
}

function positive(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return Math.min(value, 2 ** 31 - 1);
  throw new MinutierError("invalid_options", `${option} is ${value}. Give a positive number of milliseconds.`);
}

/** Over HTTP the names are headers. */
function name(option: string, value: string, overHttp: boolean): string {
  const given = `${option} is ${JSON.stringify(value)}`;
  if (typeof value !== "string" || value === "") {
    throw new MinutierError("invalid_options", `${given}. Give a name that is not empty.`);
  }
  if (overHttp && !/^[!-~](?:[ -~]*[!-~])?$/.test(value)) {
    throw new MinutierError(
      "invalid_options",
      `${given}, which can't be sent over HTTP. Use ws(s)://, or a name of ASCII signs.`,
    );
  }
  return value;
}

/** The paths become part of a DEFINE INDEX, which takes no parameters: only plain identifiers pass. */
function checkIndexes(paths: readonly string[]): readonly string[] {
  for (const path of paths) {
    if (!/^metadata(\.[A-Za-z_][A-Za-z0-9_]*)+$/.test(path)) {
      throw new MinutierError(
        "invalid_options",
        `indexes holds ${JSON.stringify(path)}. Give paths like "metadata.dossier_id".`,
      );
    }
  }
  return paths;
}
