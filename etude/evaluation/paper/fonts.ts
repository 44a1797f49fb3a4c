/** The typefaces of the papers: metric twins of Times, Arial, Calibri and a typewriter's, from npm. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import fontkit from "@pdf-lib/fontkit";

import { unpackWoff } from "./unpack-woff.ts";

export type Family = "tinos" | "arimo" | "carlito" | "courier-prime";

export interface Face {
  family: Family;
  bold: boolean;
}

/** What is used of the font engine, whose own types do not tell it. */
export interface Outlines {
  unitsPerEm: number;
  ascent: number;
  layout(text: string): { glyphs: { path: { commands: PathCommand[] } }[]; positions: { xAdvance: number }[] };
}

export interface PathCommand {
  command: "moveTo" | "lineTo" | "quadraticCurveTo" | "bezierCurveTo" | "closePath";
  args: number[];
}

const resolve = createRequire(import.meta.url).resolve;
const loaded = new Map<string, { bytes: Uint8Array; outlines: Outlines; widths: Map<string, number> }>();

export function faceKey({ family, bold }: Face): string {
  return `${family}-${bold ? 700 : 400}`;
}

function load(face: Face) {
  const key = faceKey(face);
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const file = `@fontsource/${face.family}/files/${face.family}-latin-${face.bold ? 700 : 400}-normal.woff`;
  const bytes = unpackWoff(readFileSync(resolve(file)));
  const font = {
    bytes,
    outlines: fontkit.create(Buffer.from(bytes)) as unknown as Outlines,
    widths: new Map<string, number>(),
  };
  loaded.set(key, font);
  return font;
}

export function fontBytes(face: Face): Uint8Array {
  return load(face).bytes;
}

export function outlinesOf(face: Face): Outlines {
  return load(face).outlines;
}

/** The width of a text in points. */
export function widthOf(text: string, face: Face, size: number): number {
  const { outlines, widths } = load(face);
  let width = widths.get(text);
  if (width === undefined) {
    const advance = outlines.layout(text).positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
    width = advance / outlines.unitsPerEm;
    widths.set(text, width);
  }
  return width * size;
}
