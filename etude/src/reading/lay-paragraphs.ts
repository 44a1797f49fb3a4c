import type { LaidBlock, LaidLine } from "./laid-block.ts";
import { leftOf, rightOf, textOf, type LaidRow } from "./laid-row.ts";
import { isLeader } from "./laid-word.ts";
import { joinRows } from "./join-rows.ts";
import { goesOn, isFlowing, isFull, rightEdge, SHORTEST_FULL_LINE, type Measure } from "./wrapped-lines.ts";
import { isStretched, toCells, WIDEST_SPACE } from "./wide-gaps.ts";

/** A step this much wider than those around it starts a block. */
const WIDER = 1.3;
/** Alone, a step of this part of the letters' height does. */
const WIDE_STEP = 1.75;
const FEWEST_FLOWING_ROWS = 4;
/** Text is never leaded more than this. */
const WIDEST_LEADING = 3.4;

/** The blocks of running text, headings and lists that rows make one below the other. */
export function layParagraphs(rows: readonly LaidRow[], left: number, right: number): LaidBlock[] {
  const flowing = isFlowing(rows, FEWEST_FLOWING_ROWS);
  return splitBlocks(rows, { right, flowing, shortest: SHORTEST_FULL_LINE }).map((block) =>
    toBlock(block, left, right, flowing),
  );
}

/** Splits rows where more room than usual stands between them. */
function splitBlocks(rows: readonly LaidRow[], measure: Measure): LaidRow[][] {
  const blocks: LaidRow[][] = [];
  for (const [index, row] of rows.entries()) {
    const block = blocks.at(-1);
    if (block === undefined || startsBlock(rows, index, measure)) blocks.push([row]);
    else block.push(row);
  }
  return blocks;
}

/** The step to the row at `index` from the one above, in parts of the letters' height; undefined at the top. */
function stepTo(rows: readonly LaidRow[], index: number): number | undefined {
  const [above, row] = [rows[index - 1], rows[index]];
  if (above === undefined || row === undefined) return undefined;
  return (row.base - above.base) / Math.max(row.size, above.size);
}

function startsBlock(rows: readonly LaidRow[], index: number, measure: Measure): boolean {
  const step = stepTo(rows, index) ?? 0;
  if (step > WIDEST_LEADING) return true;
  const around = [stepTo(rows, index - 1), stepTo(rows, index + 1)].filter((other) => other !== undefined);
  const usual = Math.min(...around);
  if (step <= 1.4) return step > WIDER * Math.max(usual, 1) && usual < WIDEST_LEADING && step > WIDE_STEP;
  if (around.length > 0 && usual <= WIDEST_LEADING && usual >= 0.9 && step > WIDER * usual)
    return step > WIDE_STEP * 0.9;
  if (step <= WIDE_STEP) return false;
  // An even leading, or two lines alone: what is read on is not parted.
  const isEven = around.some((other) => Math.abs(other - step) < 0.15 * step);
  const [above, row] = [rows[index - 1], rows[index]];
  if (above === undefined || row === undefined) return true;
  return !(isEven || step < 2.6) || !readsOn(above, row, measure);
}

/** Whether a phrase runs over from one widely leaded line to the next. */
function readsOn(above: LaidRow, row: LaidRow, measure: Measure): boolean {
  return goesOn(above, row, measure) || (isFull(above, row, measure.right) && !/[.;:!?]$/.test(textOf(above)));
}

function toBlock(rows: readonly LaidRow[], left: number, columnRight: number, flowing: boolean): LaidBlock {
  const right = rightEdge(rows, columnRight);
  const measure = { right, flowing: flowing || isFlowing(rows, FEWEST_FLOWING_ROWS), shortest: SHORTEST_FULL_LINE };
  const lines: LaidLine[] = [];
  let paragraph: LaidRow[] = [];
  let open = false;
  const flush = (): void => {
    if (paragraph.length > 0) lines.push({ cells: [{ column: 0, words: joinRows(paragraph) }] });
    paragraph = [];
  };
  for (const [index, row] of rows.entries()) {
    const neighbours = [rows[index - 1], rows[index + 1]].filter((other) => other !== undefined);
    const isInText = neighbours.some((other) => rightOf(other) - leftOf(other) > 0.7 * (right - left));
    const isText =
      ((row.words.length > 2 || isInText) &&
        isStretched(row, left, right, measure.flowing ? WIDEST_SPACE : undefined)) ||
      isSparse(rows, index, left, right);
    const cells = toCells(row, isText);
    const above = paragraph.at(-1);
    if (cells.length > 1) {
      // Text that runs into a line with a gap is its first cell's: « conclu le … à       Signature ».
      flush();
      lines.push({ cells: cells.map((words, column) => ({ column, words })) });
      open = false;
      continue;
    }
    if (above !== undefined && !goesOn(above, row, measure)) flush();
    paragraph.push(row);
    open = columnRight - rightOf(row) < 0.25 * (columnRight - left) && !/[.;:!?]["»”)]?$/.test(textOf(row));
  }
  flush();
  return { kind: kindOf(rows, lines), lines, ...(open ? { open: true as const } : {}) };
}

/** Whether a phrase runs through a line of few words that was stretched to the margins: « JOCELYN   FORTIN, ». */
function isSparse(rows: readonly LaidRow[], index: number, left: number, right: number): boolean {
  const [above, row, below] = [rows[index - 1], rows[index], rows[index + 1]];
  if (above === undefined || row === undefined || below === undefined || row.words.length > 3) return false;
  const fills = (other: LaidRow): boolean => leftOf(other) - left < row.size && right - rightOf(other) < row.size;
  const isPhrase = !/[.;:!?]$/.test(textOf(above)) && !/[\d$]/.test(textOf(row));
  return isPhrase && fills(above) && fills(row) && leftOf(below) - left < row.size && above.words.length > 3;
}

function kindOf(rows: readonly LaidRow[], lines: readonly LaidLine[]): LaidBlock["kind"] {
  const text = rows.map(textOf).join("\n");
  const isSigned = rows.some((row) =>
    row.words.some((word) => isLeader(word) && word.right - word.left > 5 * row.size),
  );
  if (isSigned || /^\(?(?:signé|signature|X ?_)/im.test(text)) return "signature";
  if (/^(?:[-–—•▪*]|\(?(?:\d{1,2}|[a-z])[.)])\s/u.test(text) && lines.length > 1) return "list";
  const isShort = text.length < 90 && lines.length <= 2 && !/[.;,]$/.test(text);
  const isMarked = rows.every((row) => row.words.every(({ bold }) => bold)) || text === text.toUpperCase();
  return isShort && isMarked && /\p{L}{3}/u.test(text) ? "heading" : "paragraph";
}
