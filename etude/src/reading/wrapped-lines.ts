import { isLeader } from "./laid-word.ts";
import { gapsOf } from "./wide-gaps.ts";
import { leftOf, rightOf, textOf, type LaidRow } from "./laid-row.ts";

/** What opens a paragraph or an item, however full the line above. */
const OPENS =
  /^(?:[-–—•▪◦●*]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)](?:\s|$)|\d{1,2}(?:\.\d{1,2})+\.?\s|(?:art(?:icle)?|section|clause)\.? \d|[☐☑☒□✓])/iu;
/** « Vendeur : », « Prix d'achat : »: a line with a label of its own. */
const LABELLED = /^\p{Lu}[\p{L}'’() -]{1,40}\d? ?:(?:\s|$)/u;
const ENDED = /[.;:!?]["»”)]?$/;

/** Whether the first word of the next line had no room left on this one. */
export function isFull(row: LaidRow, next: LaidRow, right: number): boolean {
  const word = next.words[0];
  if (word === undefined) return false;
  return right - rightOf(row) < word.right - word.left + spaceOf(row);
}

/** The space that a word would need before it. */
function spaceOf(row: LaidRow): number {
  const spaces = gapsOf(row, 0.15 * row.size).map((gap) => gap.right - gap.left);
  return Math.min(0.6 * row.size, ...(spaces.length > 0 ? spaces : [0.25 * row.size]));
}

/** A line that the next one goes on with, whatever the room: what stands on the two makes one value or one phrase. */
function isBroken(text: string, next: string): boolean {
  if (/\p{L}[-‑\u00ad]$/u.test(text) && /^\p{L}/u.test(next)) return true;
  if (/(?:^|\s)\p{L}\d\p{L}$/u.test(text) && /^\d\p{L}\d\b/u.test(next)) return true;
  if (/\p{L}.*\s\d{1,3}$/u.test(text) && /^\d{3}(?!\d)/.test(next)) return true;
  if (/\d$/.test(text) && /^(?:\$|dollars?\b)/.test(next)) return true;
  if (
    /(?:^|\s)(?:no|nos|n°|numéros?|lots?|de|du|des|la|le|les|l['’]|d['’]|au|aux|et|à|en|par|sur|pour|avec|ce|rue|Me|M\.|Mme)$/u.test(
      text,
    )
  )
    return !LABELLED.test(next);
  return false;
}

/** Where the lines of a paragraph may end, and whether they are known to be broken there. */
export interface Measure {
  right: number;
  /** The column is running text: its short lines, too, were broken for want of room. */
  flowing: boolean;
  /** Elsewhere, a line with fewer letters than this may be full by chance: a name, a street. */
  shortest: number;
}

/** The shortest line of a page or a column that is held to be full though nothing shows that it is running text. */
export const SHORTEST_FULL_LINE = 40;
/** Names and titles: every word starts with a capital. */
const CAPITALIZED = /^(?:(?:\p{Lu}|(?:de|du|des|la|le|les)\s)\S*\s?){1,5}$/u;

/** Whether `next` is the rest of the paragraph that `row` belongs to. */
export function goesOn(row: LaidRow, next: LaidRow, { right, flowing, shortest }: Measure): boolean {
  const [text, following] = [textOf(row), textOf(next)];
  if (OPENS.test(following) || row.words.every(isLeader) || next.words.every(isLeader)) return false;
  if (row.size > 1.15 * next.size || next.size > 1.15 * row.size) return false;
  if (isBroken(text, following)) return true;
  if (LABELLED.test(following)) return false;
  if (/^\p{Ll}/u.test(following) && !ENDED.test(text)) return true;
  if (text.endsWith(":")) return false;
  const left = Math.min(leftOf(row), leftOf(next));
  const isFilled = rightOf(row) - left > FILLED * (right - left);
  const isUnended = flowing && isFilled && !ENDED.test(text) && !CAPITALIZED.test(text);
  if (!isUnended && !isFull(row, next, right)) return false;
  if (!flowing && (text.length < shortest || (CAPITALIZED.test(text) && CAPITALIZED.test(following)))) return false;
  const isBold = (line: LaidRow): boolean => line.words.every((word) => word.bold);
  return isBold(row) === isBold(next);
}

/** Where the lines of a column end; a heading may go beyond. */
export function textRightOf(rows: readonly LaidRow[]): number {
  const plain = rows.filter((row) => row.words.some(({ bold }) => !bold));
  return Math.max(...(plain.length > 0 ? plain : rows).map(rightOf));
}

/** Where the lines of a run may end: its own right edge where the run fills it, otherwise that of the column. */
export function rightEdge(rows: readonly LaidRow[], columnRight: number): number {
  const right = textRightOf(rows);
  const left = Math.min(...rows.map(leftOf));
  const full = rows.slice(0, -1).filter((row, index) => isFull(row, rows[index + 1] ?? row, right)).length;
  if (rows.length >= 4 && full >= 0.7 * (rows.length - 1)) return right;
  return columnRight - right < 0.2 * (columnRight - left) ? right : columnRight;
}

const FULL_LETTERS = 22;
/** No line of an address is longer. */
const LONG_LINE = 45;
const FILLED = 0.72;
const FLOWING = 0.5;
const FEWEST_FLOWING_LINES = 3;

/** Whether a column is running text: long lines that were broken for want of room, and leave little of it. */
export function isFlowing(rows: readonly LaidRow[], fewest: number = FEWEST_FLOWING_LINES): boolean {
  if (rows.length < fewest) return false;
  const right = textRightOf(rows);
  const left = Math.min(...rows.map(leftOf));
  const broken = rows.slice(0, -1).filter((row, index) => isFull(row, rows[index + 1] ?? row, right));
  // Lines of an address are long too, but a phrase that goes on seldom starts with a capital.
  const rests = rows.slice(1).filter((row, index) => broken.includes(rows[index] ?? row));
  const areCapitals = rows.every((row) => textOf(row) === textOf(row).toUpperCase());
  const letters = broken.reduce((sum, row) => sum + textOf(row).length, 0) / broken.length;
  const isShort = letters < LONG_LINE && !areCapitals;
  if (isShort && rests.filter((row) => /^\p{Ll}/u.test(textOf(row))).length < 0.3 * rests.length) return false;
  const filled = broken.reduce((sum, row) => sum + (rightOf(row) - left) / (right - left), 0) / broken.length;
  return broken.length >= FLOWING * (rows.length - 1) && letters >= FULL_LETTERS && filled >= FILLED;
}
