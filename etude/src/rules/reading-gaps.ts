import type { DocumentFacts, DocumentType } from "../facts.ts";
import { documentsOf, toEvidence, type Dossier, type Located } from "./dossier.ts";
import type { Finding } from "./rule.ts";

/**
 * Three-valued logic: what was not found where nobody could read is neither
 * missing nor in order, it is to be verified.
 */

/** Whether every page gave its text; only then does a silence prove an absence. */
export function isFullyRead(document: DocumentFacts): boolean {
  return !document.unreadable && document.pages.length > 0 && document.pages.every((page) => page.status === "text");
}

/**
 * The documents that may hold, unread, what a rule looks for in documents of these types: the ones of these types that
 * gave nothing and were not fully read, and, while one of the types is missing, any unread file whose type is unknown.
 */
export function uncertainSources(
  dossier: Dossier,
  types: readonly DocumentType[],
  holders: readonly DocumentFacts[],
): DocumentFacts[] {
  const holding = new Set(holders);
  const present = new Set(dossier.documents.map((document) => document.type));
  const typeMissing = types.some((type) => !present.has(type));
  return dossier.documents.filter(
    (document) =>
      !isFullyRead(document) &&
      !holding.has(document) &&
      (types.includes(document.type) || (typeMissing && document.type === "inconnu")),
  );
}

const NAMED_AT_MOST = 5;

/** `scan.pdf (p. 2, 3), offre.pdf (illisible)`. */
export function describeUnread(documents: readonly DocumentFacts[]): string {
  const named = documents.slice(0, NAMED_AT_MOST).map((document) => {
    const pages = document.pages.filter((page) => page.status !== "text").map((page) => page.page);
    return pages.length === 0 ? `${document.file} (illisible)` : `${document.file} (p. ${describeNumbers(pages)})`;
  });
  const others = documents.length - named.length;
  return named.join(", ") + (others > 0 ? ` et ${others} autre${others > 1 ? "s" : ""}` : "");
}

export function describeNumbers(numbers: readonly number[]): string {
  const named = numbers.slice(0, NAMED_AT_MOST * 2);
  return named.join(", ") + (numbers.length > named.length ? "…" : "");
}

/** A finding that a person must read documents to settle. */
export function toRead(subject: string, unread: readonly DocumentFacts[], evidence: readonly Located[] = []): Finding {
  return {
    status: "a_verifier",
    message: `${subject} : lecture humaine requise de ${describeUnread(unread)}.`,
    evidence: toEvidence(evidence),
  };
}

export interface Comparison {
  dossier: Dossier;
  /** Where the rule looks. */
  types: readonly DocumentType[];
  /** What was found there and does not differ. */
  compared: readonly Located[];
  /** What is compared, to begin the message: « Lots ». */
  subject: string;
  agreement: string;
  /** Said when fewer than two documents speak. */
  nothing: string;
}

/** The end of a comparison that found no difference: in order only if everything that should speak was read and did. */
export function concludeComparison({ dossier, types, compared, subject, agreement, nothing }: Comparison): Finding {
  const holders = documentsOf(compared);
  const uncertain = uncertainSources(dossier, types, holders);
  if (uncertain.length > 0) return toRead(`${subject} : comparaison incomplète`, uncertain, compared);
  if (holders.length < 2) return { status: "non_applicable", message: nothing, evidence: toEvidence(compared) };
  return inOrder(subject, agreement, compared);
}

/** « conforme », unless a quotation comes from a page whose text may not be what a person sees on it. */
export function inOrder(subject: string, message: string, evidence: readonly Located[]): Finding {
  const doubtful = evidence.filter(({ status }) => status !== "text");
  if (doubtful.length === 0) return { status: "conforme", message, evidence: toEvidence(evidence) };
  return toRead(`${subject} : lu sur une page à texte caché`, documentsOf(doubtful), evidence);
}
