/** The main job in the terminal: a folder of documents in, a checklist and the rows of the database out. */
import type { SurrealDb, WorkflowEvent } from "minutier";

import { type Particulars, readFolder, readParticulars, sourceOf, UsageError } from "../dossiers/dossier-folder.ts";
import { DossierService } from "../dossiers/dossier-service.ts";
import type { DocumentFacts } from "../facts.ts";
import { type Language, words } from "./language.ts";
import { printChecklist } from "./print-checklist.ts";
import { printRows } from "./print-rows.ts";
import { createProgress } from "./progress.ts";
import { toJson } from "./to-json.ts";

/** What to analyse, and how to show it. */
export interface FolderAnalysis {
  db: SurrealDb;
  folder: string;
  given: Partial<Particulars>;
  /** The notary's name. */
  user: string;
  json: boolean;
  language: Language;
}

/** Progress goes to standard error, results to standard output. */
export async function analyzeFolder({ db, folder, given, user, json, language }: FolderAnalysis): Promise<void> {
  const text = words[language];
  const particulars = await readParticulars(folder, given);
  const progress = createProgress(text);
  const documents = await readFolder(folder, (document) => progress.documentRead(document));
  if (documents.length === 0) throw new UsageError(text.noDocuments(folder));

  const service = await DossierService.open(db);
  progress.recovered((await service.recover()).length);
  const { source, title } = sourceOf(folder);
  const dossier = await service.createDossier({
    source,
    title: particulars.titre ?? title,
    type: particulars.type,
    municipality: particulars.municipalite,
    signingDate: particulars.date,
    titleInsurance: particulars.assuranceTitres,
    user,
  });
  await service.setDocuments(dossier.id, documents);

  const facts: DocumentFacts[] = [];
  const analysis = await service.analyserDossier(dossier.id, (event) => {
    progress.analysisGoesOn(event);
    collectFacts(event, facts);
  });
  progress.done();
  if (json) {
    console.log(JSON.stringify(toJson(analysis.items, facts), null, 2));
    return;
  }
  printChecklist(dossier, analysis, text, language);
  await printRows(db, service, dossier.id, analysis.runId, text);
}

/** The facts of each document, as the step `documents` gave them. */
function collectFacts(event: WorkflowEvent, facts: DocumentFacts[]): void {
  if (event.type === "step-completed" && event.step === "documents") facts.push(...(event.output as DocumentFacts[]));
}
