import type { PartyFact } from "../facts.ts";
import { quote } from "./cite.ts";
import { foldText } from "./fold-text.ts";
import { readNameList } from "./read-name-list.ts";

/** An account is sent to those who owe it: their names stand above their address, and no label says so. */
const STREET = /^\s*\d{1,5}[a-z]?,?\s(?:\d{1,3}e\s)?[a-z]/;
/** Who sends the account. */
const SENDER =
  /\b(?:ville|municipalite|centre de services|commission scolaire|service|direction|bureau|paroisse|mrc)\b/;
const MOST_NAMES = 4;

/** The owners to whom an account of taxes is addressed. */
export function extractAddressees(text: string): PartyFact[] {
  let pending: PartyFact[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const at = start;
    start += line.length + 1;
    if (STREET.test(foldText(line))) {
      if (pending.length > 0) return pending;
      continue;
    }
    const list = line.trim() === "" || SENDER.test(foldText(line)) ? undefined : readNameList(text, at, true);
    const isWhole = list !== undefined && list.end >= at + line.trimEnd().length && list.end <= at + line.length;
    if (!isWhole) pending = [];
    else
      pending = [
        ...pending,
        ...list.names.map((name) => ({
          name: name.name,
          role: "proprietaire" as const,
          ...quote(text, name.start, name.end),
        })),
      ].slice(-MOST_NAMES);
  }
  return [];
}
