import { apply } from "./pdf-geometry.ts";
import type { TextPiece } from "./pdf-page-content.ts";

/** A piece laid on the direction in which it is read: `start` to `end` along the line, `base` down the page. */
interface Laid {
  text: string;
  start: number;
  end: number;
  base: number;
  size: number;
}

/** A gap of this part of the letters' height is a space… */
const SPACE = 0.13;
/** …and of this one, the next column: several spaces, so that no grammar joins « 2024 » and « 250 000 $ ». */
const COLUMN = 1.3;
const COLUMN_GAP = "   ";
/** Baselines closer than this part of the letters' height are one line (« 1ᵉʳ » is raised). */
const SAME_LINE = 0.4;
/** A wider step than this between lines starts a paragraph. */
const PARAGRAPH_STEP = 1.75;
/** Dots and underscores to fill by hand: what is typed over them is the text. */
const LEADER = /(?:[_.…·]\s?){4,}/g;

function angleOf({ matrix }: TextPiece): number {
  return Math.round((Math.atan2(matrix[1], matrix[0]) * 180) / Math.PI);
}

function lay(piece: TextPiece, angle: number): Laid {
  const radians = (-angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const from = apply(piece.matrix, 0, 0);
  const to = apply(piece.matrix, piece.width, 0);
  const start = from.x * cos - from.y * sin;
  const end = to.x * cos - to.y * sin;
  return {
    text: piece.text,
    start: Math.min(start, end),
    end: Math.max(start, end),
    base: from.x * sin + from.y * cos,
    size: piece.fontSize,
  };
}

/** Splits a piece around its leaders, so that the text typed over them does not mix with them. */
function splitLeaders(piece: Laid): Laid[] {
  const perLetter = (piece.end - piece.start) / Math.max(1, piece.text.length);
  const parts: Laid[] = [];
  let at = 0;
  const push = (from: number, to: number): void => {
    const text = piece.text.slice(from, to);
    if (text !== "")
      parts.push({ ...piece, text, start: piece.start + from * perLetter, end: piece.start + to * perLetter });
  };
  for (const match of piece.text.matchAll(LEADER)) {
    push(at, match.index);
    push(match.index, match.index + match[0].length);
    at = match.index + match[0].length;
  }
  push(at, piece.text.length);
  return parts;
}

function isLeader({ text }: Laid): boolean {
  return /^[_.…·\s]+$/.test(text);
}

function overlap(a: Laid, b: Laid): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

/** Pieces on one line, from the top of the page; a line's base is that of its tallest piece. */
function toLines(pieces: readonly Laid[]): Laid[][] {
  const lines: { base: number; size: number; pieces: Laid[] }[] = [];
  for (const piece of pieces.toSorted((a, b) => a.base - b.base || a.start - b.start)) {
    const line = lines
      .slice(-3)
      .findLast(({ base, size }) => Math.abs(base - piece.base) <= SAME_LINE * Math.max(size, piece.size));
    if (line === undefined) lines.push({ base: piece.base, size: piece.size, pieces: [piece] });
    else {
      if (piece.size > line.size) Object.assign(line, { base: piece.base, size: piece.size });
      line.pieces.push(piece);
    }
  }
  return lines.toSorted((a, b) => a.base - b.base).map((line) => line.pieces);
}

/** The text of one line, with spaces where there is room for them. */
function joinLine(pieces: readonly Laid[]): string {
  const kept = pieces
    .flatMap(splitLeaders)
    .filter(
      (piece, _, all) =>
        !isLeader(piece) ||
        !all.some((other) => !isLeader(other) && other.text.trim() !== "" && overlap(piece, other) > 1),
    )
    .toSorted((a, b) => a.start - b.start);
  let text = "";
  let end: number | undefined;
  for (const piece of kept) {
    const gap = end === undefined ? 0 : piece.start - end;
    const size = Math.min(piece.size, kept[0]?.size ?? piece.size) || piece.size;
    if (gap > COLUMN * piece.size) text = text.trimEnd() + COLUMN_GAP;
    else if (gap > SPACE * size && !/\s$/.test(text) && !/^\s/.test(piece.text)) text += " ";
    text += end !== undefined && gap > COLUMN * piece.size ? piece.text.trimStart() : piece.text;
    end = Math.max(end ?? piece.end, piece.end);
  }
  return text.replaceAll(/^ +| +$/g, "");
}

function readDirection(pieces: readonly Laid[]): string {
  const lines = toLines(pieces);
  let text = "";
  let previous: { base: number; size: number } | undefined;
  for (const line of lines) {
    const base = Math.max(...line.map((piece) => piece.base));
    const size = Math.max(...line.map((piece) => piece.size));
    const content = joinLine(line);
    if (content.trim() === "") continue;
    if (previous !== undefined)
      text += base - previous.base > PARAGRAPH_STEP * Math.max(size, previous.size) ? "\n\n" : "\n";
    text += content;
    previous = { base, size };
  }
  return text;
}

/** The visible pieces as a person reads them: upright text first, then what is written along other directions. */
export function toPageText(pieces: readonly TextPiece[]): string {
  const directions = new Map<number, Laid[]>();
  for (const piece of pieces) {
    const angle = angleOf(piece);
    const laid = directions.get(angle) ?? [];
    laid.push(lay(piece, angle));
    directions.set(angle, laid);
  }
  return [...directions.entries()]
    .toSorted(([a], [b]) => Math.abs(a) - Math.abs(b) || a - b)
    .map(([, laid]) => readDirection(laid))
    .filter((text) => text !== "")
    .join("\n\n")
    .normalize("NFC");
}

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
