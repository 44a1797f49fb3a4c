import { refuse, type Computed } from "./computed.ts";
import { divideHalfUp, requireCents } from "./divide-half-up.ts";
import { findDutySchedule, type DutySchedule } from "./duty-schedules.ts";
import { formatAmount } from "./format-amount.ts";
import { computeTaxBase, type TaxBase, type TaxBaseInput } from "./tax-base.ts";

const BASIS_POINTS = 10_000n;

/** The duties of a base under one schedule: cents × basis points summed exactly, rounded half-up once at the end. */
export function computeDuties(schedule: DutySchedule, baseCents: number): Computed<number> {
  requireCents(baseCents, "base d'imposition");
  const { coversUpToCents } = schedule;
  if (coversUpToCents !== undefined && baseCents > coversUpToCents) {
    return refuse(
      "municipal_rates_not_loaded",
      `taux municipaux ${schedule.from.slice(0, 4)} (${schedule.municipality || "municipalité inconnue"}) au-delà de ${formatAmount(coversUpToCents)} non chargés`,
    );
  }
  let sum = 0n;
  let lower = 0;
  for (const { upToCents, basisPoints } of schedule.brackets) {
    const upper = Math.min(baseCents, upToCents ?? baseCents);
    if (upper <= lower) break;
    sum += BigInt(upper - lower) * BigInt(basisPoints);
    lower = upper;
  }
  return { ok: true, value: divideHalfUp(sum, BASIS_POINTS) };
}

export interface TransferDuties extends TaxBase {
  dutiesCents: number;
  schedule: DutySchedule;
}

/** The duties of a sale: the base, the schedule of the municipality on that date, the amount; or why it is refused. */
export function computeTransferDuties(input: TaxBaseInput): Computed<TransferDuties> {
  const schedule = findDutySchedule(input.municipality, input.date);
  if (!schedule.ok) return schedule;
  const base = computeTaxBase(input);
  if (!base.ok) return base;
  const duties = computeDuties(schedule.value, base.value.baseCents);
  if (!duties.ok) return duties;
  return { ok: true, value: { ...base.value, dutiesCents: duties.value, schedule: schedule.value } };
}

/**
 * The supplemental duty that a municipality may collect on an exempt transfer (D-15.1 a. 20.1): nothing below 5 000 $,
 * 0,5 % up to 40 000 $, then 200 $.
 */
export function computeSupplementalDuty(baseCents: number): number {
  requireCents(baseCents, "base d'imposition");
  if (baseCents < 500_000) return 0;
  return Math.min(divideHalfUp(BigInt(baseCents) * 50n, BASIS_POINTS), 20_000);
}
