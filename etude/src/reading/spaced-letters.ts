import { joinWords, type LaidWord } from "./laid-word.ts";

/** Fewer letters than this may be initials, or the names of columns. */
const FEWEST_LETTERS = 4;
/** Letters farther apart than this part of their height are columns. */
const WIDEST_GAP = 1.2;
/** A gap this many times the usual one ends a word. */
const WORD_GAP = 1.7;

const SPACED_WORD_GAP = 3.5;
const SPACE = 0.25;

function isLetter({ text }: LaidWord): boolean {
  return /^(?:\p{L}\p{M}*|['’])$/u.test(text);
}

/** « D E V A N T » is a word whose letters stand apart: they are joined again. */
export function mergeSpacedLetters(words: readonly LaidWord[]): LaidWord[] {
  // In a line of spaced words, the shorter ones are spaced too.
  const fewest = hasSpacedWord(words) ? 2 : Infinity;
  const merged: LaidWord[] = [];
  for (let at = 0; at < words.length;) {
    let end = at;
    while (end < words.length && continuesRun(words, at, end)) end += 1;
    const run = words.slice(at, Math.max(end, at + 1));
    at += run.length;
    merged.push(...(run.length >= fewest ? joinRun(run, words[at]) : run));
  }
  return merged;
}

function hasSpacedWord(words: readonly LaidWord[]): boolean {
  let letters = 0;
  return words.some((_, at) => {
    letters = continuesRun(words, at - letters, at) ? letters + 1 : 0;
    return letters >= FEWEST_LETTERS;
  });
}

function continuesRun(words: readonly LaidWord[], from: number, at: number): boolean {
  const word = words[at];
  if (word === undefined || !isLetter(word)) return false;
  const before = words[at - 1];
  return at === from || before === undefined || word.left - before.right <= WIDEST_GAP * word.size;
}

function joinRun(run: readonly LaidWord[], next: LaidWord | undefined): LaidWord[] {
  const gaps = run.slice(1).map((word, index) => word.left - (run[index]?.right ?? word.left));
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const joined: LaidWord[] = [];
  for (const [index, word] of run.entries()) {
    const last = joined.at(-1);
    if (last === undefined || (gaps[index - 1] ?? 0) > WORD_GAP * usual) joined.push(word);
    else joined[joined.length - 1] = joinWords(last, word);
  }
  // Where letters stand apart, so do words: that room is no column.
  const end = joined.at(-1);
  if (end !== undefined && next !== undefined && next.left - end.right <= SPACED_WORD_GAP * usual)
    joined[joined.length - 1] = { ...end, right: next.left - SPACE * next.size };
  return joined;
}

/** The same in a text, where only spaces tell: « D E V A N T Me » is « DEVANT Me ». */
export function joinSpacedLetters(text: string): string {
  return text.replaceAll(/(?<![\p{L}\p{N}] ?)\p{L}(?: \p{L}){3,}(?![\p{L}\p{N}]| \p{L}(?!\p{L}))/gu, (letters) =>
    letters.replaceAll(" ", ""),
  );
}
