import type { DocumentFacts, DocumentType, Page, PageFacts, PartyFact, Quotation, ReadDocument } from "../facts.ts";
import { extractAddressees } from "./addressees.ts";
import { extractAddresses } from "./addresses.ts";
import { extractAmounts } from "./amounts.ts";
import { boxesOf } from "./quotation-boxes.ts";
import { quote } from "./cite.ts";
import { extractDatesOf } from "./dates-by-document.ts";
import { foldText } from "./fold-text.ts";
import { extractHolder } from "./identity-names.ts";
import type { AddressOwner } from "./immovable-context.ts";
import { extractIndexParties } from "./index-entries.ts";
import { extractLetterheadLender } from "./letterhead-lender.ts";
import { lineStartOf } from "./line-bounds.ts";
import { extractLots } from "./lots.ts";
import { extractParties } from "./parties.ts";
import { placeOf, readThrough, type PagePlace, type ReadThrough } from "./read-through.ts";
import { extractPostalCodes } from "./postal-codes.ts";

/**
 * A fact on the page where its words stand. A fact whose words are not on a page proves nothing: they were added for the
 * grammars, or it would be a fault of one.
 */
function toPages<F extends Quotation>(
  pages: ReadonlyMap<number, Page>,
  through: ReadThrough,
  facts: readonly F[],
): { page: number; fact: F }[] {
  return facts.flatMap((fact) => {
    const { start, end, valueStart, ...value } = fact;
    if (start === undefined || end === undefined) return [];
    const place = placeOf(through, start, end, valueStart ?? start);
    const page = place === undefined ? undefined : pages.get(place.page);
    if (place === undefined || page === undefined) return [];
    const quoted = quote(page.text, withRow(page.text, place), place.end);
    if (quoted.quotation === "") return [];
    const boxes = boxesOf(page, quoted.start, quoted.end);
    const { quotation } = quoted;
    return [
      {
        page: page.page,
        fact: {
          ...value,
          quotation,
          start: quoted.start,
          end: quoted.end,
          ...(boxes.length > 0 ? { boxes } : {}),
        } as F,
      },
    ];
  });
}

const LONGEST_ROW = 120;

/** A figure alone says nothing: it is quoted from the start of its row. */
function withRow(text: string, { start, end }: PagePlace): number {
  if (/\p{L}{2}/u.test(text.slice(start, end))) return start;
  const row = lineStartOf(text, start);
  return end - row <= LONGEST_ROW ? row : start;
}

function extractPartiesOf(type: DocumentType, text: string): PartyFact[] {
  if (type === "piece_identite") return extractHolder(text);
  return type === "index_immeubles" ? extractIndexParties(text) : extractParties(text);
}

const KINDS = ["amounts", "dates", "lots", "postalCodes", "addresses", "parties"] as const;
type Facts = Pick<PageFacts, (typeof KINDS)[number]>;

/** What a text says, each fact with its place in that text. */
function extractFrom(text: string, type: DocumentType, isFirst: boolean): Facts {
  // A certificate of location describes one place: an address of which it says nothing else is the immovable's.
  const owners: readonly AddressOwner[] = type === "certificat_localisation" ? ["immovable", "unsaid"] : ["immovable"];
  const letterheadEnd = Math.max(0, foldText(text).search(/certificate? (?:de localisation|of location)/));
  const parties = extractPartiesOf(type, text);
  if (isFirst && type.startsWith("compte_taxes") && !parties.some(({ role }) => role === "proprietaire"))
    parties.push(...extractAddressees(text));
  const isLenders = type === "offre_pret" || type === "releve_hypothecaire";
  if (isLenders && isFirst && !parties.some(({ role }) => role === "preteur"))
    parties.unshift(...extractLetterheadLender(text));
  return {
    amounts: extractAmounts(text),
    dates: extractDatesOf(type, text),
    lots: extractLots(text),
    postalCodes: extractPostalCodes(text, owners, letterheadEnd),
    addresses: extractAddresses(text, owners, letterheadEnd),
    parties,
  };
}

/** What a document says, page by page, each fact with the exact words that say it. */
export function extractFacts(document: ReadDocument, type: DocumentType): DocumentFacts {
  const { file } = document;
  if (!document.readable)
    return { file, type, pages: [], unreadable: { reason: document.reason, message: document.message } };
  const pages = new Map(document.pages.map((page) => [page.page, page]));
  const facts = new Map<number, PageFacts>(
    document.pages.map(({ page, status, hidden }) => [
      page,
      {
        page,
        status,
        ...(hidden === undefined ? {} : { hidden }),
        amounts: [],
        dates: [],
        lots: [],
        postalCodes: [],
        addresses: [],
        parties: [],
      },
    ]),
  );
  for (const [index, through] of readThrough(document.pages).entries()) {
    const found = extractFrom(through.text, type, index === 0);
    for (const kind of KINDS) {
      for (const { page, fact } of toPages<Facts[typeof kind][number]>(pages, through, found[kind]))
        (facts.get(page)?.[kind] as (typeof fact)[] | undefined)?.push(fact);
    }
  }
  return { file, type, pages: [...facts.values()] };
}
