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
export type Scope = (typeof scopes)[number] | "admin";

/** Says who sends a request, from a connection's address; `null` for nobody known. */
export type IdentifyRequest = (request: Request, from: { address: string | undefined }) => Promise<Identity | null>;

/** Of the operator's key, and of everybody where nobody is asked. */
export const operator: Identity = { scopes: ["admin"] };

/** By the key, or by the operator's function. */
export function identifyBy({ auth }: ServerSettings): IdentifyRequest {
  return async (request, from) => {
    if (typeof auth === "string") return hasKey(request, auth) ? operator : null;
    return typeof auth === "function" ? checkIdentity(await auth(request, from)) : operator;
  };
}

/** Refuses with 401 whoever is not known. */
export function authenticate(identify: IdentifyRequest): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const identity = await identify(c.req.raw, { address: addressOf(c) });
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

/**
 * A user, or somebody who is said to be an administrator; anything else is nobody: claims without a subject, a key that
 * a table of users does not have of its own, scopes in one text.
 */
function checkIdentity(identity: unknown): Identity | null {
  if (typeof identity !== "object" || identity === null) return null;
  const { userId, scopes } = identity as { userId?: unknown; scopes?: unknown };
  if (scopes !== undefined && !isListOfTexts(scopes)) return null;
  const isUser = typeof userId === "string" && userId !== "";
  const isAdministrator = userId === undefined && scopes?.includes("admin") === true;
  if (!isUser && !isAdministrator) return null;
  return { ...(isUser ? { userId } : {}), ...(scopes === undefined ? {} : { scopes: [...scopes] }) };
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
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

/** What the request may do: whoever has no scopes may do everything, with what is theirs when they are a user. */
export function scopesOf(identity: Identity): Scope[] {
  if (isAdmin(identity)) return [...scopes, "admin"];
  return identity.scopes === undefined ? [...scopes] : scopes.filter((scope) => identity.scopes?.includes(scope));
}

/** Whether the request is for everything and everybody's. */
function isAdmin({ scopes: own }: Identity): boolean {
  return own?.includes("admin") === true;
}

/** Refuses with 403 whoever is one user among others. */
export function checkAdmin(identity: Identity): void {
  if (!isAdmin(identity)) throw new HttpError(403, 'This needs the scope "admin".');
}

/** The user whose rows alone the request sees; `undefined` when it sees everybody's. */
export function ownerOf(identity: Identity, { isolation }: ServerSettings): string | undefined {
  return isolation && !isAdmin(identity) ? identity.userId : undefined;
}

/** For whom a run is: the request's user, or whom a caller names who has none or is an `admin`. */
export function userOf(identity: Identity, named: string | undefined): string | undefined {
  return isAdmin(identity) ? (named ?? identity.userId) : identity.userId;
}

/** Who answers a question, as it shall stand in the record. */
export function answererOf(identity: Identity, named: string | undefined): string {
  return identity.userId ?? named ?? "server";
}
