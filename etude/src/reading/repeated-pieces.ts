import type { TextPiece } from "./pdf-page-content.ts";

/** Splits pieces that are drawn twice at one place from the rest. */
export function splitRepeated(pieces: readonly TextPiece[]): { once: TextPiece[]; again: TextPiece[] } {
  const seen = new Map<string, TextPiece[]>();
  const once: TextPiece[] = [];
  const again: TextPiece[] = [];
  for (const piece of pieces) {
    const same = seen.get(piece.text) ?? [];
    // A bold letter is often made of two, a fraction of a point apart.
    const near = same.some(
      ({ matrix }) => Math.abs(matrix[4] - piece.matrix[4]) < 1 && Math.abs(matrix[5] - piece.matrix[5]) < 1,
    );
    (near && piece.text.trim() !== "" ? again : once).push(piece);
    same.push(piece);
    seen.set(piece.text, same);
  }
  return { once, again };
}
