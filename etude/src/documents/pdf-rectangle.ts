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
