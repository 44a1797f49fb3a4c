/** Who a session is signed in as, as the token of its sign-in says. */

/** A user of the root has neither namespace nor database. */
export interface Principal {
  /** Differs whenever somebody else, or the same name on another level, is meant. */
  identity: string;
  namespace: string | undefined;
  database: string | undefined;
  /** Whether it is a row of the database rather than one of its users. */
  isRecord: boolean;
}

/** Reads a token that the engine has made or accepted. */
export function principalOf(token: string): Principal {
  const claims = readClaims(token);
  const claim = (name: string): string | undefined => {
    const value = claims[name.toUpperCase()] ?? claims[name];
    return typeof value === "string" ? value : undefined;
  };
  const namespace = claim("ns");
  const database = claim("db");
  const identity = JSON.stringify([claim("id"), namespace, database, claim("ac")]);
  return { identity, namespace, database, isRecord: claim("ac") !== undefined && claim("id") !== undefined };
}

/** Whether a user may select them; an empty database is one that isn't selected. */
export function mayAccess(principal: Principal, namespace: string, database: string): boolean {
  if (principal.namespace === undefined) return true;
  if (principal.namespace !== namespace) return false;
  return principal.database === undefined || principal.database === database;
}

/** The token in the answer to a sign-in, which may come with one to refresh it. */
export function accessTokenOf(answer: unknown): string | undefined {
  if (typeof answer === "string") return answer;
  const access = (answer as { access?: unknown } | null | undefined)?.access;
  return typeof access === "string" ? access : undefined;
}

function readClaims(token: string): Record<string, unknown> {
  const [, payload = ""] = token.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}
