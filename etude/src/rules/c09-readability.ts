import type { DocumentFacts, PageStatus, Quotation, UnreadableReason } from "../facts.ts";
import { toEvidence, type Located } from "./dossier.ts";
import { describeNumbers } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const WHAT: Readonly<Record<Exclude<PageStatus, "text">, string>> = { no_text: "absent", hidden_text: "caché" };

const REASONS: Readonly<Record<UnreadableReason, string>> = {
  unsupported: "format non pris en charge",
  encrypted: "fichier protégé par un mot de passe",
  empty: "fichier vide",
  corrupt: "fichier corrompu",
  too_large: "fichier trop volumineux",
};

/** C09: what the software could not read, so that nobody takes its silence for an absence. */
export const readabilityRule: Rule = {
  id: "C09",
  title: { fr: "Lisibilité des documents", en: "Readability of the documents" },
  severity: "moyenne",
  source: "fichiers réels : numérisations, texte caché ou hors page",
  certainty: "A",
  version: 1,
  evaluate({ documents }) {
    if (documents.length === 0)
      return [{ status: "non_applicable", message: "Lisibilité : aucun document au dossier.", evidence: [] }];
    const unread = documents.flatMap(describeUnreadParts);
    if (unread.length > 0) return unread;
    return [
      {
        status: "conforme",
        message: "Tous les documents ont été lus en entier.",
        evidence: toEvidence(documents.flatMap(firstFact)),
      },
    ];
  },
};

function describeUnreadParts({ file, pages, unreadable }: DocumentFacts): Finding[] {
  // No quotation: there are no words to quote.
  if (unreadable)
    return [
      {
        status: "a_verifier",
        message: `${file} n'a pas pu être lu : ${REASONS[unreadable.reason]}; lecture humaine requise.`,
        evidence: [],
      },
    ];
  if (pages.length === 0)
    return [
      {
        status: "a_verifier",
        message: `${file} ne contient aucune page lisible; lecture humaine requise.`,
        evidence: [],
      },
    ];
  return (["no_text", "hidden_text"] as const).flatMap((status) => {
    const numbers = pages.filter((page) => page.status === status).map((page) => page.page);
    if (numbers.length === 0) return [];
    const words = describeHidden(pages.flatMap(({ hidden }) => hidden ?? []));
    const which = numbers.length > 1 ? "Pages" : "Page";
    return {
      status: "a_verifier" as const,
      message: `${which} ${describeNumbers(numbers)} de ${file} : texte ${WHAT[status]}${status === "hidden_text" ? words : ""}; lecture humaine requise.`,
      evidence: [],
    };
  });
}

const LONGEST_WORDS = 120;

/** « (« Prix : 1 000 000,00 $ ») »: what a program reads and a person does not see. */
function describeHidden(words: readonly string[]): string {
  const text = words.join(" … ");
  if (text === "") return "";
  return ` (« ${text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS).replace(/\s\S*$/, "")}…` : text} »)`;
}

/** One fact of the document: the proof that its text was read. */
function firstFact(document: DocumentFacts): Located[] {
  for (const { page, status, parties, amounts, dates, lots, addresses, postalCodes } of document.pages) {
    const fact: Quotation | undefined = [parties, amounts, dates, lots, addresses, postalCodes].find(
      (facts) => facts.length > 0,
    )?.[0];
    if (fact) return [{ fact, document, page, status }];
  }
  return [];
}
