import type { LaidWord } from "./laid-word.ts";
import type { BlockKind } from "./page-layout.ts";

/** A block of a page before it is written as text. */
export interface LaidBlock {
  kind: BlockKind;
  lines: LaidLine[];
  open?: true;
}

/** What becomes one line of the text: a whole paragraph, or the cells of a row. */
export interface LaidLine {
  cells: LaidCell[];
}

export interface LaidCell {
  column: number;
  words: LaidWord[];
  /** It names what stands below it. */
  heading?: true;
}

export function wordsOf(block: LaidBlock): LaidWord[] {
  return block.lines.flatMap(({ cells }) => cells.flatMap(({ words }) => words));
}

/** The words of a block with a space between each. */
export function plainTextOf(block: LaidBlock): string {
  return wordsOf(block)
    .map(({ text }) => text)
    .join(" ");
}
