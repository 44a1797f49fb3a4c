import { toCivilDate } from "../computations/civil-date.ts";
import { matchAt, readDayInWords, readYear, type DatePart } from "./date-parts.ts";
import { FRENCH_NUMBER_START } from "./french-numbers.ts";
import { MONTH_NAMES, MONTHS } from "./months.ts";

/** A date where it stands in a folded text; without `date` it is written in a way that can be read as two days. */
export interface FoundDate {
  start: number;
  end: number;
  date?: string;
}

/** A space, or the end of a line in the middle of a date. */
const S = String.raw`(?:[ \t]{0,4}\n[ \t]{0,12}|[ \t]{1,4})`;
const DAY = String.raw`(\d{1,2})(?: ?(?:er|re|ere|e|eme|ieme|o|th|st|nd|rd))?`;
const NOT_INSIDE = String.raw`(?<![a-z0-9])(?<!\d[.,/-])`;

/** « 15 décembre », « 1er jour de décembre », « 15th day of December »; the year follows. */
const DAY_MONTH = new RegExp(
  `${NOT_INSIDE}${DAY}(?:${S}?\\(\\d{1,2}\\))?(?:${S}(?:jour${S}(?:du${S}mois${S})?(?:de${S}|d')|day${S}of${S}|of${S}))?(?:${S}|-|(?<=[a-z]))?(?:d')?(${MONTH_NAMES})(?![a-z])\\.?`,
  "g",
);
/** The year after the month: a space, a comma, « de l'an ». */
const BEFORE_YEAR = new RegExp(
  `(?:,?${S}|,|-|)(?:de${S}l'${S}?an(?:nee)?${S}|en${S}l'an${S}|of${S}the${S}year${S}|in${S}the${S}year${S})?`,
  "y",
);
/** « December 15, 2026 » */
const MONTH_DAY = new RegExp(
  `(?<![a-z0-9])(${MONTH_NAMES})\\.?${S}(\\d{1,2})(?:st|nd|rd|th)?,?${S}(\\d{4})(?!\\d)`,
  "g",
);
const ISO = /(?<![a-z0-9])(?<!\d[.,/-])(\d{4})([-/.])(\d{2})\2(\d{2})(?!\d|[-/.]\d)/g;
/** Days, months and years in figures: which is which is not always said. */
const NUMERIC = /(?<![a-z0-9])(?<!\d[.,/-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d|[-/.,]\d)/g;
/** Where a day in words may start. */
const WORD_DAY = new RegExp(
  `(?<![a-z-])(?:premier|${FRENCH_NUMBER_START}|[a-z]+ieme|vingt[ -]et[ -]un|(?:twenty|thirty)-[a-z]+|first|second|third|[a-z]+(?:th|st|nd|rd))(?![a-z])`,
  "g",
);
const WORD_MONTH = new RegExp(
  `${S}(?:(?:jour|day)${S})?(?:(?:du|de|of)${S})?(?:mois${S})?(?:(?:du|de|of)${S}|d')?(${MONTH_NAMES})(?![a-z])\\.?`,
  "y",
);
/** « L'AN DEUX MILLE VINGT-SIX, le … » */
const YEAR_FIRST = new RegExp(`(?<![a-z])(?:l'|en l'|in the )(?:an|annee|year)${S}`, "g");
const AFTER_YEAR = new RegExp(`,?${S}(?:et${S})?(?:le|ce|on${S}the|the)?${S}?`, "y");

function found(
  start: number,
  end: number,
  year: number,
  month: number,
  day: number,
  contradictory: boolean,
): FoundDate | undefined {
  const date = toCivilDate(year, month, day);
  if (date === undefined) return undefined;
  return contradictory ? { start, end } : { start, end, date };
}

function withYear(
  folded: string,
  start: number,
  monthEnd: number,
  month: number,
  day: DatePart,
): FoundDate | undefined {
  const link = matchAt(BEFORE_YEAR, folded, monthEnd);
  const year = link === null ? undefined : readYear(folded, monthEnd + link[0].length);
  if (year === undefined) return undefined;
  return found(start, year.end, year.value, month, day.value, day.contradictory || year.contradictory);
}

function findDayMonth(folded: string): (FoundDate | undefined)[] {
  return [...folded.matchAll(DAY_MONTH)].map((match) => {
    const day = { value: Number(match[1]), end: 0, contradictory: false };
    return withYear(folded, match.index, match.index + match[0].length, MONTHS[match[2] ?? ""] ?? 0, day);
  });
}

function findWordDays(folded: string): (FoundDate | undefined)[] {
  return [...folded.matchAll(WORD_DAY)].map(({ index }) => {
    const day = readDayInWords(folded, index);
    const month = day === undefined ? null : matchAt(WORD_MONTH, folded, day.end);
    if (day === undefined || month === null) return undefined;
    return withYear(folded, index, day.end + month[0].length, MONTHS[month[1] ?? ""] ?? 0, day);
  });
}

const FIGURE_DAY = new RegExp(`${DAY}`, "y");

/** The opening of deeds gives the year first. */
function findYearFirst(folded: string): (FoundDate | undefined)[] {
  return [...folded.matchAll(YEAR_FIRST)].map((match) => {
    const year = readYear(folded, match.index + match[0].length);
    const link = year === undefined ? null : matchAt(AFTER_YEAR, folded, year.end);
    if (year === undefined || link === null) return undefined;
    const dayStart = year.end + link[0].length;
    const figures = matchAt(FIGURE_DAY, folded, dayStart);
    const day =
      figures === null
        ? readDayInWords(folded, dayStart)
        : { value: Number(figures[1]), end: dayStart + figures[0].length, contradictory: false };
    const month = day === undefined ? null : matchAt(WORD_MONTH, folded, day.end);
    if (day === undefined || month === null) return undefined;
    return found(
      match.index,
      day.end + month[0].length,
      year.value,
      MONTHS[month[1] ?? ""] ?? 0,
      day.value,
      year.contradictory || day.contradictory,
    );
  });
}

/** 15/12/2026 has one reading, 05/06/2026 has two, 31/02/2026 has none. */
function readNumeric(match: RegExpExecArray): FoundDate | undefined {
  const [whole, first = "", separator = "", second = "", last = ""] = match;
  const [start, end] = [match.index, match.index + whole.length];
  if (last.length === 2) {
    // « 15/12/26 » may also start with the year; and « 12-15-26 » may be a reference.
    if (separator !== "/" || first.length !== 2 || second.length !== 2) return undefined;
    const year = 2000 + Number(last);
    const possible =
      toCivilDate(year, Number(second), Number(first)) ?? toCivilDate(year, Number(first), Number(second));
    return possible === undefined ? undefined : { start, end };
  }
  // « 1.5.2026 » is a section number as often as a date.
  if (separator === "." && (first.length !== 2 || second.length !== 2)) return undefined;
  const readings = new Set([
    toCivilDate(Number(last), Number(second), Number(first)),
    toCivilDate(Number(last), Number(first), Number(second)),
  ]);
  readings.delete(undefined);
  const [only] = readings;
  if (readings.size === 0) return undefined;
  return readings.size === 1 && only !== undefined ? { start, end, date: only } : { start, end };
}

/** « 88, avenue du 11 novembre 1918 »: a street bears the name of a day. */
const STREET =
  /(?:^|[^a-z])(?:rue|avenue|av\.?|ave\.?|boulevard|boul\.?|place|pl\.|chemin|ch\.|rang|route|cote|montee|allee|square|parc|pont|autoroute|impasse|ruelle|terrasse|croissant|promenade|quai|esplanade|ecole|station|metro)\s{1,3}(?:du\s|de\sla\s|des\s|le\s|de\sl'|de\s)?$/;

function isStreet(folded: string, start: number): boolean {
  return STREET.test(folded.slice(Math.max(0, start - 30), start));
}

/** Every date of a folded text, in reading order; where two readings overlap, the longer one. */
export function findDates(folded: string): FoundDate[] {
  const all = [
    ...findDayMonth(folded),
    ...findWordDays(folded),
    ...findYearFirst(folded),
    ...[...folded.matchAll(MONTH_DAY)].map((match) =>
      found(
        match.index,
        match.index + match[0].length,
        Number(match[3]),
        MONTHS[match[1] ?? ""] ?? 0,
        Number(match[2]),
        false,
      ),
    ),
    ...[...folded.matchAll(ISO)].map((match) =>
      found(match.index, match.index + match[0].length, Number(match[1]), Number(match[3]), Number(match[4]), false),
    ),
    ...[...folded.matchAll(NUMERIC)].map(readNumeric),
  ]
    .filter((date) => date !== undefined)
    .filter(({ start }) => !isStreet(folded, start));
  const kept: FoundDate[] = [];
  for (const date of all.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || date.start >= last.end) kept.push(date);
  }
  return kept;
}
