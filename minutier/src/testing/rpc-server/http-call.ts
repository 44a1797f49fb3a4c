/** One HTTP request, read and signed in, as a route gets it. */
import type { IncomingHttpHeaders } from "node:http";

import { encodeValue } from "./cbor-frame.ts";
import type { Backend, Connection } from "./connection.ts";
import { type StatementResult, toResult } from "./datastore.ts";
import { CBOR_TYPE, JSON_TYPE, type Reply, requestProblem, unsupportedType } from "./http-reply.ts";
import { readAccept } from "./http-types.ts";
import type { Selection } from "./selection.ts";
import { toJson } from "./wire-format.ts";

export interface HttpCall {
  backend: Backend;
  connection: Connection;
  url: URL;
  /** What the route's path has in its variable places. */
  path: readonly string[];
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

export type Route = (call: HttpCall) => Promise<Reply>;

/** The body as a text; throws {@link HttpFailure}. */
export function readText({ body }: HttpCall): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw requestProblem("Non UTF-8 request body");
  }
}

/** Throws {@link HttpFailure} unless a namespace and a database are selected. */
export function assertSelected({ namespace, database }: Selection): { namespace: string; database: string } {
  if (namespace === undefined) throw requestProblem("Specify a namespace to use");
  if (database === undefined) throw requestProblem("Specify a database to use");
  return { namespace, database };
}

/** The statements' results, encoded; throws {@link RpcFailure}. */
export async function runStatements(
  { connection }: HttpCall,
  text: string,
  variables: Record<string, unknown>,
): Promise<{ encoded: Uint8Array; statements: StatementResult[] }> {
  const answer = await connection.call("query", encodeValue([text, variables]));
  return { encoded: answer[1], statements: toResult(answer) as StatementResult[] };
}

/** An encoded value in the format that the client accepts; throws {@link HttpFailure} when that isn't one of values. */
export async function replyWith({ backend, headers }: HttpCall, value: Uint8Array, status = 200): Promise<Reply> {
  const accept = readAccept(headers) ?? JSON_TYPE;
  if (accept === CBOR_TYPE) return { status, type: CBOR_TYPE, body: value };
  if (accept !== JSON_TYPE) throw unsupportedType();
  return { status, type: JSON_TYPE, body: await toJson(value, backend.datastore) };
}
