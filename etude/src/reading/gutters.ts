import { leftOf, rightOf, type LaidRow } from "./laid-row.ts";
import type { LaidWord } from "./laid-word.ts";
import { gapsOf, isStretched, type Gap } from "./wide-gaps.ts";
import { isFlowing } from "./wrapped-lines.ts";

/** Rows that one or more gutters run through: columns of text, or a table. */
export interface Region {
  /** The first row, and the one after the last. */
  from: number;
  to: number;
  gutters: Gap[];
}

/** A narrow gutter (parts of the letters' height) must run through more rows than a wide one to be no chance. */
const NARROW = 0.8;
const WIDE = 1.3;
const FEWEST_ROWS = { narrow: 4, wide: 2, justified: 8 };
const MOST_STRIPS = 12;
const FEWEST_SHAPED_ROWS = 3;
/** Rows farther apart than this are not of one region. */
const FARTHEST = 6;
/** A row on one side alone that is this far below the others is no part of the columns above. */
const ANEW = 1.9;
/** Rows closer than this stand side by side, in columns whose lines do not match. */
const BESIDE = 0.8;

/** The regions of a page or of a column, from the top; rows that belong to none are left out. */
export function findRegions(rows: readonly LaidRow[]): Region[] {
  const regions: Region[] = [];
  let start = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const region = regionAt(rows, at, start);
    if (region === undefined) continue;
    regions.push(region);
    start = region.to;
    at = region.to - 1;
  }
  return regions;
}

function regionAt(rows: readonly LaidRow[], at: number, floor: number): Region | undefined {
  let best: { to: number; from: number } | undefined;
  for (const gap of candidates(rows, at)) {
    const run = extend(rows, at, gap);
    const height = rows[at]?.size ?? 10;
    const fewest = run.gap.right - run.gap.left >= WIDE * height ? FEWEST_ROWS.wide : FEWEST_ROWS.narrow;
    if (countShared(rows.slice(at, run.to), run.gap) < fewest) continue;
    if (best === undefined || run.to > best.to) best = { to: run.to, from: extendUp(rows, at, floor, run.gap) };
  }
  if (best === undefined) return undefined;
  const to = endOfShape(rows, best.from, best.to);
  const gutters = guttersOf(rows.slice(best.from, to));
  return gutters.length === 0 ? undefined : { from: best.from, to, gutters };
}

/** Rows below that share more gutters than the whole run are another region: a table under two columns. */
function endOfShape(rows: readonly LaidRow[], from: number, to: number): number {
  const whole = guttersOf(rows.slice(from, to)).length;
  for (let at = from + 1; to - at >= FEWEST_SHAPED_ROWS; at += 1)
    if (guttersOf(rows.slice(at, to)).length > whole) return at;
  for (let at = to - 1; at - from >= FEWEST_SHAPED_ROWS; at -= 1)
    if (guttersOf(rows.slice(from, at)).length > whole) return at;
  return to;
}

/** The gaps of a row, taken with the next one where the two stand side by side. */
function candidates(rows: readonly LaidRow[], at: number): Gap[] {
  const [row, next] = [rows[at], rows[at + 1]];
  if (row === undefined) return [];
  const words =
    next !== undefined && isBeside(rows, at)
      ? [...row.words, ...next.words].toSorted((a, b) => a.left - b.left)
      : row.words;
  return gapsOf({ ...row, words }, NARROW * row.size);
}

/** How far down a gap runs, growing narrower; where the words of a row part it, each part is followed. */
function extend(rows: readonly LaidRow[], at: number, gap: Gap): { to: number; gap: Gap } {
  let strips = [gap];
  let reached = { to: at + 1, gap };
  let last = rows[at];
  for (let to = at + 1; to < rows.length; to += 1) {
    const row = rows[to];
    if (row === undefined || last === undefined || row.base - last.base > FARTHEST * row.size) break;
    strips = strips
      .flatMap((strip) => narrow(row, strip))
      .filter((strip) => sideOf(row, strip) !== "left" || !startsAnew(rows, at, to, strip))
      .slice(0, MOST_STRIPS);
    if (strips.length === 0) break;
    last = row;
    const shown = strips.filter((strip) => sideOf(row, strip) !== "left" || isTail(rows, at, to, strip));
    const [widest] = shown.toSorted((a, b) => b.right - b.left - (a.right - a.left));
    if (widest !== undefined) reached = { to: to + 1, gap: widest };
  }
  return reached;
}

/** What is left of a strip beside the words of a row: nothing when no part is wide enough to be a gutter. */
function narrow(row: LaidRow, strip: Gap): Gap[] {
  const least = NARROW * row.size;
  const room = [
    { left: -Infinity, right: leftOf(row) },
    ...gapsOf(row, least),
    { left: rightOf(row), right: Infinity },
  ];
  return room
    .map((gap) => ({ left: Math.max(gap.left, strip.left), right: Math.min(gap.right, strip.right) }))
    .filter((gap) => gap.right - gap.left >= least);
}

function sideOf(row: LaidRow, gap: Gap): "left" | "right" | "both" {
  if (rightOf(row) <= gap.left + 0.01) return "left";
  return leftOf(row) >= gap.right - 0.01 ? "right" : "both";
}

/** The last row above `at` that has words on the left of the gap. */
function leftAbove(rows: readonly LaidRow[], from: number, at: number, gap: Gap): LaidRow | undefined {
  return rows.slice(from, at).findLast((row) => leftOf(row) < gap.left);
}

/** Whether a row on the left alone, well below the others, opens what follows the columns. */
function startsAnew(rows: readonly LaidRow[], from: number, at: number, gap: Gap): boolean {
  const [above, row] = [rows[at - 1], rows[at]];
  if (row === undefined || above === undefined || isBeside(rows, at)) return false;
  return row.base - above.base >= ANEW * row.size && !isTail(rows, from, at, gap);
}

/** Whether a row on the left alone goes on with the column above it, rather than opening what follows the columns. */
function isTail(rows: readonly LaidRow[], from: number, at: number, gap: Gap): boolean {
  const row = rows[at];
  const above = leftAbove(rows, from, at, gap);
  if (row === undefined || above === undefined) return false;
  const earlier = leftAbove(rows, from, rows.indexOf(above), gap);
  const step = row.base - above.base;
  const usual = earlier === undefined ? 1.5 * row.size : above.base - earlier.base;
  if (leftOf(row) > leftOf(above) + 2 * row.size) return false;
  if (step <= 1.2 * Math.min(usual, 1.8 * row.size)) return true;
  // Between paragraphs of running text there is more room than between lines.
  const column = rows
    .slice(from, at + 1)
    .map((other) => ({ ...other, words: other.words.filter((word) => word.right <= gap.left + 0.01) }))
    .filter(({ words }) => words.length > 0);
  if (column.length >= FEWEST_ROWS.narrow && step <= 1.1 * Math.min(stepOf(column), 3 * row.size)) return true;
  return step <= 2 * stepOf(column) && isFlowing(column);
}

/** The usual step from one row to the next. */
function stepOf(rows: readonly LaidRow[]): number {
  const steps = rows.slice(1).map((row, index) => row.base - (rows[index]?.base ?? 0));
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

/** Rows on one side alone that stand right above belong to the region too. */
function extendUp(rows: readonly LaidRow[], at: number, floor: number, gap: Gap): number {
  let from = at;
  while (from > floor) {
    const [row, below] = [rows[from - 1], rows[from]];
    if (row === undefined || below === undefined || below.base - row.base > 1.8 * row.size) break;
    if (narrow(row, gap).length === 0 || sideOf(row, gap) !== "right") break;
    from -= 1;
  }
  return from;
}

/** The rows that show the gap: words on both sides, or on one side right beside a row that has the other. */
function countShared(rows: readonly LaidRow[], gap: Gap): number {
  return rows.filter((row, index) => {
    const side = sideOf(row, gap);
    if (side === "both") return true;
    const next = rows[index + 1];
    return next !== undefined && isBeside(rows, index) && sideOf(next, gap) !== side;
  }).length;
}

/** Every strip that no word of these rows enters, where enough rows have words in the columns on both sides of it. */
function guttersOf(rows: readonly LaidRow[]): Gap[] {
  const size = Math.min(...rows.map((row) => row.size));
  const words = rows.flatMap((row) => row.words).toSorted((a, b) => a.left - b.left);
  let gutters = gapsOf({ words, base: 0, size }, NARROW * size);
  for (;;) {
    const weak = weakestOf(rows, gutters, size);
    if (weak === undefined) return gutters;
    gutters = gutters.filter((gutter) => gutter !== weak);
  }
}

/** The gutter that too few rows show, if there is one. */
function weakestOf(rows: readonly LaidRow[], gutters: readonly Gap[], size: number): Gap | undefined {
  const filled = rows.map((row) => splitColumns(row.words, gutters).map((words) => words.length > 0));
  const [left, right] = [Math.min(...rows.map(leftOf)), Math.max(...rows.map(rightOf))];
  const shown = gutters.map((gutter, index) => {
    const fewest = gutter.right - gutter.left < WIDE * size ? FEWEST_ROWS.narrow : FEWEST_ROWS.wide;
    const showing = rows.filter((_, row) => {
      const [has, hasNext] = [filled[row]?.[index] === true, filled[row]?.[index + 1] === true];
      if (has === hasNext || !isBeside(rows, row)) return has && hasNext;
      const beside = filled[row + 1] ?? [];
      return beside[index] === hasNext && beside[index + 1] === has;
    });
    // The spaces of two justified lines may stand one above the other.
    const count =
      showing.length >= FEWEST_ROWS.justified
        ? showing.length
        : showing.filter((row) => !isStretched(row, left, right)).length;
    return { gutter, lacking: fewest - count };
  });
  const weakest = shown.toSorted((a, b) => b.lacking - a.lacking)[0];
  return weakest !== undefined && weakest.lacking > 0 ? weakest.gutter : undefined;
}

function isBeside(rows: readonly LaidRow[], at: number): boolean {
  const [row, next] = [rows[at], rows[at + 1]];
  return row !== undefined && next !== undefined && next.base - row.base < BESIDE * row.size;
}

/** The words of each column. */
export function splitColumns(words: readonly LaidWord[], gutters: readonly Gap[]): LaidWord[][] {
  const columns: LaidWord[][] = Array.from({ length: gutters.length + 1 }, () => []);
  for (const word of words) {
    const column = gutters.filter((gutter) => word.left >= (gutter.left + gutter.right) / 2).length;
    columns[column]?.push(word);
  }
  return columns;
}
