/** Failed sign-ins. The embedded engine calls some of them internal errors that a server tells apart. */
import { decodeValue, encodeValue } from "./cbor-frame.ts";
import type { RpcError } from "./rpc-error.ts";

const KINDS: Record<string, string> = {
  "No record was returned": "NotFound",
  "The record access signin query failed": "Query",
  "The record access signup query failed": "Query",
};

/** The encoded error as a server has it. */
export function toServersError(method: string, encoded: Uint8Array): Uint8Array {
  const error = decodeValue(encoded) as RpcError;
  if (error.kind !== "Internal") return encoded;
  if (method === "authenticate") return encodeValue(invalidAuth);
  const kind = KINDS[error.message];
  return kind === undefined ? encoded : encodeValue({ ...error, kind });
}

const invalidAuth: RpcError = {
  code: -32002,
  kind: "NotAllowed",
  message: "There was a problem with authentication",
  details: { kind: "Auth", details: { kind: "InvalidAuth" } },
  cause: undefined,
};
