/** An HTTP request carries its sign-in and its selection with it, in headers. */
import type { IncomingHttpHeaders } from "node:http";

import type { Connection } from "./connection.ts";
import { notSignedInReply } from "./http-reply.ts";
import { mayAccess } from "./principal.ts";

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Selects and signs in as the headers say, nothing when they say nothing; throws {@link HttpFailure}. */
export async function signInByHeaders(connection: Connection, headers: IncomingHttpHeaders): Promise<void> {
  const id = readHeader(headers, "surreal-id");
  if (id !== undefined && !UUID.test(id)) throw notSignedInReply("The request body contains invalid data");
  const selection = { namespace: readHeader(headers, "surreal-ns"), database: readHeader(headers, "surreal-db") };
  const session = await connection.main;
  session.select(selection);
  try {
    const [scheme = "", credentials = ""] = (headers.authorization ?? "").split(" ", 2);
    // A token brings the namespace and the database of its user with it, a password doesn't.
    if (/^bearer$/i.test(scheme) && credentials !== "") await connection.request("authenticate", [credentials]);
    const login = /^basic$/i.test(scheme) ? readBasic(credentials) : undefined;
    if (login !== undefined) {
      const NS = readHeader(headers, "surreal-auth-ns");
      const DB = readHeader(headers, "surreal-auth-db");
      await connection.request("signin", [{ ...login, ...(NS && { NS }), ...(DB && { DB }) }]);
      await session.moveTo(selection);
    }
  } catch (error) {
    throw notSignedInReply(error instanceof Error ? error.message : String(error));
  }
  const { namespace, database } = session.selected;
  if (session.principal === undefined || namespace === undefined || database === undefined) return;
  if (!mayAccess(session.principal, namespace, database)) {
    throw notSignedInReply("There was a problem with authentication");
  }
}

function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Undefined for what is no name and password; whoever sends that is a stranger. */
function readBasic(credentials: string): { user: string; pass: string } | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credentials)) return undefined;
  const decoded = Buffer.from(credentials, "base64").toString();
  const colon = decoded.indexOf(":");
  return colon < 0 ? undefined : { user: decoded.slice(0, colon), pass: decoded.slice(colon + 1) };
}
