/** An encoded answer as a server writes it in JSON, which has fewer types: what JSON lacks becomes a text or null. */
import { DateTime, Duration, FileRef, Uuid } from "surrealdb";

import { decodeValue } from "./cbor-frame.ts";
import { ARRAY, BYTES, CborReader, type Head, MAP, SIMPLE, TAG, TEXT } from "./cbor-reader.ts";

const TAG_NONE = 6;
const TAG_TABLE = 7;
const TAG_RECORD = 8;
const TAG_DECIMAL = 10;
const TAG_RANGE = 49;
const TAG_SET = 56;
const GEOMETRIES: Record<number, string> = {
  88: "Point",
  89: "LineString",
  90: "Polygon",
  91: "MultiPoint",
  92: "MultiLineString",
  93: "MultiPolygon",
};
const TAG_COLLECTION = 94;

/** Gives the text of each encoded value, as SurrealQL writes it. */
export type ToTexts = (values: readonly Uint8Array[]) => Promise<readonly string[]>;

/** Writes JSON; records and ranges are put into words by `toTexts`, which knows how names are quoted. */
export async function cborToJson(bytes: Uint8Array, toTexts: ToTexts): Promise<string> {
  const writer = new JsonWriter(bytes);
  const parts = writer.write();
  const texts = writer.worded.length === 0 ? [] : await toTexts(writer.worded);
  return parts.map((part) => (typeof part === "string" ? part : JSON.stringify(texts[part]))).join("");
}

/** A piece of JSON, or the place in the list of texts that a value's text comes from. */
type Part = string | number;

class JsonWriter {
  readonly worded: Uint8Array[] = [];
  readonly #bytes: Uint8Array;
  readonly #reader: CborReader;
  readonly #parts: Part[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#reader = new CborReader(bytes);
  }

  write(): Part[] {
    this.#writeValue();
    return this.#parts;
  }

  #writeValue(): void {
    const start = this.#reader.position;
    const head = this.#reader.readHead();
    if (head.major === TAG) this.#writeTagged(Number(head.argument), start);
    else if (head.major === ARRAY) this.#writeList(head, () => this.#writeValue());
    else if (head.major === MAP) this.#writeObject(head);
    else if (head.major === TEXT) this.#add(JSON.stringify(Buffer.from(this.#reader.readContent(head)).toString()));
    else if (head.major === BYTES) this.#add(`[${this.#reader.readContent(head).join(",")}]`);
    else if (head.major === SIMPLE) this.#add(this.#simple(head));
    else this.#add(String(head.major === 0 ? head.argument : -1n - (head.argument ?? 0n)));
  }

  #writeTagged(tag: number, start: number): void {
    if (tag in GEOMETRIES) {
      this.#add(`{"type":"${GEOMETRIES[tag]}","coordinates":`);
      this.#writeCoordinates();
      this.#add("}");
    } else if (tag === TAG_COLLECTION) {
      this.#add('{"type":"GeometryCollection","geometries":');
      this.#writeValue();
      this.#add("}");
    } else if (tag === TAG_TABLE || tag === TAG_DECIMAL || tag === TAG_SET) {
      this.#writeValue();
    } else {
      this.#skipValue();
      this.#writeWhole(tag, this.#bytes.subarray(start, this.#reader.position));
    }
  }

  #writeWhole(tag: number, encoded: Uint8Array): void {
    if (tag === TAG_NONE) this.#add("null");
    else if (tag === TAG_RECORD || tag === TAG_RANGE) this.#parts.push(this.worded.push(encoded) - 1);
    else this.#add(JSON.stringify(toText(tag, decodeValue(encoded))));
  }

  #writeCoordinates(): void {
    const head = this.#reader.readHead();
    if (head.major === TAG) this.#writeCoordinates();
    else if (head.major === ARRAY) this.#writeList(head, () => this.#writeCoordinates());
    else this.#add(this.#simple(head));
  }

  #writeList(head: Head, writeItem: () => void): void {
    let separator = "[";
    this.#reader.readItems(head, () => {
      this.#add(separator);
      separator = ",";
      writeItem();
    });
    this.#add(separator === "[" ? "[]" : "]");
  }

  #writeObject(head: Head): void {
    let separator = "{";
    this.#reader.readItems(head, () => {
      this.#add(separator);
      separator = ",";
      this.#writeValue();
      this.#add(":");
      this.#writeValue();
    });
    this.#add(separator === "{" ? "{}" : "}");
  }

  #simple(head: Head): string {
    if (head.info === 20) return "false";
    if (head.info === 21) return "true";
    if (head.info < 25) return "null";
    const value = this.#reader.readFloat(head);
    if (!Number.isFinite(value)) return "null";
    return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
  }

  #skipValue(): void {
    const head = this.#reader.readHead();
    if (head.major === TAG) this.#skipValue();
    else if (head.major === ARRAY) this.#reader.readItems(head, () => this.#skipValue());
    else if (head.major === TEXT || head.major === BYTES) this.#reader.readContent(head);
    else if (head.major === MAP) {
      this.#reader.readItems(head, () => {
        this.#skipValue();
        this.#skipValue();
      });
    }
  }

  #add(part: string): void {
    this.#parts.push(part);
  }
}

function toText(tag: number, value: unknown): string {
  if (value instanceof DateTime) return withoutZeros(value.toISOString());
  if (value instanceof Duration) return value.toString().replace("us", "µs");
  if (value instanceof Uuid || value instanceof FileRef) return value.toString();
  throw new Error(`the engine answered with the tag ${tag}, which JSON has no text for`);
}

/** As many digits of a second's fraction as it has, in threes. */
function withoutZeros(time: string): string {
  const [whole = "", fraction = ""] = time.replace("Z", "").split(".");
  const digits = fraction.padEnd(9, "0").replace(/(000)+$/, "");
  return digits === "" ? `${whole}Z` : `${whole}.${digits}Z`;
}
