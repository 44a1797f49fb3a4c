import { addDays, addMonths, type CivilDate } from "./civil-date.ts";

/** The day until which something runs, and what a notary must still confirm of its computation. */
export interface Deadline {
  date: CivilDate;
  /** In French. */
  toConfirm?: string;
}

/**
 * The heirs' option (C.c.Q. 632): six months from the death, extended so that sixty days remain after the closing of the
 * inventory.
 */
export function successionOptionDeadline(deathDate: CivilDate, inventoryClosedOn?: CivilDate): Deadline {
  const sixMonths = addMonths(deathDate, 6);
  if (inventoryClosedOn === undefined) return { date: sixMonths };
  const afterClosing = addDays(inventoryClosedOn, 60);
  return { date: afterClosing > sixMonths ? afterClosing : sixMonths };
}

/** The legal hypothec of construction survives unpublished for thirty days after the end of the works (C.c.Q. 2727). */
export function constructionHypothecDeadline(worksEndedOn: CivilDate): Deadline {
  return { date: addDays(worksEndedOn, 30) };
}

/** The buyer's ten-day right to withdraw from a preliminary contract (C.c.Q. 1785). */
export function withdrawalDeadline(contractDate: CivilDate): Deadline {
  return {
    date: addDays(contractDate, 10),
    toConfirm: "à confirmer : computation du délai, report d'un jour non juridique",
  };
}
