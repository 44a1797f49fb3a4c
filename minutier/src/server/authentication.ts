/** Who sends a request, and what they may see and do. */
import { createHash, timingSafeEqual } from "node:crypto";

import type { Context, MiddlewareHandler } from "hono";

import { HttpError } from "./http-error.ts";
import type { Identity, ServerSettings } from "./server-options.ts";

/** What the routes know of a request. */
export interface ServerEnv {
  Variables: { identity: Identity };
}

/** What a route needs. */
export type Scope = "read" | "run" | "approve" | "write" | "admin";

/** Refuses with 401 whoever is not known. */
export function authenticate({ auth }: ServerSettings): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    let identity: Identity | null = {};
    if (typeof auth === "string") identity = hasKey(c.req.raw, auth) ? {} : null;
    else if (typeof auth === "function") identity = checkIdentity(await auth(c.req.raw, { address: addressOf(c) }));
    if (identity === null)
      throw new HttpError(401, "The request has no valid Authorization.", { "WWW-Authenticate": "Bearer" });
    c.set("identity", identity);
    await next();
  };
}

/** Of the connection, as Node's server tells it; behind another server all have one. */
export function addressOf(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress;
}

/** Whether the request brings the key; takes as long for any other. */
export function hasKey(request: Request, key: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  return timingSafeEqual(digest(given ?? ""), digest(key));
}

/** An empty user id would be nobody's isolation. */
function checkIdentity(identity: Identity | null | undefined): Identity | null {
  if (identity === null || identity === undefined || typeof identity !== "object") return null;
  if (identity.userId !== undefined && (typeof identity.userId !== "string" || identity.userId === "")) return null;
  return identity;
}

/** Equal lengths for the comparison, whatever was sent. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Refuses with 403 whoever has scopes and not this one. */
export function checkScope({ scopes }: Identity, scope: Scope): void {
  if (scopes === undefined || scopes.includes(scope) || scopes.includes("admin")) return;
  throw new HttpError(403, `This needs the scope "${scope}".`);
}

/** The user whose rows alone the request sees; `undefined` when it sees everybody's. */
export function ownerOf({ userId, scopes }: Identity, { isolation }: ServerSettings): string | undefined {
  return isolation && scopes?.includes("admin") !== true ? userId : undefined;
}

/** For whom a run is: the request's user, or whom a caller names who has none or is an `admin`. */
export function userOf({ userId, scopes }: Identity, named: string | undefined): string | undefined {
  if (userId === undefined || scopes?.includes("admin") === true) return named ?? userId;
  return userId;
}

/** Who answers a question, as it shall stand in the record. */
export function answererOf(identity: Identity, named: string | undefined): string {
  return identity.userId ?? named ?? "server";
}
