import { formatAmount } from "../computations/format-amount.ts";
import type { AmountFact, AmountLabel, DocumentFacts } from "../facts.ts";
import { documentsOfType, firstPlaces, locateAmounts, toEvidence, type Located } from "./dossier.ts";
import { inOrder, isFullyRead, toRead, uncertainSources } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const PARTS = ["acompte", "mise_de_fonds", "pret", "solde"] as const satisfies readonly AmountLabel[];
type Part = (typeof PARTS)[number];
const PART_NAMES: Readonly<Record<Part, string>> = {
  acompte: "acompte",
  mise_de_fonds: "mise de fonds",
  pret: "prêt",
  solde: "solde",
};
const TOLERANCE_CENTS = 1;
const SUBJECT = "Financement";

/** V05: the deposit, the down payment, the loan and the balance of the offer don't add up to its price. */
export const financingRule: Rule = {
  id: "V05",
  title: { fr: "Financement du prix", en: "Financing of the price" },
  severity: "haute",
  source: "arithmétique",
  certainty: "A",
  version: 1,
  evaluate(dossier) {
    const promises = documentsOfType(dossier, "promesse_achat");
    const findings = promises.flatMap(evaluatePromise);
    if (findings.length > 0) return findings;
    const uncertain = uncertainSources(dossier, ["promesse_achat"], []);
    if (uncertain.length > 0) return [toRead(`${SUBJECT} : prix ou versements introuvables`, uncertain)];
    return [
      {
        status: "non_applicable",
        message: `${SUBJECT} : aucune promesse ne donne à la fois un prix et ses versements.`,
        evidence: [],
      },
    ];
  },
};

function evaluatePromise(promise: DocumentFacts): Finding[] {
  const prices = firstPlaces(locateAmounts([promise], "prix"), ({ cents }) => cents);
  const occurrences = PARTS.flatMap((label) => locateAmounts([promise], label));
  const parts = firstPlaces(occurrences, ({ label, cents }) => `${label} ${cents}`);
  const [price] = prices;
  if (!price || parts.length === 0) return [];
  const sums = possibleSums(parts, occurrences);
  const matched = prices.find(({ fact }) => sums.some((sum) => Math.abs(sum - fact.cents) <= TOLERANCE_CENTS));
  if (matched)
    return [
      inOrder(SUBJECT, `${SUBJECT} : les versements font le prix, ${formatAmount(matched.fact.cents)}.`, [
        matched,
        ...parts,
      ]),
    ];
  const sum = total(parts);
  const difference = formatAmount(Math.abs(sum - price.fact.cents));
  const terms = parts.map(
    ({ fact }) => `${fact.label ? PART_NAMES[fact.label as Part] : ""} ${formatAmount(fact.cents)}`,
  );
  const message = `${SUBJECT} : ${terms.join(" + ")} = ${formatAmount(sum)} ≠ prix ${formatAmount(price.fact.cents)} (écart ${difference})`;
  const evidence = [...prices, ...parts];
  const kinds = new Set(parts.map(({ fact }) => fact.label));
  // What is lacking may stand on a page that nobody read; too much can't be explained so.
  if (sum < price.fact.cents && !isFullyRead(promise)) return [toRead(message, [promise], evidence)];
  // A deposit alone is not a plan of financing: the rest is often said without an amount.
  if (sum < price.fact.cents && kinds.size === 1) {
    return [
      {
        status: "a_verifier",
        message: `${message} : les autres versements ne sont pas chiffrés.`,
        evidence: toEvidence(evidence),
      },
    ];
  }
  return [{ status: "alerte", message: `${message}.`, evidence: toEvidence(evidence) }];
}

/**
 * A repeated amount is usually one payment said twice, but two equal deposits exist; and a balance may restate the down
 * payment and the loan together, when it completes the deposit.
 */
function possibleSums(parts: readonly Located<AmountFact>[], occurrences: readonly Located<AmountFact>[]): number[] {
  const ofLabel = (...labels: AmountLabel[]): number =>
    total(parts.filter(({ fact }) => fact.label && labels.includes(fact.label)));
  const sums = [total(parts), total(occurrences)];
  const restated = ofLabel("mise_de_fonds", "pret");
  if (restated > 0 && restated === ofLabel("solde")) sums.push(ofLabel("acompte", "solde"));
  return sums;
}

function total(amounts: readonly Located<AmountFact>[]): number {
  return amounts.reduce((sum, { fact }) => sum + fact.cents, 0);
}
