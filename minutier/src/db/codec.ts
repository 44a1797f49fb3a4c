/**
 * Values in and out of the database: what a caller gives is checked and copied before anything runs, what is read
 * comes back as JavaScript's own types.
 *
 * In: Date, bigint, Uint8Array, Map (string keys), Set, Error, URL, objects with `toJSON`, and the SDK's value types
 * (RecordId, Decimal, Uuid, Duration…). Out: datetimes are Date, bytes are Uint8Array, integers are number or, past
 * 2^53, bigint. SurrealDB has no map, error or URL: these come back as an object, `{ name, message }` and a string.
 */
import { DateTime, Value } from "surrealdb";

import { MinutierError } from "../errors.ts";

/** Deeper than this, the engine's own recursion limit is near. */
const maxDepth = 100;
const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);

/** A checked copy of `value` that the driver can encode; throws `invalid_value` with the place of what can't be. */
export function toStored(value: unknown, place: string): unknown {
  return encode(value, place, new Set());
}

function refuse(place: string, what: string, cure: string): never {
  throw new MinutierError("invalid_value", `${place} can't be stored: ${what}. ${cure}`, { details: { place } });
}

function encode(value: unknown, place: string, ancestors: Set<object>): unknown {
  switch (typeof value) {
    case "number":
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        refuse(place, `${value} is an integer past 2^53, which would lose digits`, "Give a bigint, a Decimal or a string.");
      }
      return value;
    case "bigint":
      if (value > maxInt64 || value < minInt64) {
        refuse(place, `${value} does not fit in 64 bits`, "Give a Decimal or a string.");
      }
      return value;
    case "function":
    case "symbol":
      return refuse(place, `it is a ${typeof value}`, "Give plain data.");
    case "object":
      return value === null ? null : encodeObject(value, place, ancestors);
    default:
      return value;
  }
}

function encodeObject(value: object, place: string, ancestors: Set<object>): unknown {
  if (value instanceof Value) return value;
  if (value instanceof Date) return toDateTime(value, place);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  if (value instanceof URL || value instanceof RegExp) return String(value);
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    return refuse(place, `it is a ${value.constructor.name}`, "Await it, or give plain data.");
  }
  if (ancestors.has(value)) return refuse(place, "it contains itself", "Break the cycle, or store an id instead.");
  if (ancestors.size >= maxDepth) return refuse(place, `it is more than ${maxDepth} levels deep`, "Flatten it.");
  ancestors.add(value);
  const copy = encodeMembers(value, place, ancestors);
  ancestors.delete(value);
  return copy;
}

function encodeMembers(value: object, place: string, ancestors: Set<object>): unknown {
  if (Array.isArray(value)) return value.map((item, index) => encode(item, `${place}[${index}]`, ancestors));
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<number>);
  if (value instanceof Set) {
    return new Set([...value].map((item, index) => encode(item, `${place}[${index}]`, ancestors)));
  }
  if (value instanceof Map) return encodeEntries(mapEntries(value, place), place, ancestors);
  if (value instanceof Error) return encodeEntries(errorEntries(value), place, ancestors);
  if ("toJSON" in value && typeof value.toJSON === "function") return encode(value.toJSON(), place, ancestors);
  return encodeEntries(Object.entries(value), place, ancestors);
}

function encodeEntries(
  entries: Iterable<[string, unknown]>,
  place: string,
  ancestors: Set<object>,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    if (item === undefined) continue;
    setOwn(copy, key, encode(item, `${place}.${key}`, ancestors));
  }
  return copy;
}

function mapEntries(map: Map<unknown, unknown>, place: string): [string, unknown][] {
  return [...map].map(([key, item]) => {
    if (typeof key === "string") return [key, item];
    return refuse(place, `a Map's keys must be strings, and ${String(key)} is not`, "Use string keys or an array of pairs.");
  });
}

function errorEntries(error: Error): [string, unknown][] {
  const own = Object.entries(error).filter(([key, item]) => key !== "stack" && typeof item !== "function");
  return [["name", error.name], ["message", error.message], ...(error.cause === undefined ? [] : [["cause", error.cause] as [string, unknown]]), ...own];
}

/** `__proto__` is a key like another: assigned plainly it would change the object's prototype instead. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/** The SDK's own conversion gives negative nanoseconds before 1970, which it then can't encode. */
function toDateTime(date: Date, place: string): DateTime {
  const time = date.getTime();
  if (Number.isNaN(time)) return refuse(place, "it is an invalid Date", "Give a valid one, or null.");
  const seconds = Math.floor(time / 1000);
  return new DateTime([BigInt(seconds), BigInt(time - seconds * 1000) * 1_000_000n]);
}

/** What the driver decoded, as JavaScript's own types. Takes the value over: give it a fresh one. */
export function fromStored(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof DateTime) return value.toDate();
  if (value instanceof Value || value instanceof Date) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = fromStored(value[index]);
    return value;
  }
  if (value instanceof Set) return new Set([...value].map(fromStored));
  return decodeObject(value as Record<string, unknown>);
}

function decodeObject(value: Record<string, unknown>): Record<string, unknown> {
  for (const key of Object.keys(value)) value[key] = fromStored(value[key]);
  // The driver assigns a stored `__proto__` key as the object's prototype: make it a key again.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    Object.setPrototypeOf(value, Object.prototype);
    setOwn(value, "__proto__", fromStored(prototype));
  }
  return value;
}
