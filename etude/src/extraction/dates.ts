import type { DateFact } from "../facts.ts";
import { cite } from "./cite.ts";
import { readTimeAfter, readTimeBefore } from "./clock-time.ts";
import { dateLabelOf } from "./date-labels.ts";
import { findDates } from "./find-dates.ts";
import { foldText } from "./fold-text.ts";

/** A deed opens with its own date. */
const DEED_OPENING = /^(?:(?:en )?l'an(?:nee)?|in the year)\s/;

/** A date and where its digits or words start in the text. */
export interface LocatedDate {
  fact: DateFact;
  start: number;
}

/**
 * Every date that a page writes with its year, in reading order, with its hour when one stands beside it. A date that can
 * be read as two days (05/06/2026), or whose words and figures disagree, is a fact without `date`.
 */
export function locateDates(text: string): LocatedDate[] {
  const folded = foldText(text);
  let floor = 0;
  return findDates(folded).map(({ start, end, date }) => {
    const before = readTimeBefore(folded, start, floor);
    const after = readTimeAfter(folded, end);
    const from = before?.at ?? start;
    const to = after?.at ?? end;
    const label = DEED_OPENING.test(folded.slice(start, start + 12)) ? "acte" : dateLabelOf(folded, from, to, floor);
    const quotation = cite(text, from, to, floor);
    floor = to;
    const time = after?.time ?? before?.time;
    const fact = {
      ...quotation,
      ...(date === undefined ? {} : { date }),
      ...(time === undefined ? {} : { time }),
      ...(label === undefined ? {} : { label }),
    };
    return { fact, start };
  });
}

/** The dates of a page, as the words beside them name them. */
export function extractDates(text: string): DateFact[] {
  return locateDates(text).map(({ fact }) => fact);
}
