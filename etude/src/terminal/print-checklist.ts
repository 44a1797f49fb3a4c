/** The checklist as a person reads it: what needs attention first, each point with the page it came from. */
import pc from "picocolors";

import type { ChecklistItem, ItemStatus } from "../checklist.ts";
import type { DossierRow } from "../dossiers/dossier-rows.ts";
import type { Words } from "./language.ts";

const order: ItemStatus[] = ["alerte", "manquant", "a_verifier", "conforme"];
const severityOrder = ["haute", "moyenne", "basse"];
const paint: Record<ItemStatus, (text: string) => string> = {
  alerte: pc.red,
  manquant: pc.red,
  a_verifier: pc.yellow,
  conforme: pc.green,
  non_applicable: pc.dim,
};

/** Prints the checklist on standard output. */
export function printChecklist(dossier: DossierRow, { items, summary }: { items: ChecklistItem[]; summary: string }, text: Words): void {
  console.log(pc.bold(`${text.checklist} — ${dossier.title} (${dossier.municipality}, ${dossier.signing_date})`));
  for (const status of order) {
    const found = items.filter((item) => item.status === status);
    found.sort((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity));
    if (found.length > 0) console.log(`\n${paint[status](pc.bold(text.statuses[status]))}`);
    for (const item of found) printItem(item, text);
  }
  const without = items.filter((item) => item.status === "non_applicable").map((item) => item.rule);
  if (without.length > 0) console.log(`\n${pc.dim(text.notApplicable(without.join(", ")))}`);
  console.log(`\n${pc.bold(summary)}\n`);
}

function printItem(item: ChecklistItem, text: Words): void {
  const severity = item.status === "conforme" ? "" : pc.dim(` (${text.severities[item.severity]})`);
  console.log(`  ${paint[item.status](item.rule)}  ${item.message}${severity}`);
  for (const { document, page, quotation } of item.evidence) {
    const quoted = quotation === "" ? "" : ` « ${oneLine(quotation)} »`;
    console.log(pc.dim(`        ${document}, ${text.page} ${page}${quoted}`));
  }
}

function oneLine(quotation: string): string {
  return quotation.replaceAll(/\s+/g, " ").trim();
}
