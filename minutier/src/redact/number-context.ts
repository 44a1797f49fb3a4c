/** What the digits of a text may be: by their check digit, and by what stands around them. */

/** Cents, currencies and units, which make an amount of the number before them; not the next field of a CSV line. */
const amountAfter =
  /^(?:[.,]\d{2}(?![\d,;])|(?:[.,]\d{1,2})? ?(?:[kM]?[$¢€£%]|(?:CAD|CAN|USD|EUR|dollars?|euros?|m[²2]|pi[²2]|ha|km)(?![\p{L}\p{N}])))/iu;
const amountBefore = /(?:[$€£]|(?<!\p{L})(?:CAD|CAN|USD|EUR)) ?$|(?<!\d[ -]?)\d{1,3}\.$/iu;
/** `dossier:123`, `dossier:⟨123⟩`: the key of a record id, unless the name before it says what the number is. */
const recordBefore = /(?<![\p{L}\p{N}_])([a-z_]\w{0,63}):[⟨`]?$/iu;
const labels = /^(?:tel|phone|cell|mobile|fax|sms|whatsapp|nas|sin|card|carte|visa|amex|mastercard)/i;
/** The accounts of a business number: « 123456789 RT0001 », « 1234567890 TQ0001 ». */
const accountAfter = /^ ?[RT][A-Z] ?\d{4}(?!\d)/;
const lotBefore = /(?<!\p{L})lots?(?: num[ée]ros?| n[o°]s?\.?)? $/iu;
const phoneAfter = /^ \(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)/;

/** Whether the check digit of Luhn's algorithm, the last one, is right. */
export function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (let index = digits.length - 1, double = false; index >= 0; index--, double = !double) {
    const digit = Number(digits[index]);
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

/** Whether the number from `start` to `end` is an amount of money, a measure or part of a decimal number. */
export function isAmount(text: string, start: number, end: number): boolean {
  return amountAfter.test(text.slice(end, end + 20)) || amountBefore.test(text.slice(Math.max(0, start - 6), start));
}

/** Whether it is the key of a record id or an account of a business number. */
export function isIdentifier(text: string, start: number, end: number): boolean {
  if (accountAfter.test(text.slice(end, end + 8))) return true;
  if (!":⟨`".includes(text.charAt(start - 1) || " ")) return false;
  const table = recordBefore.exec(text.slice(Math.max(0, start - 67), start))?.[1];
  return table !== undefined && !labels.test(table);
}

/** Whether it stands in a row of groups of three digits, where it is no number of its own: « 12 485 120 450 ». */
export function isInGroupedRow(text: string, start: number, end: number): boolean {
  if (/(?<!\d)\d{1,3} $/.test(text.slice(Math.max(0, start - 5), start))) return true;
  const following = text.slice(end, end + 20);
  return /^ \d{3}(?!\d)/.test(following) && !phoneAfter.test(following);
}

/** Whether what stands before it makes a lot number of its first groups: « lot 9 412 305 2026 ». */
export function continuesLot(text: string, start: number): boolean {
  const preceding = text.slice(Math.max(0, start - 20), start);
  return /(?<!\d)\d $/.test(preceding) || lotBefore.test(preceding);
}
