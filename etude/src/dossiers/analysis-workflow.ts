/** The workflow `analyse_dossier`: the documents of a dossier become a checklist. */
import { forEach, step, type SurrealDb, Workflow } from "minutier";
import { z } from "zod";

import type { Agents } from "../agents/agents.ts";
import type { ChecklistItem, DossierContext } from "../checklist.ts";
import type { DocumentFacts } from "../facts.ts";

const input = z.object({
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
  return new Workflow({ name: "analyse_dossier", db, input, steps: [documents, verify, generate, deliver] });
}

function contextOf(analysis: unknown): DossierContext {
  return (analysis as AnalysisInput).context;
}
