/**
 * Values in and out of the database: what a caller gives is checked and copied before anything runs, what is read
 * comes back as JavaScript's own types.
 *
 * In: Date, bigint, Uint8Array, Map (string keys), Set, Error, URL, objects with `toJSON`, and the SDK's value types
 * (RecordId, Decimal, Uuid, Duration…). Out: datetimes are Date, bytes are Uint8Array, integers are number or, past
 * 2^53, bigint. SurrealDB has no map, error or URL: these come back as an object, `{ name, message }` and a string.
 * It knows one zero, and no half of a surrogate pair: -0 is 0 and such a half U+FFFD from the moment that they are copied.
 */
import {
  BoundExcluded,
  BoundIncluded,
  DateTime,
  Decimal,
  Duration,
  Future,
  GeometryCollection,
  Range,
  RecordId,
  RecordIdRange,
  Uuid,
  Value,
} from "surrealdb";

import { errorMessage, MinutierError } from "../errors.ts";
import { setOwn } from "./engine/driver-codec.ts";

/**
 * Levels of lists and objects. A server reads 100 levels of CBOR (3.3.5; the embedded engine 256) and does not say which
 * query was deeper. A query itself takes 3 of them, the rows that hold a value 2, its innermost geometry up to 9.
 */
const maxDepth = 80;
const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);
const maxUint64 = 2n ** 64n - 1n;
/** A decimal of the engine has 96 bits and at most 28 digits behind its point; it rounds the others away. */
const maxDecimal = 2n ** 96n - 1n;
const maxDecimalPlaces = 28;
/** The engine's calendar ends a little before JavaScript's. */
const maxYear = 262_142;

/** Where the encoder stands: the objects above it, the levels that they take, and the path that a refusal names. */
interface Position {
  readonly place: string;
  readonly path: (string | number)[];
  readonly ancestors: Set<object>;
  depth: number;
}

/** A checked copy of `value` that the driver can encode; throws `invalid_value` with the place of what can't be. */
export function toStored(value: unknown, place: string): unknown {
  return encode(value, { place, path: [], ancestors: new Set(), depth: 0 });
}

function refuse(at: Position, what: string, cure: string, cause?: unknown): never {
  const path = at.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  const place = at.place + (path.length <= 200 ? path : `${path.slice(0, 120)}…${path.slice(-60)}`);
  throw new MinutierError("invalid_value", `${place} can't be stored: ${what}. ${cure}`, { cause, details: { place } });
}

function encode(value: unknown, at: Position): unknown {
  switch (typeof value) {
    case "number":
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        refuse(
          at,
          `${value} is an integer past 2^53, which would lose digits`,
          "Give a bigint, a Decimal or a string.",
        );
      }
      // Of the two zeros the engine has one.
      return value === 0 ? 0 : value;
    case "string":
      return value.toWellFormed();
    case "bigint":
      if (value > maxInt64 || value < minInt64) {
        refuse(at, `${value} does not fit in 64 bits`, "Give a Decimal or a string.");
      }
      return value;
    case "function":
    case "symbol":
      return refuse(at, `it is a ${typeof value}`, "Give plain data.");
    case "object":
      return value === null ? null : encodeObject(value, at);
    default:
      return value;
  }
}

function encodeObject(value: object, at: Position): unknown {
  if (at.ancestors.has(value)) return refuse(at, "it contains itself", "Break the cycle, or store an id instead.");
  const levels = levelsOf(value);
  if (at.depth + levels > maxDepth) {
    return refuse(at, `it is more than ${maxDepth} levels deep`, "Flatten it, or give it as a text.");
  }
  at.ancestors.add(value);
  at.depth += levels;
  try {
    return encodeMembers(value, at);
  } catch (error) {
    if (MinutierError.isInstance(error)) throw error;
    // A getter, a toJSON or a proxy of the caller's.
    return refuse(at, `reading it failed: ${errorMessage(error)}`, "Give plain data.", error);
  } finally {
    at.ancestors.delete(value);
    at.depth -= levels;
  }
}

/** What CBOR makes of it: a type of SurrealDB's is a tag around what it holds. */
function levelsOf(value: object): number {
  if (value instanceof RecordIdRange) return 5;
  if (value instanceof Range) return 3;
  return value instanceof Set || value instanceof RecordId || value instanceof GeometryCollection ? 2 : 1;
}

function encodeMembers(value: object, at: Position): unknown {
  if (value instanceof Value) return encodeSdkValue(value, at);
  if (value instanceof Date) return toDateTime(value, at);
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof DataView) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return encodeItems(value as Iterable<unknown>, at);
  if (value instanceof Set) return new Set(encodeItems(value, at));
  if (value instanceof Map) return encodeEntries(mapEntries(value, at), at);
  if (value instanceof Error) return encodeEntries(errorEntries(value), at);
  if (value instanceof URL || value instanceof RegExp) return String(value);
  if (value instanceof String || value instanceof Number || value instanceof Boolean)
    return encode(value.valueOf(), at);
  if ("toJSON" in value && typeof value.toJSON === "function") return encode(value.toJSON(), at);
  const entries = Object.entries(value);
  if (entries.length === 0 && Symbol.toStringTag in value) {
    // A Promise, Blob, Headers, generator…: what it holds is not in its properties.
    return refuse(at, `it is a ${String(value[Symbol.toStringTag])}`, "Await it, or give plain data.");
  }
  return encodeEntries(entries, at);
}

function encodeItems(items: Iterable<unknown>, at: Position): unknown[] {
  return Array.from(items, (item, index) => encodeMember(index, item, at));
}

function encodeEntries(entries: Iterable<[string, unknown]>, at: Position): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    if (item !== undefined) setOwn(copy, key.toWellFormed(), encodeMember(key, item, at));
  }
  return copy;
}

function encodeMember(key: string | number, item: unknown, at: Position): unknown {
  at.path.push(key);
  const encoded = encode(item, at);
  at.path.pop();
  return encoded;
}

/** The driver checks none of its own types: the engine would wrap, round or not be able to read what is refused here. */
function encodeSdkValue(value: Value, at: Position): Value {
  if (value instanceof RecordId) return new RecordId(value.table, encodeKey(value.id, at));
  if (value instanceof RecordIdRange) {
    const [begin, end] = [value.begin, value.end].map((bound) => encodeBound(bound, at, encodeKey));
    return new RecordIdRange(value.table, begin, end);
  }
  if (value instanceof Range) {
    const [begin, end] = [value.begin, value.end].map((bound) => encodeBound(bound, at, encode));
    return new Range(begin, end);
  }
  if (value instanceof GeometryCollection) for (const part of value.collection) encodeObject(part, at);
  if (value instanceof Future) return refuse(at, "it is a Future, which SurrealDB 3 has not", "Give plain data.");
  if (value instanceof DateTime) checkDateTime(value, at);
  if (value instanceof Decimal) checkDecimal(value, at);
  if (value instanceof Duration && (value.toCompact()[0] ?? 0n) > maxUint64) {
    return refuse(at, `the duration ${String(value)} does not fit`, "Give a shorter one.");
  }
  return value;
}

function encodeKey(key: unknown, at: Position): RecordId["id"] {
  if (key instanceof Uuid) return key;
  if (typeof key === "number" && !Number.isInteger(key)) {
    return refuse(at, `the key ${key} of a record id is not an integer`, "Give a string or an integer.");
  }
  return encode(key, at) as RecordId["id"];
}

function encodeBound<T>(
  bound: BoundIncluded<unknown> | BoundExcluded<unknown> | undefined,
  at: Position,
  encodeValue: (value: unknown, at: Position) => T,
): BoundIncluded<T> | BoundExcluded<T> | undefined {
  if (bound === undefined) return undefined;
  const value = encodeValue(bound.value, at);
  return bound instanceof BoundIncluded ? new BoundIncluded(value) : new BoundExcluded(value);
}

function checkDateTime(value: DateTime, at: Position): void {
  const [seconds, nanoseconds] = value.toCompact();
  const year = new Date(Number(seconds) * 1000).getUTCFullYear();
  // Past JavaScript's own calendar the year is NaN.
  if (!(Math.abs(year) <= maxYear)) refuse(at, `its year is past ${maxYear}`, "Give one up to it.");
  if (nanoseconds < 0n || nanoseconds >= 10n ** 9n) {
    refuse(at, `${nanoseconds} nanoseconds are not part of a second`, "Give 0 to 999999999.");
  }
}

function checkDecimal(value: Decimal, at: Position): void {
  const text = value.toString();
  const [whole = "", places = ""] = text.replace("-", "").split(".");
  const kept = places.replace(/0+$/, "");
  if (kept.length <= maxDecimalPlaces && BigInt(whole + kept) <= maxDecimal) return;
  refuse(
    at,
    `the decimal ${text.slice(0, 60)} has more digits than SurrealDB keeps, 28`,
    "Round it, or give a string.",
  );
}

function mapEntries(map: Map<unknown, unknown>, at: Position): [string, unknown][] {
  return [...map].map(([key, item]) => {
    if (typeof key === "string") return [key, item];
    return refuse(
      at,
      `a Map's keys must be strings, and ${String(key)} is not`,
      "Use string keys or an array of pairs.",
    );
  });
}

function errorEntries(error: Error): [string, unknown][] {
  const own = Object.entries(error).filter(([key, item]) => key !== "stack" && typeof item !== "function");
  return [["name", error.name], ["message", error.message], ["cause", error.cause], ...own];
}

/** The SDK's own conversion gives negative nanoseconds before 1970, which it then can't encode. */
function toDateTime(date: Date, at: Position): DateTime {
  const time = date.getTime();
  if (Number.isNaN(time)) return refuse(at, "it is an invalid Date", "Give a valid one, or null.");
  if (Math.abs(date.getUTCFullYear()) > maxYear)
    return refuse(at, `its year is ${date.getUTCFullYear()}`, `Give one up to ${maxYear}.`);
  const seconds = Math.floor(time / 1000);
  return new DateTime([BigInt(seconds), BigInt(time - seconds * 1000) * 1_000_000n]);
}

/** What the driver decoded, as JavaScript's own types. Takes the value over: give it a fresh one. */
export function fromStored(value: unknown): unknown {
  // The driver gives a number where it can; a copy was never sent.
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof DateTime) return value.toDate();
  if (value instanceof Value || value instanceof Date) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  // Bytes that were encoded and never sent, as in a copy: their keys are numbers, and their prototype is everybody's.
  if (ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = fromStored(value[index]);
    return value;
  }
  if (value instanceof Set) return new Set([...value].map(fromStored));
  return decodeObject(value as Record<string, unknown>);
}

function decodeObject(value: Record<string, unknown>): Record<string, unknown> {
  for (const key of Object.keys(value)) value[key] = fromStored(value[key]);
  // A client that the application shares decodes a stored `__proto__` into the prototype: make it a key again.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    Object.setPrototypeOf(value, Object.prototype);
    setOwn(value, "__proto__", fromStored(prototype));
  }
  return value;
}
