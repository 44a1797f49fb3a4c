/** Rows of the office's tables. */
import type { RecordId } from "minutier";

import type { ChecklistItem } from "../checklist.ts";
import type { Page, UnreadableReason } from "../facts.ts";

export interface DossierRow {
  id: RecordId<"dossier", string>;
  title: string;
  type: "vente";
  municipality: string;
  /** `YYYY-MM-DD`. */
  signing_date: string;
  title_insurance: boolean;
  user: RecordId<"user", string>;
  created_at: Date;
  updated_at: Date;
}

export interface DocumentRow {
  id: RecordId<"document", string>;
  dossier: RecordId<"dossier", string>;
  /** The file's name. */
  file: string;
  /** SHA-256, hexadecimal. */
  hash: string;
  /** False once the file is no longer among the dossier's documents. */
  in_dossier: boolean;
  pages: Page[];
  unreadable?: { reason: UnreadableReason; message: string };
  added_at: Date;
}

export interface ChecklistRow {
  id: RecordId<"checklist", string>;
  dossier: RecordId<"dossier", string>;
  run: RecordId<"workflow_runs", string>;
  items: ChecklistItem[];
  summary: string;
  created_at: Date;
}
