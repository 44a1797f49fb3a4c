/** Numbers, amounts and dates as French writes them: the language's, no document's. */

const small = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split(
  " ",
);
const tens = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante"];

/** `485000` is « quatre cent quatre-vingt-cinq mille ». */
export function numberInWords(value: number): string {
  if (value >= 1_000_000) {
    const millions = Math.floor(value / 1_000_000);
    const head = `${numberInWords(millions)} million${millions > 1 ? "s" : ""}`;
    return value % 1_000_000 === 0 ? head : `${head} ${numberInWords(value % 1_000_000)}`;
  }
  if (value >= 1000) {
    const thousands = Math.floor(value / 1000);
    const head = thousands === 1 ? "mille" : `${hundreds(thousands, false)} mille`;
    return value % 1000 === 0 ? head : `${head} ${hundreds(value % 1000, true)}`;
  }
  return hundreds(value, true);
}

/** Below a thousand; `ends` where no « mille » follows, which takes the plural's s away. */
function hundreds(value: number, ends: boolean): string {
  if (value < 100) return belowHundred(value, ends);
  const count = Math.floor(value / 100);
  const head = count === 1 ? "cent" : `${small[count]} cent`;
  const rest = value % 100;
  if (rest === 0) return count > 1 && ends ? `${head}s` : head;
  return `${head} ${belowHundred(rest, ends)}`;
}

function belowHundred(value: number, ends: boolean): string {
  if (value <= 16) return small[value]!;
  if (value < 20) return `dix-${small[value - 10]}`;
  if (value < 70) {
    const [ten, unit] = [tens[Math.floor(value / 10)]!, value % 10];
    return unit === 0 ? ten : unit === 1 ? `${ten} et un` : `${ten}-${small[unit]}`;
  }
  if (value < 80) return value === 71 ? "soixante et onze" : `soixante-${belowHundred(value - 60, ends)}`;
  if (value === 80) return ends ? "quatre-vingts" : "quatre-vingt";
  return `quatre-vingt-${belowHundred(value - 80, ends)}`;
}

/** « quatre cent quatre-vingt-cinq mille dollars », with cents where there are any. */
export function moneyInWords(cents: number): string {
  const [dollars, rest] = [Math.floor(cents / 100), cents % 100];
  const of = dollars >= 1_000_000 && dollars % 1_000_000 === 0 ? "de " : "";
  const head = `${numberInWords(dollars)} ${of}dollar${dollars > 1 ? "s" : ""}`;
  return rest === 0 ? head : `${head} et ${numberInWords(rest)} cent${rest > 1 ? "s" : ""}`;
}

/** `1 234 567` with the space that is given. */
export function groupDigits(digits: number | string, space = " "): string {
  return String(digits).replace(/\B(?=(\d{3})+$)/g, space);
}

/** `485 000,00 $`; `cut` leaves the cents away where there are none. */
export function spellMoney(cents: number, { space = " ", cut = false } = {}): string {
  const dollars = groupDigits(Math.floor(cents / 100), space);
  return cut && cents % 100 === 0
    ? `${dollars}${space}$`
    : `${dollars},${String(cents % 100).padStart(2, "0")}${space}$`;
}

export const months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" ");
const shortMonths = "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.".split(" ");

export function dateParts(date: string): { year: number; month: number; day: number } {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return { year, month, day };
}

/** « 1er mai 2026 ». */
export function dateLong(date: string, space = " "): string {
  const { year, month, day } = dateParts(date);
  return [day === 1 ? "1er" : day, months[month - 1], year].join(space);
}

/** « 15 déc. 2026 ». */
export function dateShort(date: string): string {
  const { year, month, day } = dateParts(date);
  return `${day === 1 ? "1er" : day} ${shortMonths[month - 1]} ${year}`;
}

/** « quinze décembre deux mille vingt-six ». */
export function dateInWords(date: string): string {
  const { year, month, day } = dateParts(date);
  return `${day === 1 ? "premier" : numberInWords(day)} ${months[month - 1]} ${numberInWords(year)}`;
}

/** The civil date some days later, or earlier. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function addYears(date: string, years: number): string {
  const { year, month, day } = dateParts(date);
  return `${year + years}-${String(month).padStart(2, "0")}-${String(Math.min(day, 28)).padStart(2, "0")}`;
}

/** From the first day to before the last. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The date, or the working day after it. */
export function workingDay(date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 ? addDays(date, 1) : weekday === 6 ? addDays(date, 2) : date;
}
