/** Which web pages may ask. */
import type { MiddlewareHandler } from "hono";

import type { ServerEnv } from "./authentication.ts";
import { HttpError } from "./http-error.ts";
import type { ServerSettings } from "./server-options.ts";

/** Without `cors`, pages that this machine serves. */
export function isAllowedOrigin(origin: string, { cors }: Pick<ServerSettings, "cors">): boolean {
  if (cors === "*") return true;
  if (cors !== undefined) return cors.includes(origin);
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}

/** Whether a host is this machine and no other. */
export function isLoopback(host: string): boolean {
  const plain = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return plain === "localhost" || plain === "::1" || /^127(\.\d{1,3}){3}$/.test(plain);
}

/**
 * Refuses what a page of another origin sends: a browser asks no permission for a form, and without a key the form
 * would run. `onlyThisMachine` also refuses other names of this machine, which a page could have made its own.
 */
export function checkOrigin(settings: ServerSettings, onlyThisMachine: boolean): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const origin = c.req.header("origin");
    const { host, hostname } = new URL(c.req.url);
    const isOwn = !onlyThisMachine && origin !== undefined && isSame(origin, host);
    if (origin !== undefined && !isOwn && !isAllowedOrigin(origin, settings))
      throw new HttpError(403, "Pages of this origin may not ask. Add it to the server's cors option.");
    if (onlyThisMachine && !isLoopback(hostname))
      throw new HttpError(403, "Without a key this server answers by the names of this machine alone.");
    await next();
  };
}

function isSame(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
