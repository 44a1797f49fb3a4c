import type { PartyRole } from "../facts.ts";

/** The words of each role, in a folded text. */
const WORDS: readonly [PartyRole, string][] = [
  [
    "vendeur",
    "promettante?s?[ -]vende(?:urs?|uses?|resses?)|vendeurs?|vendeuses?|venderesses?|cedantes?|cedants?|donat(?:eurs?|rices?)|sellers?|vendors?",
  ],
  [
    "acheteur",
    "promettante?s?[ -]achete(?:urs?|uses?)|acheteurs?|acheteuses?|acquereurs?|acquereuses?|cessionnaires?|donataires?|buyers?|purchasers?",
  ],
  ["preteur", "preteurs?|preteuses?|creanci(?:ers?|eres?)(?: hypothecaires?)?|lenders?|mortgagees?"],
  [
    "emprunteur",
    "co-?emprunteurs?|emprunteurs?|emprunteuses?|debiteurs?|debitrices?|constituante?s?|borrowers?|mortgagors?",
  ],
  [
    "proprietaire",
    "(?:co)?proprietaires?(?:\\(s\\))? inscrit(?:e?s?|\\(e\\)s?|\\(s\\))|(?:co)?proprietaires?(?: actuels?)?|titulaires?(?: inscrits?)?(?: du droit de propriete)?|registered owners?|owners?",
  ],
  ["notaire", "notaires?(?: instrumentante?s?)?|notary"],
  ["arpenteur", "arpente(?:ure?s?|uses?)[ -]geometres?|arpente(?:ure?|use)|a\\.[ -]?g\\.|(?:land )?surveyor"],
];

/** « (s) », « (e)(s) », « (euse) » after a role. */
const VARIANTS = String.raw`(?:\((?:s|e|es|euse|euses|eresse|trice)\)|\/\w{1,10}){0,2}`;

/** One role, with its variants of gender and number. */
export const ROLE_WORDS: string = `(?<![a-z-])(?:${WORDS.map(([, words]) => words).join("|")})${VARIANTS}(?![a-z])`;

const TESTS: readonly [PartyRole, RegExp][] = WORDS.map(([role, words]) => [role, new RegExp(`^(?:${words})`)]);

/** The role that folded words name. */
export function roleOf(words: string): PartyRole | undefined {
  return TESTS.find(([, test]) => test.test(words))?.[0];
}

/** A lender may be called by what it is: « ci-après appelée « la Banque » ». */
export const INSTITUTION_WORDS: RegExp = /^(?:banque|caisse|bank)\b/;
