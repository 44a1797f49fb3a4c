import { ENGLISH_NUMBER_START, readEnglishNumber } from "./english-numbers.ts";
import { FRENCH_NUMBER_START, readFrenchNumber } from "./french-numbers.ts";

/** An amount written in words. */
export interface WordAmount {
  start: number;
  end: number;
  cents: number;
  /** The word « dollars » follows; without it the words count only beside figures. */
  saysDollars: boolean;
  /** « quatre cent mille (400 000) dollars »: the figures that stand among the words. */
  figuresCents?: number;
}

const START = new RegExp(`\\b(?:${FRENCH_NUMBER_START}|${ENGLISH_NUMBER_START})(?![a-z])`, "g");
const DOLLARS = /\s{0,3}(?:de\s{1,3}|d')?dollars?(?![a-z])(?:\s(?:canadiens?|du canada))?/y;
const CENTS_LINK = /,?\s{0,3}(?:et|and)?\s{0,3}/y;
const CENTS = /\s{1,3}(?:cents?|sous)(?![a-z])/y;
/** As on a cheque: « et 50/100 », « xx/100 ». */
const HUNDREDTHS = /\s{0,3}-{0,12}\s{0,3}(?:(?:et|and)\s{1,3})?(\d{2}|xx|00)\s?\/\s?100/y;
const FIGURES = /\s{0,3}\((\d{1,3}(?: \d{3}){0,3}|\d{1,9})(?:[.,](\d{2}))?\s?(?=\))\)/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readWords(folded: string, start: number): { value: number; end: number } | undefined {
  const french = readFrenchNumber(folded, start);
  const english = readEnglishNumber(folded, start);
  return (english?.end ?? 0) > (french?.end ?? 0) ? english : french;
}

/** « … dollars et cinquante cents » */
function readCents(folded: string, at: number): { value: number; end: number } | undefined {
  const link = matchAt(CENTS_LINK, folded, at);
  const read = link === null ? undefined : readWords(folded, at + link[0].length);
  if (read === undefined || read.value > 99) return undefined;
  const cents = matchAt(CENTS, folded, read.end);
  // « … et cinquante cents » may have been read as a number: 50 hundreds is no French number, so it was not.
  return cents === null ? undefined : { value: read.value, end: read.end + cents[0].length };
}

function readAmount(folded: string, start: number): WordAmount | undefined {
  const read = readWords(folded, start);
  if (read === undefined) return undefined;
  let end = read.end;
  let cents = read.value * 100;
  let figuresCents: number | undefined;
  const hundredths = matchAt(HUNDREDTHS, folded, end);
  if (hundredths !== null) {
    end += hundredths[0].length;
    cents += hundredths[1] === "xx" ? 0 : Number(hundredths[1]);
  }
  const figures = matchAt(FIGURES, folded, end);
  if (figures !== null && matchAt(DOLLARS, folded, end + figures[0].length) !== null) {
    figuresCents = Number((figures[1] ?? "").replaceAll(" ", "")) * 100 + Number(figures[2] ?? 0);
    end += figures[0].length;
  }
  const dollars = matchAt(DOLLARS, folded, end);
  if (dollars !== null) {
    end += dollars[0].length;
    const more = readCents(folded, end);
    if (more !== undefined) {
      end = more.end;
      cents += more.value;
    }
    const after = matchAt(HUNDREDTHS, folded, end);
    if (after !== null && hundredths === null) {
      end += after[0].length;
      cents += after[1] === "xx" ? 0 : Number(after[1]);
    }
  }
  return { start, end, cents, saysDollars: dollars !== null, ...(figuresCents === undefined ? {} : { figuresCents }) };
}

/** Every number in words that may be an amount. */
export function findWordAmounts(folded: string): WordAmount[] {
  const found: WordAmount[] = [];
  let end = 0;
  for (const { index } of folded.matchAll(START)) {
    if (index < end) continue;
    const amount = readAmount(folded, index);
    if (amount === undefined) continue;
    end = amount.end;
    // « un », « deux » are everywhere: without « dollars », only a large number can be an amount.
    if (amount.saysDollars || amount.cents >= 100_000) found.push(amount);
  }
  return found;
}
