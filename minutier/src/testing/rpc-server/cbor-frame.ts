/**
 * The little CBOR that the server reads itself: the top-level map of an RPC message.
 *
 * The values inside go to the engine, and back to the client, as the bytes they came in. Decoded and encoded again they
 * would change: a float without a fraction would become an integer, a `__proto__` key would be lost.
 */
import { CborCodec } from "surrealdb";

import { ARRAY, BYTES, CborReader, MalformedFrame, MAP, TAG, TEXT } from "./cbor-reader.ts";

const codec = new CborCodec({});

/** How deep a server reads lists, maps and tags into one another, the message itself included. */
const MAX_DEPTH = 100;

/** The fields of one RPC message, each value still encoded. */
export type Frame = Map<string, Uint8Array>;

export function encodeValue(value: unknown): Uint8Array {
  return codec.encode(value);
}

/** Decodes one value; throws {@link MalformedFrame}. */
export function decodeValue(bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new MalformedFrame("not a CBOR value that SurrealDB knows", { cause });
  }
}

/** Splits a message into its fields, whatever comes after it; throws {@link MalformedFrame}. */
export function readFrame(bytes: Uint8Array): Frame {
  const reader = new CborReader(bytes);
  const message = reader.readHead();
  if (message.major !== MAP) throw new MalformedFrame("an RPC message must be a map");
  const frame: Frame = new Map();
  reader.readItems(message, () => {
    const key = reader.readHead();
    if (key.major !== TEXT) throw new MalformedFrame("the keys of an RPC message must be texts");
    const name = Buffer.from(reader.readContent(key)).toString();
    const start = reader.position;
    skipValue(reader, MAX_DEPTH - 1);
    frame.set(name, bytes.subarray(start, reader.position));
  });
  return frame;
}

/** Joins fields into one message; at most 23 of them, which a one-byte map header can count. */
export function writeFrame(fields: Iterable<readonly [key: string, value: Uint8Array]>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [key, value] of fields) parts.push(encodeValue(key), value);
  const header = Uint8Array.of((MAP << 5) | (parts.length / 2));
  return Buffer.concat([header, ...parts]);
}

/** Whether the bytes are a list. */
export function isList(value: Uint8Array): boolean {
  return (value[0] ?? 0) >> 5 === ARRAY;
}

/** Passes one value with everything inside it; throws when that is nested deeper than `depth`. */
function skipValue(reader: CborReader, depth: number): void {
  const head = reader.readHead();
  if (head.major === BYTES || head.major === TEXT) {
    reader.readContent(head);
    return;
  }
  if (head.major !== ARRAY && head.major !== MAP && head.major !== TAG) return;
  if (depth === 0) throw new MalformedFrame("the message is nested too deep");
  const skip = (): void => skipValue(reader, depth - 1);
  if (head.major === TAG) skip();
  else if (head.major === ARRAY) reader.readItems(head, skip);
  else {
    reader.readItems(head, () => {
      skip();
      skip();
    });
  }
}
