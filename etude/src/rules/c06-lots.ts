import { formatList } from "../computations/format-list.ts";
import type { DocumentType } from "../facts.ts";
import { documentsOfType, toEvidence } from "./dossier.ts";
import { compareLotSets, describeLots, lotSetsOf, placesOf, type LotSet } from "./lot-sets.ts";
import { concludeComparison, isFullyRead, toRead } from "./reading-gaps.ts";
import type { Rule } from "./rule.ts";

const TYPES: readonly DocumentType[] = ["titre", "promesse_achat", "certificat_localisation", "projet_acte"];

/** C06: the lots differ between the title, the offer, the certificate of location and the draft deed. */
export const lotsRule: Rule = {
  id: "C06",
  title: { fr: "Lots de l'immeuble", en: "Lots of the immovable" },
  severity: "haute",
  source: "pratique",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const sets = lotSetsOf(documentsOfType(dossier, ...TYPES));
    const compared = placesOf(sets);
    switch (compareLotSets(sets)) {
      case "differ":
        return [
          { status: "alerte", message: `Lot discordant : ${describeGroups(sets)}.`, evidence: toEvidence(compared) },
        ];
      case "may_differ": {
        const unread = sets.map(({ document }) => document).filter((document) => !isFullyRead(document));
        return [toRead(`Lots à rapprocher, ${describeGroups(sets)}`, unread, compared)];
      }
      case "equal":
        return [
          concludeComparison({
            dossier,
            types: TYPES,
            compared,
            subject: "Lots",
            agreement: `Même désignation cadastrale partout : ${sets[0] ? describeGroups(sets) : ""}.`,
            nothing: "Lots : moins de deux documents en donnent un, rien à comparer.",
          }),
        ];
    }
  },
};

/** `titre.pdf dit 1 234 567, promesse.pdf et projet.pdf disent 1 234 576`. */
function describeGroups(sets: readonly LotSet[]): string {
  const groups = Map.groupBy(sets, describeLots);
  return [...groups]
    .map(
      ([lots, members]) =>
        `${formatList(members.map(({ document }) => document.file))} ${members.length > 1 ? "disent" : "dit"} ${lots}`,
    )
    .join(", ");
}
