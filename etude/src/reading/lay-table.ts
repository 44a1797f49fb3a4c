import type { LaidBlock, LaidCell, LaidLine } from "./laid-block.ts";
import { rightOf, type LaidRow } from "./laid-row.ts";
import type { LaidWord } from "./laid-word.ts";
import { splitColumns } from "./gutters.ts";
import { headsColumns, type HeadingCell } from "./heading-row.ts";
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
  const hasHeadings = headsColumns(
    records.map((record) => record.map((lines) => toHeadingCell(lines.flatMap((line) => line.words)))),
  );
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
  for (const line of lines) attachSigns(line);
  const isList = records.every(({ 0: first = [] }) =>
    first.every((line) => ENUMERATOR.test(line.words.map(({ text }) => text).join(" "))),
  );
  return { kind: isList ? "list" : "table", lines };
}

/** A column that holds nothing but the sign of the amounts beside it is a part of them. */
function attachSigns(line: LaidLine): void {
  for (let index = line.cells.length - 1; index > 0; index -= 1) {
    const [before, cell] = [line.cells[index - 1], line.cells[index]];
    const isSign = cell?.words.length === 1 && cell.words[0]?.text === "$";
    if (!isSign || before === undefined || !/\d$/.test(before.words.at(-1)?.text ?? "")) continue;
    before.words.push(...cell.words);
    line.cells.splice(index, 1);
  }
}

/** A cell of one line may still hold words that stand apart. */
function toParts(rows: readonly LaidRow[]): LaidWord[][] {
  const [row] = rows;
  return rows.length > 1 || row === undefined ? [joinRows(rows)] : toCells(row, false);
}

function toHeadingCell(words: readonly LaidWord[]): HeadingCell {
  return {
    text: words.map(({ text }) => text).join(" "),
    bold: words.length > 0 && words.every(({ bold }) => bold),
  };
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
