import type { DocumentFacts, PartyFact } from "../facts.ts";
import { locate, type Located } from "./dossier.ts";
import { groupSpellings, type ComparePersons, type Spelling } from "./persons.ts";

/** Who owns the immovable by the entries of the index, read in the order of their dates. */
export interface IndexHistory {
  /** Those who acquired and have not sold since. */
  owners: Located<PartyFact>[];
  /** Those whom the last transfer made owners. */
  last: Located<PartyFact>[];
  /** The date of that transfer, `YYYY-MM-DD`. */
  date: string;
}

/** Undefined when no dated entry of the indexes names an acquirer. */
export function readIndexHistory(indexes: readonly DocumentFacts[], compare: ComparePersons): IndexHistory | undefined {
  const parties = locate(indexes, "parties").filter(({ fact }) => fact.registered !== undefined);
  const transfers = [...Map.groupBy(parties, ({ fact }) => fact.registered ?? "")]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, places]) => ({
      date,
      sellers: groupSpellings(places.filter(({ fact }) => fact.role === "vendeur")),
      buyers: places.filter(({ fact }) => fact.role === "acheteur" || fact.role === "proprietaire"),
    }))
    .filter(({ buyers }) => buyers.length > 0);
  const last = transfers.at(-1);
  if (last === undefined) return undefined;
  let owners: Located<PartyFact>[] = [];
  for (const { sellers, buyers } of transfers) {
    const isSeller = (place: Located<PartyFact>): boolean => isAmong(place, sellers, compare);
    // A seller whom no earlier entry names (an heir, a trustee) sells for all those before.
    const isChain = sellers.some((seller) =>
      seller.places.some((place) => isAmong(place, groupSpellings(owners), compare)),
    );
    owners = [...(isChain ? owners.filter((owner) => !isSeller(owner)) : []), ...buyers];
  }
  return { owners, last: last.buyers, date: last.date };
}

function isAmong(place: Located<PartyFact>, others: readonly Spelling[], compare: ComparePersons): boolean {
  const [spelling] = groupSpellings([place]);
  return spelling !== undefined && others.some((other) => compare(spelling.name, other.name).kind !== "different");
}
