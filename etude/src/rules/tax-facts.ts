import type { AmountFact, AmountLabel } from "../facts.ts";
import { documentsOfType, firstPlaces, locateAmounts, type Dossier, type Located } from "./dossier.ts";
import { uncertainSources } from "./reading-gaps.ts";

/** What the rules about the duties on transfers (V20, V21) read in the documents. */
export interface TaxFacts {
  /** The sale's prices: the draft deed's, or failing that the offer's. */
  prices: Located<AmountFact>[];
  /** The value of the assessment roll. */
  roll: Located<AmountFact> | undefined;
  /** The roll was not found, but may stand where nobody could read. */
  isRollUncertain: boolean;
  declaredBases: Located<AmountFact>[];
  declaredDuties: Located<AmountFact>[];
}

export function findTaxFacts(dossier: Dossier): TaxFacts {
  const draftPrices = locateDistinct(dossier, "prix", "projet_acte");
  const roll = findRoll(dossier);
  return {
    prices: draftPrices.length > 0 ? draftPrices : locateDistinct(dossier, "prix", "promesse_achat"),
    roll,
    isRollUncertain: !roll && uncertainSources(dossier, ["compte_taxes_municipales"], []).length > 0,
    declaredBases: locateDistinct(dossier, "base_imposition", "projet_acte", "promesse_achat"),
    declaredDuties: locateDistinct(dossier, "droits_mutation", "projet_acte", "promesse_achat"),
  };
}

function locateDistinct(
  dossier: Dossier,
  label: AmountLabel,
  ...types: ("projet_acte" | "promesse_achat")[]
): Located<AmountFact>[] {
  return firstPlaces(locateAmounts(documentsOfType(dossier, ...types), label), ({ cents }) => cents);
}

/** The tax account's, else any document's; the greatest, since an account also gives the land and the building apart. */
function findRoll(dossier: Dossier): Located<AmountFact> | undefined {
  const accounts = locateAmounts(documentsOfType(dossier, "compte_taxes_municipales"), "evaluation_role");
  const values = accounts.length > 0 ? accounts : locateAmounts(dossier.documents, "evaluation_role");
  return values.toSorted((a, b) => b.fact.cents - a.fact.cents)[0];
}

export function distinctCents(amounts: readonly Located<AmountFact>[]): number[] {
  return [...new Set(amounts.map(({ fact }) => fact.cents))];
}
