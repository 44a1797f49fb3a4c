import type { DocumentFacts, LotFact } from "../facts.ts";
import { documentsOf, firstPlaces, locate, type Located } from "./dossier.ts";
import { isFullyRead } from "./reading-gaps.ts";

/** The lots that a document gives as the immovable's own, each at the first place where it stands. */
export interface LotSet {
  document: DocumentFacts;
  lots: ReadonlyMap<string, Located<LotFact>>;
}

/** A servitude's lot is a neighbour's, a former one was replaced: neither counts. A document without a lot is not listed. */
export function lotSetsOf(documents: readonly DocumentFacts[]): LotSet[] {
  const own = locate(documents, "lots").filter(({ fact }) => !fact.servitude && fact.former !== true);
  const places = firstPlaces(own, (fact) => toLotKey(fact.lot));
  return documentsOf(places).map((document) => ({
    document,
    lots: new Map(
      places.filter((place) => place.document === document).map((place) => [toLotKey(place.fact.lot), place]),
    ),
  }));
}

export function placesOf(sets: readonly LotSet[]): Located<LotFact>[] {
  return sets.flatMap(({ lots }) => [...lots.values()]);
}

/**
 * Whether the sets differ: surely, when a document read to its last page lacks another's lot; perhaps, when the lot may
 * stand on a page that was not read.
 */
export function compareLotSets(sets: readonly LotSet[]): "equal" | "differ" | "may_differ" {
  const all = new Set(sets.flatMap(({ lots }) => [...lots.keys()]));
  const incomplete = sets.filter(({ lots }) => lots.size < all.size);
  if (incomplete.length === 0) return "equal";
  return incomplete.some(({ document }) => isFullyRead(document)) ? "differ" : "may_differ";
}

/** `1 234 567 et 1 234 568`. */
export function describeLots({ lots }: LotSet): string {
  return [...lots.keys()].toSorted().map(formatLot).join(" et ");
}

function toLotKey(lot: string): string {
  return lot.replace(/\s/g, "");
}

/** Renovated lots are read by groups of three digits; `123-45` stays as it is. */
function formatLot(lot: string): string {
  return /^\d{7}$/.test(lot) ? lot.replace(/\B(?=(\d{3})+$)/g, "\u00A0") : lot;
}
