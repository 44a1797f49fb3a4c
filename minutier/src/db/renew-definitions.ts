/**
 * Computed fields and functions are made again when another version of the engine made them.
 *
 * Expressions that hold a record range and were stored by engine 3.0.2 give nothing on 3.3.5, without an error; the
 * same text defined anew is right. So the database's row in `minutier_schema` names the engine that made ours.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { errorMessage } from "../errors.ts";
import { isConflict } from "./engine/conflict.ts";
import type { Connection } from "./engine/connection.ts";
import { explainNewerFormat } from "./engine/newer-format.ts";
import { tellOnce } from "./engine/tell-once.ts";
import { fixed, renderQuery, type Statement, surql, type StatementResult } from "./statement.ts";
import { expectedDefinitions, noteEngine, schemaRow } from "./tables.ts";
import { firstFailure } from "./writer.ts";

/** The row of `minutier_schema`. */
interface SchemaRow {
  engine_version?: string;
}

interface DatabaseInfo {
  tables: Record<string, string>;
  functions: Record<string, string>;
}

const maxAttempts = 50;
const { tables: ourTables, on: ourDefinitions } = expectedDefinitions([]);

/**
 * One round trip when there is nothing to do. Raced safely by any number of processes. Who may not define is told once
 * that it has to be done. Throws `unsupported_engine` for what only a newer engine can read.
 */
export async function renewDefinitions(connection: Connection): Promise<void> {
  const { engine } = connection.version;
  for (let attempt = 1; ; attempt++) {
    // The tables before the row, which is made in one transaction with them: it is there when they are.
    const [info, row] = await connection.run(
      renderQuery([fixed("INFO FOR DB"), surql`SELECT engine_version FROM ONLY ${schemaRow}`], false),
    );
    refuseNewerFormat([info, row]);
    // Record users may not look, and can't define either.
    if (info?.ok !== true) return;
    const { tables, functions } = info.value as DatabaseInfo;
    if (!ourTables.some((table) => Object.hasOwn(tables, table))) return;
    const known = (row?.ok === true ? (row.value ?? undefined) : undefined) as SchemaRow | undefined;
    if (known !== undefined && (engine === "unknown" || known.engine_version === engine)) return;
    const failure = await define(connection, tables, functions);
    if (failure === undefined) return;
    if (!isConflict(failure) || attempt >= maxAttempts) return tell(known?.engine_version, engine, failure);
    await sleep(2 + Math.random() * 20 * Math.min(attempt, 10));
  }
}

/** In one transaction; gives why not. */
async function define(
  connection: Connection,
  tables: DatabaseInfo["tables"],
  functions: DatabaseInfo["functions"],
): Promise<unknown> {
  const fields = await readFields(connection, tables);
  const texts = ourDefinitions.flatMap(({ kind, table, name }) => {
    if (kind === "index") return [];
    const text = kind === "field" ? fields.get(table)?.[name] : functions[name.replace(/^fn::/, "")];
    return text === undefined ? [] : [text];
  });
  const { engine } = connection.version;
  const statements = [
    ...texts.map(again),
    fixed("DEFINE TABLE IF NOT EXISTS minutier_schema SCHEMALESS"),
    noteEngine(engine === "unknown" ? undefined : engine),
  ];
  return firstFailure(await connection.run(renderQuery(statements, true)));
}

/** The definitions of the fields of our tables that have computed ones. */
async function readFields(
  connection: Connection,
  tables: DatabaseInfo["tables"],
): Promise<ReadonlyMap<string, Record<string, string>>> {
  const computed = ourDefinitions.filter(({ kind, table }) => kind === "field" && Object.hasOwn(tables, table));
  const names = [...new Set(computed.map(({ table }) => table))];
  if (names.length === 0) return new Map();
  const results = await connection.run(
    renderQuery(
      names.map((table) => fixed(`INFO FOR TABLE ${table}`)),
      false,
    ),
  );
  refuseNewerFormat(results);
  return new Map(
    names.map((table, index) => {
      const info = results[index];
      return [table, info?.ok === true ? (info.value as { fields: Record<string, string> }).fields : {}];
    }),
  );
}

/** As the engine itself writes it down, so that what the application has changed of it stays changed. */
function again(definition: string): Statement {
  return fixed(definition.replace(/^DEFINE (FIELD|FUNCTION) /, "DEFINE $1 OVERWRITE "));
}

function refuseNewerFormat(results: readonly (StatementResult | undefined)[]): void {
  for (const result of results) {
    const refusal = result?.ok === false ? explainNewerFormat(result.error) : undefined;
    if (refusal !== undefined) throw refusal;
  }
}

function tell(before: string | undefined, engine: string, failure: unknown): void {
  const made = before === undefined ? "another version of SurrealDB" : `SurrealDB ${before}`;
  tellOnce(
    "MINUTIER_STALE_DEFINITIONS",
    `agent_sessions.messages, team_sessions.messages and fn::run_steps were defined by ${made} and may give nothing on ${engine}. They could not be defined again: ${errorMessage(failure)}. Connect once as a user with the role EDITOR or OWNER.`,
  );
}
