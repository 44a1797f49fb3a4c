import { isLeader, joinWords, type LaidWord } from "./laid-word.ts";
import { mergeSpacedLetters } from "./spaced-letters.ts";

/** Words on one line, from left to right. */
export interface LaidRow {
  words: LaidWord[];
  base: number;
  size: number;
}

/** Baselines closer than this part of the letters' height are one line (« 1ᵉʳ » is raised). */
const SAME_LINE = 0.4;
/** Two letters closer than this part of their height, without a space between them, are of one word… */
const SAME_WORD = 0.13;
/** …and two longer pieces, whose letters say where they end, when they are this close. */
const SAME_WORD_PIECES = 0.03;

/** Rows of words, from the top of the page; a row's base is that of its tallest word. */
export function toRows(words: readonly LaidWord[]): LaidRow[] {
  const rows: LaidRow[] = [];
  for (const word of words.toSorted((a, b) => a.base - b.base || a.left - b.left)) {
    const row = rows
      .slice(-3)
      .findLast(({ base, size }) => Math.abs(base - word.base) <= SAME_LINE * Math.max(size, word.size));
    if (row === undefined) rows.push({ base: word.base, size: word.size, words: [word] });
    else {
      if (word.size > row.size) Object.assign(row, { base: word.base, size: word.size });
      row.words.push(word);
    }
  }
  return rows
    .toSorted((a, b) => a.base - b.base)
    .map((row) => ({ ...row, words: mergeSpacedLetters(gluePieces(withoutFilledLeaders(row.words))) }));
}

/** What is typed over dots and underscores is the text, and starts where they do; leaders with nothing over them stay. */
function withoutFilledLeaders(words: readonly LaidWord[]): LaidWord[] {
  const sorted = words.toSorted((a, b) => a.left - b.left);
  if (!sorted.some(isLeader)) return sorted;
  const kept = new Map<LaidWord, LaidWord>();
  const typed = sorted.filter((word) => !isLeader(word));
  for (const leader of sorted.filter(isLeader)) {
    const over = typed.find((word) => Math.min(word.right, leader.right) - Math.max(word.left, leader.left) > 1);
    if (over === undefined) kept.set(leader, leader);
    else kept.set(over, { ...over, left: Math.min(over.left, leader.left) });
  }
  return sorted.flatMap((word) => kept.get(word) ?? (isLeader(word) ? [] : word));
}

/** A word may be drawn in several pieces. */
function gluePieces(words: readonly LaidWord[]): LaidWord[] {
  const glued: LaidWord[] = [];
  let isSingle = false;
  for (const word of words) {
    const last = glued.at(-1);
    const isLetter = word.text.length === 1 || last?.text.length === 1 || isSingle;
    isSingle = word.text.length === 1;
    const room = (isLetter ? SAME_WORD : SAME_WORD_PIECES) * Math.min(last?.size ?? 0, word.size);
    if (last === undefined || word.spaced || word.left - last.right > room) glued.push(word);
    else glued[glued.length - 1] = joinWords(last, word);
  }
  return glued;
}

export function leftOf(row: LaidRow): number {
  return row.words[0]?.left ?? 0;
}

export function rightOf(row: LaidRow): number {
  return row.words.reduce((right, word) => Math.max(right, word.right), -Infinity);
}

/** The words of a row, with a space between each. */
export function textOf(row: LaidRow): string {
  return row.words.map(({ text }) => text).join(" ");
}
