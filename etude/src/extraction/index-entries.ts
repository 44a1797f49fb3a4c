import type { PartyFact } from "../facts.ts";
import { findDates } from "./find-dates.ts";
import { foldText } from "./fold-text.ts";
import { extractParties } from "./parties.ts";

/** A date at the head of a line, then a registration number: a new entry of the index. */
const AFTER_DATE = /^[\s|]{1,12}(?:n(?:o|umero)?\.? ?(?:[^\d\n:]{0,40}: )?)?\d{1,3}(?:[ .]?\d{3}){1,2}(?!\d)/;

interface Entry {
  start: number;
  registered: string;
}

function findEntries(folded: string): Entry[] {
  return findDates(folded).flatMap(({ start, end, date }) => {
    const isLineStart = /(?:^|\n)[ \t|]*(?:[^\d\n:]{0,40} : )?$/.test(folded.slice(Math.max(0, start - 60), start));
    if (date === undefined || !isLineStart || !AFTER_DATE.test(folded.slice(end, end + 80))) return [];
    return { start, registered: date };
  });
}

/** The parties of an index of immovables: each bears the date of the entry that names it, in which its role holds. */
export function extractIndexParties(text: string): PartyFact[] {
  const entries = findEntries(foldText(text));
  const head = extractParties(text.slice(0, entries[0]?.start ?? text.length));
  const registered = entries.flatMap(({ start, registered: date }, index) =>
    extractParties(text.slice(start, entries[index + 1]?.start ?? text.length)).map((party) => ({
      ...party,
      start: start + (party.start ?? 0),
      end: start + (party.end ?? 0),
      valueStart: start + (party.valueStart ?? 0),
      registered: date,
    })),
  );
  return [...head, ...registered];
}
