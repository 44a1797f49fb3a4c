import type { ChecklistItem, DossierContext } from "../checklist.ts";
import type { DocumentFacts } from "../facts.ts";
import { rules } from "./rules.ts";

/**
 * The checklist of a dossier: what each rule finds in the documents' facts. Pure and deterministic; every item is « à
 * valider par le notaire ».
 */
export function applyRules(context: DossierContext, documents: DocumentFacts[]): ChecklistItem[] {
  const dossier = { context, documents };
  return rules.flatMap(({ id, severity, evaluate }) =>
    evaluate(dossier).map(({ status, message, evidence }) => ({ rule: id, status, severity, message, evidence })),
  );
}
