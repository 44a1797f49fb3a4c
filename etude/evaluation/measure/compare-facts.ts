/** What Étude read against what was written, page by page and fact by fact. */
import type { DossierTruth, Layout, TrueDocument, TrueFact, TrueRole, WrittenFact } from "../truth.ts";
import type { EtudeDocument, EtudeOutput, EtudePage } from "./run-etude.ts";

export const fields = [
  "parties_with_role",
  "party_names",
  "amounts",
  "amount_labels",
  "dates",
  "date_labels",
  "lots",
  "lot_kinds",
  "addresses",
  "postal_codes",
  "immovable_address",
] as const;

export type Field = (typeof fields)[number];

/** Of the facts written, those found; of the facts said, those right. */
export interface Score {
  written: number;
  found: number;
  said: number;
  right: number;
}

/** What was missed or made up, to look at. */
export interface Discrepancy {
  file: string;
  page: number;
  layout: Layout;
  field: Field;
  kind: "missed" | "invented";
  value: string;
}

export interface FactScores {
  scores: Map<Layout, Map<Field, Score>>;
  discrepancies: Discrepancy[];
}

/** One reading of one field of a page: the values written, those that may be said too, and those said. */
interface Reading {
  written: string[];
  may: string[];
  said: string[];
}

export function compareFacts({ documents }: DossierTruth, output: EtudeOutput): FactScores {
  const result: FactScores = { scores: new Map(), discrepancies: [] };
  for (const truth of documents) {
    const said = output.documents.find(({ file }) => file === truth.file);
    for (const [index, written] of truth.pages.entries()) comparePage(truth, said, index, written, result);
  }
  return result;
}

function comparePage(
  truth: TrueDocument,
  said: EtudeDocument | undefined,
  index: number,
  written: readonly WrittenFact[],
  result: FactScores,
): void {
  const { file, layout } = truth;
  const page = index + 1;
  const read = said?.pages.find((candidate) => candidate.page === page) ?? emptyPage(page);
  // What begins on a page and ends on the next belongs to the first, and is rightly told of either.
  const cutBefore = new Set(truth.pages[index - 1]);
  const cutAfter = new Set(truth.pages[index + 1]);
  const here = written.map((fact) => (cutBefore.has(fact) ? { ...fact, may: true as const } : fact));
  const across = written.filter((fact) => cutAfter.has(fact));
  const next = said?.pages.find((candidate) => candidate.page === page + 1) ?? emptyPage(page + 1);
  for (const field of fields) {
    const reading = readings[field](here, read);
    const continued = readings[field](across, next);
    const score = scoreOf(result, layout, field);
    const wanted = new Set(reading.written);
    const allowed = new Set(reading.may);
    const given = new Set(reading.said);
    const givenNext = new Set(continued.said.filter((value) => continued.written.includes(value)));
    for (const value of wanted) {
      score.written++;
      if (given.has(value) || givenNext.has(value)) score.found++;
      else result.discrepancies.push({ file, page, layout, field, kind: "missed", value });
    }
    for (const value of given) {
      score.said++;
      if (wanted.has(value) || allowed.has(value)) score.right++;
      else result.discrepancies.push({ file, page, layout, field, kind: "invented", value });
    }
  }
}

function scoreOf({ scores }: FactScores, layout: Layout, field: Field): Score {
  const ofLayout = scores.get(layout) ?? new Map<Field, Score>();
  scores.set(layout, ofLayout);
  const score = ofLayout.get(field) ?? { written: 0, found: 0, said: 0, right: 0 };
  ofLayout.set(field, score);
  return score;
}

type Read = (written: readonly WrittenFact[], page: EtudePage) => Reading;

const readings: Record<Field, Read> = {
  parties_with_role: (written, page) =>
    read(written, "party", ({ name, role }) => `${nameKey(name)} | ${role}`, (said) => {
      return page.parties.map(({ name, role }) => `${nameKey(name)} | ${trueRole(said, nameKey(name), role)}`);
    }),
  party_names: (written, page) =>
    read(written, "party", ({ name }) => nameKey(name), () => page.parties.map(({ name }) => nameKey(name))),
  amounts: (written, page) =>
    read(written, "amount", ({ cents }) => String(cents), () => page.amounts.map(({ cents }) => String(cents))),
  amount_labels: (written, page) =>
    labels(
      of(written, "amount").map(({ cents, label }) => [String(cents), label]),
      page.amounts.map(({ cents, label }) => [String(cents), label]),
    ),
  dates: (written, page) =>
    read(written, "date", ({ date }) => date, () => page.dates.flatMap(({ date }) => date ?? [])),
  date_labels: (written, page) =>
    labels(
      of(written, "date").map(({ date, label }) => [date, label]),
      page.dates.flatMap(({ date, label }) => (date === null ? [] : [[date, label] as const])),
    ),
  lots: (written, page) =>
    read(written, "lot", ({ lot }) => lot, () => page.lots.map(({ lot }) => lot)),
  lot_kinds: (written, page) =>
    read(written, "lot", ({ lot, kind }) => `${lot} ${foreignLot(kind)}`, () => page.lots.map((lot) => `${lot.lot} ${saidLotKind(lot)}`)),
  addresses: (written, page) =>
    read(written, "address", addressKey, (said) => page.addresses.map(({ address }) => matchAddress(address, said))),
  postal_codes: (written, page) =>
    read(written, "postal_code", ({ postalCode }) => postalKey(postalCode), () => page.postal_codes.map(({ postal_code: code }) => postalKey(code))),
  // Whether a code or an address is the immovable's, where Étude's answer says it at all.
  immovable_address: (written, page) => {
    const told = page.postal_codes.filter(({ immovable }) => immovable !== undefined);
    const codes = of(written, "postal_code");
    if (told.length === 0) return { written: [], may: [], said: [] };
    return {
      written: codes.filter(({ immovable }) => immovable).map(({ postalCode }) => postalKey(postalCode)),
      may: [],
      said: told.filter(({ immovable }) => immovable === true).map(({ postal_code: code }) => postalKey(code)),
    };
  },
}; // prettier-ignore

function of<F extends TrueFact["field"]>(written: readonly WrittenFact[], field: F): (TrueFact & { field: F })[] {
  return written.flatMap(({ fact }) => (fact.field === field ? [fact as TrueFact & { field: F }] : []));
}

function read<F extends TrueFact["field"]>(
  written: readonly WrittenFact[],
  field: F,
  key: (fact: TrueFact & { field: F }) => string,
  said: (facts: (TrueFact & { field: F })[]) => string[],
): Reading {
  return {
    written: of(written.filter(({ may }) => may === undefined), field).map(key),
    may: of(written.filter(({ may }) => may !== undefined), field).map(key),
    said: said(of(written, field)),
  }; // prettier-ignore
}

type Labelled = readonly [value: string, label: string | undefined];

/** A label counts where one label alone is right; a value that was not written counts among the values. */
function labels(written: readonly Labelled[], said: readonly Labelled[]): Reading {
  const open = new Set(written.filter(([, label]) => label === "any").map(([value]) => value));
  const values = new Set(written.map(([value]) => value));
  const key = ([value, label]: Labelled): string => `${value} ${label}`;
  return {
    written: written.filter(([value, label]) => label !== undefined && label !== "any" && !open.has(value)).map(key),
    may: written.filter(([value]) => open.has(value)).map(key),
    said: said.filter(([value, label]) => label !== undefined && values.has(value) && !open.has(value)).map(key),
  };
}

/** Roles that Étude may tell in a wider word: what a person who does not sell or buy is to an owner's papers. */
const widerRoles: Partial<Record<TrueRole, readonly string[]>> = {
  donateur: ["autre", "vendeur"],
  donataire: ["autre", "acheteur"],
  defunt: ["autre", "proprietaire"],
  liquidateur: ["autre"],
  heritier: ["autre"],
  testateur: ["autre", "defunt"],
  temoin: ["autre"],
  conjoint: ["autre"],
  courtier: ["autre"],
  syndicat: ["autre"],
  assureur: ["autre"],
  evaluateur: ["autre"],
};

/** The written role that what was said amounts to, or what was said. */
function trueRole(written: readonly (TrueFact & { field: "party" })[], name: string, said: string): string {
  const own = written.filter((fact) => nameKey(fact.name) === name);
  if (own.some(({ role }) => role === said)) return said;
  const also = own.find((fact) => fact.alsoRole === said);
  if (also !== undefined) return also.role;
  // « autre » in the truth is a person whom the paper names without giving a part: any part is a guess, none is wrong.
  const wider = own.find(({ role }) => role === "autre" || (widerRoles[role]?.includes(said) ?? false));
  return wider?.role ?? said;
}

function nameKey(name: string): string {
  const words = fold(name)
    .replace(/^(m|mme|me|maitre|monsieur|madame) /, "")
    .split(" ");
  return words.toSorted().join(" ");
}

function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replaceAll("œ", "oe")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

function postalKey(code: string): string {
  return code.replace(/\s/g, "").toUpperCase();
}

function foreignLot(kind: string): string {
  return kind === "servient" ? "neighbour" : kind;
}

function saidLotKind({ servitude, former, kind }: EtudePage["lots"][number]): string {
  if (kind !== undefined) return foreignLot(kind);
  if (former === true) return "former";
  return servitude === true ? "neighbour" : "own";
}

const abbreviations: Record<string, string> = {
  av: "avenue",
  ave: "avenue",
  boul: "boulevard",
  bd: "boulevard",
  ch: "chemin",
  pl: "place",
  st: "saint",
  ste: "sainte",
};

function addressWords(address: string): string[] {
  return fold(address).split(" ").map((word) => abbreviations[word] ?? word); // prettier-ignore
}

function addressKey({ civic, street }: TrueFact & { field: "address" }): string {
  return addressWords(`${civic} ${street}`).join(" ");
}

/** The written address that was said, with or without its town; or what was said. */
function matchAddress(address: string, written: readonly (TrueFact & { field: "address" })[]): string {
  const words = addressWords(address);
  for (const fact of written) {
    const own = addressKey(fact).split(" ");
    const rest = new Set(addressWords(fact.rest));
    const begins = own.every((word, index) => words[index] === word);
    if (begins && words.slice(own.length).every((word) => rest.has(word))) return own.join(" ");
  }
  return words.join(" ");
}

function emptyPage(page: number): EtudePage {
  return { page, amounts: [], dates: [], lots: [], postal_codes: [], addresses: [], parties: [] };
}
