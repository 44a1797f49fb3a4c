/**
 * The little CBOR that the server reads itself: the top-level map of an RPC message.
 *
 * The values inside go to the engine, and back to the client, as the bytes they came in. Decoded and encoded again they
 * would change: a float without a fraction would become an integer, a `__proto__` key would be lost.
 */
import { CborCodec } from "surrealdb";

const codec = new CborCodec({});

const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;

/** The fields of one RPC message, each value still encoded. */
export type Frame = Map<string, Uint8Array>;

/** Thrown for bytes that aren't one CBOR map with text keys. */
export class MalformedFrame extends Error {
  override readonly name: string = "MalformedFrame";
}

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

/** Splits a message into its fields; throws {@link MalformedFrame}. */
export function readFrame(bytes: Uint8Array): Frame {
  const reader = new Reader(bytes);
  const { major, argument: fieldCount } = reader.readHead();
  if (major !== MAP) throw new MalformedFrame("an RPC message must be a map");
  const frame: Frame = new Map();
  for (let field = 0; field < fieldCount; field++) {
    const key = decodeValue(reader.readValue());
    if (typeof key !== "string") throw new MalformedFrame("the keys of an RPC message must be texts");
    frame.set(key, reader.readValue());
  }
  return frame;
}

/** Joins fields into one message; at most 23 of them, which a one-byte map header can count. */
export function writeFrame(fields: Iterable<readonly [key: string, value: Uint8Array]>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [key, value] of fields) parts.push(encodeValue(key), value);
  const header = Uint8Array.of((MAP << 5) | (parts.length / 2));
  return Buffer.concat([header, ...parts]);
}

/** Walks over values without decoding them, and without recursion: a hostile depth can't overflow the stack. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the type of the next item and its argument: a length, a count, or a number's own value. */
  readHead(): { major: number; argument: number } {
    const initial = this.#view.getUint8(this.#skip(1));
    const major = initial >> 5;
    const info = initial & 31;
    if (info < 24) return { major, argument: info };
    if (info === 24) return { major, argument: this.#view.getUint8(this.#skip(1)) };
    if (info === 25) return { major, argument: this.#view.getUint16(this.#skip(2)) };
    if (info === 26) return { major, argument: this.#view.getUint32(this.#skip(4)) };
    if (info === 27) return { major, argument: Number(this.#view.getBigUint64(this.#skip(8))) };
    // 31 announces an indefinite length, which no SurrealDB client writes; 28 to 30 have no meaning.
    throw new MalformedFrame("CBOR items must have a definite length");
  }

  /** Returns the bytes of the next value, with everything inside it. */
  readValue(): Uint8Array {
    const start = this.#position;
    let itemsLeft = 1;
    while (itemsLeft > 0) {
      itemsLeft -= 1;
      const { major, argument } = this.readHead();
      if (major === BYTES || major === TEXT) this.#skip(argument);
      else if (major === ARRAY) itemsLeft += argument;
      else if (major === MAP) itemsLeft += argument * 2;
      else if (major === TAG) itemsLeft += 1;
    }
    return this.#bytes.subarray(start, this.#position);
  }

  #skip(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw new MalformedFrame("the RPC message ends too early");
    this.#position = start + length;
    return start;
  }
}
