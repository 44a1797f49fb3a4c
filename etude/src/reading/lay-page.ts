import { findRegions, splitColumns } from "./gutters.ts";
import type { LaidBlock } from "./laid-block.ts";
import { leftOf, rightOf, toRows, type LaidRow } from "./laid-row.ts";
import type { LaidWord } from "./laid-word.ts";
import { layParagraphs } from "./lay-paragraphs.ts";
import { layTable } from "./lay-table.ts";
import type { HorizontalRule } from "./pdf-page-content.ts";
import { readsDown } from "./reads-down.ts";
import { isStretched, runsOver } from "./wide-gaps.ts";
import { textRightOf } from "./wrapped-lines.ts";

/** Columns inside columns inside columns are no page that a person reads. */
const DEEPEST = 4;
/** A page with more rows than this is read line by line: it is no page that a person made. */
const MOST_ROWS = 600;

/** The blocks of a page, or of one of its columns, in the order in which a person reads them. */
export function layPage(words: readonly LaidWord[], rules: readonly HorizontalRule[]): LaidBlock[] {
  return layColumn(words, rules, 0);
}

function layColumn(words: readonly LaidWord[], rules: readonly HorizontalRule[], depth: number): LaidBlock[] {
  const rows = toRows(words);
  if (rows.length === 0) return [];
  const left = Math.min(...rows.map(leftOf));
  const right = textRightOf(rows);
  const regions = depth > DEEPEST || rows.length > MOST_ROWS ? [] : findRegions(rows);
  const blocks: LaidBlock[] = [];
  let at = 0;
  for (const { from, to, gutters } of regions) {
    const inside = rows.slice(from, to);
    const columns = splitColumns(
      inside.flatMap((row) => row.words),
      gutters,
    );
    if (isDown(columns, inside, rules)) {
      blocks.push(...layParagraphs(rows.slice(at, from), left, right));
      blocks.push(...columns.flatMap((column) => layColumn(column, rules, depth + 1)));
      at = to;
      continue;
    }
    // The spaces of a justified line above or below a table may stand where its gutters do.
    const isCells = (row: LaidRow): boolean => !isStretched(row, left, right) && !runsOver(row, gutters);
    const first = inside.findIndex(isCells);
    const last = inside.findLastIndex(isCells);
    if (first === -1) continue;
    blocks.push(...layParagraphs(rows.slice(at, from + first), left, right));
    blocks.push(layTable(inside.slice(first, last + 1), gutters, rules));
    at = from + last + 1;
  }
  return [...blocks, ...layParagraphs(rows.slice(at), left, right)];
}

/** Rules between the rows make a table, whatever stands in it. */
function isDown(columns: readonly LaidWord[][], rows: readonly LaidRow[], rules: readonly HorizontalRule[]): boolean {
  const left = Math.min(...rows.map(leftOf));
  const right = Math.max(...rows.map(rightOf));
  const crossed = rows.slice(1).filter((row, index) => {
    const above = rows[index];
    return (
      above !== undefined &&
      rules.some(
        (rule) => rule.y > above.base && rule.y < row.base && rule.left <= left + 20 && rule.right >= right - 20,
      )
    );
  }).length;
  if (crossed > 0.5 * (rows.length - 1)) return false;
  return readsDown(columns.map((words) => toRows(words)));
}
