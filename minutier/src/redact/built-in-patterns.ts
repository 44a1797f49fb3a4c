/**
 * The patterns that `redactPatterns` knows by name, for folded texts. No expression repeats without a bound and no
 * search begins twice at one place, so that a hostile text costs the same per character as any other.
 */
import { continuesLot, isAmount, isIdentifier, isInGroupedRow, isLuhnValid } from "./number-context.ts";

/** A part of a text, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A number that is no part of a word, of a longer number or of a ULID. */
const before = String.raw`(?<![\p{L}\p{N}\p{M}_])`;
const after = String.raw`(?![\p{L}\p{N}\p{M}_])`;
/** Between the parts of a phone number. */
const gap = String.raw`(?: ?[-.] ?| )`;
/** The plan's codes begin with 2 to 9, and do not end like 911. */
const areaCode = String.raw`[2-9](?!11)\d\d`;
const localPart = String.raw`[\p{L}\p{N}_][\p{L}\p{M}\p{N}!#$%'*+^_\x60{|}~.-]{0,63}`;
const domain = String.raw`(?:[\p{L}\p{M}\p{N}-]{1,63}\.){1,20}(?:[xX][nN]--[a-zA-Z0-9-]{2,59}|\p{L}[\p{L}\p{M}]{1,62})`;

type Expression = "email" | "northAmericanPhone" | "internationalPhone" | "card" | "sin";

/** What the functions below look at more closely. */
export const expressions: Readonly<Record<Expression, RegExp>> = {
  email: new RegExp(`${localPart}(?:@|%40)${domain}`, "gu"),
  /** Ten digits as North America writes them, with or without +1. */
  northAmericanPhone: new RegExp(
    String.raw`(?<![\p{L}\p{N}\p{M}_]|\d-)(?:\+?1${gap}?)?(?:\(${areaCode}\) {0,2}-?|${areaCode}${gap}?)[2-9]\d\d${gap}?\d{4}${after}(?!-\d)`,
    "gu",
  ),
  /** A plus sign and groups of digits. */
  internationalPhone: new RegExp(
    String.raw`(?<![\p{L}\p{M}_])\+ ?[1-9]\d{0,14}(?:${gap}\d{1,14}|${gap}?\(\d{1,4}\)(?:${gap}?\d{1,14})?){0,7}${after}`,
    "gu",
  ),
  /** Groups of digits that may begin a card's number. */
  card: new RegExp(String.raw`${before}\d{4,19}(?:[ -]\d{1,15}){0,5}(?!\d)`, "gu"),
  sin: new RegExp(String.raw`${before}[1-79]\d\d([ -]?)\d{3}\1\d{3}${after}`, "gu"),
};

/** The patterns by their names. */
export type BuiltInPattern = "email" | "phone" | "card" | "sin";

/** Where each pattern stands in a folded text. */
export const builtInPatterns: Readonly<Record<BuiltInPattern, (text: string) => Span[]>> = {
  email: (text) => (/@|%40/.test(text) ? findSpans(expressions.email, text, ({ end }) => end) : []),
  phone: (text) => [
    ...findSpans(expressions.northAmericanPhone, text, northAmericanEnd),
    ...findSpans(expressions.internationalPhone, text, internationalEnd),
  ],
  card: (text) => findSpans(expressions.card, text, cardEnd),
  sin: (text) => findSpans(expressions.sin, text, insuranceNumberEnd),
};

interface Candidate extends Span {
  readonly text: string;
  readonly found: string;
}

/** What `judge` makes of each match: its end, or nothing; the search then goes on inside the match. */
function findSpans(expression: RegExp, text: string, judge: (candidate: Candidate) => number | undefined): Span[] {
  const spans: Span[] = [];
  const search = new RegExp(expression);
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const [found] = match;
    const start = match.index;
    const end = judge({ text, found, start, end: start + found.length });
    if (end !== undefined) spans.push({ start, end });
    search.lastIndex = end ?? start + 1;
  }
  return spans;
}

function northAmericanEnd({ text, found, start, end }: Candidate): number | undefined {
  const bare = /^\d+$/.test(found);
  if (bare && (isAmount(text, start, end) || isIdentifier(text, start, end))) return undefined;
  return /^[\d ]+$/.test(found) && !bare && continuesLot(text, start) ? undefined : end;
}

/** As many groups as 15 digits hold, the longest number that there is. */
function internationalEnd({ text, found, start, end }: Candidate): number | undefined {
  if (isAmount(text, start, end)) return undefined;
  let digits = 0;
  let length = 0;
  for (const group of found.matchAll(/\d{1,15}\)?/g)) {
    const count = group[0].replace(")", "").length;
    if (digits + count > 15) break;
    digits += count;
    length = group.index + group[0].length;
  }
  return digits < 8 ? undefined : start + length;
}

/** The first digits of the cards that are issued: 3 to 6, Mastercard's and Mir's 2…, UnionPay's 81. */
const issued = /^(?:[3-6]|220[0-4]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|81)/;

/** The longest row of groups that has 13 to 19 digits and the right check digit. */
function cardEnd({ text, found, start, end }: Candidate): number | undefined {
  if (!issued.test(found)) return undefined;
  const groups = found.split(/[ -]/);
  const endsInWord = /^[\p{L}\p{M}_]/u.test(text.slice(end, end + 2));
  for (let count = groups.length - (endsInWord ? 1 : 0); count > 0; count--) {
    const taken = groups.slice(0, count);
    const digits = taken.join("");
    // Groups of one and two digits are dates and roll numbers.
    if (taken.slice(1, -1).some((group) => group.length < 3)) continue;
    if (digits.length < 13 || digits.length > 19 || !isLuhnValid(digits)) continue;
    const length = digits.length + count - 1;
    return count === 1 && isIdentifier(text, start, start + length) ? undefined : start + length;
  }
  return undefined;
}

/** Digits 1 to 7 and 9 come first: 0 and 8 are not given to persons. */
function insuranceNumberEnd({ text, found, start, end }: Candidate): number | undefined {
  if (!isLuhnValid(found.replaceAll(/\D/g, "")) || isAmount(text, start, end) || isIdentifier(text, start, end))
    return undefined;
  if (found.includes(" ") && isInGroupedRow(text, start, end)) return undefined;
  const structured =
    found.includes("-") &&
    (/\d-$/.test(text.slice(Math.max(0, start - 2), start)) || /^-\d/.test(text.slice(end, end + 2)));
  return structured ? undefined : end;
}
