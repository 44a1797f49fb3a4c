/** The tables: created together the first time that something runs, left alone when they exist. */
import { RecordId } from "surrealdb";

import { recordTables } from "./record-tables.ts";
import { fixed, type Statement, surql } from "./statement.ts";

/** The four tables of the contract and those that stand behind them. */
const tableNames = [
  "workflow_runs",
  "workflow_sessions",
  "agent_sessions",
  "team_sessions",
  "workflow_steps",
  "agent_messages",
  "agent_tool_calls",
  "team_messages",
  "team_tool_calls",
  "session_sequences",
  "run_leases",
  "run_keys",
  "minutier_schema",
] as const;

/** Which tables of ours a database has; an older library refuses what it does not know. */
const schemaVersion = 1;

/** The one row that says so, and which engine made the definitions. */
export const schemaRow: RecordId = new RecordId("minutier_schema", "current");

/** Writes it; another engine is noted, another version of the tables is not. */
export function noteEngine(engine: string | undefined): Statement {
  return surql`INSERT INTO minutier_schema { id: ${schemaRow}, schema_version: ${schemaVersion},
    engine_version: ${engine}, created_at: time::now(), defined_at: time::now() }
    ON DUPLICATE KEY UPDATE engine_version = ${engine}, defined_at = time::now() RETURN NONE`;
}

/** The access whose principals may read the tables for people: see record-reader.ts. */
export const queryAccess = "minutier_query";

type TableName = (typeof tableNames)[number];

/** The contract's `messages`: computed, so that an append costs the same at any length of the conversation. */
function messagesField(sessions: string, messages: string, name: string): Statement {
  return fixed(
    `DEFINE FIELD messages ON ${sessions} COMPUTED { LET $name = ${name}; LET $key = session_id; ` +
      `RETURN (SELECT role, content, timestamp FROM ${messages}:[$name, $key, NONE]..=[$name, $key, ..]) }`,
  );
}

function definitionsOf(table: TableName, indexes: readonly string[], engine?: string): Statement[] {
  const readable = (recordTables as readonly string[]).includes(table);
  const permissions = readable ? ` PERMISSIONS FOR select WHERE $access = "${queryAccess}"` : "";
  const statements = [fixed(`DEFINE TABLE ${table} SCHEMALESS${permissions}`)];
  switch (table) {
    case "workflow_runs":
      statements.push(fixed("DEFINE INDEX workflow_runs_status ON workflow_runs FIELDS status"));
      for (const path of indexes) {
        statements.push(
          fixed(`DEFINE INDEX workflow_runs_${path.replaceAll(".", "_")} ON workflow_runs FIELDS ${path}`),
        );
      }
      break;
    case "workflow_steps":
      statements.push(
        fixed(
          "DEFINE FUNCTION IF NOT EXISTS fn::run_steps($run: record<workflow_runs>) { LET $key = record::id($run); " +
            "RETURN (SELECT * FROM workflow_steps:[$key, NONE]..=[$key, ..]) }",
        ),
      );
      break;
    case "agent_sessions":
      statements.push(messagesField("agent_sessions", "agent_messages", "agent_name"));
      break;
    case "team_sessions":
      statements.push(messagesField("team_sessions", "team_messages", "team_name"));
      break;
    case "minutier_schema":
      statements.push(noteEngine(engine));
      break;
    default:
  }
  return statements;
}

/** A definition beside the tables' own: an index, a field or a function. */
export interface Definition {
  kind: "index" | "field" | "function";
  table: TableName;
  name: string;
  statement: string;
}

/** The tables, and what is defined on them. */
export function expectedDefinitions(indexes: readonly string[]): { tables: readonly TableName[]; on: Definition[] } {
  const on = tableNames.flatMap((table) =>
    definitionsOf(table, indexes).flatMap(({ parts: [statement = ""] }): Definition[] => {
      const [, kind, name] = /^DEFINE (INDEX|FIELD|FUNCTION) (?:IF NOT EXISTS )?([\w:]+)/.exec(statement) ?? [];
      if (kind === undefined || name === undefined) return [];
      return [{ kind: kind.toLowerCase() as Definition["kind"], table, name, statement }];
    }),
  );
  return { tables: tableNames, on };
}

/** The definitions of the tables that `existing` lacks, made by `engine` when that is known. */
export function missingDefinitions(
  existing: ReadonlySet<string>,
  indexes: readonly string[],
  engine: string | undefined,
): Statement[] {
  return tableNames.filter((table) => !existing.has(table)).flatMap((table) => definitionsOf(table, indexes, engine));
}
