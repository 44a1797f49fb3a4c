import { isCivilDate } from "../computations/civil-date.ts";
import { formatAmount } from "../computations/format-amount.ts";
import { computeTransferDuties } from "../computations/transfer-duties.ts";
import type { AmountFact } from "../facts.ts";
import { toEvidence, type Dossier, type Located } from "./dossier.ts";
import { inOrder, toRead, uncertainSources } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";
import { distinctCents, findTaxFacts } from "./tax-facts.ts";

const TOLERANCE_CENTS = 100;
const SUBJECT = "Droits de mutation";

/** V20: the duties on transfers that the deed declares are not those that the base and the schedule give. */
export const transferDutiesRule: Rule = {
  id: "V20",
  title: { fr: "Montant des droits de mutation", en: "Amount of the transfer duties" },
  severity: "haute",
  source: "D-15.1 a. 2",
  certainty: "A",
  version: 1,
  evaluate(dossier) {
    const { prices, roll, isRollUncertain, declaredDuties } = findTaxFacts(dossier);
    if (declaredDuties.length === 0) return [concludeWithoutDeclaration(dossier)];
    const [price] = prices;
    if (!price) return [toVerify(declaredDuties, "prix introuvable", declaredDuties)];
    if (distinctCents(prices).length > 1)
      return [toVerify(declaredDuties, "plusieurs prix au document", [...declaredDuties, ...prices])];
    if (!isCivilDate(dossier.context.signingDate)) {
      return [toVerify(declaredDuties, "date de signature prévue absente ou invalide au dossier", declaredDuties)];
    }
    return declaredDuties.map((declared) => judge({ dossier, declared, price, roll, isRollUncertain }));
  },
};

interface Case {
  dossier: Dossier;
  declared: Located<AmountFact>;
  price: Located<AmountFact>;
  roll: Located<AmountFact> | undefined;
  isRollUncertain: boolean;
}

function judge({ dossier: { context }, declared, price, roll, isRollUncertain }: Case): Finding {
  const input = { municipality: context.municipality, date: context.signingDate, priceCents: price.fact.cents };
  const exact = computeTransferDuties(roll ? { ...input, rollCents: roll.fact.cents } : input);
  const evidence = [declared, price, ...(roll ? [roll] : [])];
  const isFloorOnly = isRollUncertain || (!exact.ok && exact.code === "comparative_factor_not_loaded");
  const computed = isFloorOnly ? computeTransferDuties(input) : exact;
  if (!computed.ok) return toVerify([declared], computed.reason, evidence);
  const { dutiesCents, baseCents } = computed.value;
  const difference = declared.fact.cents - dutiesCents;
  const basis = `base ${formatAmount(baseCents)}, ${context.municipality} ${context.signingDate.slice(0, 4)}`;
  const message = `${SUBJECT} : ${formatAmount(declared.fact.cents)} déclarés, ${formatAmount(dutiesCents)} calculés`;
  if (!isFloorOnly) {
    if (Math.abs(difference) <= TOLERANCE_CENTS) return inOrder(SUBJECT, `${message} (${basis}).`, evidence);
    return { status: "alerte", message: `${message} (${basis}).`, evidence: toEvidence(evidence) };
  }
  // The market value can only raise the base: less than the duties on the price is wrong whatever the roll says.
  if (difference < -TOLERANCE_CENTS)
    return { status: "alerte", message: `${message} au moins (${basis}).`, evidence: toEvidence(evidence) };
  const why = exact.ok ? "valeur au rôle introuvable" : exact.reason;
  return {
    status: "a_verifier",
    message: `${message} sur le prix seul (${basis}); ${why}.`,
    evidence: toEvidence(evidence),
  };
}

function toVerify(declared: readonly Located<AmountFact>[], reason: string, evidence: readonly Located[]): Finding {
  const amounts = distinctCents(declared).map(formatAmount).join(", ");
  return {
    status: "a_verifier",
    message: `${SUBJECT} : ${amounts} déclarés, calcul refusé : ${reason}.`,
    evidence: toEvidence(evidence),
  };
}

function concludeWithoutDeclaration(dossier: Dossier): Finding {
  const uncertain = uncertainSources(dossier, ["promesse_achat", "projet_acte"], []);
  if (uncertain.length > 0) return toRead(`${SUBJECT} : montant déclaré introuvable`, uncertain);
  return { status: "non_applicable", message: `${SUBJECT} : aucun montant déclaré, rien à comparer.`, evidence: [] };
}
