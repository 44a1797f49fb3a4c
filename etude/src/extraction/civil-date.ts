import { Temporal } from "temporal-polyfill";

const OLDEST_YEAR = 1700;
const LATEST_YEAR = 2199;

/** `YYYY-MM-DD`, or undefined when the calendar has no such day (31 février) or the year is no year of a deed. */
export function toCivilDate(year: number, month: number, day: number): string | undefined {
  if (year < OLDEST_YEAR || year > LATEST_YEAR) return undefined;
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: "reject" }).toString();
  } catch {
    return undefined;
  }
}
