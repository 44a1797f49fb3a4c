/** Queries in a session of their own, of somebody who may do less than the connection. */
import type { SurrealSession } from "surrealdb";

import { MinutierError } from "../../errors.ts";
import type { StatementResult } from "../statement.ts";

/** A principal of an access of the database. */
export interface AccessPrincipal {
  access: string;
  /** What it signs in with. */
  variables: Record<string, unknown>;
}

/** Runs the statements as that principal; a failed one is a result. */
export async function readAs(
  client: SurrealSession,
  { access, variables: secret }: AccessPrincipal,
  statements: readonly string[],
  variables: Record<string, unknown>,
): Promise<StatementResult[]> {
  const { namespace = "", database = "" } = client;
  const session = await client.forkSession();
  try {
    await session.signin({ namespace, database, access, variables: secret });
    // An embedded session that is signed in as nobody is the owner's: nothing is run before it is known whose it is.
    const [who] = await session.query<[string]>("RETURN $access").collect();
    if (who !== access) throw new MinutierError("authentication_failed", "The session is not the one of a reader.");
    const responses = await session.query(statements.join(";\n"), variables).responses();
    return responses.map((response) =>
      response.success ? { ok: true, value: response.result } : { ok: false, error: response.error },
    );
  } finally {
    // The driver signs a closed session in again too, by a timer that keeps the process: signed out, it has none.
    await session.invalidate().catch(() => undefined);
    await session.closeSession();
  }
}
