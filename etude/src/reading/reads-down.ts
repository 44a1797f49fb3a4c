import { isLeader } from "./laid-word.ts";
import { leftOf, rightOf, textOf, type LaidRow } from "./laid-row.ts";
import { ENUMERATOR } from "./lay-table.ts";
import { isFlowing } from "./wrapped-lines.ts";

/** Lines whose baselines differ by less than this part of the letters' height stand on one row. */
const ALIGNED = 0.3;
const MOSTLY_ALIGNED = 0.6;
const FEWEST_LINES = 3;

/**
 * Whether columns are read one after the other, as those of a newspaper or of a form with a column for each party, rather
 * than row by row, as those of a table.
 */
export function readsDown(columns: readonly LaidRow[][]): boolean {
  if (columns.length < 2 || columns.length > 3 || columns.some((rows) => rows.length === 0)) return false;
  // Numbers of paragraphs stand beside them.
  if (columns[0]?.every((row) => ENUMERATOR.test(textOf(row))) === true) return false;
  const least = Math.min(...columns.map((rows) => rows.length));
  if (least < 2) return false;
  if (least >= FEWEST_LINES && alignmentOf(columns) < MOSTLY_ALIGNED) return true;
  if (columns.every((rows) => isFlowing(rows))) return true;
  if (columns.every(({ 0: first }) => first !== undefined && textOf(first).endsWith(":"))) return true;
  if (columns.every((rows) => rows.slice(0, -1).some(isSigningLine))) return true;
  if (least >= 3 && columns.every(isRecord)) return true;
  return columns.length === 2 && hasOwnLabels(columns);
}

/** The part of the sparser columns' lines that stand beside a line of another. */
function alignmentOf(columns: readonly LaidRow[][]): number {
  const [sparse = [], ...others] = columns.toSorted((a, b) => a.length - b.length);
  const bases = others.flat();
  const aligned = sparse.filter(({ base, size }) =>
    bases.some((other) => Math.abs(other.base - base) <= ALIGNED * size),
  );
  return aligned.length / sparse.length;
}

function isSigningLine(row: LaidRow): boolean {
  return row.words.every(isLeader) && rightOf(row) - leftOf(row) > 5 * row.size;
}

const POSTAL = /(?:^|\s)[A-Z]\d[A-Z] ?\d[A-Z]\d\b/;
const STREET = /^\d{1,5}[A-Za-z]?,?\s(?:\p{L}|\d{1,3}e\s)/u;
const WORDS = /^[^\d:]+$/;

/** A person with an address: lines of words alone, and lines with a street or a postal code. */
function isRecord(rows: readonly LaidRow[]): boolean {
  const texts = rows.map(textOf);
  return texts.some((text) => WORDS.test(text)) && texts.some((text) => STREET.test(text) || POSTAL.test(text));
}

/** One column says « Numéro de compte : 05-1044 » by itself, and the other is no column of labels. */
function hasOwnLabels(columns: readonly LaidRow[][]): boolean {
  const labelled = columns.map((rows) => rows.filter((row) => /\S ?: \S/.test(textOf(row))).length / rows.length);
  const labels = columns.map((rows) => rows.filter((row) => textOf(row).endsWith(":")).length / rows.length);
  const [, right = 0] = labelled;
  const [left = 0] = labels;
  return right >= 0.6 && left < 0.6;
}
