import { plainTextOf, wordsOf, type LaidBlock } from "./laid-block.ts";

/** The page number changes, the rest of a running head does not. */
function likenessOf(block: LaidBlock): string {
  const top = Math.round((wordsOf(block)[0]?.box.top ?? 0) / 6);
  return `${top} ${plainTextOf(block).replaceAll(/\d+/g, "#")}`;
}

const LONGEST = 200;
const PAGE_NUMBER = /^(?:page\s)?[-–—]?\s?\d{1,4}\s?(?:(?:de|of|sur|\/)\s?\d{1,4})?\s?[-–—]?$/i;

/** Names the blocks that head or end the pages of a document: the same words at the same place on more pages than one. */
export function markRunningEdges(pages: readonly LaidBlock[][]): void {
  const edges = [
    { kind: "header" as const, of: (blocks: readonly LaidBlock[]) => blocks.slice(0, 2) },
    { kind: "footer" as const, of: (blocks: readonly LaidBlock[]) => blocks.slice(-2) },
  ];
  for (const { kind, of } of edges) {
    const counts = new Map<string, number>();
    for (const blocks of pages)
      for (const block of of(blocks)) counts.set(likenessOf(block), (counts.get(likenessOf(block)) ?? 0) + 1);
    for (const blocks of pages) {
      for (const block of of(blocks)) {
        const text = plainTextOf(block);
        if (text.length > LONGEST || blocks.length < 2) continue;
        const isRepeated = pages.length > 1 && (counts.get(likenessOf(block)) ?? 0) >= Math.max(2, 0.4 * pages.length);
        if (isRepeated || PAGE_NUMBER.test(text)) {
          block.kind = kind;
          delete block.open;
        }
      }
    }
  }
}
