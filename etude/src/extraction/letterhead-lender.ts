import type { PartyFact } from "../facts.ts";
import { quote } from "./cite.ts";
import { foldText } from "./fold-text.ts";
import { readName } from "./read-name.ts";

const HEAD_LINES = 4;
const LENDER =
  /\b(?:banque|caisse|fiducie|bank|credit|hypothe(?:que|caire)s?|financiere|trust|desjardins|rbc|cibc|bmo|td|scotia|mortgage)\b/;

/** The lender whose name heads its letter, which often says « nous » and nothing else. */
export function extractLetterheadLender(text: string): PartyFact[] {
  let start = 0;
  for (const line of text.split("\n").slice(0, HEAD_LINES)) {
    // « Desjardins – Caisse de Limoilou »: each part of the line may be the name.
    for (const part of line.matchAll(/[^\s].*?(?=\s+[-–—|]\s|\s*$)/g)) {
      const at = start + part.index + (/^[-–—|]\s+/.exec(part[0])?.[0].length ?? 0);
      const name = readName(text, at);
      // The name fills its part: a sentence that starts with « Banque » is no letterhead.
      const fills = name !== undefined && name.end >= start + part.index + part[0].length;
      if (name?.company === true && fills && LENDER.test(foldText(name.name)) && / /.test(name.name)) {
        return [{ name: name.name, role: "preteur", ...quote(text, name.start, name.end) }];
      }
    }
    start += line.length + 1;
  }
  return [];
}
