/** A sheet as a scanner gives it: grey pixels, a little askew, with specks. */
import type { Random } from "../random.ts";
import { outlinesOf, type PathCommand } from "./fonts.ts";
import { letter, type Mark, type Sheet } from "./sheets.ts";

export interface GreyImage {
  width: number;
  height: number;
  pixels: Uint8Array;
}

type Point = [number, number];

/** Darkness between the borders of shapes, one signed area per pixel, summed along each row. */
class Ink {
  readonly #width: number;
  readonly #height: number;
  readonly #areas: Float32Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#areas = new Float32Array(width * height + 1);
  }

  /** A closed outline; where two outlines of a letter run against each other, the inner is a hole. */
  outline(points: readonly Point[]): void {
    for (let index = 0; index < points.length; index++)
      this.#edge(points[index]!, points[(index + 1) % points.length]!);
  }

  #edge([x0, y0]: Point, [x1, y1]: Point): void {
    if (y0 === y1) return;
    const direction = y0 < y1 ? 1 : -1;
    const [topX, topY, bottomX, bottomY] = y0 < y1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
    const slope = (bottomX - topX) / (bottomY - topY);
    const lastRow = Math.min(this.#height - 1, Math.ceil(bottomY) - 1);
    for (let row = Math.max(0, Math.floor(topY)); row <= lastRow; row++) {
      const from = Math.max(topY, row);
      const to = Math.min(bottomY, row + 1);
      if (to <= from) continue;
      // Over the part of the row that the edge crosses, its middle stands for it: a row is a fraction of a letter.
      const x = topX + ((from + to) / 2 - topY) * slope;
      const column = Math.min(this.#width - 1, Math.max(0, Math.floor(x)));
      const inside = Math.min(1, Math.max(0, column + 1 - x));
      const area = direction * (to - from);
      const at = row * this.#width + column;
      this.#areas[at]! += area * inside;
      this.#areas[at + 1]! += area * (1 - inside);
    }
  }

  /** Blackens the pixels, and is empty again. */
  spread(pixels: Uint8Array, grey: number): void {
    for (let row = 0; row < this.#height; row++) {
      let sum = 0;
      for (let at = row * this.#width; at < (row + 1) * this.#width; at++) {
        sum += this.#areas[at]!;
        const darkness = Math.min(1, Math.abs(sum)) * (1 - grey);
        if (darkness > 0.004) pixels[at] = Math.round(pixels[at]! * (1 - darkness));
      }
    }
    this.#areas.fill(0);
  }
}

/** @param dotsPerInch 200, as an office's scanner is set. */
export function toImage(sheet: Sheet, random: Random, dotsPerInch = 200): GreyImage {
  const scale = dotsPerInch / 72;
  const [width, height] = [Math.round(letter.width * scale), Math.round(letter.height * scale)];
  const pixels = new Uint8Array(width * height).fill(random.integer(246, 252));
  const angle = ((random.next() - 0.5) * Math.PI) / 360;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [letter.width / 2, letter.height / 2];
  const place = ([x, y]: Point): Point => [
    ((x - middleX) * cos - (y - middleY) * sin + middleX) * scale,
    ((x - middleX) * sin + (y - middleY) * cos + middleY) * scale,
  ];
  const ink = new Ink(width, height);
  for (const [grey, marks] of Map.groupBy(sheet.marks, markGrey)) {
    for (const mark of marks) for (const outline of outlinesOfMark(mark)) ink.outline(outline.map(place));
    ink.spread(pixels, grey);
  }
  for (let speck = 0; speck < 140; speck++) pixels[random.integer(0, pixels.length - 1)] = random.integer(90, 210);
  return { width, height, pixels };
}

function markGrey({ grey }: Mark): number {
  return grey;
}

function* outlinesOfMark(mark: Mark): Generator<Point[]> {
  if (mark.mark === "text") yield* outlinesOfText(mark);
  else if (mark.mark === "box") {
    const { x, y, width, height } = mark;
    yield [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]; // prettier-ignore
  } else
    for (let index = 1; index < mark.points.length; index++)
      yield strokeOf(mark.points[index - 1]!, mark.points[index]!, Math.max(mark.width, 0.5));
}

/** A straight stroke as a thin rectangle. */
function strokeOf([x0, y0]: Point, [x1, y1]: Point, width: number): Point[] {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [across, along] = [((y0 - y1) / length) * (width / 2), ((x1 - x0) / length) * (width / 2)];
  return [[x0 + across, y0 + along], [x1 + across, y1 + along], [x1 - across, y1 - along], [x0 - across, y0 - along]]; // prettier-ignore
}

function* outlinesOfText({ text, face, size, x, y }: Mark & { mark: "text" }): Generator<Point[]> {
  const outlines = outlinesOf(face);
  const scale = size / outlines.unitsPerEm;
  const { glyphs, positions } = outlines.layout(text);
  let pen = 0;
  for (const [index, glyph] of glyphs.entries()) {
    const left = pen;
    for (const outline of flatten(glyph.path.commands))
      yield outline.map(([glyphX, glyphY]) => [x + (left + glyphX) * scale, y - glyphY * scale]);
    pen += positions[index]!.xAdvance;
  }
}

/** Curves as short straight edges. */
function* flatten(commands: readonly PathCommand[]): Generator<Point[]> {
  let outline: Point[] = [];
  for (const { command, args } of commands) {
    const [ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0] = args;
    const [x, y] = outline.at(-1) ?? [0, 0];
    if (command === "moveTo") {
      if (outline.length > 2) yield outline;
      outline = [[ax, ay]];
    } else if (command === "lineTo") outline.push([ax, ay]);
    else if (command === "closePath") {
      if (outline.length > 2) yield outline;
      outline = [];
    } else
      for (let step = 1; step <= 4; step++) {
        const t = step / 4;
        const u = 1 - t;
        if (command === "quadraticCurveTo")
          outline.push([u * u * x + 2 * u * t * ax + t * t * bx, u * u * y + 2 * u * t * ay + t * t * by]);
        else
          outline.push([
            u ** 3 * x + 3 * u * u * t * ax + 3 * u * t * t * bx + t ** 3 * cx,
            u ** 3 * y + 3 * u * u * t * ay + 3 * u * t * t * by + t ** 3 * cy,
          ]);
      }
  }
  if (outline.length > 2) yield outline;
}
