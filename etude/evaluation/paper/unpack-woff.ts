/** A web font as the font file inside it: the font engine's own inflating takes most of a second per use. */
import { inflateSync } from "node:zlib";

const woffHead = 44;
const woffEntry = 20;
const fontHead = 12;
const fontEntry = 16;

/** The tables of the WOFF file, laid out as a TrueType file has them. */
export function unpackWoff(woff: Buffer): Uint8Array {
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, index) => {
    const at = woffHead + index * woffEntry;
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field)) as [number, number, number]; // prettier-ignore
    const bytes = woff.subarray(offset, offset + packed);
    return { tag: woff.subarray(at, at + 4), sum: woff.readUInt32BE(at + 16), bytes: packed < length ? inflateSync(bytes) : bytes }; // prettier-ignore
  });
  const head = Buffer.alloc(fontHead + count * fontEntry);
  const power = 2 ** Math.floor(Math.log2(count));
  woff.copy(head, 0, 4, 8);
  head.writeUInt16BE(count, 4);
  head.writeUInt16BE(power * 16, 6);
  head.writeUInt16BE(Math.log2(power), 8);
  head.writeUInt16BE((count - power) * 16, 10);
  const parts: Uint8Array[] = [head];
  let offset = head.length;
  for (const [index, { tag, sum, bytes }] of tables.entries()) {
    const at = fontHead + index * fontEntry;
    tag.copy(head, at);
    for (const [field, value] of [sum, offset, bytes.length].entries()) head.writeUInt32BE(value, at + 4 + field * 4);
    const padded = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
    bytes.copy(padded);
    parts.push(padded);
    offset += padded.length;
  }
  // The engine reads a few bytes past the last letter's outline.
  return Buffer.concat([...parts, Buffer.alloc(64)]);
}
