/** Live progress on standard error: one line a document, one line a step. */
import type { WorkflowEvent } from "minutier";
import { progressColors as pc } from "./colors.ts";

import type { ChecklistItem } from "../checklist.ts";
import type { DocumentFacts, ReadDocument } from "../facts.ts";
import type { Words } from "./language.ts";

/** Shows how the work goes on. */
export interface Progress {
  /** Analyses of before, whose process had died, were ended. */
  recovered(count: number): void;
  documentRead(document: ReadDocument): void;
  analysisGoesOn(event: WorkflowEvent): void;
  done(): void;
}

/** Says it on standard error, so that standard output holds results only. */
export function createProgress(text: Words): Progress {
  let heading = "";
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const under = (next: string): void => {
    if (heading !== next) say(pc.bold(`${heading === "" ? "" : "\n"}${next}`));
    heading = next;
  };
  return {
    recovered(count) {
      if (count > 0) say(`\n${pc.green("✓")} ${text.recovered(count)}`);
    },
    documentRead(document) {
      under(text.reading);
      if (document.readable) say(`  ${pc.green("✓")} ${document.file} ${pc.dim(text.pages(document.pages.length))}`);
      else say(`  ${pc.red("✗")} ${document.file} ${pc.red(text.unreadable)} ${pc.dim(document.message)}`);
    },
    analysisGoesOn(event) {
      const line = describeStep(event, text);
      if (line === undefined) return;
      under(text.analysing);
      say(line);
    },
    done() {
      say("");
    },
  };
}

/** A line for each document that was extracted, one for the rules, and one for each failure. */
function describeStep(event: WorkflowEvent, text: Words): string | undefined {
  if (event.type === "step-failed") return `  ${pc.red("✗")} ${event.step}`;
  if (event.type !== "step-completed") return undefined;
  if (event.step.endsWith("/extraire")) {
    const { file, type, pages, unreadable } = event.output as DocumentFacts;
    if (unreadable !== undefined) return `  ${pc.red("✗")} ${file} ${pc.red(text.unreadable)}`;
    return `  ${pc.green("✓")} ${file} ${pc.dim(
      text.extracted(
        type,
        pages.reduce((sum, page) => sum + countFacts(page), 0),
      ),
    )}`;
  }
  if (event.step !== "verifier") return undefined;
  const { items } = event.output as { items: ChecklistItem[] };
  return `  ${pc.green("✓")} ${text.checked(items.length)}`;
}

function countFacts({ amounts, dates, lots, postalCodes, addresses, parties }: DocumentFacts["pages"][number]): number {
  return [amounts, dates, lots, postalCodes, addresses, parties].reduce((sum, facts) => sum + facts.length, 0);
}
