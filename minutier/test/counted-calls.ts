/** Watches what a database is asked, and can make it refuse. */
import type { Database } from "../src/db/database.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import type { RenderedQuery } from "../src/db/statement.ts";

export interface WatchedDatabase {
  /** The queries since the last `reset`, one per round trip. */
  readonly queries: string[];
  /** Those that were answered. */
  readonly answered: string[];
  reset(): void;
  /** Makes each answer come so much later. */
  slow(delayMs: number): void;
  /** Makes each query that matches fail, as a lost connection would. */
  refuse(pattern: RegExp): void;
  allow(): void;
}

export function watchDatabase(db: SurrealDb): WatchedDatabase {
  const database: Database = SurrealDb.databaseOf(db);
  const run = database.run.bind(database);
  const queries: string[] = [];
  const answered: string[] = [];
  let delayMs = 0;
  let refused: RegExp | undefined;
  database.run = async (query: RenderedQuery) => {
    queries.push(query.text);
    if (refused?.test(query.text) === true) throw new Error("the network is gone");
    const results = await run(query);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    answered.push(query.text);
    return results;
  };
  return {
    queries,
    answered,
    slow: (ms) => void (delayMs = ms),
    reset: () => void queries.splice(0),
    refuse: (pattern) => void (refused = pattern),
    allow: () => void (refused = undefined),
  };
}

/** How many statements a query has, BEGIN and COMMIT not counted: a block in braces is a part of its statement. */
export function countStatements(text: string): number {
  let depth = 0;
  let flat = "";
  for (const character of text) {
    if (character === "}") depth -= 1;
    if (depth === 0) flat += character;
    if (character === "{") depth += 1;
  }
  return flat.split(";").filter((part) => part.trim() !== "" && !/^(BEGIN|COMMIT)$/.test(part.trim())).length;
}
