import type { TextPiece } from "./pdf-page-content.ts";

/** A place and those around it, a point apart. */
const NEIGHBOURS = [-1, 0, 1].flatMap((right) => [-1, 0, 1].map((down) => [right, down] as const));

/** Splits pieces that are drawn twice at one place from the rest. */
export function splitRepeated(pieces: readonly TextPiece[]): { once: TextPiece[]; again: TextPiece[] } {
  const seen = new Map<string, TextPiece[]>();
  const once: TextPiece[] = [];
  const again: TextPiece[] = [];
  for (const piece of pieces) {
    const [x, y] = [Math.floor(piece.matrix[4]), Math.floor(piece.matrix[5])];
    // A bold letter is often made of two, a fraction of a point apart.
    const near = NEIGHBOURS.flatMap(([right, down]) => seen.get(`${x + right} ${y + down} ${piece.text}`) ?? []).some(
      ({ matrix }) => Math.abs(matrix[4] - piece.matrix[4]) < 1 && Math.abs(matrix[5] - piece.matrix[5]) < 1,
    );
    (near && piece.text.trim() !== "" ? again : once).push(piece);
    if (near) continue;
    const key = `${x} ${y} ${piece.text}`;
    seen.set(key, [...(seen.get(key) ?? []), piece]);
  }
  return { once, again };
}
