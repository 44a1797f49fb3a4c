import type { DateFact, DateLabel, DocumentType } from "../facts.ts";
import { locateDates } from "./dates.ts";
import { foldText } from "./fold-text.ts";

/** « Fait et signé à Québec, le … » */
const SIGNED =
  /\b(?:fait|signe|passe|prepare|date|donne|executed|signed|dated)(?:e|s|es)?\b(?:\s+(?:numerique|electronique)ment)?(?:\s+(?:et|and)\s+(?:signe|passe)(?:e|s|es)?)?\s*(?:(?:a|au|en|at)\s+[^.;:\n]{1,40})?,?\s*(?:(?:ce|le|on|the|:)\s*)?$/;
const SECTION =
  /\b(?:reponse du vendeur|acceptation(?: de (?:la promesse|l'offre)| du vendeur| par le vendeur)?|signature (?:du|de la|des) vende\w+|le vendeur (?:accepte|reconnait))\b|\b(?:signature (?:de l'|des |du )(?:promettant-)?achete\w+|l'acheteur (?:reconnait|declare|signe)|signature du promettant)\b/g;

const SIGNATORY = /\b(?:l'|les |des |du |le |la )?(?:promettant-)?(achete|vende)\w+/;

const SIGNATORY_WINDOW = 120;
/** A seller who signs his refusal accepts nothing. */
const REFUSAL = /\b(?:refuse|rejette|decline|contre-proposition|n'accepte(?:nt)? pas|ne (?:l')?accepte(?:nt)? pas)\b/;

/** Where the sentence or the line that ends a text starts. */
function lastStop(text: string): number {
  return Math.max(text.lastIndexOf("\n"), text.lastIndexOf(". "), 0);
}

function lastRole(text: string): string | undefined {
  return [...text.matchAll(new RegExp(SIGNATORY, "g"))].at(-1)?.[0];
}

/** Those who sell accept, unless they say that they do not; those who buy offer. */
function labelBy(words: string, since: string): DateLabel | undefined {
  if (!/vende|acceptation/.test(words)) return "offre";
  return REFUSAL.test(since) ? undefined : "acceptation";
}

/** What a signature's date is, told by what the document is; in an offer to buy, by whose section it closes. */
function labelOf(type: DocumentType, before: string, after: string): DateLabel | undefined {
  if (type === "certificat_localisation" || type === "offre_pret" || type === "releve_hypothecaire") return "emission";
  if (type !== "promesse_achat") return undefined;
  const own = lastRole(before.slice(lastStop(before)));
  const section = [...before.matchAll(SECTION)].at(-1);
  if (own === undefined && section !== undefined) {
    const since = before.slice(section.index);
    // Between the section's title and the date, a line may name who signs there.
    return labelBy(lastRole(since.slice(section[0].length)) ?? section[0], since);
  }
  const signatory = own ?? lastRole(before.slice(-SIGNATORY_WINDOW)) ?? SIGNATORY.exec(after.slice(0, 160))?.[0];
  return signatory === undefined ? undefined : labelBy(signatory, before.slice(-SIGNATORY_WINDOW));
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
