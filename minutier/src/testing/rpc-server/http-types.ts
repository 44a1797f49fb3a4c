/** The types of content that a request has and accepts. */
import type { IncomingHttpHeaders } from "node:http";

import { CBOR_TYPE, JSON_TYPE, plainFailure, unsupportedType } from "./http-reply.ts";
import type { WireFormat } from "./wire-format.ts";

export type ContentType =
  | "application/json"
  | "application/cbor"
  | "application/vnd.surrealdb.flatbuffers"
  | "text/plain"
  | "application/octet-stream";

const KNOWN: readonly ContentType[] = [
  JSON_TYPE,
  CBOR_TYPE,
  "application/vnd.surrealdb.flatbuffers",
  "text/plain",
  "application/octet-stream",
];

/** Throws {@link HttpFailure} when there is none, or one that nobody knows. */
export function readContentType(headers: IncomingHttpHeaders): ContentType {
  const type = headers["content-type"];
  if (type === undefined) throw plainFailure(400, "Header of type `content-type` was missing");
  return readType("content-type", type);
}

/** Undefined when the client doesn't say what it accepts. */
export function readAccept(headers: IncomingHttpHeaders): ContentType | undefined {
  const { accept } = headers;
  if (accept === undefined) return undefined;
  return accept.split(";", 1)[0] === "*/*" ? JSON_TYPE : readType("accept", accept);
}

/** Throws {@link HttpFailure} for a type that isn't one of messages. */
export function toFormat(type: ContentType): WireFormat {
  if (type === JSON_TYPE) return "json";
  if (type === CBOR_TYPE) return "cbor";
  throw unsupportedType();
}

function readType(name: string, value: string): ContentType {
  const said = value.split(";", 1)[0];
  const type = KNOWN.find((known) => known === said);
  if (type === undefined) throw plainFailure(400, `invalid HTTP header (${name})`);
  return type;
}
