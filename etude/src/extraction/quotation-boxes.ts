import type { Page, QuotationBox } from "../facts.ts";

/** Where a stretch of a page's text stands on the page: a box for each line; none where the layout does not tell. */
export function boxesOf({ layout }: Page, start: number, end: number): QuotationBox[] {
  const boxes: QuotationBox[] = [];
  for (const [from, to, left, top, right, bottom] of layout?.words ?? []) {
    if (from >= end || to <= start) continue;
    const last = boxes.at(-1);
    const isSameLine = last !== undefined && top < last[3] && bottom > last[1] && left >= last[0];
    if (!isSameLine) boxes.push([left, top, right, bottom]);
    else
      boxes[boxes.length - 1] = [last[0], Math.min(last[1], top), Math.max(last[2], right), Math.max(last[3], bottom)];
  }
  return boxes;
}
