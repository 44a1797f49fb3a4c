/** The workflow `analyse_dossier`: the documents of a dossier become a checklist. */
import { forEach, RecordId, type RunToCommit, step, type SurrealDb, Workflow } from "minutier";
import { z } from "zod";

import type { Agents } from "../agents/agents.ts";
import type { ChecklistItem, DossierContext } from "../checklist.ts";
import type { DocumentFacts } from "../facts.ts";
import type { ChecklistRow } from "./dossier-rows.ts";

const input = z.object({
  /** The dossier's key. */
  dossier: z.string(),
  context: z.object({
    type: z.literal("vente"),
    municipality: z.string().min(1),
    signingDate: z.iso.date(),
    titleInsurance: z.boolean(),
  }),
  documents: z.array(z.object({ document: z.string(), file: z.string(), hash: z.string() })),
});

/** What an analysis is made from: the dossier and the exact versions of its documents. */
export type AnalysisInput = z.infer<typeof input>;

/** What an analysis gives. */
export interface AnalysisOutput {
  items: ChecklistItem[];
  summary: string;
}

/** Defines the workflow over one office's agents. */
export function defineAnalysis(db: SurrealDb, agents: Agents): Workflow<AnalysisInput, AnalysisOutput> {
  const classify = step("classer", agents.classificateur);
  const extract = step("extraire", agents.extracteur);
  const documents = forEach("documents", [classify, extract], {
    items: (analysis: AnalysisInput) => analysis.documents,
    concurrency: 2,
  });
  const verify = step("verifier", agents.verificateur, {
    input: (facts: DocumentFacts[], context) => ({ context: contextOf(context.input), documents: facts }),
  });
  const generate = step("generer", agents.generateur);
  const deliver = step("liste", ({ summary }: { summary: string }, context): AnalysisOutput => {
    return { items: context.output(verify).items as ChecklistItem[], summary };
  });
  return new Workflow({
    name: "analyse_dossier",
    db,
    input,
    steps: [documents, verify, generate, deliver],
    // The checklist and the run's success are one transaction: never one without the other. Here rather than with each
    // run, so that an analysis which another process goes on with leaves its checklist too.
    commit: (tx, run) => tx.create(new RecordId("checklist", run.id), toChecklistRow(run)),
  });
}

function toChecklistRow({ id, input: given, output }: RunToCommit<AnalysisOutput>): Omit<ChecklistRow, "id"> {
  const { items, summary } = output;
  const dossier = new RecordId("dossier", (given as AnalysisInput).dossier);
  return { dossier, run: new RecordId("workflow_runs", id), items, summary, created_at: new Date() };
}

function contextOf(analysis: unknown): DossierContext {
  return (analysis as AnalysisInput).context;
}
