/**
 * The four agents of an analysis. Each is code behind the AI SDK's model interface, so that no model and no network
 * is needed; its question and its answer are on the record like those of any agent.
 */
import { Agent, type SurrealDb } from "minutier";
import type { z } from "zod";

import type { ChecklistItem, DossierContext } from "../checklist.ts";
import { classifyDocument } from "../classification/classify-document.ts";
import type { ReadStoredDocument } from "../dossiers/dossier-store.ts";
import { extractFacts } from "../extraction/extract-facts.ts";
import type { DocumentFacts, DocumentType } from "../facts.ts";
import { applyRules } from "../rules/apply-rules.ts";
import { deterministicModel } from "./deterministic-model.ts";
import { checklistItems, classification, documentFacts, report } from "./schemas.ts";
import { summarize } from "./summarize.ts";

/** A document to look at: its pages stay in the office's own table, the record names the exact version. */
interface DocumentReference {
  /** The key of its row: `<dossier>/<hash>`. */
  document: string;
  file: string;
  /** SHA-256 of the file. */
  hash: string;
}

/** The agents of one office, on its database. */
export interface Agents {
  classificateur: Agent<z.infer<typeof classification>>;
  extracteur: Agent<z.infer<typeof documentFacts>>;
  verificateur: Agent<z.infer<typeof checklistItems>>;
  generateur: Agent<z.infer<typeof report>>;
}

/** Makes the agents; `read` gives a document's stored pages. */
export function createAgents(db: SurrealDb, read: ReadStoredDocument): Agents {
  return {
    classificateur: new Agent({
      name: "classificateur",
      description: "Dit de quel type est un document.",
      db,
      output: classification,
      model: deterministicModel("classificateur", async (message) => {
        const reference = JSON.parse(message) as DocumentReference;
        const stored = await read(reference.document);
        const type = classifyDocument(reference.file, stored.readable ? stored.pages : []);
        return JSON.stringify({ ...reference, type });
      }),
    }),
    extracteur: new Agent({
      name: "extracteur",
      description: "Relève les montants, dates, lots, adresses et parties d'un document, chacun avec sa citation.",
      db,
      output: documentFacts,
      model: deterministicModel("extracteur", async (message) => {
        const { document, type } = JSON.parse(message) as DocumentReference & { type: DocumentType };
        return JSON.stringify(extractFacts(await read(document), type));
      }),
    }),
    verificateur: new Agent({
      name: "verificateur",
      description: "Applique les règles au dossier.",
      db,
      output: checklistItems,
      model: deterministicModel("verificateur", (message) => {
        const { context, documents } = JSON.parse(message) as { context: DossierContext; documents: DocumentFacts[] };
        return JSON.stringify({ items: applyRules(context, documents) });
      }),
    }),
    generateur: new Agent({
      name: "generateur",
      description: "Résume la liste de vérification.",
      db,
      output: report,
      model: deterministicModel("generateur", (message) => {
        const { items } = JSON.parse(message) as { items: ChecklistItem[] };
        return JSON.stringify({ summary: summarize(items) });
      }),
    }),
  };
}
