import type { DateFact, DateLabel, DocumentType } from "../facts.ts";
import { locateDates } from "./dates.ts";
import { foldText } from "./fold-text.ts";

/** « Fait et signé à Québec, le … » */
const SIGNED =
  /\b(?:fait|signe|passe|prepare|date|donne|executed|signed|dated)(?:e|s|es)?\b(?:\s+(?:numerique|electronique)ment)?(?:\s+(?:et|and)\s+(?:signe|passe)(?:e|s|es)?)?\s*(?:(?:a|au|en|at)\s+[^.;:\n]{1,40})?,?\s*(?:(?:ce|le|on|the|:)\s*)?$/;
const SECTION =
  /\b(?:reponse du vendeur|acceptation(?: de (?:la promesse|l'offre)| du vendeur| par le vendeur)?|signature (?:du|de la|des) vende\w+|le vendeur (?:accepte|reconnait))\b|\b(?:signature (?:de l'|des |du )(?:promettant-)?achete\w+|l'acheteur (?:reconnait|declare|signe)|signature du promettant)\b/g;

const SIGNATORY = /\b(?:l'|les |des |du |le |la )?(?:promettant-)?(achete|vende)\w+/;

/** What a signature's date is, told by what the document is; in an offer to buy, by whose section it closes. */
function labelOf(type: DocumentType, before: string, after: string): DateLabel | undefined {
  if (type === "certificat_localisation" || type === "offre_pret" || type === "releve_hypothecaire") return "emission";
  if (type !== "promesse_achat") return undefined;
  const section = [...before.matchAll(SECTION)].at(-1)?.[0];
  if (section === undefined) {
    const signatory = SIGNATORY.exec(after.slice(0, 160))?.[1];
    return signatory === undefined ? undefined : signatory === "vende" ? "acceptation" : "offre";
  }
  return /vende|acceptation/.test(section) ? "acceptation" : "offre";
}

/** In an offer to buy, a last day that is not that of the offer or of the deed is a condition's. */
const LAST_DAY = /\b(?:au plus tard|avant|d'ici|on or before|no later than)\s(?:le\s)?$/;

/** The dates of a page; those that only a signature or a last day introduces are named by what the document is. */
export function extractDatesOf(type: DocumentType, text: string): DateFact[] {
  const folded = foldText(text);
  return locateDates(text).map(({ fact, start }) => {
    if (fact.label !== undefined) return fact;
    const before = folded.slice(Math.max(0, start - 70), start).replaceAll("\n", " ");
    const isLastDay = type === "promesse_achat" && LAST_DAY.test(before);
    const label = isLastDay
      ? "condition"
      : SIGNED.test(before)
        ? labelOf(type, folded.slice(0, start), folded.slice(start))
        : undefined;
    return label === undefined ? fact : { ...fact, label };
  });
}
