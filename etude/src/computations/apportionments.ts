import { daysBetween, toPlainDate, type CivilDate, type CivilPeriod } from "./civil-date.ts";
import { refuse, type Computed } from "./computed.ts";
import { divideHalfUp, requireCents } from "./divide-half-up.ts";

export interface ApportionmentInput extends CivilPeriod {
  /** What is due for the whole period. */
  totalCents: number;
  /** What the seller has paid of it. */
  paidCents: number;
  /** The day of signing: it belongs to the buyer (practice; a clause may set another date). */
  date: CivilDate;
}

export interface Apportionment {
  sellerDays: number;
  buyerDays: number;
  sellerShareCents: number;
  buyerShareCents: number;
  /** Who repays the other; absent when nothing is owed. */
  payer?: "acheteur" | "vendeur";
  amountCents: number;
}

/** Splits taxes or common expenses by day; the seller's share is rounded half-up and the buyer has the rest. */
export function apportion({ totalCents, paidCents, from, to, date }: ApportionmentInput): Computed<Apportionment> {
  requireCents(totalCents, "montant à répartir");
  requireCents(paidCents, "montant payé");
  const sellerDays = daysBetween(from, date);
  const buyerDays = daysBetween(date, to) + 1;
  if (sellerDays < 0 || buyerDays < 1)
    return refuse("date_outside_period", `le ${date} est hors de la période du ${from} au ${to}`);
  const sellerShareCents = divideHalfUp(BigInt(totalCents) * BigInt(sellerDays), BigInt(sellerDays + buyerDays));
  const overpaidCents = paidCents - sellerShareCents;
  return {
    ok: true,
    value: {
      sellerDays,
      buyerDays,
      sellerShareCents,
      buyerShareCents: totalCents - sellerShareCents,
      ...(overpaidCents === 0 ? {} : { payer: overpaidCents > 0 ? ("acheteur" as const) : ("vendeur" as const) }),
      amountCents: Math.abs(overpaidCents),
    },
  };
}

/** Municipal taxes follow the calendar year. */
export function municipalTaxPeriod(date: CivilDate): CivilPeriod {
  const { year } = toPlainDate(date);
  return { from: `${year}-01-01`, to: `${year}-12-31` };
}

/** School taxes run from 1 July to 30 June. */
export function schoolTaxPeriod(date: CivilDate): CivilPeriod {
  const { year, month } = toPlainDate(date);
  const start = month >= 7 ? year : year - 1;
  return { from: `${start}-07-01`, to: `${start + 1}-06-30` };
}
