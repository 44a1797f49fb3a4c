/** What the office does with a dossier: open it, add its documents, analyse it, look at its history. */
import { createHash } from "node:crypto";

import {
  MinutierError,
  RecordId,
  Recovery,
  type SurrealDb,
  type Workflow,
  type WorkflowEvent,
  type WorkflowResult,
  type WorkflowRunRow,
} from "minutier";

import { createAgents } from "../agents/agents.ts";
import type { ReadDocument } from "../facts.ts";
import { type AnalysisInput, type AnalysisOutput, defineAnalysis } from "./analysis-workflow.ts";
import type { ChecklistRow, DocumentRow, DossierRow } from "./dossier-rows.ts";
import { documentKey, DossierStore } from "./dossier-store.ts";
import { createTables } from "./tables.ts";

/** A dossier to open. */
export interface NewDossier {
  /** Names it for ever: opening the same source again is the same dossier. */
  source: string;
  title: string;
  type: "vente";
  municipality: string;
  /** `YYYY-MM-DD`. */
  signingDate: string;
  titleInsurance?: boolean;
  /** The notary's key in `user`. */
  user: string;
}

/** An analysis that was done. */
export interface Analysis extends AnalysisOutput {
  runId: string;
  checklist: ChecklistRow["id"];
}

/** The office's dossiers on one database. Make it with `DossierService.open`. */
export class DossierService {
  readonly #db: SurrealDb;
  readonly #store: DossierStore;
  readonly #analysis: Workflow<AnalysisInput, AnalysisOutput>;

  private constructor(db: SurrealDb) {
    this.#db = db;
    this.#store = new DossierStore(db);
    this.#analysis = defineAnalysis(
      db,
      createAgents(db, (key) => this.#store.readDocument(key)),
    );
  }

  /** Makes the office's tables where they are missing. */
  static async open(db: SurrealDb): Promise<DossierService> {
    await createTables(db);
    return new DossierService(db);
  }

  /** Opens a dossier, or brings its particulars up to date. */
  async createDossier(dossier: NewDossier): Promise<DossierRow> {
    const user = new RecordId("user", dossier.user);
    const id = new RecordId("dossier", createHash("sha256").update(dossier.source).digest("hex").slice(0, 20));
    await this.#store.saveUser(user, dossier.user);
    await this.#store.saveDossier({
      id,
      title: dossier.title,
      type: dossier.type,
      municipality: dossier.municipality,
      signing_date: dossier.signingDate,
      title_insurance: dossier.titleInsurance ?? false,
      user,
    });
    return this.getDossier(id);
  }

  /** Throws `not_found`. */
  async getDossier(id: DossierRow["id"]): Promise<DossierRow> {
    const row = await this.#store.getDossier(id);
    if (row === undefined) throw new MinutierError("not_found", `Le dossier ${String(id)} n'existe pas.`);
    return row;
  }

  /** The dossier's documents are now these. */
  async setDocuments(dossier: DossierRow["id"], documents: readonly ReadDocument[]): Promise<void> {
    await this.#store.saveDocuments(dossier, documents);
  }

  listDocuments(dossier: DossierRow["id"]): Promise<DocumentRow[]> {
    return this.#store.listDocuments(dossier);
  }

  /** Analyses the dossier's documents, tells each step as it happens, and saves the checklist. */
  async analyserDossier(id: DossierRow["id"], onEvent?: (event: WorkflowEvent) => void): Promise<Analysis> {
    const dossier = await this.getDossier(id);
    const documents = await this.#store.listDocuments(id);
    const input: AnalysisInput = {
      dossier: id.id,
      context: {
        type: dossier.type,
        municipality: dossier.municipality,
        signingDate: dossier.signing_date,
        titleInsurance: dossier.title_insurance,
      },
      documents: documents.map(({ file, hash }) => ({ document: documentKey(id, { file, hash }), file, hash })),
    };
    const metadata = { dossier_id: String(id), user_id: String(dossier.user) };
    const events = this.#analysis.stream(input, { metadata, userId: metadata.user_id });
    let analysis: Analysis | undefined;
    for await (const event of events) {
      onEvent?.(event);
      if (event.type === "run-completed") analysis = toAnalysis(event.result);
    }
    if (analysis === undefined) throw new Error("The analysis ended without a result.");
    return analysis;
  }

  /**
   * Ends the analyses whose process died: they go on after their last committed step, and leave their checklists.
   * Gives their runs.
   */
  async recover(): Promise<string[]> {
    const ended: string[] = [];
    await using recovery = new Recovery({
      db: this.#db,
      workflows: [this.#analysis],
      onEvent: (event) => {
        if (event.type === "run-settled" && event.status === "success") ended.push(event.runId);
      },
    });
    await recovery.round();
    return ended;
  }

  /** The analyses of the dossier, newest first. */
  history(id: DossierRow["id"]): Promise<WorkflowRunRow[]> {
    return this.#db.runs.history({ dossier_id: String(id) });
  }

  /** The checklists of the dossier, newest first. */
  checklists(id: DossierRow["id"]): Promise<ChecklistRow[]> {
    return this.#store.listChecklists(id);
  }
}

function toAnalysis({ id, output }: WorkflowResult): Analysis {
  return { ...(output as AnalysisOutput), runId: id, checklist: new RecordId("checklist", id) };
}
