import type { PartyFact } from "../facts.ts";
import { foldText } from "./fold-text.ts";
import { readName } from "./read-name.ts";

const HEAD_LINES = 4;
const LENDER = /\b(?:banque|caisse|bank|credit|hypothe(?:que|caire)s?|financiere|trust|desjardins|rbc|cibc|bmo|td|scotia|mortgage)\b/;

/** The lender whose name heads its letter, which often says « nous » and nothing else. */
export function extractLetterheadLender(text: string): PartyFact[] {
  let start = 0;
  for (const line of text.split("\n").slice(0, HEAD_LINES)) {
    const at = start + line.length - line.trimStart().length;
    const name = readName(text, at);
    // The name fills its line: a sentence that starts with « Banque » is no letterhead.
    if (name?.company === true && name.end >= start + line.trimEnd().length && LENDER.test(foldText(name.name))) {
      return [{ name: name.name, role: "preteur", quotation: text.slice(name.start, name.end) }];
    }
    start += line.length + 1;
  }
  return [];
}
