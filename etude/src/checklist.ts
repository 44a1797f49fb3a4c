/** The checklist: what the rules found, each item with the page and the words that prove it. */

import type { QuotationBox } from "./facts.ts";

export type ItemStatus = "conforme" | "alerte" | "manquant" | "a_verifier" | "non_applicable";

export type Severity = "haute" | "moyenne" | "basse";

/** Where an item's proof stands. */
export interface Evidence {
  /** The document's file name. */
  document: string;
  /** From 1. */
  page: number;
  /** The exact words of the page. */
  quotation: string;
  /** Where they start and end in the page's text. */
  start?: number;
  end?: number;
  /** Where they stand on the page, in points from its upper left corner, a box for each line. */
  boxes?: QuotationBox[];
}

export interface ChecklistItem {
  /** The rule's identifier: `C04`, `V11`… */
  rule: string;
  status: ItemStatus;
  severity: Severity;
  /** In French, for the notary. */
  message: string;
  evidence: Evidence[];
}

/** What the notary's office knows of the dossier beside its documents. */
export interface DossierContext {
  type: "vente";
  /** For example `Montréal`; names the rates of the transfer duties. */
  municipality: string;
  /** The planned date of the deed, `YYYY-MM-DD`. */
  signingDate: string;
  /** Title insurance is noted in the dossier: a certificate of location may then be absent. */
  titleInsurance?: boolean;
}
