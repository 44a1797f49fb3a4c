import { readEnglishNumber } from "./english-numbers.ts";
import { readFrenchNumber } from "./french-numbers.ts";

/** A day or a year as it is written, in words, in figures or in both. */
export interface DatePart {
  value: number;
  end: number;
  /** Words and figures that say two different numbers. */
  contradictory: boolean;
}

const ORDINALS: Record<string, number> = {
  premier: 1,
  premiere: 1,
  deuxieme: 2,
  troisieme: 3,
  quatrieme: 4,
  cinquieme: 5,
  sixieme: 6,
  septieme: 7,
  huitieme: 8,
  neuvieme: 9,
  dixieme: 10,
  onzieme: 11,
  douzieme: 12,
  treizieme: 13,
  quatorzieme: 14,
  quinzieme: 15,
  seizieme: 16,
  "dix-septieme": 17,
  "dix-huitieme": 18,
  "dix-neuvieme": 19,
  vingtieme: 20,
  "vingt et unieme": 21,
  "vingt-et-unieme": 21,
  "vingt-deuxieme": 22,
  "vingt-troisieme": 23,
  "vingt-quatrieme": 24,
  "vingt-cinquieme": 25,
  "vingt-sixieme": 26,
  "vingt-septieme": 27,
  "vingt-huitieme": 28,
  "vingt-neuvieme": 29,
  trentieme: 30,
  "trente et unieme": 31,
  "trente-et-unieme": 31,
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
  eleventh: 11,
  twelfth: 12,
  thirteenth: 13,
  fourteenth: 14,
  fifteenth: 15,
  sixteenth: 16,
  seventeenth: 17,
  eighteenth: 18,
  nineteenth: 19,
  twentieth: 20,
  "twenty-first": 21,
  "twenty-second": 22,
  "twenty-third": 23,
  "twenty-fourth": 24,
  "twenty-fifth": 25,
  "twenty-sixth": 26,
  "twenty-seventh": 27,
  "twenty-eighth": 28,
  "twenty-ninth": 29,
  thirtieth: 30,
  "thirty-first": 31,
};
const ORDINAL = new RegExp(
  `(?:${Object.keys(ORDINALS)
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(" ", "[ -]"))
    .join("|")})(?![a-z])`,
  "y",
);

/** « (15) », « (15e) », « (2026) » after the words. */
const DAY_FIGURES = /\s{0,2}\(\s?(\d{1,2})(?:er|e|eme|ieme|th|st|nd|rd|re)?\s?\)/y;
const YEAR_FIGURES = /\s{0,2}\(\s?(\d{4})\s?\)/y;

export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function withFigures(folded: string, value: number, end: number, figures: RegExp): DatePart {
  const match = matchAt(figures, folded, end);
  if (match === null) return { value, end, contradictory: false };
  return { value, end: end + match[0].length, contradictory: Number(match[1]) !== value };
}

/** A day in words: « premier », « quinze (15) », « quinzième ». */
export function readDayInWords(folded: string, start: number): DatePart | undefined {
  const ordinal = matchAt(ORDINAL, folded, start);
  if (ordinal !== null) {
    const value = ORDINALS[ordinal[0]] ?? ORDINALS[ordinal[0].replaceAll("-", " ")];
    return value === undefined ? undefined : withFigures(folded, value, start + ordinal[0].length, DAY_FIGURES);
  }
  const number = readFrenchNumber(folded, start) ?? readEnglishNumber(folded, start);
  if (number === undefined || number.value < 1 || number.value > 31) return undefined;
  return withFigures(folded, number.value, number.end, DAY_FIGURES);
}

/** A year in words: « deux mille vingt-six (2026) », « mil neuf cent quatre-vingt-dix-huit ». */
function readYearInWords(folded: string, start: number): DatePart | undefined {
  const french = readFrenchNumber(folded, start);
  const english = readEnglishNumber(folded, start);
  const number = (english?.end ?? 0) > (french?.end ?? 0) ? english : french;
  if (number === undefined || number.value < 1700 || number.value > 2199) return undefined;
  return withFigures(folded, number.value, number.end, YEAR_FIGURES);
}

const YEAR = /(\d{4})(?!\d)/y;

/** A year in figures or in words. */
export function readYear(folded: string, start: number): DatePart | undefined {
  const figures = matchAt(YEAR, folded, start);
  if (figures !== null) return { value: Number(figures[1]), end: start + 4, contradictory: false };
  return readYearInWords(folded, start);
}
