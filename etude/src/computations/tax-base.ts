import { toPlainDate, type CivilDate } from "./civil-date.ts";
import { refuse, type Computed } from "./computed.ts";
import { divideHalfUp, requireCents } from "./divide-half-up.ts";
import { municipalityKey } from "./municipality-key.ts";

/** The factor that brings the assessment roll to market value, for one municipality and one year. */
interface ComparativeFactor {
  municipality: string;
  year: number;
  /** 108 is 1,08. */
  hundredths: number;
  source: string;
}

/** Only Montréal's were found; another municipality's, or another year's, is refused rather than taken as 1,00. */
export const comparativeFactors: readonly ComparativeFactor[] = [
  { municipality: "Montréal", year: 2023, hundredths: 100, source: "montreal.ca" },
  { municipality: "Montréal", year: 2024, hundredths: 110, source: "montreal.ca" },
  { municipality: "Montréal", year: 2025, hundredths: 108, source: "montreal.ca" },
  { municipality: "Montréal", year: 2026, hundredths: 100, source: "montreal.ca" },
];

export interface TaxBaseInput {
  municipality: string;
  /** The date of the transfer. */
  date: CivilDate;
  /** Without GST and QST. */
  priceCents: number;
  /** The value on the assessment roll; without it the base is the price. */
  rollCents?: number;
}

export interface TaxBase {
  baseCents: number;
  /** Roll × comparative factor, when a roll value is given. */
  marketValueCents?: number;
}

/** The base of imposition: the greater of the price and the market value (D-15.1 a. 2). */
export function computeTaxBase({ municipality, date, priceCents, rollCents }: TaxBaseInput): Computed<TaxBase> {
  requireCents(priceCents, "prix");
  if (rollCents === undefined) return { ok: true, value: { baseCents: priceCents } };
  requireCents(rollCents, "valeur au rôle");
  const { year } = toPlainDate(date);
  const key = municipalityKey(municipality);
  const factor = comparativeFactors.find(
    (candidate) => candidate.year === year && municipalityKey(candidate.municipality) === key,
  );
  if (!factor)
    return refuse(
      "comparative_factor_not_loaded",
      `facteur comparatif ${year} (${municipality || "municipalité inconnue"}) non chargé`,
    );
  const marketValueCents = divideHalfUp(BigInt(rollCents) * BigInt(factor.hundredths), 100n);
  return { ok: true, value: { baseCents: Math.max(priceCents, marketValueCents), marketValueCents } };
}
