import { toPlainDate, type CivilDate } from "./civil-date.ts";

const MONTHS = [
  "janvier",
  "février",
  "mars",
  "avril",
  "mai",
  "juin",
  "juillet",
  "août",
  "septembre",
  "octobre",
  "novembre",
  "décembre",
] as const;

const WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"] as const;

/** `2026-12-01` gives `1er décembre 2026`; a table rather than `Intl`, whose wording follows the installed ICU data. */
export function formatDate(date: CivilDate): string {
  const { day, month, year } = toPlainDate(date);
  return `${day === 1 ? "1er" : day} ${MONTHS[month - 1]} ${year}`;
}

export function formatWeekday(date: CivilDate): string {
  return WEEKDAYS[toPlainDate(date).dayOfWeek - 1] as string;
}
