/** What a server answered, as a text that two servers can be compared by: without times, ids and secrets. */
import { CborCodec, DateTime, Decimal, Duration, FileRef, Geometry, RecordId, Table, Uuid } from "surrealdb";

import type { Received } from "./raw-socket.ts";

/** How a message is written. */
export type Format = "cbor" | "json";

const codec = new CborCodec({});

const replaced: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, "‹token›"],
  [/surreal-refresh-[\w-]+/g, "‹refresh›"],
  [/surrealdb[-/]\d+\.\d+\.\d+[\w.+-]*/g, "‹version›"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "‹uuid›"],
  [/(?!2026-01-01|1969)\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "‹time›"],
  [/\$argon2id\$[^'"\s\\]+/g, "‹hash›"],
  [/PASSHASH '[^']*'/g, "PASSHASH ‹hash›"],
  [/\b(namespace|database)\d+/g, "‹$1›"],
  // Of a record that was given none: 20 letters and digits.
  [/\b(?=[a-z0-9]*\d)[a-z0-9]{20}\b/g, "‹id›"],
  [/"time":"[\d.]+(ns|µs|ms|s)[^"]*"/g, '"time":"‹duration›"'],
];

/** Texts that hold nothing of this moment. */
export function settle(text: string): string {
  return replaced.reduce((settled, [pattern, replacement]) => settled.replace(pattern, replacement), text);
}

/** A message of either format. */
export function observe(received: Received | undefined): string {
  if (received === undefined) return "‹silence›";
  if ("closed" in received) return `‹closed ${received.closed}›`;
  return "text" in received ? observeJson(received.text) : observeCbor(received.bytes);
}

export function observeJson(text: string): string {
  try {
    return settle(JSON.stringify(inOrder(JSON.parse(text))));
  } catch {
    return settle(`‹text› ${text}`);
  }
}

export function observeCbor(bytes: Uint8Array): string {
  try {
    return settle(JSON.stringify(inOrder(codec.decode(bytes))));
  } catch {
    return settle(`‹bytes› ${Buffer.from(bytes).toString("latin1")}`);
  }
}

export function decode(received: Exclude<Received, { closed: number }>): unknown {
  return "text" in received ? JSON.parse(received.text) : codec.decode(received.bytes);
}

/** Whether it tells of a change rather than answers. */
export function isNotification(received: Received | undefined): boolean {
  if (received === undefined || "closed" in received) return false;
  const { id, result } = decode(received) as { id?: unknown; result?: { action?: unknown } };
  return id === undefined && typeof result?.action === "string";
}

/** The id of the request that a message answers. */
export function idOf(received: Received): unknown {
  try {
    return "closed" in received ? undefined : (decode(received) as { id?: unknown }).id;
  } catch {
    return undefined;
  }
}

/** Keys in one order, and values of SurrealDB's types told from texts. */
function inOrder(value: unknown): unknown {
  if (value === undefined) return "‹none›";
  if (typeof value === "bigint") return `‹int› ${value}`;
  if (typeof value === "number") return Number.isFinite(value) ? value : `‹float› ${value}`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uuid) return "‹uuid›";
  if (value instanceof DateTime || value instanceof Date) return "‹datetime›";
  if (value instanceof Duration) return `‹duration› ${String(value)}`;
  if (value instanceof Decimal) return `‹decimal› ${String(value)}`;
  if (value instanceof RecordId) return `‹record› ${String(value)}`;
  if (value instanceof Table) return `‹table› ${String(value)}`;
  if (value instanceof FileRef || value instanceof Geometry) return `‹${value.constructor.name}› ${String(value)}`;
  if (value instanceof ArrayBuffer) return `‹bytes› ${Buffer.from(value).toString("hex")}`;
  if (value instanceof Uint8Array) return `‹bytes› ${Buffer.from(value).toString("hex")}`;
  if (value instanceof Set) return ["‹set›", ...Array.from(value, inOrder)];
  if (Array.isArray(value)) return value.map(inOrder);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, inOrder(entry)]));
}
