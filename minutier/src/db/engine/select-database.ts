/** The namespace and database of a session: chosen, made where they are missing, and checked to be those that were asked for. */
import { NotAllowedError, NotFoundError, type QueryResponse, type SurrealSession } from "surrealdb";

import { errorMessage, MinutierError } from "../../errors.ts";
import { isConflict } from "./conflict.ts";

/** A database of a server. */
export interface DatabaseName {
  namespace: string;
  database: string;
}

/**
 * Selects the database. A server's `USE` makes what is missing only for whoever may, never over HTTP; and a user of one
 * database keeps that one over HTTP, whatever is asked for, so that rows would go where nobody looks for them.
 */
export async function selectDatabase(client: SurrealSession, { namespace, database }: DatabaseName): Promise<void> {
  const name = { namespace, database };
  try {
    await client.use(name);
  } catch (error) {
    if (error instanceof NotAllowedError) throw notYours(name, error);
    throw error;
  }
  const [selected, info] = await client.query("RETURN [$session.ns, $session.db]; INFO FOR DB").responses();
  checkSelected(selected, name);
  if (!isMissing(info)) return;
  // A namespace's user may make a database, and not a namespace: each statement may fail by itself.
  const made = await client
    .query("DEFINE NAMESPACE IF NOT EXISTS $namespace; USE NS $namespace; DEFINE DATABASE IF NOT EXISTS $database", {
      ...name,
    })
    .responses();
  const conflict = made.find((response) => !response.success && isConflict(response.error));
  if (conflict?.success === false) throw conflict.error;
  const [again] = await client.query("INFO FOR DB").responses();
  if (isMissing(again)) throw missing(name, again.error);
}

function checkSelected(selected: QueryResponse | undefined, name: DatabaseName): void {
  if (selected?.success !== true) return;
  const [namespace, database] = selected.result as [unknown, unknown];
  const differs = [
    [namespace, name.namespace],
    [database, name.database],
  ].some(([actual, wanted]) => typeof actual === "string" && actual !== wanted);
  if (differs) throw notYours(name, undefined, `its own is ${String(database)} of ${String(namespace)}`);
}

function isMissing(info: QueryResponse | undefined): info is QueryResponse & { success: false } {
  return info?.success === false && info.error instanceof NotFoundError;
}

function notYours({ namespace, database }: DatabaseName, cause: unknown, why = errorMessage(cause)): MinutierError {
  return new MinutierError(
    "authentication_failed",
    `The signed-in user may not use the database ${JSON.stringify(database)} of the namespace ${JSON.stringify(namespace)}: ${why}. Give that user's own namespace and database, or a user of these.`,
    { cause },
  );
}

function missing({ namespace, database }: DatabaseName, cause: Error): MinutierError {
  const [ns, db] = [asIdentifier(namespace), asIdentifier(database)];
  const cure = `DEFINE NAMESPACE IF NOT EXISTS ${ns}; USE NS ${ns}; DEFINE DATABASE IF NOT EXISTS ${db};`;
  return new MinutierError(
    "connection_failed",
    `${errorMessage(cause)}, and the signed-in user may not make it. Let a user who may run: ${cure}`,
    { cause },
  );
}

/** The driver's own escaping knows neither a backslash nor a backtick. */
function asIdentifier(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? name : `\`${name.replaceAll(/[\\`]/g, String.raw`\$&`)}\``;
}
