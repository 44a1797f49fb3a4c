/** Who sends a request, and what they may see and do. */
import { createHash, timingSafeEqual } from "node:crypto";

import type { Context, MiddlewareHandler } from "hono";

import { HttpError } from "./http-error.ts";
import type { Identity, ServerSettings } from "./server-options.ts";

/** What the routes know of a request. */
export interface ServerEnv {
  Variables: { identity: Identity };
}

const scopes = ["read", "run", "approve", "write"] as const;

/** What a route needs. */
export type Scope = (typeof scopes)[number];

/** Refuses with 401 whoever is not known. */
export function authenticate({ auth }: ServerSettings): MiddlewareHandler<ServerEnv> {
  const expected = typeof auth === "string" ? digest(auth) : undefined;
  return async (c, next) => {
    let identity: Identity | null = {};
    if (expected !== undefined) identity = timingSafeEqual(digest(bearerOf(c) ?? ""), expected) ? {} : null;
    else if (typeof auth === "function") identity = checkIdentity(await auth(c.req.raw));
    if (identity === null)
      throw new HttpError(401, "The request has no valid Authorization.", { "WWW-Authenticate": "Bearer" });
    c.set("identity", identity);
    await next();
  };
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

function bearerOf(c: Context): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

/** Refuses with 403 whoever has scopes and not this one. */
export function checkScope({ scopes }: Identity, scope: Scope): void {
  if (scopes === undefined || scopes.includes(scope) || scopes.includes("admin")) return;
  throw new HttpError(403, `This needs the scope "${scope}".`);
}

/** What the request may do: whoever has no scopes may do everything, with what is theirs when they are a user. */
export function scopesOf(identity: Identity): (Scope | "admin")[] {
  if (isAdmin(identity)) return [...scopes, "admin"];
  return identity.scopes === undefined ? [...scopes] : scopes.filter((scope) => identity.scopes?.includes(scope));
}

/** Whether the request is for everything and everybody's: by its scope, or because it is nobody's in particular. */
function isAdmin({ userId, scopes: own }: Identity): boolean {
  return own === undefined ? userId === undefined : own.includes("admin");
}

/** Refuses with 403 whoever is one user among others. */
export function checkAdmin(identity: Identity): void {
  if (!isAdmin(identity)) throw new HttpError(403, 'This needs the scope "admin".');
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
