import { createWordCursor, type WordCursor, type WordNumber } from "./number-words.ts";

const UNITS: Record<string, number> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
};
const TENS: Record<string, number> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};

export const ENGLISH_NUMBER_START: string = [...Object.keys(UNITS), ...Object.keys(TENS)].join("|");

function readBelowHundred(words: WordCursor): number | undefined {
  const ten = TENS[words.peek()];
  if (ten !== undefined) words.next();
  const unit = UNITS[words.peek()];
  if (unit === undefined || (ten !== undefined && unit > 9)) return ten;
  words.next();
  return (ten ?? 0) + unit;
}

function skipAnd(words: WordCursor): void {
  if (words.peek() === "and") words.next();
}

function readBelowThousand(words: WordCursor): number | undefined {
  const first = readBelowHundred(words);
  if (first === undefined || words.peek() !== "hundred") return first;
  words.next();
  const mark = words.mark();
  skipAnd(words);
  const rest = readBelowHundred(words);
  if (rest === undefined) words.reset(mark);
  return first * 100 + (rest ?? 0);
}

/** Reads the longest number in English words that starts at `start` in a folded text. */
export function readEnglishNumber(folded: string, start: number): WordNumber | undefined {
  const words = createWordCursor(folded, start);
  let total = 0;
  let read = false;
  for (const [name, unit] of [
    ["million", 1e6],
    ["thousand", 1e3],
    ["", 1],
  ] as const) {
    const mark = words.mark();
    if (read) skipAnd(words);
    const factor = readBelowThousand(words);
    if (factor === undefined || (name !== "" && words.peek() !== name)) {
      words.reset(mark);
      continue;
    }
    if (name !== "") words.next();
    total += factor * unit;
    read = true;
  }
  return read ? { value: total, end: words.end } : undefined;
}
