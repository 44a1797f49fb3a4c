/**
 * JSON as a server reads it, which is not quite JSON: a server takes it for a value of SurrealQL. A text that begins as
 * a record, a time or a UUID is one; an integer has 64 bits; `\/` and a pair of surrogates are no escapes.
 */
import { MalformedFrame } from "./cbor-reader.ts";
import {
  FALSE,
  NULL,
  TRUE,
  writeFloat,
  writeInteger,
  writeList,
  writeMap,
  writeTag,
  writeText,
} from "./cbor-writer.ts";
import { INT64_MAX, INT64_MIN, legacyText } from "./legacy-text.ts";

/** How deep lists and objects may be nested into one another. */
const MAX_DEPTH = 100;
const TAG_NONE = 6;
const ESCAPES: Record<string, string> = { '"': '"', "'": "'", "\\": "\\", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const LITERALS: Record<string, Uint8Array> = {
  true: TRUE,
  false: FALSE,
  null: NULL,
  none: writeTag(TAG_NONE, NULL),
  nan: writeFloat(Number.NaN),
  infinity: writeFloat(Infinity),
};

/** How a value is read. */
export interface JsonOptions {
  /** Nothing may come after it. @default false */
  isWhole?: boolean;
  /** Texts may mean records, times and UUIDs. @default true */
  hasLegacyTexts?: boolean;
}

/** Encodes the first value of a text; throws {@link MalformedFrame}. */
export function jsonToCbor(text: string, { isWhole = false, hasLegacyTexts = true }: JsonOptions = {}): Uint8Array {
  const reader = new JsonReader(text, hasLegacyTexts ? legacyText : writeText);
  const value = reader.readValue(MAX_DEPTH);
  if (isWhole) reader.assertEnd();
  return value;
}

class JsonReader {
  readonly #text: string;
  readonly #encodeText: (text: string) => Uint8Array;
  #position = 0;

  constructor(text: string, encodeText: (text: string) => Uint8Array) {
    this.#text = text;
    this.#encodeText = encodeText;
  }

  assertEnd(): void {
    this.#take(/\s*/y);
    if (this.#position < this.#text.length) throw malformed();
  }

  readValue(depth: number): Uint8Array {
    this.#take(/\s*/y);
    const next = this.#text[this.#position];
    if (next === "{" || next === "[") {
      if (depth === 0) throw new MalformedFrame("the message is nested too deep");
      return next === "{" ? this.#readObject(depth - 1) : this.#readList(depth - 1);
    }
    if (next === '"' || next === "'") return this.#encodeText(this.#readText(next));
    const number = this.#take(/[+-]?\d+(\.\d+)?([eE][+-]?\d+)?(?![\w.])/y);
    if (number !== undefined) return toNumber(number);
    // Names of these are in any case, but `NaN` is written in one way.
    const word = this.#take(/[A-Za-z_]\w*(?![\w:(])/y) ?? "";
    const literal = LITERALS[word.toLowerCase()];
    if (literal === undefined || (word.toLowerCase() === "nan" && word !== "NaN")) throw malformed();
    return literal;
  }

  #readObject(depth: number): Uint8Array {
    const entries = new Map<string, Uint8Array>();
    this.#readEntries("}", () => {
      const quote = this.#text[this.#position];
      const key = quote === '"' || quote === "'" ? this.#readText(quote) : this.#take(/\w+/y);
      if (key === undefined) throw malformed();
      this.#expect(":");
      entries.set(key, this.readValue(depth));
    });
    return writeMap(entries);
  }

  #readList(depth: number): Uint8Array {
    const items: Uint8Array[] = [];
    this.#readEntries("]", () => items.push(this.readValue(depth)));
    return writeList(items);
  }

  /** Entries between commas, the last of which may have one too. */
  #readEntries(end: string, readEntry: () => void): void {
    this.#position += 1;
    for (;;) {
      this.#take(/\s*/y);
      if (this.#text[this.#position] === end) break;
      readEntry();
      this.#take(/\s*/y);
      if (this.#text[this.#position] === end) break;
      this.#expect(",");
    }
    this.#position += 1;
  }

  #readText(quote: string): string {
    let read = "";
    for (this.#position += 1; ;) {
      read += this.#take(/[^"'\\]*/y) ?? "";
      const next = this.#text[this.#position];
      if (next === undefined) throw malformed();
      this.#position += 1;
      if (next === quote) return read;
      read += next === "\\" ? this.#readEscape() : next;
    }
  }

  #readEscape(): string {
    const code = this.#take(/u([0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})/y);
    if (code !== undefined) {
      const point = Number.parseInt(code.replaceAll(/[u{}]/g, ""), 16);
      if ((point >= 0xd800 && point < 0xe000) || point > 0x10ffff) throw malformed();
      return String.fromCodePoint(point);
    }
    const escaped = ESCAPES[this.#text[this.#position] ?? ""];
    if (escaped === undefined) throw malformed();
    this.#position += 1;
    return escaped;
  }

  #expect(character: string): void {
    this.#take(/\s*/y);
    if (this.#text[this.#position] !== character) throw malformed();
    this.#position += 1;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const taken = pattern.exec(this.#text)?.[0];
    this.#position += taken?.length ?? 0;
    return taken;
  }
}

function toNumber(text: string): Uint8Array {
  if (/[.eE]/.test(text)) return writeFloat(Number(text));
  const value = BigInt(text.replace("+", ""));
  if (value > INT64_MAX || value < INT64_MIN) throw malformed();
  return writeInteger(value);
}

function malformed(): MalformedFrame {
  return new MalformedFrame("not JSON as SurrealDB reads it");
}
