import type { LaidBlock } from "./laid-block.ts";
import type { LayoutBlock, LayoutCell, PageLayout, PlacedWord } from "./page-layout.ts";

/** Between two cells of a row: several spaces, so that no grammar joins « 2024 » and « 250 000 $ ». */
const CELL_GAP = "   ";
const BLOCK_GAP = "\n\n";

/**
 * The text of a page's blocks in reading order, with the layout that names its places: a line for each paragraph and each
 * row, a blank line between blocks.
 */
export function writeLayout(
  blocks: readonly LaidBlock[],
  size: { width: number; height: number },
): { text: string; layout: PageLayout } {
  let text = "";
  const words: PlacedWord[] = [];
  const laid: LayoutBlock[] = [];
  for (const block of blocks) {
    if (block.lines.every(({ cells }) => cells.every((cell) => cell.words.length === 0))) continue;
    if (text !== "") text += BLOCK_GAP;
    const start = text.length;
    const placed: LayoutCell[] = [];
    for (const [row, { cells }] of block.lines.entries()) {
      if (row > 0) text += "\n";
      for (const [index, cell] of cells.entries()) {
        if (index > 0) text += CELL_GAP;
        const cellStart = text.length;
        let isGlued = true;
        for (const word of cell.words) {
          if (!isGlued) text += " ";
          const wordStart = text.length;
          text += word.text.normalize("NFC");
          const { left, top, right, bottom } = word.box;
          words.push([wordStart, text.length, round(left), round(top), round(right), round(bottom)]);
          isGlued = word.glued === true;
        }
        placed.push({
          row,
          column: cell.column,
          start: cellStart,
          end: text.length,
          ...(cell.heading === true ? { heading: true } : {}),
        });
      }
    }
    laid.push({
      kind: block.kind,
      start,
      end: text.length,
      ...(block.kind === "table" ? { cells: placed } : {}),
      ...(block.open === true ? { open: true } : {}),
    });
  }
  return { text, layout: { ...size, blocks: laid, words } };
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}
