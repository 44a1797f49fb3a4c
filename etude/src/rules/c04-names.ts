import { formatList } from "../computations/format-list.ts";
import {
  describePlace,
  describePlaces,
  documentsOf,
  firstPlaces,
  inReadingOrder,
  toEvidence,
  type Located,
} from "./dossier.ts";
import type { DocumentType, PartyFact } from "../facts.ts";
import { comparePersonsOf, MAX_SPELLINGS, spellingsByFamily, type ComparePersons, type Spelling } from "./persons.ts";
import { concludeComparison } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const TYPES: readonly DocumentType[] = [
  "promesse_achat",
  "titre",
  "index_immeubles",
  "projet_acte",
  "offre_pret",
  "piece_identite",
];

/** One person, in one or several spellings that don't contradict each other. */
type Person = Spelling[];

interface Discrepancy {
  known: Spelling;
  other: Spelling;
}

/** C04: the same person spelled differently across the documents. */
export const namesRule: Rule = {
  id: "C04",
  title: { fr: "Noms des parties", en: "Names of the parties" },
  severity: "haute",
  source: "pratique",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const families = [...spellingsByFamily(dossier).values()];
    const crowded = families.find((spellings) => spellings.length > MAX_SPELLINGS);
    if (crowded)
      return [
        {
          status: "a_verifier",
          message: `Noms : ${crowded.length} noms différents pour un même rôle, trop pour être rapprochés.`,
          evidence: [],
        },
      ];
    const compare = comparePersonsOf(dossier);
    const discrepancies = new Map<string, Discrepancy>();
    const repeated: Located<PartyFact>[] = [];
    const agreeing = new Set<string>();
    for (const spellings of families) {
      const persons = groupPersons(spellings, compare);
      for (const discrepancy of findDiscrepancies(persons, compare)) {
        discrepancies.set(`${discrepancy.known.name.key}/${discrepancy.other.name.key}`, discrepancy);
      }
      for (const person of persons) {
        const places = person.flatMap((spelling) => spelling.places);
        if (documentsOf(places).length > 1) {
          repeated.push(...firstPlaces(places, ({ name }) => name));
          agreeing.add(`${inReadingOrder(places)[0]?.fact.name} (${documentsOf(places).length} documents)`);
        }
      }
    }
    if (discrepancies.size > 0) return [...discrepancies.values()].map(toAlert);
    return [
      concludeComparison({
        dossier,
        types: TYPES,
        compared: repeated,
        subject: "Noms",
        agreement: `Noms concordants d'un document à l'autre : ${formatList([...agreeing])}.`,
        nothing: "Noms : aucune personne nommée dans deux documents, rien à comparer.",
      }),
    ];
  },
};

function groupPersons(spellings: readonly Spelling[], compare: ComparePersons): Person[] {
  const persons: Person[] = [];
  for (const spelling of spellings) {
    const person = persons.find(([first]) => first && compare(first.name, spelling.name).kind === "same");
    if (person) person.push(spelling);
    else persons.push([spelling]);
  }
  return persons;
}

/** Each name against the closest of those that more documents give, so that one slip gives one discrepancy. */
function findDiscrepancies(persons: readonly Person[], compare: ComparePersons): Discrepancy[] {
  const documentCount = new Map(
    persons.map((person) => [person, documentsOf(person.flatMap(({ places }) => places)).length]),
  );
  const ordered = persons.toSorted((a, b) => (documentCount.get(b) ?? 0) - (documentCount.get(a) ?? 0));
  const found: Discrepancy[] = [];
  const known: Spelling[] = [];
  for (const person of ordered) {
    let closest: (Discrepancy & { cost: number }) | undefined;
    for (const other of person) {
      for (const candidate of known) {
        const relation = compare(candidate.name, other.name);
        if (relation.kind === "variant" && relation.cost < (closest?.cost ?? Infinity))
          closest = { known: candidate, other, cost: relation.cost };
      }
    }
    if (closest) found.push(closest);
    known.push(...person);
  }
  return found;
}

/** The other spelling, against every document that gives the known one. */
function toAlert({ known, other }: Discrepancy): Finding {
  const second = other.places[0] as Located<PartyFact>;
  const elsewhere = known.places.filter((place) => place.document !== second.document);
  const first = inReadingOrder(firstPlaces(elsewhere.length > 0 ? elsewhere : known.places.slice(0, 1), () => ""));
  const name = first[0]?.fact.name ?? "";
  return {
    status: "alerte",
    message: `Nom discordant : « ${name} » (${describePlaces(first)}) / « ${second.fact.name} » (${describePlace(second)}).`,
    evidence: toEvidence([...first, second]),
  };
}
