import { leftOf, rightOf, type LaidRow } from "./laid-row.ts";
import type { LaidWord } from "./laid-word.ts";

/** Room between two words of a row. */
export interface Gap {
  left: number;
  right: number;
}

/** A gap of this part of the letters' height may part two columns… */
const COLUMN = 1.3;
/** …and from this one on, it does, whatever the other spaces of the line. */
const SURE_COLUMN = 4;
/** In a justified line all spaces are about as wide: the widest is not more than this many times the narrowest. */
const EVEN = 1.9;

export function gapsOf({ words }: LaidRow, least: number): Gap[] {
  const gaps: Gap[] = [];
  let right = words[0]?.right ?? 0;
  for (const word of words.slice(1)) {
    if (word.left - right >= least) gaps.push({ left: right, right: word.left });
    right = Math.max(right, word.right);
  }
  return gaps;
}

/** In running text, two words may stand this far apart to fill their line. */
export const WIDEST_SPACE = 12;

/** Whether the line was stretched to the margins: its spaces are wide, and all alike. */
export function isStretched(row: LaidRow, left: number, right: number, widestSpace: number = SURE_COLUMN): boolean {
  const { size } = row;
  if (leftOf(row) > left + 4 * size || rightOf(row) < right - 0.6 * size) return false;
  const gaps = gapsOf(row, -Infinity)
    .map((gap) => gap.right - gap.left)
    .filter((gap) => gap > 0.1 * size);
  const [narrowest, widest] = [Math.min(...gaps), Math.max(...gaps)];
  return gaps.length > 0 && widest < widestSpace * size && widest <= EVEN * Math.max(narrowest, 0.25 * size);
}

/** Whether a row runs over gutters with spaces no wider than its other ones: it is text, not cells. */
export function runsOver(row: LaidRow, gutters: readonly Gap[]): boolean {
  const gaps = gapsOf(row, 0.1 * row.size);
  const widths = gaps.map(({ left, right }) => right - left).toSorted((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)] ?? 0;
  const crossing = gaps.filter((gap) => gutters.some(({ left, right }) => gap.left <= left && gap.right >= right));
  return gaps.length >= 4 && crossing.length > 0 && crossing.every(({ left, right }) => right - left <= EVEN * usual);
}

/**
 * The cells of a row, where nothing but its own gaps tells them apart. `stretched` when its wide spaces are those of a
 * justified line.
 */
export function toCells(row: LaidRow, stretched: boolean): LaidWord[][] {
  if (stretched) return [row.words];
  const cells: LaidWord[][] = [];
  let right = -Infinity;
  for (const word of row.words) {
    const cell = cells.at(-1);
    // A sign set apart from its number is still its sign.
    const isSign = word.text === "$" && word.left - right < SURE_COLUMN * word.size;
    if (cell === undefined || (word.left - right > COLUMN * word.size && !isSign)) cells.push([word]);
    else cell.push(word);
    right = Math.max(right, word.right);
  }
  return cells;
}
