/** One request as the RPC protocol has it. */
import { DateTime, Decimal, Uuid } from "surrealdb";

import { decodeValue, encodeValue, isList, readFrame } from "./cbor-frame.ts";
import { invalidRequest } from "./rpc-error.ts";

export interface RpcRequest {
  /** Encoded; the answer has none when the request had none. */
  id: Uint8Array | undefined;
  method: string;
  /** Encoded list, empty when the request had none. */
  params: Uint8Array;
  /** The session that the client named. */
  session: string | undefined;
  transaction: Uuid | undefined;
}

const NO_PARAMS = encodeValue([]);

/** Reads an encoded message; throws {@link MalformedFrame}, or {@link RpcFailure} for one that asks nothing. */
export function readRequest(message: Uint8Array): RpcRequest {
  const frame = readFrame(message);
  const field = (name: string): unknown => {
    const encoded = frame.get(name);
    return encoded && decodeValue(encoded);
  };
  const id = field("id");
  const version = field("version") ?? 1;
  const trace = field("trace_context") ?? "";
  const method = field("method");
  const params = frame.get("params");
  const isRequest =
    isId(id) &&
    (version === 1 || version === 2) &&
    (typeof trace === "string" || isMap(trace)) &&
    typeof method === "string";
  if (!isRequest) throw invalidRequest();
  return {
    id: id === undefined ? undefined : frame.get("id"),
    method,
    params: params && isList(params) ? params : NO_PARAMS,
    session: toUuid(field("session"))?.toString(),
    transaction: toUuid(field("txn")),
  };
}

function isId(id: unknown): boolean {
  if (id === undefined || id === null) return true;
  const isSimple = typeof id === "string" || typeof id === "number" || typeof id === "bigint";
  return isSimple || id instanceof Uuid || id instanceof DateTime || id instanceof Decimal;
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function toUuid(value: unknown): Uuid | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    if (value instanceof Uuid || typeof value === "string") return new Uuid(value.toString());
  } catch {
    // Not the text of a UUID.
  }
  throw invalidRequest();
}
