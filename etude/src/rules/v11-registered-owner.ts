import { isCivilDate } from "../computations/civil-date.ts";
import { formatDate } from "../computations/format-date.ts";
import { formatList } from "../computations/format-list.ts";
import type { DocumentFacts, DocumentType, PartyFact, PartyRole } from "../facts.ts";
import {
  documentsOf,
  documentsOfType,
  inReadingOrder,
  locate,
  locateDates,
  toEvidence,
  type Dossier,
  type Located,
} from "./dossier.ts";
import { readIndexHistory, type IndexHistory } from "./last-acquirers.ts";
import { comparePersonsOf, MAX_SPELLINGS, groupSpellings, type ComparePersons, type Spelling } from "./persons.ts";
import { inOrder, isFullyRead, toRead, uncertainSources } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const VENDOR_TYPES: readonly DocumentType[] = ["promesse_achat", "projet_acte"];
const SUBJECT = "Titulaire inscrit";

/** V11: those who sell are not those whom the title and the index give as the last owners. */
export const registeredOwnerRule: Rule = {
  id: "V11",
  title: { fr: "Vendeur et dernier titulaire inscrit", en: "Seller and last registered owner" },
  severity: "haute",
  source: "pratique",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const compare = comparePersonsOf(dossier);
    const vendors = inReadingOrder(locateParties(documentsOfType(dossier, ...VENDOR_TYPES), ["vendeur"]));
    const titleOwners = locateOwners(currentTitles(dossier));
    const indexes = documentsOfType(dossier, "index_immeubles");
    const history = readIndexHistory(indexes, compare);
    const indexOwners = history?.last ?? locateOwners(indexes);
    const owners = titleOwners.length > 0 ? titleOwners : indexOwners;
    if (vendors.length === 0 || owners.length === 0) return [toIncomplete(dossier, vendors, owners)];
    const count = groupSpellings([...vendors, ...owners, ...indexOwners]).length;
    if (count > MAX_SPELLINGS)
      return [
        {
          status: "a_verifier",
          message: `${SUBJECT} : ${count} noms différents, trop pour être rapprochés.`,
          evidence: [],
        },
      ];
    const findings = uniqueByMessage([
      ...documentsOf(vendors).flatMap((document) =>
        compareSides(
          vendors.filter((place) => place.document === document),
          titleOwners,
          compare,
        ),
      ),
      ...(history ? compareWithHistory(vendors, history, compare) : []),
      ...(history ? [] : documentsOf(vendors)).flatMap((document) =>
        compareWithIndex(
          vendors.filter((place) => place.document === document),
          indexOwners,
          compare,
        ),
      ),
    ]);
    if (findings.length > 0) return findings;
    const names = nameOf(groupSpellings(vendors));
    const cited = [...firstSpellings(vendors), ...firstSpellings([...titleOwners, ...indexOwners])];
    return [inOrder(SUBJECT, `Vendeur et dernier titulaire inscrit concordent : ${names}.`, cited)];
  },
};

function locateParties(documents: readonly DocumentFacts[], roles: readonly PartyRole[]): Located<PartyFact>[] {
  return locate(documents, "parties").filter(({ fact }) => roles.includes(fact.role));
}

/** The owners that a document names as such; else the buyers of the deed, who became its owners. */
function locateOwners(documents: readonly DocumentFacts[]): Located<PartyFact>[] {
  return documents.flatMap((document) => {
    const owners = locateParties([document], ["proprietaire"]);
    return owners.length > 0 ? owners : locateParties([document], ["acheteur"]);
  });
}

/** The last deed of the chain of title, when the deeds are dated. */
function currentTitles(dossier: Dossier): DocumentFacts[] {
  const titles = documentsOfType(dossier, "titre");
  const dates = new Map(
    titles.map((title) => [
      title,
      locateDates([title], "acte")
        .flatMap(({ fact }) => (fact.date !== undefined && isCivilDate(fact.date) ? fact.date : []))
        .toSorted()
        .at(-1),
    ]),
  );
  if ([...dates.values()].includes(undefined)) return titles;
  const last = [...dates.values()].toSorted().at(-1);
  return titles.filter((title) => dates.get(title) === last);
}

function toIncomplete(
  dossier: Dossier,
  vendors: readonly Located<PartyFact>[],
  owners: readonly Located<PartyFact>[],
): Finding {
  const found = [...firstSpellings(vendors), ...firstSpellings(owners)];
  const uncertain = [
    ...new Set([
      ...(vendors.length === 0 ? uncertainSources(dossier, VENDOR_TYPES, []) : []),
      ...(owners.length === 0 ? uncertainSources(dossier, ["titre", "index_immeubles"], []) : []),
    ]),
  ];
  if (uncertain.length > 0) return toRead(`${SUBJECT} : vendeur ou titulaire introuvable`, uncertain, found);
  const titles = documentsOfType(dossier, "titre", "index_immeubles");
  const sales = documentsOfType(dossier, ...VENDOR_TYPES);
  if (titles.length > 0 && sales.length > 0) {
    const what = vendors.length === 0 ? "aucun vendeur relevé" : "aucun titulaire relevé au titre ni à l'index";
    return { status: "a_verifier", message: `${SUBJECT} : ${what}.`, evidence: toEvidence(found) };
  }
  return {
    status: "non_applicable",
    message: `${SUBJECT} : pas à la fois un vendeur et un titre ou un index à comparer.`,
    evidence: toEvidence(found),
  };
}

/** A close spelling of the same name is C04's discrepancy, not another person. */
function isAmong(person: Spelling, others: readonly Spelling[], compare: ComparePersons): boolean {
  return others.some((other) => compare(person.name, other.name).kind !== "different");
}

function compareSides(
  vendorPlaces: readonly Located<PartyFact>[],
  ownerPlaces: readonly Located<PartyFact>[],
  compare: ComparePersons,
): Finding[] {
  const vendors = groupSpellings(vendorPlaces);
  const owners = groupSpellings(ownerPlaces);
  if (owners.length === 0) return [];
  const strangers = vendors.filter((vendor) => !isAmong(vendor, owners, compare));
  const absent = owners.filter((owner) => !isAmong(owner, vendors, compare));
  const messages = [
    ...strangers.map(
      (vendor) => `Le vendeur ${nameOf([vendor])} n'est pas le dernier titulaire inscrit ${nameOf(owners)}`,
    ),
    // Said only when the sellers are owners: else the sentence above says both.
    ...(strangers.length === 0
      ? absent.map(
          (owner) =>
            `Le dernier titulaire inscrit ${nameOf([owner])} n'est pas parmi les vendeurs (${nameOf(vendors)})`,
        )
      : []),
  ];
  // A name that lacks on one side may stand on a page that was not read; it takes one side read in full to be sure.
  const unread = documentsOf([
    ...(strangers.length > 0 ? ownerPlaces : []),
    ...(absent.length > 0 ? vendorPlaces : []),
  ]).filter((document) => !isFullyRead(document));
  const isSure =
    (strangers.length > 0 && documentsOf(ownerPlaces).every(isFullyRead)) ||
    (absent.length > 0 && documentsOf(vendorPlaces).every(isFullyRead));
  const cited = [...vendors, ...owners].flatMap(({ places }) => places.slice(0, 1));
  return messages.map((message) =>
    isSure ? { status: "alerte", message: `${message}.`, evidence: toEvidence(cited) } : toRead(message, unread, cited),
  );
}

/** The entries of an index tell who acquired last: who sells must be among them, and they among those who sell. */
function compareWithHistory(
  vendorPlaces: readonly Located<PartyFact>[],
  { owners, last, date }: IndexHistory,
  compare: ComparePersons,
): Finding[] {
  const vendors = groupSpellings(vendorPlaces);
  const holders = groupSpellings([...owners, ...last]);
  const acquirers = groupSpellings(last);
  const since = `depuis le ${formatDate(date)}`;
  const strangers = vendors.filter((vendor) => !isAmong(vendor, holders, compare));
  if (strangers.length > 0) {
    const verb = strangers.length > 1 ? "ne sont pas" : "n'est pas";
    const subject = `${strangers.length > 1 ? "Les vendeurs" : "Le vendeur"} ${nameOf(strangers)} ${verb}`;
    const title = strangers.length > 1 ? "les derniers titulaires inscrits" : "le dernier titulaire inscrit";
    const sold = strangers.flatMap(({ places }) => firstSpellings(places));
    return [
      conclude(`${subject} ${title} : l'index donne ${nameOf(acquirers)}, ${since}`, last, [
        ...sold,
        ...firstSpellings(last),
      ]),
    ];
  }
  const absent = acquirers.filter((acquirer) => !isAmong(acquirer, vendors, compare));
  if (absent.length === 0) return [];
  const verb = absent.length > 1 ? "ne sont pas" : "n'est pas";
  const message = `${nameOf(absent)}, titulaire${absent.length > 1 ? "s" : ""} à l'index ${since}, ${verb} parmi les vendeurs (${nameOf(vendors)})`;
  const cited = [...absent.flatMap(({ places }) => firstSpellings(places)), ...firstSpellings(vendorPlaces)];
  return [conclude(message, vendorPlaces, cited)];
}

/** Sure when the side on which a name lacks was read in full. */
function conclude(message: string, silent: readonly Located[], cited: readonly Located[]): Finding {
  const unread = documentsOf(silent).filter((document) => !isFullyRead(document));
  if (unread.length > 0) return toRead(message, unread, cited);
  return { status: "alerte", message: `${message}.`, evidence: toEvidence(cited) };
}

/** The index lists the owners of the past too: it can contradict a seller, but an owner more is only to be looked at. */
function compareWithIndex(
  vendorPlaces: readonly Located<PartyFact>[],
  ownerPlaces: readonly Located<PartyFact>[],
  compare: ComparePersons,
): Finding[] {
  const vendors = groupSpellings(vendorPlaces);
  const owners = groupSpellings(ownerPlaces);
  if (owners.length === 0) return [];
  if (vendors.some((vendor) => !isAmong(vendor, owners, compare)))
    return compareSides(vendorPlaces, ownerPlaces, compare);
  const others = owners.filter((owner) => !isAmong(owner, vendors, compare));
  if (others.length === 0) return [];
  const cited = [...vendors, ...others].flatMap(({ places }) => places.slice(0, 1));
  const message = `L'index nomme aussi ${nameOf(others)} : confirmer que les vendeurs (${nameOf(vendors)}) sont les derniers titulaires inscrits.`;
  return [{ status: "a_verifier", message, evidence: toEvidence(cited) }];
}

function nameOf(persons: readonly Spelling[]): string {
  return formatList(persons.map(({ places }) => places[0]?.fact.name ?? ""));
}

function firstSpellings(places: readonly Located<PartyFact>[]): Located<PartyFact>[] {
  return documentsOf(places).flatMap((document) =>
    groupSpellings(places.filter((place) => place.document === document)).flatMap((spelling) =>
      spelling.places.slice(0, 1),
    ),
  );
}

function uniqueByMessage(findings: readonly Finding[]): Finding[] {
  return [...Map.groupBy(findings, ({ message }) => message).values()].flatMap((same) => same.slice(0, 1));
}
