import type { PartyRole } from "../facts.ts";
import type { FoundParty } from "./party-labels.ts";
import { namesEndingAt } from "./names-ending-at.ts";
import { INSTITUTION_WORDS, ROLE_WORDS, roleOf } from "./party-roles.ts";
import { BULLET } from "./read-name-list.ts";
import { readName, type ReadName } from "./read-name.ts";

/** « Ci-après appelés les « VENDEURS » » ends the block of those who appear as sellers. */
const MARKER = new RegExp(
  `(?:\\b(?:ci[- ]?apres|hereinafter|herein)\\b[^.;]{0,90}?(?:"|'|\\b(?:le|la|les|l'|the|comme|au titre de)\\s?)\\s?"?\\s?(?:(?:le|la|les|l'|the)\\s?)?|[(]\\s?(?:le|la|les|l'|the)\\s?"\\s?|,\\s{0,8}"\\s?(?:le\\s|la\\s|les\\s|l'|the\\s))(${ROLE_WORDS}|banque\\b|caisse\\b|bank\\b)`,
  "g",
);
/** What opens the part of a deed where the parties appear. */
const OPENING = /\b(?:comparai(?:ssent|t|ssai(?:en)?t)|ont comparu|a comparu|appeared|entre|between)\b\s*:?/g;
const LONGEST_BLOCK = 2500;

/** Those who are named beside a party are not parties. */
const NOT_A_PARTY =
  /(?:represente(?:e|es|s)?(?: aux presentes)? par|agissant par|epou(?:x|se) de|mari(?:e|ee|es)? (?:a|avec)|uni(?:e|es|s)? (?:civilement )?(?:a|avec)|conjointe? (?:de fait )?(?:de|a|avec)|fil(?:s|le) (?:majeure? )?de|veu(?:f|ve) (?:de|en [^,]{0,30} de)|divorce(?:e)? de|mandataire|succession de feue?|devant|avec|de feu|par|notaire|sous le nom de|contrat de mariage[^.;]{0,60})\s*(?:(?:son|sa|leur|ses) [a-z]+,? ?)?(?:m\.|mme|monsieur|madame|me|maitre|mr\.?|mrs\.?|ms\.?)?\s*$/;
const AFTER_PARTY =
  /^\s*(?:,|;|\(|\n|$|"|«|et\b|and\b|domicili|résid|demeur|née?\b|célib|mari|épou|veu|divorc|ci-après|agissant|ayant|personne|tous|conjoint|majeur|retrait|of\b|residing|hereinafter)/i;

interface Marker {
  start: number;
  end: number;
  role: PartyRole;
}

function findMarkers(folded: string): Marker[] {
  return [...folded.matchAll(MARKER)].flatMap((match) => {
    const words = match[1] ?? "";
    const role = roleOf(words) ?? (INSTITUTION_WORDS.test(words) ? ("preteur" as const) : undefined);
    return role === undefined ? [] : [{ start: match.index, end: match.index + match[0].length, role }];
  });
}

/** The places of a block where a party's name may start. */
function candidatesIn(text: string, start: number, end: number): number[] {
  const block = text.slice(start, end);
  const places = [0];
  const starts =
    /\n[ \t]*\n|[.;:»"][ \t]*\n|\n[ \t]*(?:et|ET|and|AND)[ \t]*:?[ \t]*\n|(?:^|[\s,])(?:et|ET|and|AND)(?: :)?[ \u00a0\n]+|\n[ \t]*(?=(?:M\.|Mme|Mr|Mrs|Ms|Monsieur|Madame|MONSIEUR|MADAME|\d{4}-\d{4} ))|(?=(?<![\p{L}])(?:M\.|MM\.|Mme|Monsieur|Madame|MONSIEUR|MADAME|Mr\.|Mrs\.|Ms\.)[ \u00a0])|\n[ \t]*(?:-|•|\d{1,2}[.)]|[a-h]\))[ \t]|(?:^|\n)[ \t]*(?:ENTRE|ET|BETWEEN|AND|Entre|Et|Between|And)[ \t]*:[ \t]*/gu;
  for (const match of block.matchAll(starts)) places.push(match.index + match[0].length);
  return [...new Set(places)].map((place) => start + place);
}

function readParty(text: string, folded: string, at: number, end: number): ReadName | undefined {
  BULLET.lastIndex = at;
  const nameStart = at + (BULLET.exec(text)?.[0].length ?? 0);
  const name = readName(text, nameStart);
  if (name === undefined || name.end > end || !AFTER_PARTY.test(text.slice(name.end, name.end + 30))) return undefined;
  if (/^\s*,?\s*notaire\b/.test(folded.slice(name.end, name.end + 20))) return undefined;
  return NOT_A_PARTY.test(folded.slice(Math.max(0, name.start - 70), name.start)) ? undefined : name;
}

/** The parties of each block that a « ci-après appelé » ends. */
export function findInBlocks(text: string, folded: string): FoundParty[] {
  const markers = findMarkers(folded);
  const openings = [...folded.matchAll(OPENING)].map((match) => match.index + match[0].length);
  return markers.flatMap(({ start, role }, index) => {
    const previous = markers[index - 1]?.end ?? 0;
    const opening = openings.findLast((at) => at <= start && at > previous && !isJoined(folded, at)) ?? 0;
    const from = skipRole(folded, Math.max(previous, opening, start - LONGEST_BLOCK));
    const names =
      previous + opening > 0 ? readBlock(text, folded, from, start) : readLastParagraphs(text, folded, from, start);
    names.push(...readBeforeMarker(text, folded, from, start, names));
    return names.map((name) => ({ name, role, from: name.start }));
  });
}

/**
 * « … offre d'acheter de X (ci-après « le vendeur ») »: the name that the marker follows, wherever it starts, with those that
 * « et » joins to it. When the block has named somebody else, what stands there is a city or a street.
 */
function readBeforeMarker(
  text: string,
  folded: string,
  from: number,
  start: number,
  known: readonly ReadName[],
): ReadName[] {
  const end = start - (/[\s,(]*$/.exec(folded.slice(Math.max(0, start - 10), start))?.[0].length ?? 0);
  const names = namesEndingAt(text, end, true).filter(({ start: at }) => at >= from);
  if (known.length > 0 && !names.some((name) => overlaps(known, name))) return [];
  return names.filter((name) => {
    const before = folded.slice(Math.max(0, name.start - 70), name.start);
    const isPlace =
      /(?:\d,?|\b(?:a|at|rue|avenue|ville de))\s$/.test(before) &&
      !/\b(?:vend\w*|ced\w*|consent\w*|prete\w*)\sa\s$/.test(before);
    return !overlaps(known, name) && !NOT_A_PARTY.test(before) && !isPlace;
  });
}

function overlaps(names: readonly ReadName[], name: ReadName): boolean {
  return names.some((other) => other.start < name.end && name.start < other.end);
}

function readBlock(text: string, folded: string, from: number, end: number): ReadName[] {
  const names: ReadName[] = [];
  for (const at of candidatesIn(text, from, end)) {
    const name = readParty(text, folded, at, end);
    if (name !== undefined && !overlaps(names, name)) names.push(name);
  }
  return names;
}

/** When nothing opens the block, it is the nearest paragraph that names somebody: a letterhead is no party. */
function readLastParagraphs(text: string, folded: string, from: number, end: number): ReadName[] {
  const starts = [
    from,
    ...[...text.slice(from, end).matchAll(/\n[ \t]*\n/g)].map((gap) => from + gap.index + gap[0].length),
  ].toReversed();
  for (const [index, start] of starts.slice(0, 6).entries()) {
    const names = readBlock(text, folded, start, end);
    // « et » alone, or at the end of the paragraph before, joins it to this one.
    const before = text.slice(starts[index + 1] ?? start, start).trim();
    if (
      names.length > 0 &&
      !/(?:^|\s)(?:et|ET|and|AND)\s?:?$/.test(before) &&
      !/^(?:et|ET|and|AND)\b/.test(text.slice(start, start + 4))
    )
      return names;
  }
  return readBlock(text, folded, from, end);
}

/** « entre » inside a sentence (« entre les parties ») opens nothing. */
function isJoined(folded: string, at: number): boolean {
  return (
    !/^[\s:]*\n|:\s*$|^\s*$/.test(folded.slice(at - 1, at + 3)) &&
    !/^\s*:/.test(folded.slice(at)) &&
    !/^\s+[^a-z]*\n/.test(folded.slice(at, at + 6))
  );
}

/** After the previous marker: its closing quotes and brackets, « d'une part », « ET : ». */
function skipRole(folded: string, at: number): number {
  const rest = /^(?:[\s"')\].,;:]|d'(?:une|autre) part|de (?:premiere|seconde) part)*/.exec(folded.slice(at, at + 60));
  return at + (rest?.[0].length ?? 0);
}
