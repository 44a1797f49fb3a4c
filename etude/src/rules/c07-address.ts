import type { AddressFact, DocumentType, PostalCodeFact } from "../facts.ts";
import {
  describePlace,
  describePlaces,
  documentsOfType,
  firstPlaces,
  inReadingOrder,
  locate,
  toEvidence,
  type Located,
} from "./dossier.ts";
import { concludeComparison } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const TYPES: readonly DocumentType[] = ["promesse_achat", "certificat_localisation", "titre", "projet_acte"];
const ALSO_READ: readonly DocumentType[] = [
  "index_immeubles",
  "offre_pret",
  "compte_taxes_municipales",
  "compte_taxes_scolaires",
  "declarations_vendeur",
  "releve_hypothecaire",
  "assurance",
];

/** C07: the address or the postal code of the immovable differ, once the ways of writing them are set aside. */
export const addressRule: Rule = {
  id: "C07",
  title: { fr: "Adresse de l'immeuble", en: "Address of the immovable" },
  severity: "moyenne",
  source: "pratique",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const documents = documentsOfType(dossier, ...TYPES, ...ALSO_READ);
    const addresses = firstPlaces(
      locate(documents, "addresses").filter(({ fact }) => fact.immovable),
      ({ normalized }) => normalized,
    );
    const postalCodes = firstPlaces(
      locate(documents, "postalCodes").filter(({ fact }) => fact.immovable),
      toPostalKey,
    );
    const alerts = [
      ...toAlerts("Adresse de l'immeuble discordante", groupAddresses(addresses), ({ address }) => address),
      ...toAlerts(
        "Code postal de l'immeuble discordant",
        [...Map.groupBy(postalCodes, ({ fact }) => toPostalKey(fact)).values()],
        ({ postalCode }) => postalCode,
      ),
    ];
    if (alerts.length > 0) return alerts;
    return [
      concludeComparison({
        dossier,
        types: TYPES,
        compared: [...addresses, ...postalCodes],
        subject: "Adresse de l'immeuble",
        agreement: `Adresse et code postal de l'immeuble concordants : ${addresses[0]?.fact.address ?? postalCodes[0]?.fact.postalCode ?? ""}.`,
        nothing: "Adresse de l'immeuble : moins de deux documents la donnent, rien à comparer.",
      }),
    ];
  },
};

/** Each group that differs from the one that most documents give, at the first place of both. */
function toAlerts<F extends AddressFact | PostalCodeFact>(
  subject: string,
  groups: Located<F>[][],
  valueOf: (fact: F) => string,
): Finding[] {
  const [known, ...others] = groups.toSorted((a, b) => b.length - a.length);
  const agreeing = inReadingOrder(firstPlaces(known ?? [], () => ""));
  const [first] = agreeing;
  if (!first) return [];
  return others.flatMap(([second]) =>
    second
      ? {
          status: "alerte" as const,
          message: `${subject} : « ${valueOf(first.fact)} » (${describePlaces(agreeing)}) / « ${valueOf(second.fact)} » (${describePlace(second)}).`,
          evidence: toEvidence([...agreeing, second]),
        }
      : [],
  );
}

function toPostalKey({ postalCode }: PostalCodeFact): string {
  return postalCode.replace(/\s/g, "").toUpperCase();
}

/**
 * Words that one writer puts and another leaves out. A postal code inside an address is compared on its own.
 */
const OPTIONAL_WORDS = new Set([
  "de",
  "du",
  "des",
  "la",
  "le",
  "les",
  "l",
  "d",
  "ville",
  "province",
  "qc",
  "canada",
  "no",
  "numero",
]);
const UNIT = /\b(?:app|appartement|apt|unite|bureau|suite|local|logement|condo)\s+(\w+)/;

interface ComparableAddress {
  words: ReadonlySet<string>;
  unit?: string;
}

function toComparable({ normalized }: AddressFact): ComparableAddress {
  const text = normalized.replace(/\b[a-z]\d[a-z]\s?\d[a-z]\d\b/gi, " ").toLowerCase();
  const unit = UNIT.exec(text)?.[1];
  const words = text
    .replace(UNIT, " ")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && !OPTIONAL_WORDS.has(word));
  return { words: new Set(words), ...(unit === undefined ? {} : { unit }) };
}

/** An address that only says less (no city, no apartment) contradicts nothing. */
function isSamePlace(fuller: ComparableAddress, other: ComparableAddress): boolean {
  if (fuller.unit !== undefined && other.unit !== undefined && fuller.unit !== other.unit) return false;
  return [...other.words].every((word) => fuller.words.has(word));
}

function groupAddresses(addresses: readonly Located<AddressFact>[]): Located<AddressFact>[][] {
  // The fullest first: each following one either says less of a known place or is another place.
  const byFullness = addresses
    .map((place) => ({ place, comparable: toComparable(place.fact) }))
    .filter(({ comparable }) => comparable.words.size > 0)
    .toSorted(
      (a, b) =>
        b.comparable.words.size - a.comparable.words.size ||
        Number(b.comparable.unit !== undefined) - Number(a.comparable.unit !== undefined),
    );
  const groups: { fullest: ComparableAddress; places: Located<AddressFact>[] }[] = [];
  for (const { place, comparable } of byFullness) {
    const group = groups.find(({ fullest }) => isSamePlace(fullest, comparable));
    if (group) group.places.push(place);
    else groups.push({ fullest: comparable, places: [place] });
  }
  return groups.map(({ places }) => places);
}
