import type { Evidence, ItemStatus, Severity } from "../checklist.ts";
import type { Dossier } from "./dossier.ts";

/** One result of a rule; the rule's identifier and severity are added when the rules are applied. */
export interface Finding {
  status: ItemStatus;
  /** In French, for the notary. */
  message: string;
  evidence: Evidence[];
}

/** A check of the dossier, with where it comes from. */
export interface Rule {
  /** A letter for the kind of dossier (C: all, V: sale) and a number; stored in checklists, so never reused. */
  id: string;
  title: { fr: string; en: string };
  severity: Severity;
  /** The law, the practice or the arithmetic behind it. */
  source: string;
  /** A: official text read or executed. B: secondary source. C: unverified, a notary must confirm it. */
  certainty: "A" | "B" | "C";
  /** Raised when the same dossier may give another result. */
  version: number;
  /** Pure: the same dossier always gives the same findings, at least one. */
  evaluate(dossier: Dossier): Finding[];
}
