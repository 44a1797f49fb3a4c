/** Writes CBOR items whose kind the SDK's codec would choose otherwise: a float stays one without a fraction too. */
import { ARRAY, MAP, TAG, TEXT } from "./cbor-reader.ts";

const UNSIGNED = 0;
const NEGATIVE = 1;
const FLOAT_64 = 0xfb;
export const FALSE: Uint8Array = Uint8Array.of(0xf4);
export const TRUE: Uint8Array = Uint8Array.of(0xf5);
export const NULL: Uint8Array = Uint8Array.of(0xf6);

export function writeText(text: string): Uint8Array {
  const content = Buffer.from(text);
  return Buffer.concat([writeHead(TEXT, BigInt(content.length)), content]);
}

export function writeInteger(value: bigint): Uint8Array {
  return value < 0n ? writeHead(NEGATIVE, -1n - value) : writeHead(UNSIGNED, value);
}

export function writeFloat(value: number): Uint8Array {
  const bytes = Buffer.alloc(9, FLOAT_64);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

export function writeList(items: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([writeHead(ARRAY, BigInt(items.length)), ...items]);
}

export function writeMap(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts = [...entries].flatMap(([key, value]) => [writeText(key), value]);
  return Buffer.concat([writeHead(MAP, BigInt(entries.size)), ...parts]);
}

export function writeTag(tag: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([writeHead(TAG, BigInt(tag)), content]);
}

function writeHead(major: number, argument: bigint): Uint8Array {
  if (argument < 24n) return Uint8Array.of((major << 5) | Number(argument));
  const bytes = Buffer.alloc(9, (major << 5) | 27);
  bytes.writeBigUInt64BE(argument, 1);
  return bytes;
}
