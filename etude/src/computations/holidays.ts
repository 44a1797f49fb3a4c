import { addDays, toPlainDate, type CivilDate } from "./civil-date.ts";

/** Gregorian Easter Sunday, by the anonymous computus (Meeus, Astronomical Algorithms, chapter 8). */
export function easterSunday(year: number): CivilDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return toDate(year, month, day);
}

function toDate(year: number, month: number, day: number): CivilDate {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** The first Monday on or after a day. */
function mondayFrom(date: CivilDate): CivilDate {
  return addDays(date, (8 - toPlainDate(date).dayOfWeek) % 7);
}

export interface Holiday {
  date: CivilDate;
  /** In French. */
  name: string;
}

/**
 * Québec's statutory holidays (Act respecting labour standards, a. 60; National Holiday Act). The employer chooses Good
 * Friday or Easter Monday: both are listed, because either may find the counterpart's office closed.
 */
export function quebecHolidays(year: number): Holiday[] {
  const easter = easterSunday(year);
  const canadaDay = toDate(year, 7, 1);
  return [
    { date: toDate(year, 1, 1), name: "jour de l'An" },
    { date: addDays(easter, -2), name: "Vendredi saint" },
    { date: addDays(easter, 1), name: "lundi de Pâques" },
    // The Monday before 25 May, so the one from the 18th to the 24th.
    { date: mondayFrom(toDate(year, 5, 18)), name: "Journée nationale des patriotes" },
    { date: toDate(year, 6, 24), name: "fête nationale du Québec" },
    { date: toPlainDate(canadaDay).dayOfWeek === 7 ? addDays(canadaDay, 1) : canadaDay, name: "fête du Canada" },
    { date: mondayFrom(toDate(year, 9, 1)), name: "fête du Travail" },
    { date: mondayFrom(toDate(year, 10, 8)), name: "Action de grâces" },
    { date: toDate(year, 12, 25), name: "Noël" },
  ];
}

/** Why an office is closed that day, in French: the holiday's name, or the end of the week; absent on a working day. */
export function closedDayReason(date: CivilDate): string | undefined {
  const { year, dayOfWeek } = toPlainDate(date);
  const holiday = quebecHolidays(year).find((candidate) => candidate.date === date);
  if (holiday) return `jour férié : ${holiday.name}`;
  return dayOfWeek >= 6 ? "fin de semaine" : undefined;
}
