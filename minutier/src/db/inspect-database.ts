/** What is there, for `GET /doctor`: reads only, and creates nothing. */
import { statfs } from "node:fs/promises";

import type { RecordId } from "surrealdb";

import { abandoned } from "./due-runs.ts";
import type { Database } from "./database.ts";
import { can } from "./engine/engine-features.ts";
import type { EngineVersion } from "./engine/engine-version.ts";
import { renderQuery, fixed, surql } from "./statement.ts";
import { type Definition, expectedDefinitions, schemaRow } from "./tables.ts";

/** A database as it is found. */
export interface Inspection {
  engine: "memory" | "rocksdb" | "remote" | "shared";
  version: EngineVersion;
  /** By which version of it our computed fields and functions were made; undefined when none of ours are there. */
  definedBy: string | undefined;
  /** Of an embedded database on disk. */
  disk: { folder: string; freeBytes: number } | undefined;
  /** Those of the library's tables that are not there. */
  missingTables: string[];
  tableCount: number;
  /** Indexes, fields and the function that the tables should have and have not. */
  missing: Definition[];
  /** Indexes by which the engine answers wrongly, or more slowly than without. */
  harmful: { table: string; name: string }[];
  runs: number;
  runningRuns: number;
  waitingRuns: number;
  /** Runs that somebody works on. */
  leases: number;
  /** Runs whose process died. */
  staleRuns: string[];
}

interface TableInfo {
  indexes: Record<string, string>;
  fields: Record<string, string>;
}

/** Looks at the tables, their definitions and who works on what. */
export async function inspectDatabase(database: Database): Promise<Inspection> {
  const { tables, on } = expectedDefinitions(database.indexes);
  const connection = await database.connection();
  const [info] = await database.runAll(renderQuery([fixed("INFO FOR DB")], false));
  const { tables: existing, functions } = info as { tables: object; functions: Record<string, string> };
  const present = tables.filter((table) => Object.hasOwn(existing, table));
  const details = await database.runAll(
    renderQuery(
      present.map((table) => fixed(`INFO FOR TABLE ${table}`)),
      false,
    ),
  );
  const byTable = new Map(present.map((table, index) => [table, details[index] as TableInfo]));
  const isThere = ({ kind, table, name }: Definition): boolean => {
    if (kind === "function") return Object.hasOwn(functions, name.replace(/^fn::/, ""));
    return Object.hasOwn((kind === "index" ? byTable.get(table)?.indexes : byTable.get(table)?.fields) ?? {}, name);
  };
  return {
    engine: database.location?.endpoint.kind ?? "shared",
    version: connection.version,
    definedBy: byTable.has("minutier_schema") ? await readDefinedBy(database) : undefined,
    disk: await readDisk(database),
    missingTables: tables.filter((table) => !byTable.has(table)),
    tableCount: tables.length,
    missing: on.filter((definition) => byTable.has(definition.table) && !isThere(definition)),
    harmful: harmfulIndexes(byTable, connection.version),
    ...(byTable.has("workflow_runs") && byTable.has("run_leases") ? await countRuns(database) : noRuns),
  };
}

const noRuns = { runs: 0, runningRuns: 0, waitingRuns: 0, leases: 0, staleRuns: [] };

async function countRuns(
  database: Database,
): Promise<Pick<Inspection, "runs" | "runningRuns" | "waitingRuns" | "leases" | "staleRuns">> {
  const statements = [
    fixed("SELECT count() AS n FROM workflow_runs GROUP ALL"),
    fixed(
      "SELECT count() AS n, count(waiting_for != NONE) AS waiting FROM workflow_runs WHERE status = 'running' GROUP ALL",
    ),
    fixed("SELECT count() AS n FROM run_leases WHERE expires_at > time::now() GROUP ALL"),
    surql`SELECT id FROM workflow_runs WHERE ${abandoned()} ORDER BY id`,
  ];
  const [all, running, leases, stale] = (await database.runAll(renderQuery(statements, false))) as [
    Count[],
    Count[],
    Count[],
    { id: RecordId<"workflow_runs", string> }[],
  ];
  return {
    runs: all[0]?.n ?? 0,
    runningRuns: running[0]?.n ?? 0,
    waitingRuns: running[0]?.waiting ?? 0,
    leases: leases[0]?.n ?? 0,
    staleRuns: stale.map(({ id }) => id.id),
  };
}

interface Count {
  n: number;
  waiting?: number;
}

async function readDefinedBy(database: Database): Promise<string | undefined> {
  const [row] = await database.select<{ engine_version?: string }>(surql`SELECT engine_version FROM ${schemaRow}`);
  return row?.engine_version;
}

/** Older engines leave computed fields out of rows that they find by an index, and read a whole index on a time. */
function harmfulIndexes(
  byTable: ReadonlyMap<string, TableInfo>,
  version: EngineVersion,
): { table: string; name: string }[] {
  const hidesComputed = !can(version, "computedThroughIndex");
  const readsAll = !can(version, "indexBackward");
  return [...byTable].flatMap(([table, { indexes }]) =>
    Object.entries(indexes)
      .filter(
        ([, definition]) =>
          (hidesComputed && (table === "agent_sessions" || table === "team_sessions")) ||
          (readsAll && table === "workflow_runs" && /\bFIELDS created_at\b/.test(definition)),
      )
      .map(([name]) => ({ table, name })),
  );
}

async function readDisk({ location }: Database): Promise<Inspection["disk"]> {
  if (location?.endpoint.kind !== "rocksdb") return undefined;
  const { path: folder } = location.endpoint;
  const { bavail, bsize } = await statfs(folder);
  return { folder, freeBytes: bavail * bsize };
}
