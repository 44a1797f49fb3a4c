/** Walks over encoded CBOR without recursion on the caller's part: heads, contents, and whole items. */

export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;
/** Floats, booleans, null: what `argument` says is told by `info`. */
export const SIMPLE = 7;

const INDEFINITE = 31;
const BREAK = 0xff;

/** Thrown for bytes that aren't CBOR as SurrealDB reads it. */
export class MalformedFrame extends Error {
  override readonly name: string = "MalformedFrame";
}

/** The start of an item. */
export interface Head {
  major: number;
  /** How the argument is written; of a simple value, which one it is. */
  info: number;
  /** A length, a count, a tag, or a number's own value; `undefined` when the item ends with a break. */
  argument: bigint | undefined;
}

export class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#position;
  }

  readHead(): Head {
    const initial = this.#view.getUint8(this.skip(1));
    const major = initial >> 5;
    const info = initial & 31;
    if (info < 24) return { major, info, argument: BigInt(info) };
    if (info === 24) return { major, info, argument: BigInt(this.#view.getUint8(this.skip(1))) };
    if (info === 25) return { major, info, argument: BigInt(this.#view.getUint16(this.skip(2))) };
    if (info === 26) return { major, info, argument: BigInt(this.#view.getUint32(this.skip(4))) };
    if (info === 27) return { major, info, argument: this.#view.getBigUint64(this.skip(8)) };
    if (info === INDEFINITE && major >= BYTES && major <= MAP) return { major, info, argument: undefined };
    throw new MalformedFrame("a CBOR item starts with a byte that means nothing");
  }

  /** The bytes of a text or of bytes, whose head was read. */
  readContent({ major, argument }: Head): Uint8Array {
    if (argument !== undefined) {
      const start = this.skip(Number(argument));
      return this.#bytes.subarray(start, this.#position);
    }
    const chunks: Uint8Array[] = [];
    while (!this.takeBreak()) {
      const chunk = this.readHead();
      if (chunk.major !== major || chunk.argument === undefined) {
        throw new MalformedFrame("the chunks of a text or of bytes must be of its own kind");
      }
      chunks.push(this.readContent(chunk));
    }
    return Buffer.concat(chunks);
  }

  /** A float, whose head was read. */
  readFloat({ info }: Head): number {
    if (info === 27) return this.#view.getFloat64(this.#position - 8);
    if (info === 26) return this.#view.getFloat32(this.#position - 4);
    return halfToNumber(this.#view.getUint16(this.#position - 2));
  }

  /** Calls `item` once for each item of a list, or for each key of a map. */
  readItems({ argument }: Head, item: () => void): void {
    if (argument === undefined) {
      while (!this.takeBreak()) item();
      return;
    }
    for (let left = argument; left > 0n; left--) item();
  }

  takeBreak(): boolean {
    if (this.#position >= this.#bytes.length) throw new MalformedFrame("the message ends too early");
    if (this.#bytes[this.#position] !== BREAK) return false;
    this.#position += 1;
    return true;
  }

  /** Passes so many bytes, and returns where they start. */
  skip(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw new MalformedFrame("the message ends too early");
    this.#position = start + length;
    return start;
  }
}

/** A 16-bit float; `DataView` reads them from Node 24 on. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
