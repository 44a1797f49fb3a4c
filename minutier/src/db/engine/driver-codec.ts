/**
 * The driver's CBOR codec, with `__proto__` as a key like another, and a limit to what is sent.
 *
 * In surrealdb 2.0.8 the decoder writes `object[key] = value`, so a stored `__proto__` key sets the decoded object's
 * prototype: data from the database could then pass for a RecordId or a Set, and a text under that key is lost.
 */
import { CborCodec, type CodecOptions } from "surrealdb";

import { checkMessageSize, type MessageLimit } from "./message-limit.ts";

const key = "__proto__";

export class DriverCodec extends CborCodec {
  readonly #limit: MessageLimit | undefined;

  constructor(options: CodecOptions, limit?: MessageLimit) {
    super(options);
    this.#limit = limit;
  }

  /** Every message of a client is encoded here, right before it is sent. */
  override encode<T>(value: T): Uint8Array {
    const bytes = super.encode(value);
    if (this.#limit !== undefined) checkMessageSize(bytes.byteLength, this.#limit);
    return bytes;
  }

  override decode<T>(bytes: Uint8Array): T {
    if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(key)) return super.decode<T>(bytes);
    const setter = Object.getOwnPropertyDescriptor(Object.prototype, key);
    // Decoding is synchronous: no code but the decoder's meets the replaced setter.
    // oxlint-disable-next-line no-extend-native
    Object.defineProperty(Object.prototype, key, {
      configurable: true,
      set(this: object, value: unknown) {
        defineOwn(this, value);
      },
    });
    try {
      return super.decode<T>(bytes);
    } finally {
      if (setter === undefined) delete (Object.prototype as Record<string, unknown>)[key];
      // oxlint-disable-next-line no-extend-native
      else Object.defineProperty(Object.prototype, key, setter);
    }
  }
}

/** Sets a property of the object itself: assigned plainly, `__proto__` would change its prototype instead. */
export function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === key) defineOwn(target, value);
  else target[name] = value;
}

function defineOwn(target: object, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
