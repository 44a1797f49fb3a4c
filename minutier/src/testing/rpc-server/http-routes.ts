/** The HTTP side of a SurrealDB server: `/rpc` for the SDK's HTTP engine, and the routes that need no SDK. */
import type { IncomingMessage, RequestListener } from "node:http";

import { type Backend, Connection } from "./connection.ts";
import { giveToken } from "./http-access.ts";
import { limits, readBody } from "./http-body.ts";
import type { HttpCall, Route } from "./http-call.ts";
import { exportAll, exportAsAsked } from "./http-export.ts";
import { keyRoutes } from "./http-key.ts";
import { plainFailure, type Reply, TEXT_TYPE, toReply } from "./http-reply.ts";
import { answerRpc } from "./http-rpc.ts";
import { signInByHeaders } from "./http-sign-in.ts";
import { importDatabase, runQuery } from "./http-sql.ts";

interface Path {
  pattern: RegExp;
  /** The longest body, in bytes. */
  maxBytes: number;
  methods: Record<string, Route>;
  /** What a method that it lacks is told. */
  allow: string;
}

const empty: Route = async () => ({ status: 200 });
const upgradeNeeded: Route = async () => {
  throw plainFailure(400, "Connection header did not include 'upgrade'");
};
const getNeeded: Route = async () => {
  throw plainFailure(405, "Request method must be `GET`");
};
const version: Route = async ({ backend }) => ({ status: 200, type: TEXT_TYPE, body: backend.version });
const say =
  (text: string): Route =>
  async () => ({ status: 200, type: TEXT_TYPE, body: text });
const redirect: Route = async () => ({ status: 307, headers: { location: "https://surrealdb.com/surrealist" } });

const READ = "GET,HEAD";
const SIGN_IN = "OPTIONS,POST";
const BOTH = "OPTIONS,GET,HEAD,POST";

function path(pattern: RegExp, allow: string, methods: Record<string, Route>, maxBytes: number = limits.other): Path {
  return { pattern, allow, methods, maxBytes };
}

const paths: readonly Path[] = [
  path(/^\/$/, READ, { GET: redirect }),
  path(/^\/(health|status|ready)$/, READ, { GET: empty }),
  path(/^\/version$/, READ, { GET: version }),
  path(/^\/sync$/, "GET,HEAD,POST", { GET: say("Save"), POST: say("Load") }),
  path(/^\/rpc$/, BOTH, { GET: upgradeNeeded, HEAD: getNeeded, POST: answerRpc }, limits.rpc),
  path(/^\/sql$/, BOTH, { GET: upgradeNeeded, HEAD: getNeeded, POST: runQuery }, limits.sql),
  path(/^\/import$/, "POST", { POST: importDatabase }, limits.import),
  path(/^\/export$/, BOTH, { GET: exportAll, POST: exportAsAsked }),
  path(/^\/signin$/, SIGN_IN, { POST: (call) => giveToken("signin", call) }, limits.access),
  path(/^\/signup$/, SIGN_IN, { POST: (call) => giveToken("signup", call) }, limits.access),
  path(/^\/key\/([^/]+)$/, "", keyRoutes("table"), limits.key),
  path(/^\/key\/([^/]+)\/([^/]+)$/, "", keyRoutes("record"), limits.key),
];

export function createRequestListener(backend: Backend, maxPayloadBytes: number | undefined): RequestListener {
  return (request, response) => {
    void answer(request, backend, maxPayloadBytes)
      .catch(toReply)
      .then(({ status, type, headers, body }) => {
        // A request that is refused, or that asks what it may do, isn't told who refuses it.
        const isAnonymous = request.method === "OPTIONS" || (status === 401 && type === undefined);
        response.writeHead(status, {
          "access-control-allow-origin": "*",
          ...(!isAnonymous && { server: "SurrealDB", "surreal-version": backend.version.replace("-", "/") }),
          ...headers,
          ...(type !== undefined && { "content-type": type }),
        });
        response.end(request.method === "HEAD" ? undefined : body);
      });
  };
}

async function answer(request: IncomingMessage, backend: Backend, maxPayloadBytes: number | undefined): Promise<Reply> {
  const { method = "GET", headers } = request;
  const url = new URL(request.url ?? "/", "http://localhost");
  const found = paths.find(({ pattern }) => pattern.test(url.pathname));
  if (method === "OPTIONS") return { status: 200, headers: allowed(found, "OPTIONS") };
  const connection = new Connection(backend);
  try {
    await signInByHeaders(connection, headers);
    if (!found) return { status: 404 };
    const route = found.methods[method] ?? (method === "HEAD" ? found.methods["GET"] : undefined);
    if (!route) return { status: 405, headers: allowed(found) };
    const body = await readBody(request, maxPayloadBytes ?? found.maxBytes);
    const variable = found.pattern.exec(url.pathname)?.slice(1) ?? [];
    const call: HttpCall = { backend, connection, url, path: variable.map(decodeURIComponent), headers, body };
    return await route(call);
  } finally {
    await connection.close();
  }
}

/** What a path allows, unless that says so already of the method that was asked. */
function allowed(path: Path | undefined, asked = "none"): Record<string, string> {
  return path === undefined || path.allow === "" || path.allow.includes(asked) ? {} : { allow: path.allow };
}
