/** Transfer duties by the tables of section 3.3, computed here on their own: the measure asks nothing of Étude. */
import { dateParts } from "./spell.ts";

type Bracket = readonly [fromDollars: number, basisPoints: number];

const general: Record<number, readonly Bracket[]> = {
  2024: [[0, 50], [58_900, 100], [294_600, 150]], // prettier-ignore
  2025: [[0, 50], [61_500, 100], [307_800, 150]], // prettier-ignore
  2026: [[0, 50], [62_900, 100], [315_000, 150]], // prettier-ignore
};
const montreal: Record<number, readonly Bracket[]> = {
  2026: [...general[2026]!, [552_300, 200], [1_104_700, 250], [2_136_500, 350], [3_113_000, 400]],
};

/** In cents, of a base in cents. Outside Montréal 2026, a base above 500 000 $ depends on by-laws: not for us. */
export function transferDuties(baseCents: number, municipality: string, date: string): number {
  const { year } = dateParts(date);
  const own = municipality === "Montréal" ? montreal[year] : undefined;
  const brackets = own ?? general[year];
  if (brackets === undefined || (own === undefined && baseCents > 50_000_000))
    throw new Error(`No duties are known for ${municipality} in ${year} on ${baseCents} cents.`);
  let total = 0;
  for (const [index, [from, basisPoints]] of brackets.entries()) {
    const to = (brackets[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) * 100;
    total += Math.max(0, Math.min(baseCents, to) - from * 100) * basisPoints;
  }
  return Math.floor((total + 5000) / 10_000);
}
