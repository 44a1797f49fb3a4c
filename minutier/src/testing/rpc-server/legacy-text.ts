/** A text in JSON that means a record, a time or a UUID, as all of them did before SurrealQL had prefixes for them. */
import { writeInteger, writeList, writeTag, writeText } from "./cbor-writer.ts";

const TAG_TIME = 0;
const TAG_RECORD = 8;
const TAG_UUID = 9;
export const INT64_MAX: bigint = 2n ** 63n - 1n;
export const INT64_MIN: bigint = -(2n ** 63n);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?$/;
const NAME = "([A-Za-z_][A-Za-z0-9_]*|`[^`\\\\]+`|⟨[^⟩\\\\]+⟩)";
/** A record, whatever comes after it: "note: hello" begins with one. */
const RECORD = new RegExp(`^\\s*${NAME}\\s*:\\s*(?:${NAME}|([+-]?\\d+)(?![A-Za-z0-9_])|(\\d+[A-Za-z0-9_]*))`);

export function legacyText(text: string): Uint8Array {
  if (UUID.test(text)) return writeTag(TAG_UUID, writeText(text));
  if (TIME.test(text) && !Number.isNaN(Date.parse(text))) return writeTag(TAG_TIME, writeText(text));
  const [, table, named, number, mixed] = RECORD.exec(text) ?? [];
  if (table === undefined) return writeText(text);
  const key = number === undefined ? writeText(unquoted(named ?? mixed ?? "")) : toKey(number);
  return writeTag(TAG_RECORD, writeList([writeText(unquoted(table)), key]));
}

function toKey(digits: string): Uint8Array {
  const value = BigInt(digits.replace("+", ""));
  return value > INT64_MAX || value < INT64_MIN ? writeText(digits) : writeInteger(value);
}

function unquoted(name: string): string {
  return /^[`⟨]/.test(name) ? name.slice(1, -1) : name;
}
