import { isCivilDate } from "../computations/civil-date.ts";
import { formatDate } from "../computations/format-date.ts";
import { documentsOfType, firstPlaces, locateDates, toEvidence } from "./dossier.ts";
import { toMissing } from "./missing.ts";
import { inOrder } from "./reading-gaps.ts";
import type { Rule } from "./rule.ts";

const SUBJECT = "Promesse d'achat acceptée";

/** V01: no accepted promise to purchase in the dossier. */
export const acceptedOfferRule: Rule = {
  id: "V01",
  title: { fr: "Promesse d'achat acceptée", en: "Accepted promise to purchase" },
  severity: "haute",
  source: "pratique",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const promises = documentsOfType(dossier, "promesse_achat");
    const acceptances = firstPlaces(locateDates(promises, "acceptation"), ({ date, quotation }) => date ?? quotation);
    const [dated] = acceptances.filter(({ fact }) => fact.date !== undefined && isCivilDate(fact.date));
    if (dated?.fact.date !== undefined) {
      return [inOrder(SUBJECT, `Promesse d'achat acceptée le ${formatDate(dated.fact.date)}.`, [dated])];
    }
    const [ambiguous] = acceptances;
    if (ambiguous) {
      return [
        {
          status: "a_verifier",
          message: `Promesse d'achat : date d'acceptation à lire, « ${ambiguous.fact.quotation} » est ambigu.`,
          evidence: toEvidence([ambiguous]),
        },
      ];
    }
    return [
      toMissing(
        dossier,
        promises.length > 0
          ? "Promesse d'achat au dossier, mais sans acceptation."
          : "Promesse d'achat acceptée absente.",
      ),
    ];
  },
};
