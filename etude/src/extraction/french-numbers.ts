import { createWordCursor, type WordCursor, type WordNumber } from "./number-words.ts";
import { foldText } from "./fold-text.ts";

const UNITS: Record<string, number> = {
  un: 1,
  une: 1,
  deux: 2,
  trois: 3,
  quatre: 4,
  cinq: 5,
  six: 6,
  sept: 7,
  huit: 8,
  neuf: 9,
  dix: 10,
  onze: 11,
  douze: 12,
  treize: 13,
  quatorze: 14,
  quinze: 15,
  seize: 16,
};
const TENS: Record<string, number> = {
  vingt: 20,
  vingts: 20,
  trente: 30,
  quarante: 40,
  cinquante: 50,
  soixante: 60,
  septante: 70,
  octante: 80,
  huitante: 80,
  nonante: 90,
};
const HUNDRED = new Set(["cent", "cents"]);
const THOUSAND = new Set(["mille", "mil", "milles"]);
const MILLION = new Set(["million", "millions"]);
const BILLION = new Set(["milliard", "milliards"]);

/** The words that can start a number: grammars look for them. */
export const FRENCH_NUMBER_START: string = [
  ...Object.keys(UNITS),
  ...Object.keys(TENS),
  "cent",
  "mille",
  "mil",
  "zero",
].join("|");

/** 1 to 19. */
function readUnit(words: WordCursor, most: number): number | undefined {
  const value = UNITS[words.peek()];
  if (value === undefined || value > most) return undefined;
  words.next();
  if (value === 10 && most > 16) {
    const more = UNITS[words.peek()];
    if (more !== undefined && more >= 7 && more <= 9) {
      words.next();
      return 10 + more;
    }
  }
  return value;
}

/** What follows a ten: « et un », « et-onze », « -deux ». */
function readAfterTen(words: WordCursor, most: number): number {
  const mark = words.mark();
  if (words.peek() === "et") {
    words.next();
    if (["un", "une", "onze"].includes(words.peek())) return readUnit(words, most) ?? 0;
    words.reset(mark);
    return 0;
  }
  return readUnit(words, most) ?? 0;
}

/** 1 to 99. */
function readBelowHundred(words: WordCursor): number | undefined {
  const mark = words.mark();
  if (words.peek() === "quatre") {
    words.next();
    if (words.peek().startsWith("vingt")) {
      words.next();
      return 80 + readAfterTen(words, 19);
    }
    words.reset(mark);
  }
  const ten = TENS[words.peek()];
  if (ten === undefined) return readUnit(words, 19);
  words.next();
  return ten + readAfterTen(words, ten === 60 ? 19 : 9);
}

/** 1 to 1999: « dix-neuf cent » is how some say 1900. */
function readBelowThousand(words: WordCursor): number | undefined {
  if (HUNDRED.has(words.peek())) {
    words.next();
    return 100 + (readBelowHundred(words) ?? 0);
  }
  const first = readBelowHundred(words);
  if (first === undefined || first > 19 || first === 1 || !HUNDRED.has(words.peek())) return first;
  words.next();
  return first * 100 + (readBelowHundred(words) ?? 0);
}

function readNumber(words: WordCursor): number | undefined {
  if (words.peek() === "zero") {
    words.next();
    return 0;
  }
  let total = 0;
  let read = false;
  for (const [names, unit] of [
    [BILLION, 1e9],
    [MILLION, 1e6],
    [THOUSAND, 1e3],
  ] as const) {
    const mark = words.mark();
    // « mille » alone is a thousand; « million » alone is a noun.
    const factor = unit === 1e3 && names.has(words.peek()) ? 1 : readBelowThousand(words);
    if (factor !== undefined && names.has(words.peek())) {
      words.next();
      total += factor * unit;
      read = true;
    } else words.reset(mark);
  }
  const rest = readBelowThousand(words);
  return rest === undefined ? (read ? total : undefined) : total + rest;
}

/** Reads the longest number in French words that starts at `start` in a folded text. */
export function readFrenchNumber(folded: string, start: number): WordNumber | undefined {
  const words = createWordCursor(folded, start);
  const value = readNumber(words);
  return value === undefined ? undefined : { value, end: words.end };
}

/** The value of a number in French words, undefined when the text is anything else: « deux mille vingt-six » is 2026. */
export function parseFrenchNumber(text: string): number | undefined {
  const folded = foldText(text).trim();
  const read = readFrenchNumber(folded, 0);
  return read?.end === folded.length ? read.value : undefined;
}
