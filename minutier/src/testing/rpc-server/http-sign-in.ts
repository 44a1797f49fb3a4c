/** An HTTP request carries its sign-in and its selection with it, in headers. */
import type { IncomingHttpHeaders } from "node:http";

import type { Connection } from "./connection.ts";

/** Selects and signs in as the headers say, nothing when they say nothing; throws {@link RpcFailure}. */
export async function signInByHeaders(connection: Connection, headers: IncomingHttpHeaders): Promise<void> {
  const namespace = readHeader(headers, "surreal-ns");
  const database = readHeader(headers, "surreal-db");
  if (namespace) await connection.request("use", [namespace, database]);

  const [scheme, credentials = ""] = (headers.authorization ?? "").split(" ", 2);
  if (scheme === "Bearer") await connection.request("authenticate", [credentials]);
  if (scheme === "Basic") {
    const ns = readHeader(headers, "surreal-auth-ns");
    const db = readHeader(headers, "surreal-auth-db");
    await connection.request("signin", [{ ...readBasic(credentials), ...(ns && { ns }), ...(db && { db }) }]);
  }
}

function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function readBasic(credentials: string): { user: string; pass: string } {
  const decoded = Buffer.from(credentials, "base64").toString();
  const colon = decoded.indexOf(":");
  return { user: decoded.slice(0, Math.max(colon, 0)), pass: decoded.slice(colon + 1) };
}
