/** Live progress on standard error: one line a document, one line a step. */
import type { WorkflowEvent } from "minutier";
import pc from "picocolors";

import type { ReadDocument } from "../facts.ts";
import type { Words } from "./language.ts";

/** Shows how the work goes on. */
export interface Progress {
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
    documentRead(document) {
      under(text.reading);
      if (document.readable) say(`  ${pc.green("✓")} ${document.file} ${pc.dim(text.pages(document.pages.length))}`);
      else say(`  ${pc.red("✗")} ${document.file} ${pc.red(text.unreadable)} ${pc.dim(document.message)}`);
    },
    analysisGoesOn(event) {
      if (event.type !== "step-completed" && event.type !== "step-failed") return;
      under(text.analysing);
      const took = event.type === "step-completed" ? ` ${pc.dim(`${Math.round(event.durationMs)} ms`)}` : "";
      say(`  ${event.type === "step-completed" ? pc.green("✓") : pc.red("✗")} ${event.step}${took}`);
    },
    done() {
      say("");
    },
  };
}
