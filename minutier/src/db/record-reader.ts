/**
 * Queries of people, run as somebody who may read the record's tables and do nothing else.
 *
 * The tables are created with a permission for the access `minutier_query`. Whoever has the key of a row of
 * `query_keys` signs in there; each process makes a row of its own, whose key it alone knows, for a day.
 */
import { randomBytes } from "node:crypto";

import { RecordId } from "surrealdb";

import { errorMessage, MinutierError } from "../errors.ts";
import { createId } from "../ids.ts";
import { checkRecordQuery, type RecordQueryLimits } from "./check-record-query.ts";
import { recordTables } from "./record-tables.ts";
import { fromStored, toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import { explainNotAllowed, isForbidden } from "./engine/capabilities.ts";
import type { EngineVersion } from "./engine/engine-version.ts";
import { fixed, renderQuery, surql } from "./statement.ts";
import { queryAccess } from "./tables.ts";

interface DatabaseInfo {
  tables: Record<string, string>;
  accesses: Record<string, string>;
}

/** What one statement of a query gave. */
export interface RecordQueryResult {
  result: unknown;
}

const accessDefinition = `DEFINE ACCESS IF NOT EXISTS ${queryAccess} ON DATABASE TYPE RECORD
  SIGNIN (SELECT VALUE id FROM query_keys WHERE key = crypto::sha256($key) AND expires_at > time::now())
  DURATION FOR TOKEN 1m, FOR SESSION 5m`;

const keyDurationMs = 24 * 60 * 60 * 1000;

/** Asks the record's tables for people, of one database. */
export class RecordReader {
  readonly #database: Database;
  #key: Promise<{ text: string; expiresAt: number }> | undefined;
  /** The engine that has its row. */
  #keptBy: EngineVersion | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** One result a statement. Throws `invalid_input` for what is refused, `query_failed` with what the engine says. */
  async query(
    text: string,
    variables: Readonly<Record<string, unknown>>,
    limits: RecordQueryLimits,
  ): Promise<RecordQueryResult[]> {
    const statements = checkRecordQuery(text, variables, limits);
    const values = toStored(variables, "variables") as Record<string, unknown>;
    await this.#database.createTables();
    const connection = await this.#database.connection();
    const key = await this.#takeKey(connection.version);
    const results = await connection.readAs({ access: queryAccess, variables: { key } }, statements, values);
    return results.map((result) => {
      if (result.ok) return { result: fromStored(result.value) };
      throw (
        explainNotAllowed(result.error) ??
        new MinutierError("query_failed", errorMessage(result.error), { cause: result.error })
      );
    });
  }

  /** The key of this process, made at its first query, once a day and after a reconnect: the server can be empty. */
  async #takeKey(version: EngineVersion): Promise<string> {
    const soon = Date.now() + keyDurationMs / 24;
    const current = this.#keptBy === version ? await this.#key : undefined;
    if (current !== undefined && current.expiresAt > soon) return current.text;
    this.#keptBy = version;
    const made = this.#makeKey();
    this.#key = made;
    made.catch(() => (this.#key = undefined));
    return (await made).text;
  }

  async #makeKey(): Promise<{ text: string; expiresAt: number }> {
    const { accesses } = await this.#checkDefinitions();
    // Whoever may not define an access may not say so of one that is there either.
    if (accesses[queryAccess] === undefined) await this.#defineAccess();
    const text = randomBytes(32).toString("base64url");
    const row = new RecordId("query_keys", createId());
    await this.#database.runAll(
      renderQuery(
        [
          fixed("DEFINE TABLE IF NOT EXISTS query_keys SCHEMALESS PERMISSIONS NONE"),
          fixed("DELETE query_keys WHERE expires_at < time::now()"),
          surql`CREATE ${row} SET key = crypto::sha256(${text}), expires_at = time::now() + 1d RETURN NONE`,
        ],
        false,
      ),
    );
    return { text, expiresAt: Date.now() + keyDurationMs };
  }

  async #defineAccess(): Promise<void> {
    try {
      await this.#database.runAll(renderQuery([fixed(accessDefinition)], false));
    } catch (error) {
      if (!isForbidden((error as MinutierError).cause)) throw error;
      throw new MinutierError(
        "query_failed",
        `The access ${queryAccess}, as which people's queries are run, is not there yet, and only the role OWNER may define it: make one query as an owner of the database.`,
        { cause: error },
      );
    }
  }

  /** A table that was there before has the permissions that its maker gave it, and is never altered. */
  async #checkDefinitions(): Promise<DatabaseInfo> {
    const [info] = await this.#database.runAll(renderQuery([fixed("INFO FOR DB")], false));
    const { tables } = info as DatabaseInfo;
    const closed = recordTables.filter((table) => tables[table]?.includes(queryAccess) !== true);
    if (closed.length === 0) return info as DatabaseInfo;
    const mending = closed
      .map((table) => `ALTER TABLE ${table} PERMISSIONS FOR select WHERE $access = "${queryAccess}";`)
      .join(" ");
    throw new MinutierError(
      "invalid_options",
      `Queries may not read ${closed.join(", ")}, which were created without that permission. Give it to them: ${mending}`,
    );
  }
}
