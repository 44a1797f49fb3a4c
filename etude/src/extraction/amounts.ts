import type { AmountFact, AmountLabel } from "../facts.ts";
import { amountLabelOf } from "./amount-labels.ts";
import { cite } from "./cite.ts";
import { foldText } from "./fold-text.ts";
import { findWordAmounts, type WordAmount } from "./word-amounts.ts";

/** An amount in figures, where it stands in the text. */
interface Figures {
  start: number;
  end: number;
  cents: number;
}

/**
 * Groups of three digits, with one space (any kind: the text is folded), a comma or a point between them; then cents,
 * always two digits. The number of groups is bounded, so that a page of digits takes no longer than a page of words.
 */
const NUMBER = String.raw`(?:\d{1,3}(?: \d{3}){1,5}|\d{1,3}(?:,\d{3}){1,4}|\d{1,3}(?:\.\d{3}){1,4}|\d{1,12})(?:[.,]\d{2})?`;
const NOT_INSIDE = String.raw`(?<![a-z0-9])(?<!\d[.,])`;
const FOREIGN = String.raw`(?! {0,1}(?:us\b|usd\b|u\.s\.|us\$|euros?\b))`;

const SUFFIXED = new RegExp(
  `${NOT_INSIDE}(${NUMBER})(?![\\d])(?: {0,1}-{0,2} {0,3}\\$(?!\\d)|\\)? ?dollars?\\b|,?-{1,2} ?\\$| ?cad\\b)${FOREIGN}`,
  "g",
);
const SCALED = new RegExp(`${NOT_INSIDE}(\\d{1,4})(?:[.,](\\d{1,3}))? ?(m|k) ?\\$${FOREIGN}`, "g");
const PREFIXED_SCALED = /(?<!us)\$ ?(\d{1,4})(?:[.,](\d{1,3}))? ?(millions?|m|k)(?![a-z])/g;
const MILLIONS = new RegExp(
  `${NOT_INSIDE}(\\d{1,4})(?:[.,](\\d{1,3}))? (millions?|milliards?) (?:de )?(?:dollars?\\b|\\$)`,
  "g",
);
const PREFIXED = new RegExp(`(?<!us)(?:\\bcad ?\\$?|\\$) ?(${NUMBER})(?![\\d]|[.,]\\d| ?%)`, "g");
/** Figures between brackets after words that say « dollars »: their own sign may be missing. */
const BRACKETED = new RegExp(`^\\s{0,3}[(\\[]\\s?\\$? ?(${NUMBER})\\s?(?:\\$|dollars)?(?: ?ca[dn]?)?\\s?[)\\]]`);

/** The groups of a number, its cents, and how many characters at its head belong to another number. */
function parseNumber(number: string): { cents: number; skipped: number } | undefined {
  const decimals = /[.,](\d{2})$/.exec(number);
  const whole = decimals === null ? number : number.slice(0, decimals.index);
  const separator = /[ .,]/.exec(whole)?.[0];
  let groups = separator === undefined ? [whole] : whole.split(separator);
  // « 485.000 » alone is a measure or a rate; a number grouped by points has cents, or a second point.
  if (separator === "." && decimals === null && groups.length === 2) return undefined;
  // A milliard is no price: « 1 234 567 485 000 $ » is a lot, or a registration number, then an amount.
  if (groups.length > 3) {
    if (groups.length === 4 && groups[0]?.length === 3) return undefined;
    groups = groups.slice(3);
  }
  // « 17:00 485 000 $ »: what starts with a zero is the end of something else.
  while (groups.length > 1 && groups[0]?.startsWith("0")) groups = groups.slice(1);
  const digits = groups.join("");
  if (digits.length > 9 || (digits.startsWith("0") && digits.length > 1)) return undefined;
  const skipped = whole.length - groups.join(" ").length;
  return { cents: Number(digits) * 100 + Number(decimals?.[1] ?? 0), skipped };
}

function scaleOf(unit: string | undefined): number {
  if (unit === undefined) return 1;
  if (unit.startsWith("milliard")) return 1e9;
  return unit.startsWith("m") ? 1e6 : 1e3;
}

/** « 1,2 M$ »: here the decimals are parts of a million. */
function scaled(number: string, unit: string | undefined): { cents: number; skipped: number } | undefined {
  const value = Number(number) * scaleOf(unit);
  return Number.isFinite(value) ? { cents: Math.round(value * 100), skipped: 0 } : undefined;
}

function findFigures(folded: string): Figures[] {
  const found: Figures[] = [];
  const taken = new Uint8Array(folded.length + 1);
  // The first pattern that reads a stretch of text keeps it: in « 10 000 $ 20 000 $ » each sign closes its number.
  const add = (start: number, end: number, value: { cents: number; skipped: number } | undefined): void => {
    if (value === undefined || taken[start] === 1 || taken[end - 1] === 1) return;
    taken.fill(1, start, end);
    found.push({ start: start + value.skipped, end, cents: value.cents });
  };
  for (const match of [...folded.matchAll(MILLIONS), ...folded.matchAll(SCALED), ...folded.matchAll(PREFIXED_SCALED)]) {
    const [whole, units = "", decimals, scale] = match;
    add(match.index, match.index + whole.length, scaled(`${units}.${decimals ?? "0"}`, scale));
  }
  for (const match of folded.matchAll(SUFFIXED)) {
    const [whole, number = ""] = match;
    const head = folded.slice(Math.max(0, match.index - 10), match.index);
    // « 2026-12-15 485 000 $ »: the day is not the first group.
    const day = /\d{4}[-/]\d{2}[-/]$/.test(head) ? (/^\d{2} (?=\d{3})/.exec(number)?.[0].length ?? 0) : 0;
    add(match.index + day, match.index + whole.length, parseNumber(number.slice(day)));
  }
  for (const match of folded.matchAll(PREFIXED)) {
    add(match.index, match.index + match[0].length, parseNumber(match[1] ?? ""));
  }
  return found.toSorted((a, b) => a.start - b.start);
}

interface Placed {
  start: number;
  end: number;
  cents: number;
  wordsCents?: number;
}

/** Figures and words that say one amount are one fact; figures count, words that differ are noted. */
function joinWords(folded: string, figures: readonly Figures[], words: readonly WordAmount[]): Placed[] {
  const free = new Set(figures);
  const placed: Placed[] = [];
  for (const word of words) {
    const inside = figures.filter(({ start, end }) => start >= word.start && end <= word.end);
    for (const figure of inside) free.delete(figure);
    // Without « dollars » the words may be a year or a lot: only figures between brackets make them an amount.
    const link = word.saysDollars ? /^\s*(?:[([,:-]|soit)?\s*$/ : /^\s*[([]\s*$/;
    const after = figures.find(
      ({ start }) => start >= word.end && start - word.end <= 8 && link.test(folded.slice(word.end, start)),
    );
    const before = figures.find(
      ({ end }) => end <= word.start && word.start - end <= 4 && /^\s*[([]\s*$/.test(folded.slice(end, word.start)),
    );
    const partner = after ?? before;
    const bracketed =
      partner === undefined && word.saysDollars ? BRACKETED.exec(folded.slice(word.end, word.end + 60)) : null;
    if (partner !== undefined) {
      free.delete(partner);
      const close = /^\s?[)\]]/.exec(folded.slice(Math.max(partner.end, word.end)))?.[0].length ?? 0;
      placed.push(
        withWords(
          Math.min(partner.start, word.start),
          Math.max(partner.end, word.end) + close,
          partner.cents,
          word.cents,
        ),
      );
    } else if (bracketed !== null) {
      const value = parseNumber(bracketed[1] ?? "");
      placed.push(withWords(word.start, word.end + bracketed[0].length, value?.cents ?? word.cents, word.cents));
    } else if (word.saysDollars)
      placed.push(withWords(word.start, word.end, word.figuresCents ?? word.cents, word.cents));
  }
  const taken = placed.slice();
  for (const figure of free) {
    if (!taken.some(({ start, end }) => figure.start < end && start < figure.end)) placed.push({ ...figure });
  }
  return placed.toSorted((a, b) => a.start - b.start);
}

function withWords(start: number, end: number, cents: number, wordsCents: number): Placed {
  return cents === wordsCents ? { start, end, cents } : { start, end, cents, wordsCents };
}

/** « Le prix est porté de 398 500 $ à 409 900 $ »: the price is the second one. */
const REPLACED = /\b(?:porte|passe|modifie|augmente|reduit|diminue|change)(?:e|es|s|r|ra|nt)?\s(?:de|from)\s$/;
const REPLACING = /^\s{1,3}(?:(?:a|to)|(?:pour|et) (?:le |de le )?(?:fixer|porter|etablir|ramener) a)\s{1,3}$/;
/** « réduire le prix de 7 500 $ »: what the price loses or gains is no price. */
const CHANGE = /\b(?:redui|augment|hauss|baiss|diminu|major)[a-z]{0,6}\s(?:le|du)\sprix[a-z' ]{0,20}\sde\s$/;

/** Every amount of Canadian dollars that a page writes, in figures or in words, in reading order. */
export function extractAmounts(text: string): AmountFact[] {
  const folded = foldText(text);
  let floor = 0;
  let replaced: { fact: AmountFact; label: AmountLabel | undefined } | undefined;
  return joinWords(folded, findFigures(folded), findWordAmounts(folded)).map(({ start, end, cents, wordsCents }) => {
    let label = amountLabelOf(folded, start, end, floor);
    if (replaced?.label !== undefined && REPLACING.test(folded.slice(floor, start))) {
      label ??= replaced.label;
      delete replaced.fact.label;
    }
    const fact: AmountFact = {
      ...cite(text, start, end, floor),
      cents,
      ...(label === undefined ? {} : { label }),
      ...(wordsCents === undefined ? {} : { wordsCents }),
    };
    const before = folded.slice(Math.max(0, start - 60), start);
    const isChange = CHANGE.test(before);
    replaced = isChange || REPLACED.test(before) ? { fact, label } : undefined;
    if (isChange) delete fact.label;
    floor = end;
    return fact;
  });
}
