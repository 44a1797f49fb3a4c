/** What a document says, each fact with the exact words and the page that it was read from. */

import type { PageLayout } from "./reading/page-layout.ts";

/** How a page's text was obtained; only `text` pages can prove that something is absent. */
export type PageStatus =
  /** A text layer was read. */
  | "text"
  /** No text layer (a scan, a photograph): a person must read it. */
  | "no_text"
  /** The text layer holds hidden text (tiny, invisible or off the page): a person must look at it. */
  | "hidden_text";

/** A page, or for a DOCX (which has no pages) the whole document as page 1. */
export interface Page {
  /** From 1. */
  page: number;
  /** As a person reads it: columns one after the other, a paragraph or a row of a table on each line. */
  text: string;
  status: PageStatus;
  /** What stands where on the page; absent for text files. */
  layout?: PageLayout;
  /** The words of the text layer that a person cannot see on the page, when there are any. */
  hidden?: string;
}

export type DocumentType =
  | "promesse_achat"
  | "certificat_localisation"
  | "titre"
  | "index_immeubles"
  | "projet_acte"
  | "offre_pret"
  | "compte_taxes_municipales"
  | "compte_taxes_scolaires"
  | "piece_identite"
  | "declarations_vendeur"
  | "releve_hypothecaire"
  | "assurance"
  | "inconnu";

/** Why a file could not be read. */
export type UnreadableReason = "unsupported" | "encrypted" | "empty" | "corrupt" | "too_large";

/** A file of the dossier as it was read: its pages, or why there are none. */
export type ReadDocument =
  | { file: string; hash: string; readable: true; pages: Page[] }
  | { file: string; hash: string; readable: false; reason: UnreadableReason; message: string };

/** An exact extract of a page's text, found there verbatim. */
export interface Quotation {
  /** The words, verbatim from the page's text. */
  quotation: string;
  /** Where they start and end in the page's text. */
  start?: number;
  end?: number;
  /** Where the value itself starts among them, in the text that was read. */
  valueStart?: number;
  /** Where they stand on the page: left, top, right and bottom in points, a box for each line. */
  boxes?: QuotationBox[];
}

export type QuotationBox = [left: number, top: number, right: number, bottom: number];

/** An amount of Canadian dollars. */
export interface AmountFact extends Quotation {
  /** Whole cents: 485 000,00 $ is 48500000. */
  cents: number;
  /** What the amount is, when the words beside it say so. */
  label?: AmountLabel;
  /** Set when the amount in words and the amount in figures disagree. */
  wordsCents?: number;
}

export type AmountLabel =
  | "prix"
  | "acompte"
  | "mise_de_fonds"
  | "pret"
  | "solde"
  | "droits_mutation"
  | "base_imposition"
  | "evaluation_role"
  | "taxes";

/** A civil date, `YYYY-MM-DD`, or an ambiguous one that a person must read. */
export interface DateFact extends Quotation {
  /** ISO `YYYY-MM-DD`; absent when the date is ambiguous (05/06/2026). */
  date?: string;
  /** `HH:MM`, when the words give an hour. */
  time?: string;
  label?: DateLabel;
}

export type DateLabel =
  | "offre"
  | "acceptation"
  | "expiration"
  | "condition"
  | "acte"
  | "occupation"
  | "leve"
  | "emission";

export interface LotFact extends Quotation {
  /** Digits only for a renovated lot ("1234567"); `123-45` for an unrenovated one. */
  lot: string;
  /** The lot is a neighbour's, named by a servitude or as a boundary. */
  servitude: boolean;
  /** The lot is the one that today's lot replaced: « anciennement le lot 123-45 ». */
  former?: true;
}

export interface PostalCodeFact extends Quotation {
  /** `G1K 4H2`. */
  postalCode: string;
  /** The code stands in the address of the immovable, not of a person. */
  immovable: boolean;
}

export interface AddressFact extends Quotation {
  /** As it is written. */
  address: string;
  /** Without case, accents, abbreviations and punctuation, to compare. */
  normalized: string;
  immovable: boolean;
}

export type PartyRole =
  | "vendeur"
  | "acheteur"
  | "preteur"
  | "proprietaire"
  | "emprunteur"
  | "notaire"
  | "arpenteur"
  | "autre";

export interface PartyFact extends Quotation {
  /** As it is written, without the title (M., Mme, Me). */
  name: string;
  role: PartyRole;
  /** In an index of immovables, the date of the entry that names the party, `YYYY-MM-DD`. */
  registered?: string;
}

/** What one page says. */
export interface PageFacts {
  page: number;
  status: PageStatus;
  /** The words that a person cannot see on the page. */
  hidden?: string;
  amounts: AmountFact[];
  dates: DateFact[];
  lots: LotFact[];
  postalCodes: PostalCodeFact[];
  addresses: AddressFact[];
  parties: PartyFact[];
}

/** What one document says. */
export interface DocumentFacts {
  file: string;
  type: DocumentType;
  pages: PageFacts[];
  /** Set when the file could not be read; `pages` is then empty. */
  unreadable?: { reason: UnreadableReason; message: string };
}
