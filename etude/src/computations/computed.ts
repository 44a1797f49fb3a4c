/** Why a computation was refused; never an extrapolated figure in its place. */
export interface Refusal {
  ok: false;
  code: "schedule_not_loaded" | "municipal_rates_not_loaded" | "comparative_factor_not_loaded" | "date_outside_period";
  /** In French, for the notary. */
  reason: string;
}

export type Computed<T> = { ok: true; value: T } | Refusal;

export function refuse(code: Refusal["code"], reason: string): Refusal {
  return { ok: false, code, reason };
}
