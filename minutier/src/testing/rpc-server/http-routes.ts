/** The HTTP side of a SurrealDB server: `/rpc` for the SDK's HTTP engine, and the routes that need no SDK. */
import type { IncomingMessage, RequestListener } from "node:http";

import { jsonify } from "surrealdb";

import { decodeValue, encodeValue } from "./cbor-frame.ts";
import { Connection } from "./connection.ts";
import type { Backend } from "./connection.ts";
import type { StatementResult } from "./datastore.ts";
import { signInByHeaders } from "./http-sign-in.ts";
import { RpcFailure } from "./rpc-error.ts";
import type { RpcError } from "./rpc-error.ts";

interface Reply {
  status: number;
  type: "text/plain" | "application/json" | "application/cbor";
  body: string | Uint8Array;
}

interface Call {
  connection: Connection;
  backend: Backend;
  url: URL;
  /** Without parameters such as the charset. */
  contentType: string;
  body: Buffer;
}

type Route = (call: Call) => Promise<Reply>;

class HttpFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const ROUTES: Record<string, Route> = {
  "/rpc": answerRpc,
  "/sql": runQuery,
  // An export begins with OPTION IMPORT, so that it runs as any other query.
  "/import": runQuery,
  "/export": exportDatabase,
};

export function createRequestListener(backend: Backend, maxPayloadBytes: number): RequestListener {
  return (request, response) => {
    void answer(request, backend, maxPayloadBytes)
      .catch(toFailureReply)
      .then(({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body));
  };
}

async function answer(request: IncomingMessage, backend: Backend, maxPayloadBytes: number): Promise<Reply> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname === "/health" || url.pathname === "/status") return text(200, "");
  if (url.pathname === "/version") return text(200, await backend.datastore.version());

  const route = Object.hasOwn(ROUTES, url.pathname) ? ROUTES[url.pathname] : undefined;
  if (!route) throw new HttpFailure(404, `no route ${url.pathname}`);
  if (request.method !== "POST") throw new HttpFailure(405, `${url.pathname} takes POST`);
  const body = await readBody(request, maxPayloadBytes);
  const contentType = (request.headers["content-type"] ?? "").split(";", 1)[0] ?? "";

  const connection = new Connection(backend);
  try {
    await signInByHeaders(connection, request.headers).catch((error: unknown) => {
      throw new HttpFailure(401, error instanceof Error ? error.message : String(error));
    });
    return await route({ connection, backend, url, contentType, body });
  } finally {
    await connection.close();
  }
}

async function answerRpc({ connection, contentType, body }: Call): Promise<Reply> {
  if (contentType === "application/cbor") {
    return { status: 200, type: "application/cbor", body: await connection.handle(body) };
  }
  if (contentType !== "application/json") throw new HttpFailure(415, "/rpc takes application/cbor or application/json");
  const response = decodeValue(await connection.handle(encodeValue(JSON.parse(body.toString()))));
  // JSON has no NONE, and an answer without a result would be no answer.
  return json(200, { result: null, ...(response as { id: unknown; result?: unknown; error?: RpcError }) });
}

async function runQuery({ connection, url, body }: Call): Promise<Reply> {
  const variables = Object.fromEntries(url.searchParams);
  return json(200, await connection.request("query", [body.toString(), variables]));
}

async function exportDatabase({ connection, backend, contentType, body }: Call): Promise<Reply> {
  // The engine exports as the owner; whether this client may see the whole database, its own session tells.
  const check = "INFO FOR DB; RETURN [session::ns(), session::db()]";
  const [info, selected] = (await connection.request("query", [check, {}])) as [StatementResult, StatementResult];
  if (info.status !== "OK") throw new HttpFailure(403, String(info.result));
  const [namespace, database] = selected.result as [string, string];
  const config = contentType === "application/cbor" && body.length > 0 ? body : undefined;
  return text(200, await backend.datastore.export(namespace, database, config));
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new HttpFailure(413, `the body is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toFailureReply(error: unknown): Reply {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof HttpFailure) return text(error.status, message);
  if (error instanceof RpcFailure) return text(error.error.kind === "NotAllowed" ? 403 : 400, message);
  return text(400, message);
}

function text(status: number, body: string): Reply {
  return { status, type: "text/plain", body };
}

function json(status: number, value: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(jsonify(value)) };
}
