import type { LaidBlock, LaidCell, LaidLine } from "./laid-block.ts";
import { rightOf, type LaidRow } from "./laid-row.ts";
import type { LaidWord } from "./laid-word.ts";
import { splitColumns } from "./gutters.ts";
import { joinRows } from "./join-rows.ts";
import type { HorizontalRule } from "./pdf-page-content.ts";
import { toCells, type Gap } from "./wide-gaps.ts";
import { goesOn } from "./wrapped-lines.ts";

/** Lines of one cell are this close, in parts of the letters' height. */
const TIGHT = 1.8;
/** A line of a cell with fewer letters than this is never held to be full. */
const SHORTEST = 12;

/** « 3.1 », « a) », « • » in a column of their own. */
export const ENUMERATOR: RegExp = /^(?:\d{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-z]{1,4}[.)]|[-–—•▪*o])$/i;

/** A row of the table: for each column, the rows of words that stand in it. */
type Cells = LaidRow[][];

/** A table, its cells row by row; the lines of a cell that goes on below are joined. */
export function layTable(
  rows: readonly LaidRow[],
  gutters: readonly Gap[],
  rules: readonly HorizontalRule[],
): LaidBlock {
  const records: Cells[] = [];
  const rights = [...gutters.map(({ left }) => left), Math.max(...rows.map(rightOf))];
  let previous: LaidRow | undefined;
  for (const row of rows) {
    const cells = splitColumns(row.words, gutters).map((words): LaidRow[] =>
      words.length === 0 ? [] : [{ ...row, words }],
    );
    const record = records.at(-1);
    const isCrossed = previous !== undefined && isRuled(rules, previous, row);
    if (record !== undefined && previous !== undefined && !isCrossed && continues(record, cells, row, previous, rights))
      for (const [column, lines] of cells.entries()) record[column]?.push(...lines);
    else records.push(cells);
    previous = row;
  }
  const hasHeadings = isHeadingRow(records);
  const lines = records.map((record, index): LaidLine => ({
    cells: record.flatMap((cellRows, column): LaidCell[] =>
      cellRows.length === 0
        ? []
        : toParts(cellRows).map((words) => ({
            column,
            words,
            ...(hasHeadings && index === 0 ? { heading: true as const } : {}),
          })),
    ),
  }));
  const isList = records.every(({ 0: first = [] }) =>
    first.every((line) => ENUMERATOR.test(line.words.map(({ text }) => text).join(" "))),
  );
  return { kind: isList ? "list" : "table", lines };
}

/** A cell of one line may still hold words that stand apart. */
function toParts(rows: readonly LaidRow[]): LaidWord[][] {
  const [row] = rows;
  return rows.length > 1 || row === undefined ? [joinRows(rows)] : toCells(row, false);
}

function isRuled(rules: readonly HorizontalRule[], above: LaidRow, below: LaidRow): boolean {
  const left = Math.min(...below.words.map((word) => word.left));
  const right = Math.max(...below.words.map((word) => word.right));
  return rules.some(
    (rule) =>
      rule.y > above.base &&
      rule.y < below.base &&
      Math.min(rule.right, right) - Math.max(rule.left, left) > 0.5 * (right - left),
  );
}

function isWords(words: readonly LaidWord[]): boolean {
  return words.every(({ text }) => !/\d/.test(text));
}

/** Whether each cell of a row is the rest of the one above it. */
function continues(record: Cells, cells: Cells, row: LaidRow, above: LaidRow, rights: readonly number[]): boolean {
  if (row.base - above.base > TIGHT * row.size) return false;
  const parts = cells.flatMap((lines, column) => lines.map((part) => ({ part, over: record[column]?.at(-1), column })));
  if (parts.length === 0) return false;
  const isRest = parts.every(
    ({ part, over, column }) =>
      over !== undefined && goesOn(over, part, { right: rights[column] ?? 0, flowing: false, shortest: SHORTEST }),
  );
  // A row as full as the one above is a row of its own, unless all of it starts in lower case.
  const isFuller = parts.length >= record.filter((lines) => lines.length > 0).length;
  return isRest && (!isFuller || parts.every(({ part }) => /^(?:\p{Ll}|\$)/u.test(part.words[0]?.text ?? "")));
}

/** Whether the first row names what stands in the others: words without figures, above figures or under bold letters. */
function isHeadingRow(records: readonly Cells[]): boolean {
  const [head, ...body] = records;
  if (head === undefined || body.length === 0) return false;
  const cells = head.filter((lines) => lines.length > 0);
  if (
    cells.length < 2 ||
    cells.length < Math.max(...body.map((record) => record.filter((lines) => lines.length > 0).length)) - 1
  )
    return false;
  const words = cells.map((lines) => lines.flatMap((line) => line.words));
  const texts = words.map((cell) => cell.map(({ text }) => text).join(" "));
  if (texts.some((text) => text.length > 45 || /[$%]$/.test(text) || /: ?\S/.test(text))) return false;
  const areBold = words.every((cell) => cell.every(({ bold }) => bold));
  const isBodyBold = body.every((record) => record.flat().every((line) => line.words.every(({ bold }) => bold)));
  if (areBold && !isBodyBold) return true;
  if (!words.every((cell) => isWords(cell.filter(({ text }) => !/^\(?\d{1,2}\)?$|^100$|^\$$/.test(text)))))
    return false;
  // A label and its value are no headings: somewhere below, the first column has something else than words, or there is a third.
  const columnHasFigures = (column: number): boolean =>
    body.filter((record) => (record[column] ?? []).some((line) => !isWords(line.words))).length >= 0.5 * body.length;
  const count = head.length;
  if (count === 2)
    return (
      texts.every((text) => text.split(" ").length <= 4) &&
      (columnHasFigures(0) || columnHasFigures(1) || texts.every((text) => text === text.toUpperCase()))
    );
  return (
    Array.from({ length: count }, (_, column) => column).some(columnHasFigures) ||
    texts.every((text) => text === text.toUpperCase())
  );
}
