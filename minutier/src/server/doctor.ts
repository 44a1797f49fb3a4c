/** `GET /doctor`: the state of the record as checks, each with what to do. */
import { type Context, Hono } from "hono";

import { errorMessage } from "../errors.ts";
import { MinutierError, SurrealDb } from "../index.ts";
import { checkScope, ownerOf, type ServerEnv } from "./authentication.ts";
import { HttpError } from "./http-error.ts";
import type { ServerContext } from "./server-context.ts";
import { json } from "./turn-routes.ts";

/** One thing that was looked at. */
interface DoctorCheck {
  name: string;
  status: "ok" | "warning" | "error";
  detail: string;
  /** What to do about it. */
  fix?: string;
}

/** What the database says of itself. */
type Inspection = Awaited<ReturnType<typeof SurrealDb.inspect>>;

/** With less room the engine will soon refuse to write. */
const lowDisk = { error: 64 * 1024 * 1024, warning: 1024 * 1024 * 1024 };

/** The route; it creates no tables. */
export function doctorRoutes({ settings }: ServerContext): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  app.get("/", async (c: Context<ServerEnv>) => {
    checkScope(c.get("identity"), "admin");
    if (ownerOf(c.get("identity"), settings) !== undefined)
      throw new HttpError(403, 'The checks are of the whole database. This needs the scope "admin".');
    return json(c, { checks: await examine(settings.db) });
  });
  return app;
}

async function examine(db: SurrealDb): Promise<DoctorCheck[]> {
  try {
    const found = await SurrealDb.inspect(db);
    return [checkEngine(found), checkTables(found), checkIndexes(found), checkLeases(found), checkStale(found)].concat(
      checkDisk(found),
    );
  } catch (error) {
    if (!MinutierError.isInstance(error)) throw error;
    return [{ name: "engine", status: "error", detail: errorMessage(error) }];
  }
}

function checkEngine({ engine, version, definedBy }: Inspection): DoctorCheck {
  const where = {
    memory: "in memory",
    rocksdb: `RocksDB; ${oneWay}`,
    remote: "a server",
    shared: "the application's connection",
  };
  const check = { name: "engine", detail: `SurrealDB ${version.engine}, ${where[engine]}` };
  if (definedBy !== undefined && version.engine !== "unknown" && definedBy !== version.engine) {
    const detail = `${check.detail}; messages of sessions and fn::run_steps were defined by ${definedBy} and may give nothing`;
    return { ...check, status: "warning", detail, fix: "Connect once as a user with the role EDITOR or OWNER." };
  }
  if (version.tested || version.engine === "unknown") return { ...check, status: "ok" };
  const fix = "Minutier was never tested with this version. Use one of those in docs/database.md.";
  return { ...check, status: "warning", fix };
}

/** Said before it happens: afterwards only a copy helps. */
const oneWay = "a SurrealDB server that opens the folder converts it, and this engine can't read it afterwards";

function checkTables({ missingTables, tableCount, runs }: Inspection): DoctorCheck {
  const name = "tables";
  if (missingTables.length === tableCount)
    return { name, status: "ok", detail: "none yet: they are created when something runs first" };
  if (missingTables.length === 0) return { name, status: "ok", detail: `${tableCount} tables, ${runs} runs` };
  return {
    name,
    status: "warning",
    detail: `missing: ${missingTables.join(", ")}`,
    fix: "The next run creates them.",
  };
}

function checkIndexes({ missing, harmful }: Inspection): DoctorCheck {
  const name = "indexes";
  const fixes = [
    ...missing.map(({ statement }) => `${statement};`),
    ...harmful.map((index) => `REMOVE INDEX ${index.name} ON ${index.table};`),
  ];
  if (fixes.length === 0) return { name, status: "ok", detail: "all definitions are there" };
  const parts = [
    ...missing.map(({ kind, name: missed, table }) => `the ${kind} ${missed} of ${table} is missing`),
    ...harmful.map((index) => `the index ${index.name} of ${index.table} makes queries wrong or slow`),
  ];
  // Without a computed field the rows of sessions have no messages; without an index a query is only slow.
  const isWrong =
    missing.some(({ kind }) => kind === "field") || harmful.some(({ table }) => table !== "workflow_runs");
  return { name, status: isWrong ? "error" : "warning", detail: parts.join("; "), fix: fixes.join(" ") };
}

function checkLeases({ leases, runningRuns, waitingRuns }: Inspection): DoctorCheck {
  const detail = `${runningRuns} runs under way: ${leases} at work, ${waitingRuns} waiting for a person`;
  return { name: "leases", status: "ok", detail };
}

function checkStale({ staleRuns }: Inspection): DoctorCheck {
  const name = "stale runs";
  if (staleRuns.length === 0) return { name, status: "ok", detail: "none" };
  const shown = staleRuns.slice(0, 5).join(", ") + (staleRuns.length > 5 ? ", …" : "");
  return {
    name,
    status: "warning",
    detail: `${staleRuns.length} whose process died: ${shown}`,
    fix: "Go on with them: minutier runs recover --file <your definitions>, or a process with a Recovery.",
  };
}

function checkDisk({ disk }: Inspection): DoctorCheck[] {
  if (disk === undefined) return [];
  const { folder, freeBytes } = disk;
  const check = { name: "disk", detail: `${Math.floor(freeBytes / 1024 / 1024)} MiB free at ${folder}` };
  if (freeBytes >= lowDisk.warning) return [{ ...check, status: "ok" }];
  const status = freeBytes < lowDisk.error ? "error" : "warning";
  return [{ ...check, status, fix: "Make room there: on a full disk nothing is recorded, and so nothing runs." }];
}
