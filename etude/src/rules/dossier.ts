import type { DossierContext, Evidence } from "../checklist.ts";
import type {
  AmountFact,
  AmountLabel,
  DateFact,
  DateLabel,
  DocumentFacts,
  DocumentType,
  PageFacts,
  PageStatus,
  Quotation,
} from "../facts.ts";

/** What a rule looks at. */
export interface Dossier {
  context: DossierContext;
  documents: readonly DocumentFacts[];
}

/** A fact and where it was read. */
export interface Located<F extends Quotation = Quotation> {
  fact: F;
  document: DocumentFacts;
  page: number;
  status: PageStatus;
}

type FactKind = "amounts" | "dates" | "lots" | "postalCodes" | "addresses" | "parties";

/** Every fact of a kind, in the order of the documents and of their pages. */
export function locate<K extends FactKind>(
  documents: readonly DocumentFacts[],
  kind: K,
): Located<PageFacts[K][number]>[] {
  return documents.flatMap((document) =>
    document.pages.flatMap((page) =>
      page[kind].map((fact: PageFacts[K][number]) => ({ fact, document, page: page.page, status: page.status })),
    ),
  );
}

export function locateAmounts(documents: readonly DocumentFacts[], label: AmountLabel): Located<AmountFact>[] {
  return locate(documents, "amounts").filter(({ fact }) => fact.label === label);
}

export function locateDates(documents: readonly DocumentFacts[], label: DateLabel): Located<DateFact>[] {
  return locate(documents, "dates").filter(({ fact }) => fact.label === label);
}

export function documentsOfType(dossier: Dossier, ...types: DocumentType[]): DocumentFacts[] {
  return dossier.documents.filter((document) => types.includes(document.type));
}

export function documentsOf(located: readonly Located[]): DocumentFacts[] {
  return [...new Set(located.map(({ document }) => document))];
}

/** The quotations, each place once. */
export function toEvidence(located: readonly Located[]): Evidence[] {
  const evidence = new Map<string, Evidence>();
  for (const { fact, document, page } of located) {
    const { quotation, start, end, boxes } = fact;
    const key = JSON.stringify([document.file, page, quotation]);
    if (evidence.has(key)) continue;
    const place = start === undefined || end === undefined ? {} : { start, end };
    evidence.set(key, {
      document: document.file,
      page,
      quotation,
      ...place,
      ...(boxes === undefined ? {} : { boxes }),
    });
  }
  return [...evidence.values()];
}

/**
 * For each document, the first place where each value stands: a deed repeats its price on every page, the notary needs it
 * once. A page with a sound text layer is preferred, as the better proof.
 */
export function firstPlaces<F extends Quotation>(
  located: readonly Located<F>[],
  valueOf: (fact: F) => string | number,
): Located<F>[] {
  const first = new Map<DocumentFacts, Map<string | number, Located<F>>>();
  for (const place of located) {
    const values = first.get(place.document) ?? new Map<string | number, Located<F>>();
    first.set(place.document, values);
    const value = valueOf(place.fact);
    const known = values.get(value);
    if (!known || (known.status !== "text" && place.status === "text")) values.set(value, place);
  }
  return [...first.values()].flatMap((values) => [...values.values()]);
}

/** `promesse.pdf, p. 2`, as the messages name a place. */
export function describePlace({ document, page }: Located): string {
  return `${document.file}, p.\u00A0${page}`;
}

/** `promesse.pdf, p. 2; titre.pdf, p. 1`. */
export function describePlaces(places: readonly Located[]): string {
  return [...new Set(places.map(describePlace))].join("; ");
}

const READING_ORDER: readonly DocumentType[] = ["promesse_achat", "titre", "projet_acte", "certificat_localisation"];

/** The offer first, then the title and the draft: what the others are compared with. */
export function inReadingOrder<F extends Quotation>(places: readonly Located<F>[]): Located<F>[] {
  const rank = ({ document }: Located): number =>
    READING_ORDER.includes(document.type) ? READING_ORDER.indexOf(document.type) : READING_ORDER.length;
  return places.toSorted((a, b) => rank(a) - rank(b));
}
