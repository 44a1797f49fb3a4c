import { Temporal } from "temporal-polyfill";

/** A civil date, `YYYY-MM-DD`: no hour and no time zone, so that a deadline never moves by a day. */
export type CivilDate = string;

/** Inclusive at both ends. */
export interface CivilPeriod {
  from: CivilDate;
  to: CivilDate;
}

/** Whether the text is a day that exists, written `YYYY-MM-DD`; `2026-02-31` is not. */
export function isCivilDate(text: string): boolean {
  // Temporal also reads hours, zones and compact dates; only the plain form is a civil date here.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

const OLDEST_YEAR = 1700;
const LATEST_YEAR = 2199;

/** `YYYY-MM-DD`, or undefined when the calendar has no such day (31 février) or the year is no year of a deed. */
export function toCivilDate(year: number, month: number, day: number): CivilDate | undefined {
  if (year < OLDEST_YEAR || year > LATEST_YEAR) return undefined;
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: "reject" }).toString();
  } catch {
    return undefined;
  }
}

/** @throws RangeError when the text is not a civil date. */
export function toPlainDate(date: CivilDate): Temporal.PlainDate {
  if (!isCivilDate(date)) throw new RangeError(`date civile invalide : « ${date} »; écrire AAAA-MM-JJ`);
  return Temporal.PlainDate.from(date);
}

export function addDays(date: CivilDate, days: number): CivilDate {
  return toPlainDate(date).add({ days }).toString();
}

/** From a 31st to a shorter month, the last day of that month. */
export function addMonths(date: CivilDate, months: number): CivilDate {
  return toPlainDate(date).add({ months }).toString();
}

/** Days from `from` (counted) to `to` (not counted); negative when `to` comes first. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return toPlainDate(from).until(toPlainDate(to), { largestUnit: "days" }).days;
}
