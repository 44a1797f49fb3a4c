import { isCivilDate } from "../computations/civil-date.ts";
import { formatAmount } from "../computations/format-amount.ts";
import { computeTaxBase } from "../computations/tax-base.ts";
import { toEvidence, type Dossier } from "./dossier.ts";
import { inOrder, toRead, uncertainSources } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";
import { distinctCents, findTaxFacts, type TaxFacts } from "./tax-facts.ts";

const TOLERANCE_CENTS = 100;
const SUBJECT = "Base d'imposition";

/** V21: the market value exceeds the price, and the base that the deed declares is the price. */
export const taxBaseRule: Rule = {
  id: "V21",
  title: { fr: "Base d'imposition des droits", en: "Base of imposition of the duties" },
  severity: "haute",
  source: "D-15.1 a. 2 al. 2",
  certainty: "A",
  version: 1,
  evaluate(dossier) {
    const facts = findTaxFacts(dossier);
    return [facts.prices.length === 0 || !facts.roll ? concludeWithout(dossier, facts) : judge(dossier, facts)];
  },
};

function judge({ context }: Dossier, { prices, roll, declaredBases }: TaxFacts): Finding {
  const [price] = prices;
  if (!price || !roll) throw new Error("un prix et une valeur au rôle sont requis");
  const evidence = [roll, price, ...declaredBases];
  const toVerify = (reason: string): Finding => ({
    status: "a_verifier",
    message: `${SUBJECT} : ${reason}.`,
    evidence: toEvidence(evidence),
  });
  if (distinctCents(prices).length > 1) return toVerify("plusieurs prix au document");
  if (!isCivilDate(context.signingDate)) return toVerify("date de signature prévue absente ou invalide au dossier");
  const base = computeTaxBase({
    municipality: context.municipality,
    date: context.signingDate,
    priceCents: price.fact.cents,
    rollCents: roll.fact.cents,
  });
  if (!base.ok) return toVerify(`calcul refusé : ${base.reason}`);
  const { marketValueCents = 0 } = base.value;
  if (marketValueCents <= price.fact.cents) {
    return inOrder(
      SUBJECT,
      `${SUBJECT} : la valeur du rôle × facteur (${formatAmount(marketValueCents)}) ne dépasse pas le prix.`,
      [roll, price],
    );
  }
  const exceeds = `la valeur du rôle × facteur (${formatAmount(marketValueCents)}) dépasse le prix`;
  if (declaredBases.length === 0) return toVerify(`${exceeds}, et aucune base déclarée n'a été relevée`);
  // One cent decides whether the price was declared; market value is forgiven the dollar that V20 forgives the duties.
  if (declaredBases.some(({ fact }) => Math.abs(fact.cents - price.fact.cents) <= 1)) {
    const declared = `, et la base déclarée est le prix (${formatAmount(price.fact.cents)})`;
    return { status: "alerte", message: `${SUBJECT} : ${exceeds}${declared}.`, evidence: toEvidence(evidence) };
  }
  if (declaredBases.every(({ fact }) => Math.abs(fact.cents - marketValueCents) <= TOLERANCE_CENTS)) {
    return inOrder(
      SUBJECT,
      `${SUBJECT} : la base déclarée est la valeur du rôle × facteur, ${formatAmount(marketValueCents)}.`,
      evidence,
    );
  }
  return toVerify(`${exceeds}, et la base déclarée n'est ni l'une ni l'autre`);
}

function concludeWithout(dossier: Dossier, { prices, roll, isRollUncertain, declaredBases }: TaxFacts): Finding {
  const found = [...prices, ...(roll ? [roll] : []), ...declaredBases];
  const uncertain = [
    ...new Set([
      ...(isRollUncertain ? uncertainSources(dossier, ["compte_taxes_municipales"], []) : []),
      ...(prices.length === 0 ? uncertainSources(dossier, ["promesse_achat", "projet_acte"], []) : []),
    ]),
  ];
  if (uncertain.length > 0) return toRead(`${SUBJECT} : prix ou valeur au rôle introuvable`, uncertain, found);
  return {
    status: "non_applicable",
    message: `${SUBJECT} : pas à la fois un prix et une valeur au rôle à comparer.`,
    evidence: toEvidence(found),
  };
}
