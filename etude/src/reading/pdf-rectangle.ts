import { isNumberList } from "./pdf-geometry.ts";

/** A path that is one upright rectangle: four corners, straight lines. */
export function isRectangle(data: unknown, bounds: ArrayLike<number>): boolean {
  if (!isNumberList(data)) return false;
  const numbers = [...data];
  let at = 0;
  let points = 0;
  while (at < numbers.length) {
    if (numbers[at] === 4) at += 1;
    else if (numbers[at] === 0 || numbers[at] === 1) {
      const onX = numbers[at + 1] === bounds[0] || numbers[at + 1] === bounds[2];
      const onY = numbers[at + 2] === bounds[1] || numbers[at + 2] === bounds[3];
      if (!onX || !onY) return false;
      points += 1;
      at += 3;
    } else return false;
  }
  return points === 4 || points === 5;
}

export interface Segment {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** The straight segments of a path; those after a curve are left out. */
export function segmentsOf(path: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  let first: { x: number; y: number } | undefined;
  let last = first;
  for (let at = 0; at < path.length;) {
    const code = path[at];
    if (code === 4) {
      if (first !== undefined && last !== undefined)
        segments.push({ x0: last.x, y0: last.y, x1: first.x, y1: first.y });
      last = first;
      at += 1;
      continue;
    }
    if (code !== 0 && code !== 1) return segments;
    const point = { x: path[at + 1] ?? 0, y: path[at + 2] ?? 0 };
    if (code === 1 && last !== undefined) segments.push({ x0: last.x, y0: last.y, x1: point.x, y1: point.y });
    if (code === 0) first = point;
    last = point;
    at += 3;
  }
  return segments;
}
