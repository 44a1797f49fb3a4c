import type { DocumentFacts, DocumentType, PartyFact, PartyRole } from "../facts.ts";
import { documentsOf, locate, type Dossier, type Located } from "./dossier.ts";
import { compareNames, parsePersonName, type NameRelation, type PersonName } from "./person-names.ts";

/** The part that a person takes in this sale, whatever each document calls it. */
export type RoleFamily = "vendeur" | "acheteur" | "notaire" | "arpenteur";

const FAMILIES: readonly RoleFamily[] = ["vendeur", "acheteur", "notaire", "arpenteur"];

/**
 * A sale names a dozen people. Beyond this many spellings the document is not one (or was made to be slow: comparing them
 * takes the square of their number), and a person must look at it.
 */
export const MAX_SPELLINGS = 300;

/** A spelling of a name, and every place where it stands. */
export interface Spelling {
  name: PersonName;
  places: Located<PartyFact>[];
}

/**
 * The families of a role in a document of this type. The title is the deed by which today's seller bought: its buyer is
 * our seller, its seller and its notary have no part in this sale. An identity document gives no role, and belongs to a
 * party of either side. Lenders are institutions with branches: their names are not compared.
 */
function roleFamilies(role: PartyRole, type: DocumentType): readonly RoleFamily[] {
  const isPast = type === "titre" || type === "index_immeubles";
  if (type === "piece_identite" && role === "autre") return ["vendeur", "acheteur"];
  switch (role) {
    case "vendeur":
      return isPast ? [] : ["vendeur"];
    case "acheteur":
      return isPast ? ["vendeur"] : ["acheteur"];
    case "proprietaire":
      return ["vendeur"];
    case "emprunteur":
      if (isPast) return [];
      return type === "releve_hypothecaire" ? ["vendeur"] : ["acheteur"];
    case "notaire":
      return isPast ? [] : ["notaire"];
    case "arpenteur":
      return isPast ? [] : ["arpenteur"];
    default:
      return [];
  }
}

/** The spellings of each family, in the order of the documents. */
export function spellingsByFamily(dossier: Dossier): Map<RoleFamily, Spelling[]> {
  const families = new Map<RoleFamily, Located<PartyFact>[]>(FAMILIES.map((family) => [family, []]));
  for (const place of locate(dossier.documents, "parties")) {
    for (const family of roleFamilies(place.fact.role, place.document.type)) families.get(family)?.push(place);
  }
  return new Map([...families].map(([family, places]) => [family, groupSpellings(places)]));
}

/** Names that differ by case, accents, hyphens or apostrophes only are one spelling. */
export function groupSpellings(places: readonly Located<PartyFact>[]): Spelling[] {
  const spellings = new Map<string, Spelling>();
  for (const place of places) {
    const name = parsePersonName(place.fact.name);
    if (name.key === "") continue;
    const spelling = spellings.get(name.key) ?? { name, places: [] };
    spelling.places.push(place);
    spellings.set(name.key, spelling);
  }
  return [...spellings.values()];
}

/** Compares names knowing which ones the documents set side by side. */
export type ComparePersons = (a: PersonName, b: PersonName) => NameRelation;

/**
 * Two close names that one document gives together are two people: the spouses Marie and Mario Tremblay. But when the
 * first name is the same (Jean Tremblay, Jean Tremblai) it is rather a slip of one page, unless every document that gives
 * one name gives the other too; identity documents, which give one name, don't count.
 */
export function comparePersonsOf(dossier: Dossier): ComparePersons {
  const documentsByName = new Map<string, Set<DocumentFacts>>();
  for (const { name, places } of groupSpellings(locate(dossier.documents, "parties"))) {
    documentsByName.set(name.key, new Set(documentsOf(places)));
  }
  return (a, b) => {
    const relation = compareNames(a, b);
    if (relation.kind !== "variant") return relation;
    const ofA = documentsByName.get(a.key) ?? new Set<DocumentFacts>();
    const ofB = documentsByName.get(b.key) ?? new Set<DocumentFacts>();
    const all = [...new Set([...ofA, ...ofB])];
    const isShared = (document: DocumentFacts): boolean => ofA.has(document) && ofB.has(document);
    const areTogether =
      all.some(isShared) &&
      (!relation.sameFirstName || all.every((document) => document.type === "piece_identite" || isShared(document)));
    return areTogether ? { kind: "different" } : relation;
  };
}
