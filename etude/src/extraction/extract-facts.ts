import type { DocumentFacts, DocumentType, Page, PageFacts, PartyFact, Quotation, ReadDocument } from "../facts.ts";
import { extractAddresses } from "./addresses.ts";
import { extractAmounts } from "./amounts.ts";
import { extractDatesOf } from "./dates-by-document.ts";
import { extractHolder } from "./identity-names.ts";
import type { AddressOwner } from "./immovable-context.ts";
import { extractIndexParties } from "./index-entries.ts";
import { extractLetterheadLender } from "./letterhead-lender.ts";
import { extractLots } from "./lots.ts";
import { extractParties } from "./parties.ts";
import { extractPostalCodes } from "./postal-codes.ts";

/** A fact whose words are not on the page proves nothing: it would be a fault of a grammar. */
function keepQuoted<F extends Quotation>(text: string, facts: readonly F[]): F[] {
  return facts.filter(({ quotation }) => quotation.trim() !== "" && text.includes(quotation));
}

function extractPartiesOf(type: DocumentType, text: string): PartyFact[] {
  if (type === "piece_identite") return extractHolder(text);
  return type === "index_immeubles" ? extractIndexParties(text) : extractParties(text);
}

function extractPageFacts({ page, text, status }: Page, type: DocumentType): PageFacts {
  // A certificate of location describes one place: an address of which it says nothing else is the immovable's.
  const owners: readonly AddressOwner[] = type === "certificat_localisation" ? ["immovable", "unsaid"] : ["immovable"];
  const parties = extractPartiesOf(type, text);
  const isLenders = type === "offre_pret" || type === "releve_hypothecaire";
  if (isLenders && page === 1 && !parties.some(({ role }) => role === "preteur"))
    parties.unshift(...extractLetterheadLender(text));
  return {
    page,
    status,
    amounts: keepQuoted(text, extractAmounts(text)),
    dates: keepQuoted(text, extractDatesOf(type, text)),
    lots: keepQuoted(text, extractLots(text)),
    postalCodes: keepQuoted(text, extractPostalCodes(text, owners)),
    addresses: keepQuoted(text, extractAddresses(text, owners)),
    parties: keepQuoted(text, parties),
  };
}

/** What a document says, page by page, each fact with the exact words that say it. */
export function extractFacts(document: ReadDocument, type: DocumentType): DocumentFacts {
  if (!document.readable) {
    return { file: document.file, type, pages: [], unreadable: { reason: document.reason, message: document.message } };
  }
  return { file: document.file, type, pages: document.pages.map((page) => extractPageFacts(page, type)) };
}
