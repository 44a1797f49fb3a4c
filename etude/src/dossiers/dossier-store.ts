/** The office's rows: dossiers, their documents and their checklists. */
import { RecordId, type SurrealDb } from "minutier";

import type { ReadDocument } from "../facts.ts";
import type { ChecklistRow, DocumentRow, DossierRow } from "./dossier-rows.ts";

/** Reads a document's stored pages by the key of its row. */
export type ReadStoredDocument = (document: string) => Promise<ReadDocument>;

/** The SurrealQL of the office's tables, in one place. */
export class DossierStore {
  readonly #db: SurrealDb;

  constructor(db: SurrealDb) {
    this.#db = db;
  }

  async saveUser(id: RecordId<"user", string>, name: string): Promise<void> {
    await this.#db.query(
      "INSERT INTO user { id: $id, name: $name, role: 'notaire', created_at: time::now() } ON DUPLICATE KEY UPDATE name = $name",
      { id, name },
    );
  }

  async saveDossier(row: Omit<DossierRow, "created_at" | "updated_at">): Promise<void> {
    const { id, ...fields } = row;
    await this.#db.query(
      `INSERT INTO dossier $row ON DUPLICATE KEY UPDATE
         title = $row.title, municipality = $row.municipality, signing_date = $row.signing_date,
         title_insurance = $row.title_insurance, updated_at = $row.updated_at`,
      { row: { id, ...fields, created_at: new Date(), updated_at: new Date() } },
    );
  }

  async getDossier(id: RecordId<"dossier", string>): Promise<DossierRow | undefined> {
    const [[row]] = await this.#db.query<[DossierRow[]]>("SELECT * FROM $id", { id });
    return row;
  }

  /** The dossier's documents are now these; a version that left it is kept, for the analyses that named it. */
  async saveDocuments(dossier: RecordId<"dossier", string>, documents: readonly ReadDocument[]): Promise<void> {
    const rows = documents.map((document) => ({
      id: new RecordId("document", documentKey(dossier, document)),
      dossier,
      file: document.file,
      hash: document.hash,
      in_dossier: true,
      pages: document.readable ? document.pages : [],
      ...(document.readable ? {} : { unreadable: { reason: document.reason, message: document.message } }),
      added_at: new Date(),
    }));
    await this.#db.query(
      `BEGIN;
       UPDATE document SET in_dossier = false WHERE dossier = $dossier RETURN NONE;
       INSERT INTO document $rows ON DUPLICATE KEY UPDATE in_dossier = true, file = $input.file RETURN NONE;
       COMMIT;`,
      { dossier, rows },
    );
  }

  /** The documents that are in the dossier now, by file name. */
  async listDocuments(dossier: RecordId<"dossier", string>): Promise<DocumentRow[]> {
    const [rows] = await this.#db.query<[DocumentRow[]]>(
      "SELECT * FROM document WHERE dossier = $dossier AND in_dossier ORDER BY file",
      { dossier },
    );
    return rows;
  }

  /** A document as it was read, by its row's key. */
  async readDocument(key: string): Promise<ReadDocument> {
    const id = new RecordId("document", key);
    const [[row]] = await this.#db.query<[DocumentRow[]]>("SELECT * FROM $id", { id });
    if (row === undefined) throw new Error(`The document ${key} is not in the database.`);
    const { file, hash, pages, unreadable } = row;
    if (unreadable !== undefined) return { file, hash, readable: false, ...unreadable };
    return { file, hash, readable: true, pages };
  }

  /** The dossier's checklists, newest first. */
  async listChecklists(dossier: RecordId<"dossier", string>): Promise<ChecklistRow[]> {
    const [rows] = await this.#db.query<[ChecklistRow[]]>(
      "SELECT * FROM checklist WHERE dossier = $dossier ORDER BY created_at DESC",
      { dossier },
    );
    return rows;
  }
}

/** One row for each file and version: the same file analysed twice is stored once. */
export function documentKey(
  dossier: RecordId<"dossier", string>,
  { file, hash }: { file: string; hash: string },
): string {
  return `${String(dossier.id)}/${file}/${hash.slice(0, 16)}`;
}
