/** Takes personal data and secrets out of values that are about to be stored. */
import { Value } from "surrealdb";

import { applyRedactor, isRedactionFailure, type Redactor } from "../redact/redactor.ts";
import { toStored } from "./codec.ts";
import { setOwn } from "./engine/driver-codec.ts";

/**
 * A checked copy of `value` whose texts are redacted: those inside arrays, objects, maps, sets and errors too. Keys of
 * objects, record ids, dates, numbers and bytes stay. Without a redactor, the value itself.
 */
export function redactValue<T>(redact: Redactor | undefined, value: T, place: string): T {
  if (redact === undefined || value === undefined) return value;
  // The codec makes plain data of everything, so that no text hides in a getter, a `toJSON` or a URL.
  return redactTexts(toStored(value, place), (text) => applyRedactor(redact, text, "record")) as T;
}

/** Why something failed, redacted; a failure is put on record even when its message can't be redacted. */
export function redactMessage<T extends string | undefined>(redact: Redactor | undefined, message: T): T | string {
  if (redact === undefined || message === undefined) return message;
  try {
    return applyRedactor(redact, message, "record");
  } catch (error) {
    if (!isRedactionFailure(error)) throw error;
    return "The message is left out: a redact function failed on it.";
  }
}

/** A copy of plain data with each text replaced. */
export function redactTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === "string") return replace(value);
  if (typeof value !== "object" || value === null || isLeaf(value)) return value;
  if (Array.isArray(value)) return value.map((item) => redactTexts(item, replace));
  if (value instanceof Set) return new Set(Array.from(value, (item) => redactTexts(item, replace)));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) setOwn(copy, key, redactTexts(item, replace));
  return copy;
}

function isLeaf(value: object): boolean {
  return value instanceof Value || ArrayBuffer.isView(value);
}
