/** Letters as pen strokes, to draw a scanned page without any font file. */

/** A stroke: points of a grid where x counts from the left and y from the descender (baseline 2, capitals 8). */
export type Stroke = [x: number, y: number][];

/** Strokes are separated by `/`; a point is two digits `xy`; `~` rounds the stroke. */
const GLYPHS: Record<string, string> = {
  A: "02 28 42/14 34",
  B: "02 08/~08 18 38 47 36 15 05/~05 15 35 44 43 32 12 02",
  C: "~47 38 18 07 03 12 32 43",
  D: "02 08/~08 18 38 47 43 32 12 02",
  E: "48 08 02 42/05 35",
  F: "48 08 02/05 35",
  G: "~47 38 18 07 03 12 32 43/43 45 25",
  H: "02 08/42 48/05 45",
  I: "02 08",
  J: "~38 33 22 12 03",
  K: "02 08/48 05 42",
  L: "08 02 42",
  M: "02 08 24 48 42",
  N: "02 08 42 48",
  O: "~18 38 47 43 32 12 03 07 18",
  P: "02 08/~08 18 38 47 46 35 15 05",
  Q: "~18 38 47 43 32 12 03 07 18/24 42",
  R: "02 08/~08 18 38 47 46 35 15 05/25 42",
  S: "~47 38 18 07 06 15 35 44 43 32 12 03",
  T: "08 48/28 22",
  U: "~08 03 12 32 43 48",
  V: "08 22 48",
  W: "08 12 26 32 48",
  X: "02 48/08 42",
  Y: "08 25 48/25 22",
  Z: "08 48 02 42",
  a: "~36 16 05 03 12 22 33/36 32",
  b: "08 02/~05 16 26 35 33 22 12 03",
  c: "~35 26 16 05 03 12 22 33",
  d: "38 32/~35 26 16 05 03 12 22 33",
  e: "04 34/~34 35 26 16 05 03 12 22 33",
  f: "~38 28 17 12/06 36",
  g: "~36 16 05 03 12 22 33/36 31/~31 20 10 01",
  h: "08 02/~04 16 26 35 32",
  i: "06 02/08 08",
  j: "16 11/~11 00/18 18",
  k: "08 02/36 04 32",
  l: "08 02",
  m: "06 02/~04 16 25 22/~24 36 45 42",
  n: "06 02/~04 16 26 35 32",
  o: "~16 26 35 33 22 12 03 05 16",
  p: "06 00/~05 16 26 35 33 22 12 03",
  q: "36 30/~35 26 16 05 03 12 22 33",
  r: "06 02/~04 16 26",
  s: "~35 26 16 05 14 24 33 22 12 03",
  t: "18 13/~13 22 32/06 36",
  u: "~06 03 12 22 33/36 32",
  v: "06 12 26",
  w: "06 12 24 32 46",
  x: "06 32/36 02",
  y: "06 13/36 00",
  z: "06 36 02 32",
  0: "~18 28 37 33 22 12 03 07 18",
  1: "06 18 12",
  2: "~07 18 28 37 36 02/02 32",
  3: "~07 18 28 37 36 25 15/~15 25 34 33 22 12 03",
  4: "22 28 04 34",
  5: "38 08 05/~05 25 34 33 22 12 03",
  6: "~37 28 18 07 03 12 22 33 34 25 15 04",
  7: "08 38 12",
  8: "~18 28 37 36 25 15 06 07 18/~15 25 34 33 22 12 03 04 15",
  9: "~03 12 22 33 37 28 18 07 06 15 25 36",
  ".": "02 02",
  ",": "02 01",
  "'": "08 06",
  "-": "04 24",
  ":": "02 02/05 05",
  "(": "~18 06 04 12",
  ")": "~08 16 14 02",
  "/": "02 38",
  "?": "~07 18 28 37 36 15 14/12 12",
  "°": "~08 18 17 07 08",
  _: "01 41",
  "«": "25 14 23/15 04 13",
  "»": "05 14 23/15 24 13",
};

/** Combining marks, drawn from the top of the letter (or its foot for the cedilla), around its middle. */
const MARKS: Record<string, Stroke> = {
  "\u0301": [
    [-0.4, 0.8],
    [0.6, 1.8],
  ],
  "\u0300": [
    [0.4, 0.8],
    [-0.6, 1.8],
  ],
  "\u0302": [
    [-0.8, 0.8],
    [0, 1.7],
    [0.8, 0.8],
  ],
  "\u0308": [
    [-0.7, 1.1],
    [-0.7, 1.1],
  ],
  "\u0327": [
    [0, 0],
    [0.3, -0.7],
    [-0.4, -1.2],
  ],
};

/** Rounds a stroke: a Catmull-Rom curve through its points. */
function toCurve(points: Stroke): Stroke {
  const at = (index: number): [number, number] => points[Math.max(0, Math.min(points.length - 1, index))]!;
  const curve: Stroke = [];
  for (let index = 0; index < points.length - 1; index++) {
    const [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 0; step < 6; step++) {
      const t = step / 6;
      const blend = (axis: 0 | 1): number =>
        0.5 *
        (2 * b[axis] +
          (c[axis] - a[axis]) * t +
          (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t * t +
          (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t * t * t);
      curve.push([blend(0), blend(1)]);
    }
  }
  return [...curve, at(points.length - 1)];
}

function toStrokes(glyph: string): Stroke[] {
  return glyph.split("/").map((part) => {
    const points = part
      .replace("~", "")
      .split(" ")
      .map((point): [number, number] => [Number(point[0]), Number(point[1]) - 2]);
    return part.startsWith("~") ? toCurve(points) : points;
  });
}

/** The strokes of a text that starts at 0,0, in units of a sixth of the height of a capital, and its width. */
export function layOutStrokes(text: string): { strokes: Stroke[]; width: number } {
  const strokes: Stroke[] = [];
  let x = 0;
  let last = { left: 0, right: 0, top: 6 };
  for (const character of text.normalize("NFD")) {
    const mark = MARKS[character];
    const glyph = GLYPHS[character];
    if (mark) {
      const middle = (last.left + last.right) / 2;
      const base = character === "\u0327" ? 0 : last.top;
      strokes.push(mark.map(([dx, dy]) => [middle + dx, base + dy]));
      if (character === "\u0308") strokes.push(mark.map(([dx, dy]) => [middle - dx, base + dy]));
    } else if (glyph) {
      const drawn = toStrokes(glyph);
      const points = drawn.flat();
      const width = Math.max(...points.map((point) => point[0]));
      strokes.push(...drawn.map((stroke) => stroke.map(([px, py]): [number, number] => [px + x, py])));
      last = { left: x, right: x + width, top: Math.max(...points.map((point) => point[1])) };
      x += width + 1.5;
    } else if (character === " ") {
      x += 2.6;
    } else {
      throw new Error(`No strokes for « ${character} » (${text}); add it to GLYPHS.`);
    }
  }
  return { strokes, width: x };
}
