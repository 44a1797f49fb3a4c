/** A signature as a pen leaves it: no letters that a program could read. */
import type { Random } from "../random.ts";
import type { Sheet } from "./sheets.ts";

export function scribble(sheet: Sheet, random: Random, x: number, y: number, width = 110): void {
  const points: [number, number][] = [];
  const loops = random.integer(4, 7);
  const height = random.integer(7, 13);
  for (let step = 0; step <= loops * 14; step++) {
    const along = step / (loops * 14);
    const angle = along * loops * 2 * Math.PI;
    const swing = height * (0.35 + 0.65 * Math.abs(Math.sin(along * 5.1 + loops))) * (1 - along * 0.6);
    points.push([x + along * width + Math.sin(angle) * 4.5, y - swing * (0.5 + 0.5 * Math.cos(angle)) - along * 3]);
  }
  sheet.marks.push({ mark: "line", points, width: 0.9, grey: 0.15 });
}
