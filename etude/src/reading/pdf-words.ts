import type { LaidWord } from "./laid-word.ts";
import { apply, boxOf } from "./pdf-geometry.ts";
import type { TextPiece } from "./pdf-page-content.ts";

/** Dots and underscores to fill by hand: what is typed over them is the text. */
const LEADER = /(?:[_.…·]\s?){4,}/g;

function angleOf({ matrix }: TextPiece): number {
  return Math.round((Math.atan2(matrix[1], matrix[0]) * 180) / Math.PI);
}

function lay(piece: TextPiece, angle: number): LaidWord {
  const radians = (-angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const from = apply(piece.matrix, 0, 0);
  const to = apply(piece.matrix, piece.width, 0);
  const start = from.x * cos - from.y * sin;
  const end = to.x * cos - to.y * sin;
  const scale = Math.hypot(piece.matrix[2], piece.matrix[3]) || 1;
  const height = piece.fontSize / scale;
  return {
    text: piece.text,
    left: Math.min(start, end),
    right: Math.max(start, end),
    base: from.x * sin + from.y * cos,
    size: piece.fontSize,
    bold: piece.bold,
    spaced: piece.spaced,
    box: boxOf(piece.matrix, 0, -0.2 * height, piece.width, 0.8 * height),
  };
}

/** Splits a word around its leaders, so that the text typed over them does not mix with them. */
function splitLeaders(word: LaidWord): LaidWord[] {
  const perLetter = (word.right - word.left) / Math.max(1, word.text.length);
  const parts: LaidWord[] = [];
  let at = 0;
  const push = (from: number, to: number): void => {
    const text = word.text.slice(from, to);
    if (text.trim() === "") return;
    const [left, right] = [word.left + from * perLetter, word.left + to * perLetter];
    parts.push({ ...word, text, left, right });
  };
  for (const match of word.text.matchAll(LEADER)) {
    push(at, match.index);
    push(match.index, match.index + match[0].length);
    at = match.index + match[0].length;
  }
  push(at, word.text.length);
  return parts;
}

/** The words of a page by the direction in which they are written, upright first. */
export function toWordsByDirection(pieces: readonly TextPiece[]): LaidWord[][] {
  const directions = new Map<number, LaidWord[]>();
  for (const piece of pieces) {
    if (piece.text.trim() === "") continue;
    const angle = angleOf(piece);
    const laid = directions.get(angle) ?? [];
    laid.push(...splitLeaders(lay(piece, angle)));
    directions.set(angle, laid);
  }
  return [...directions.entries()].toSorted(([a], [b]) => Math.abs(a) - Math.abs(b) || a - b).map(([, words]) => words);
}
