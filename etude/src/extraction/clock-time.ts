import { readFrenchNumber } from "./french-numbers.ts";

/** An hour beside a date, and where it ends (or starts, before the date). */
export interface ClockTime {
  time: string;
  at: number;
}

const LINK = String.raw`[\s,;(]{0,3}(?:(?:et\s)?(?:a|avant|vers|at|by|before|jusqu'a|au plus tard a|des|heures?\s?:|time\s?:|-)\s{0,2}){0,2}`;
const HOURS = String.raw`(\d{1,2})\s?(?:h(?:eures?|rs?)?(?![a-z])\.?\s?(\d{2})?(?!\d)|:(\d{2})(?!\d)(?::\d{2})?)(?:\s?([ap])\.?\s?m\b\.?)?`;
const TWELVE_HOURS = String.raw`(\d{1,2})()()\s?([ap])\.?\s?m\b\.?`;
const AFTER = new RegExp(`${LINK}(?:${HOURS}|${TWELVE_HOURS})`, "y");
const AFTER_WORDS = new RegExp(String.raw`[\s,]{0,3}(?:a|avant|vers|jusqu'a)\s(?=[a-z])`, "y");
const BEFORE = new RegExp(
  `(?<![\\d:])(?:${HOURS})[\\s,]{0,3}(?:(?:le|du|on|the)\\s{1,3})?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\\s)?$`,
);

function toTime(hours: string | undefined, minutes: string | undefined, half: string | undefined): string | undefined {
  const hour =
    Number(hours) + (half === "p" && Number(hours) < 12 ? 12 : 0) - (half === "a" && Number(hours) === 12 ? 12 : 0);
  const minute = Number(minutes ?? 0);
  if (hour > 23 || minute > 59) return undefined;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

function fromMatch(groups: readonly (string | undefined)[]): string | undefined {
  return toTime(groups[1] ?? groups[5], groups[2] ?? groups[3], groups[4] ?? groups[8]);
}

/** « à 17h00 », « , 17 h 30 », « à dix-sept heures », « à midi » right after a date. */
export function readTimeAfter(folded: string, end: number): ClockTime | undefined {
  AFTER.lastIndex = end;
  const match = AFTER.exec(folded);
  if (match !== null) {
    const time = fromMatch(match);
    return time === undefined ? undefined : { time, at: end + match[0].length };
  }
  AFTER_WORDS.lastIndex = end;
  const link = AFTER_WORDS.exec(folded);
  if (link === null) return undefined;
  const start = end + link[0].length;
  if (folded.startsWith("midi", start)) return { time: "12:00", at: start + 4 };
  const hours = readFrenchNumber(folded, start);
  if (hours === undefined || hours.value > 23) return undefined;
  const unit = /^\s?(?:\(\d{1,2}\s?h?\)\s?)?heures?/.exec(folded.slice(hours.end, hours.end + 20));
  const time = unit === null ? undefined : toTime(String(hours.value), undefined, undefined);
  return time === undefined || unit === null ? undefined : { time, at: hours.end + unit[0].length };
}

/** « 17h00 le 15 décembre »: the hour right before a date. */
export function readTimeBefore(folded: string, start: number, floor: number): ClockTime | undefined {
  const from = Math.max(floor, start - 30);
  const match = BEFORE.exec(folded.slice(from, start));
  const time = match === null ? undefined : fromMatch(match);
  return match === null || time === undefined ? undefined : { time, at: from + match.index };
}
