import type { DateLabel } from "../facts.ts";
import { findLabel, findLabelAfter, type LabelPattern } from "./find-label.ts";

/** « dans les 10 jours de l'acceptation, soit le … » is not the date of the acceptance. */
const NOT_COUNTED_FROM = String.raw`(?<!jours\s(?:de|suivant|apres|ouvrables\sde)\s(?:l'|la\s|son\s|cette\s)?)`;

const PATTERNS: readonly LabelPattern<DateLabel>[] = [
  { label: "offre", words: /\bdate\s+de\s+(?:l'offre|la\s+promesse|l'avant-contrat)\b(?:\s+d'achat)?/g },
  {
    label: "offre",
    words:
      /\b(?:offre|promesse)(?:\s+d'achat)?(?:\s+(?:faite|signee|datee|presentee|soumise|formulee|portant\s+le\s+numero\s[^\s,]{1,20}))?(?:\s+(?:a|par)\s[^.;:,]{1,40}?)?,?\s*(?:en\s+date\s+)?(?:du|le|of|dated|:)?\s*$/g,
  },
  {
    label: "offre",
    words:
      /\bsignature\s+(?:de\s+l'acheteur|des\s+acheteurs|de\s+l'acquereur|du\s+promettant-acheteur)\b|\boffer\s+dated?\b|\bdate\s+of\s+(?:the\s+)?offer\b/g,
  },
  {
    label: "acceptation",
    words: new RegExp(
      `${NOT_COUNTED_FROM}\\baccept(?:ation|ee?s?|ance|ed)\\b|\\breponse\\s+du\\s+vendeur\\b|\\bsignature\\s+(?:du\\s+vendeur|des\\s+vendeurs|de\\s+la\\s+venderesse)\\b`,
      "g",
    ),
  },
  {
    label: "expiration",
    words:
      /\b(?:valide|valable|irrevocable|en\s+vigueur|ouverte)(?:s?\b)[^.;:]{0,40}?\bjusqu'(?:au|a|en)\b|\b(?:expire(?:ra|nt)?|expiration|echeant|perime(?:e|ra)?|expires?|expiry|expiring)\b|\b(?:valid|irrevocable|open(?:\s+for\s+acceptance)?)\s+until\b|\bdelai\s+d'acceptation\b|\bdate\s+limite\s+(?:d'acceptation|pour\s+accepter|de\s+validite)\b/g,
  },
  {
    label: "expiration",
    words: new RegExp(
      `${NOT_COUNTED_FROM}\\baccept\\w{0,6}\\b[^.;:]{0,60}?\\b(?:au\\s+plus\\s+tard|avant|jusqu'au|on\\s+or\\s+before|no\\s+later\\s+than)\\b`,
      "g",
    ),
  },
  { label: "expiration", words: /\b(?:promesse|offre)\b[^.;:]{0,60}?\b(?:jusqu'au|au\s+plus\s+tard)\b/g },
  {
    label: "condition",
    words:
      /\bcondition(?:s|nelle?s?|nel)?\b|\binspection\b|\b(?:approbation|obtention|engagement)\b(?:\s+(?:du|d'un|de)\s+(?:financement|pret|nouvel\s+emprunt))?(?:\s+hypothecaire)?|\bfinancement\b|\bfinancing\b|\b(?:prets?|emprunts?|visite|verification)\b[^.;]{0,120}?\b(?:au\s+plus\s+tard|avant|d'ici)\b/g,
  },
  {
    label: "acte",
    words:
      /\bsignature\s+(?:prevue|de\s+l'acte|de\s+la\s+vente|du\s+contrat|notariee|chez|devant|des\s+actes|officielle)\b(?:\s+(?:de|d')\s*(?:vente|pret|achat))?|\bdate\s+(?:prevue\s+)?(?:de\s+l'acte|de\s+(?:la\s+)?signature\s+(?:prevue|de\s+l'acte|notariee|chez)|de\s+cloture|de\s+passation|prevue\s+de\s+signature)\b|\bpassation\s+(?:de\s+l'acte|des\s+titres|du\s+contrat)\b|\bclosing(?:\s+date)?\b|\bsigning\s+of\s+the\s+deed\b|\bdeed\s+of\s+sale\b[^.;:]{0,60}?\b(?:signed|executed|before)\b/g,
  },
  {
    label: "acte",
    words:
      /\bsign(?:er|era|eront)\s+(?:l'|un\s+|cet\s+)actes?\b|\b(?:vente|acte)(?:\s+notariee?)?\s+prevue?\b|\bactes?(?:\s+de\s+vente|\s+notaries?)?\b[^.;:]{0,90}?\b(?:(?:sera|seront|devra|devront|doit|doivent)\b[^.;:]{0,60}?(?:signes?|passes?|recus?)\b|a\s+signer)/g,
  },
  // A deed of the past, named to tell the title: its date is not the date of this sale.
  {
    label: undefined,
    words:
      /\b(?:aux\s+termes|en\s+vertu|suivant|selon)\b[^.;:]{0,20}\bacte\b|\bactes?\b[^.;:]{0,60}?\b(?:recu|publie|passe|intervenu|inscrit)e?s?\b|\bpublie(?:e|es|s)?\b|\binscrite?s?\b|\bnee?(?:\(e\))?\s+(?:a\b[^.;:]{0,30}\s)?le\b|\bnaissance\b|\bborn\b|\bmari(?:es?|age)\b|\bdeces\b|\bmise\s+a\s+jour\b/g,
  },
  {
    label: "occupation",
    words:
      /\boccup(?:ation|er|era|eront|ant|ancy)\b|\b(?:prise\s+de\s+|prendra\s+|prendront\s+)?possession\b|\bdelivrance\s+(?:de\s+l'immeuble|aura)\b|\bdate\s+de\s+prise\s+de\s+possession\b/g,
  },
  {
    label: "leve",
    words:
      /\bleves?\b(?:\s+(?:des\s+lieux|de\s+terrain|terrain|sur\s+le\s+terrain))?|\b(?:mesurage|arpentage|operations?\s+d'arpentage)\b|\bfield\s?work\b|\bsurvey\s+(?:was\s+)?(?:completed|carried\s+out|performed|made)\b/g,
  },
  {
    label: "emission",
    words:
      /\bdate\s+(?:d'emission|de\s+delivrance|du\s+certificat|of\s+issue)\b|\bemission\b|\bemi(?:s|se|ses)\b|\bdelivree?s?\s+(?:le|a)\b|\bissued?\b|\bdate\s+du\s+(?:compte|releve|rapport)\b/g,
  },
];

const AFTER =
  /^\s*(?:[(:-]|\)\s*:|,(?=\s*(?:date|jour)\s))\s*(?:date\s+(?:prevue\s+)?(?:de\s+(?:la\s+|l')?|d'|du\s+)?|jour\s+(?:de\s+(?:la\s+|l')?|du\s+))?/;

/** What a date is, from the words beside it. */
export function dateLabelOf(folded: string, start: number, end: number, floor: number): DateLabel | undefined {
  return findLabel(folded, start, floor, PATTERNS) ?? findLabelAfter(folded, end, AFTER, PATTERNS);
}
