import type { AmountLabel } from "../facts.ts";
import { findLabel, findLabelAfter, type LabelPattern } from "./find-label.ts";

const PATTERNS: readonly LabelPattern<AmountLabel>[] = [
  {
    label: "prix",
    words:
      /\bprix(?:\s+(?:de\s+vente|d'achat|d'acquisition|offert|total|global|convenu|stipule|demande|de\s+l'immeuble))?\b/g,
  },
  { label: "prix", words: /\b(?:purchase|sale|selling|total)\s+price\b|\bprice\b/g },
  { label: undefined, words: /\bprix\s+(?:demande|unitaire)\b|\brajustement\s+du\s+prix\b/g },
  {
    label: "acompte",
    words: /\bacomptes?\b|\barrhes\b|\bdeposits?\b|\bdepots?(?:\s+initial|\s+de\s+garantie)?\b(?!\s+direct)/g,
  },
  {
    label: "mise_de_fonds",
    words:
      /\bmises?\s+de\s+fonds?\b|\bdown\s+payment\b|\bversement\s+initial\b|\b(?:somme|montant)\s+additionnel(?:le)?\b|\bcomptant\b/g,
  },
  {
    label: "pret",
    words:
      /\b(?:montant\s+(?:total\s+)?(?:du|de\s+(?:ce|la)|autorise\s+du)\s+)?(?:(?:nouveau|nouvel)\s+)?(?:prets?|emprunts?)(?:\s+hypothecaires?)?(?:\s+(?:autorise|accorde|consenti|demande))?\b/g,
  },
  {
    label: "pret",
    words:
      /\bfinancement\s+hypothecaire\b|\bmortgage\s+loan\b|\bloan(?:\s+amount)?\b|\bprincipal\s+amount\b|\bmontant\s+emprunte\b|\bsomme\s+pretee\b|\bcapital\s+emprunte\b|\bmontant\s+du\s+financement\b|\bmontant\s+(?:de\s+l'|du\s+)hypotheque\b|\bhypotheques?\s+(?:immobilieres?\s+)?(?:de\s+(?:premier|1er)\s+rang\s+)?(?:a\s+(?:obtenir|contracter|consentir)|requises?|demandees?|projetees?)\b|\bnouvelles?\s+hypotheques?\b|\bfinancement\s+(?:a\s+obtenir|requis|demande)\b|\bmortgage\s+amount\b/g,
  },
  {
    label: undefined,
    words:
      /\b(?:versements?|paiements?|mensualites?|remboursements?|payments?|instal+ments?|frais|honoraires|penalite|indemnite|interets?|prime|commission|retribution)\b/g,
  },
  { label: "solde", words: /\bsoldes?(?:\s+(?:payable|a\s+payer|restant))?\b|\bbalance(?:\s+(?:payable|due))?\b/g },
  {
    label: "droits_mutation",
    words:
      /\bdroits?\s+(?:de|sur\s+les)\s+mutations?(?:\s+immobilieres?)?\b|\bmontants?\s+d(?:u|es)\s+droits?\b|\bdroits?\s+de\s+transfert\b|\btaxes?\s+de\s+(?:bienvenue|mutation)\b|\b(?:transfer|mutation|land\s+transfer|welcome)\s+(?:dut(?:y|ies)|tax(?:es)?)\b/g,
  },
  {
    label: "base_imposition",
    words: /\bbases?\s+d'imposition\b|\bbase\s+imposable\b|\bbasis\s+of\s+imposition\b|\btaxable\s+basis\b/g,
  },
  {
    label: "evaluation_role",
    words:
      /\bevaluations?\s+(?:municipale|fonciere|uniformisee|imposable|(?:inscrite\s+)?au\s+role|inscrite)\b|\bvaleurs?\s+(?:totale\s+)?(?:(?:inscrite|portee)\s+)?au\s+role(?:\s+d'evaluation)?\b|\bvaleur\s+(?:fonciere|de\s+l'immeuble|totale|municipale|uniformisee)\b|\brole\s+d'evaluation\b|\b(?:municipal|property)\s+(?:assessment|valuation|evaluation)\b|\bassessment\s+roll\b|\bassessed\s+value\b|\bevaluation\s+totale\b/g,
  },
  {
    label: "taxes",
    words:
      /\btaxes?(?:\s+(?:municipales?|scolaires?|foncieres?|generales?|annuelles?))*\b|\b(?:municipal|school|property)\s+tax(?:es)?\b/g,
  },
];

const ARTICLE = "(?:un |une |l'|la |le |d'un |d'une |d'|du )?";
/** « une somme de 10 000 $ à titre d'acompte »: stronger than what stands before. */
const AS = new RegExp(
  `^\\s*,?\\s*(?:a titre (?:d'|de |du )|comme |representant |constituant |as (?:a |the )?)${ARTICLE}`,
);
/** « 388 000 $ provenant d'un prêt », « 87 000 $ comptant (mise de fonds) »: when nothing before says better. */
const ALSO = new RegExp(
  `^\\s*,?\\s*(?:soit |provenant |au moyen |en |par voie |par |(?=comptant)|[a-z' ]{0,40}\\(\\s*)${ARTICLE}`,
);
/** A payment every month is not the loan, whatever stands before. */
const UNIT_OF_RATE = /(?:\bpar|\/)\s?$/;
const PERIODIC =
  /^\s*(?:,?\s*(?:par|chaque|each|per)\s+(?:mois|semaine|quinzaine|month|week)|\/\s?mois|mensuel|aux deux semaines)/;

/** What an amount is, from the words beside it. */
export function amountLabelOf(folded: string, start: number, end: number, floor: number): AmountLabel | undefined {
  // « Taux par 100 $ » is a unit.
  if (UNIT_OF_RATE.test(folded.slice(Math.max(0, start - 6), start)) && /^\$?\s?100\b/.test(folded.slice(start, end)))
    return undefined;
  if (PERIODIC.test(folded.slice(end, end + 40))) return undefined;
  return (
    findLabelAfter(folded, end, AS, PATTERNS) ??
    findLabel(folded, start, floor, PATTERNS) ??
    findLabelAfter(folded, end, ALSO, PATTERNS)
  );
}
