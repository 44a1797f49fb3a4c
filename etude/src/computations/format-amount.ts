const NO_BREAK_SPACE = "\u00A0";

/** `48500000` gives `485 000,00 $`, with no-break spaces, as French-speaking Québec writes it. */
export function formatAmount(cents: number): string {
  if (!Number.isSafeInteger(cents)) throw new RangeError(`${cents} n'est pas un nombre entier de cents`);
  const absolute = Math.abs(cents);
  const dollars = String(Math.floor(absolute / 100)).replace(/\B(?=(\d{3})+$)/g, NO_BREAK_SPACE);
  const rest = String(absolute % 100).padStart(2, "0");
  return `${cents < 0 ? "-" : ""}${dollars},${rest}${NO_BREAK_SPACE}$`;
}
