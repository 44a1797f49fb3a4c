import { formatAmount } from "../computations/format-amount.ts";
import type { AmountFact, DocumentFacts, DocumentType } from "../facts.ts";
import {
  describePlace,
  describePlaces,
  documentsOf,
  documentsOfType,
  firstPlaces,
  locate,
  locateAmounts,
  toEvidence,
  type Dossier,
  type Located,
} from "./dossier.ts";
import { concludeComparison } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const TYPES: readonly DocumentType[] = ["promesse_achat", "offre_pret", "projet_acte"];

/** V04: the price differs between the offer, the loan and the draft deed, or between its words and its figures. */
export const priceRule: Rule = {
  id: "V04",
  title: { fr: "Prix de vente", en: "Sale price" },
  severity: "haute",
  source: "pratique",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const prices = firstPlaces(locateAmounts(documentsOfType(dossier, ...TYPES), "prix"), ({ cents }) => cents);
    const findings = [...findWordMismatches(dossier), ...findDiscrepancies(prices)];
    if (findings.length > 0) return findings;
    const [price] = prices;
    return [
      concludeComparison({
        dossier,
        types: TYPES,
        compared: prices,
        subject: "Prix",
        agreement: `Même prix partout : ${price ? formatAmount(price.fact.cents) : ""}.`,
        nothing: "Prix : moins de deux documents le donnent, rien à comparer.",
      }),
    ];
  },
};

function findWordMismatches(dossier: Dossier): Finding[] {
  const mismatches = locate(dossier.documents, "amounts").filter(
    ({ fact }) => fact.wordsCents !== undefined && fact.wordsCents !== fact.cents,
  );
  return firstPlaces(mismatches, ({ cents, wordsCents, label }) => `${cents} ${wordsCents} ${label}`).map((place) => {
    const { label, cents, wordsCents = cents } = place.fact;
    // The price of the past sale, in the title, is not this sale's.
    const isPrice = label === "prix" && place.document.type !== "titre" && place.document.type !== "index_immeubles";
    return {
      status: isPrice ? "alerte" : "a_verifier",
      message: `${isPrice ? "Prix" : "Montant"} discordant : ${formatAmount(wordsCents)} en lettres / ${formatAmount(cents)} en chiffres (${describePlace(place)}).`,
      evidence: toEvidence([place]),
    };
  });
}

function findDiscrepancies(prices: readonly Located<AmountFact>[]): Finding[] {
  if (new Set(prices.map(({ fact }) => fact.cents)).size < 2) return [];
  const byDocument = documentsOf(prices).map((document) => ({
    document,
    places: prices.filter((place) => place.document === document),
  }));
  const [known, ...others] = byDocument;
  if (!known) return [];
  const disagreeing = others.filter(
    ({ places }) => !places.some(({ fact }) => known.places.some((place) => place.fact.cents === fact.cents)),
  );
  if (disagreeing.length > 0) return [toAlert(prices)];
  return byDocument
    .filter(({ places }) => places.length > 1)
    .map(({ document, places }) => toSeveralPrices(document, places));
}

function toAlert(prices: readonly Located<AmountFact>[]): Finding {
  const amounts = [...Map.groupBy(prices, ({ fact }) => fact.cents)].map(
    ([cents, places]) => `${formatAmount(cents)} (${describePlaces(places)})`,
  );
  return { status: "alerte", message: `Prix discordant : ${amounts.join(" / ")}.`, evidence: toEvidence(prices) };
}

/** A counter-offer gives a second price beside the first: which one holds is for a person to say. */
function toSeveralPrices(document: DocumentFacts, places: readonly Located<AmountFact>[]): Finding {
  const amounts = places.map(({ fact }) => formatAmount(fact.cents)).join(", ");
  return {
    status: "a_verifier",
    message: `${document.file} donne plusieurs prix (${amounts}) : préciser lequel fait foi.`,
    evidence: toEvidence(places),
  };
}
