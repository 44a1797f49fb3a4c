/** The checklist as a person reads it: what needs attention first, each point with the page it came from. */
import { outputColors as pc } from "./colors.ts";

import type { ChecklistItem, Evidence, ItemStatus } from "../checklist.ts";
import type { DossierRow } from "../dossiers/dossier-rows.ts";
import { rules } from "../rules/rules.ts";
import type { Language, Words } from "./language.ts";
import { holdTogether, setFrench, wrapText } from "./wrap-text.ts";

const order: ItemStatus[] = ["alerte", "manquant", "a_verifier", "conforme"];
const severityOrder = ["haute", "moyenne", "basse"];
const paint: Record<ItemStatus, (text: string) => string> = {
  alerte: pc.red,
  manquant: pc.red,
  a_verifier: pc.yellow,
  conforme: pc.green,
  non_applicable: pc.dim,
};

const ITEM_INDENT = " ".repeat(7);
const EVIDENCE_INDENT = " ".repeat(9);
/** Where all is in order, a few quotations show what was compared. */
const MOST_QUOTED_IN_ORDER = 4;

/** Prints the checklist on standard output. */
export function printChecklist(
  dossier: DossierRow,
  { items, summary }: { items: ChecklistItem[]; summary: string },
  text: Words,
  language: Language,
): void {
  console.log(pc.bold(`${text.checklist} — ${dossier.title}`));
  console.log(pc.dim(text.particulars(dossier.municipality, dossier.signing_date)));
  for (const status of order) {
    const found = items.filter((item) => item.status === status);
    found.sort((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity));
    if (found.length > 0) console.log(`\n${paint[status](pc.bold(`${text.statuses[status]} (${found.length})`))}`);
    for (const item of found) printItem(item, text, language);
  }
  const without = items.filter((item) => item.status === "non_applicable").map((item) => item.rule);
  if (without.length > 0) console.log(`\n${pc.dim(text.notApplicable(without.join(", ")))}`);
  console.log(`\n${pc.bold(setFrench(summary))}\n`);
}

function printItem(item: ChecklistItem, text: Words, language: Language): void {
  const title = rules.find(({ id }) => id === item.rule)?.title[language] ?? "";
  const severity = item.status === "conforme" ? "" : pc.dim(` — ${text.severities[item.severity]}`);
  console.log(`\n  ${paint[item.status](pc.bold(item.rule))}  ${pc.bold(title)}${severity}`);
  console.log(ITEM_INDENT + wrapText(setFrench(item.message), ITEM_INDENT));
  const isLong = item.status === "conforme" && item.evidence.length > MOST_QUOTED_IN_ORDER;
  const shown = isLong ? firstOfEachDocument(item.evidence).slice(0, MOST_QUOTED_IN_ORDER) : item.evidence;
  for (const evidence of shown)
    console.log(pc.dim(EVIDENCE_INDENT + wrapText(describe(evidence, text), `${EVIDENCE_INDENT}  `)));
  const others = item.evidence.length - shown.length;
  if (others > 0) console.log(pc.dim(EVIDENCE_INDENT + text.otherPlaces(others)));
}

function firstOfEachDocument(evidence: readonly Evidence[]): Evidence[] {
  return [...Map.groupBy(evidence, ({ document }) => document).values()].flatMap((places) => places.slice(0, 1));
}

function describe({ document, page, quotation }: Evidence, text: Words): string {
  const words = holdTogether(quotation.replaceAll(/\s+/g, " ").trim());
  const quoted = words === "" ? "" : `\u00A0: «\u00A0${words}\u00A0»`;
  return `${document}, ${text.page}\u00A0${page}${quoted}`;
}
