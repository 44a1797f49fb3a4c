import type { PartyFact, Quotation } from "../facts.ts";
import { cite, quote } from "./cite.ts";
import { foldText } from "./fold-text.ts";
import { findInBlocks } from "./party-blocks.ts";
import { findAboveRoles, findLabelled, findUnderColumns, findUnderHeadings, type FoundParty } from "./party-labels.ts";
import { findInPhrases } from "./party-phrases.ts";

/** « Me X » is also how lawyers are called, and some brokers call themselves. */
const OTHER_JURIST =
  /^\s{0,2}[,(-]\s{0,2}(?:avocate?|courtiere?|huissiere?|agente?|evaluat|arpenteu|lawyer|attorney|broker)/;
const LONGEST_QUOTATION = 140;

/** From the words of the role to the name when they are close, otherwise the name and what follows it. */
function quoteParty(text: string, { name, from }: FoundParty): Quotation {
  if (from < name.start && name.end - from <= LONGEST_QUOTATION) return quote(text, from, name.end, name.start);
  return cite(text, name.start, name.end, name.start);
}

/**
 * The parties that a page names, each once per role. The role comes from the block, the label or the phrase that holds the
 * name, never from a word that merely stands near.
 */
export function extractParties(text: string): PartyFact[] {
  const folded = foldText(text);
  const found = [
    ...findInBlocks(text, folded),
    ...findLabelled(text, folded),
    ...findUnderHeadings(text, folded),
    ...findUnderColumns(text, folded),
    ...findAboveRoles(text, folded),
    ...findInPhrases(text, folded),
  ];
  const facts = new Map<string, { at: number; fact: PartyFact }>();
  for (const party of found) {
    // « Cossette Géomatique inc. / Arpenteurs-géomètres » is a letterhead; these professions are held by persons.
    if (party.name.company && (party.role === "arpenteur" || party.role === "notaire")) continue;
    if (party.role === "notaire" && OTHER_JURIST.test(folded.slice(party.name.end, party.name.end + 30))) continue;
    const key = `${party.role} ${foldText(party.name.name)}`;
    if (!facts.has(key))
      facts.set(key, {
        at: party.name.start,
        fact: { ...quoteParty(text, party), name: party.name.name, role: party.role },
      });
  }
  return [...facts.values()].toSorted((a, b) => a.at - b.at).map(({ fact }) => fact);
}
