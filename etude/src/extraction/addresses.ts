import type { AddressFact } from "../facts.ts";
import { quote } from "./cite.ts";
import { foldText } from "./fold-text.ts";
import { isOwned, type AddressOwner } from "./immovable-context.ts";

const STREET_TYPES =
  "rue|avenue|av\\.?|ave\\.?|boulevard|boul\\.?|blvd\\.?|bd\\.?|chemin|ch\\.|rang|route|rte\\.?|place|pl\\.|cote|montee|allee|croissant|crois\\.|impasse|ruelle|terrasse|cours|carre|square|passage|promenade|sentier|autoroute|quai|voie|traverse|circuit|concession|desserte|esplanade|grande[ -]allee|chaussee|descente|domaine|faubourg|ile|jardin|mail|parc|cercle|rond-point|rivage";
const ENGLISH_TYPES =
  "street|st\\.|avenue|ave\\.?|road|rd\\.?|boulevard|blvd\\.?|drive|crescent|lane|court|place|square|terrace|highway";
/** Not the rest of a number; but a postal code may end right before, in the column beside. */
const CIVIC = String.raw`(?<![a-z0-9$-])(?<!(?<![a-z]\d[a-z] ?\d[a-z])\d[ .,])\d{1,5}(?:[a-h](?![a-z]))?(?:(?: ?(?:-|a|et|\/) ?)\d{1,5}(?:[a-h](?![a-z]))?)?`;
/** A name of a street: words, initials and numbers up to a comma, a bracket or the end of the line. */
const NAME = String.raw`[a-z0-9][a-z0-9'. -]{0,50}?`;
const END = String.raw`(?=\s*(?:,|\(|;|\n|$|"|\)|\s(?:a|au|en|dans|et|est|ou|in|app\.?|apt\.?|appartement|bureau|suite|unite|local|ci-apres|connu|designe|portant|province|avec|pour|sur|sous|lot)(?![a-z])| {2,}|\. ?(?:\n|$| [a-z])|[a-z]\d[a-z] ?\d[a-z]\d))`;
const ADDRESS = new RegExp(
  `${CIVIC},?\\s{1,2}(?:(?:\\d{1,3}(?:e|er|re|ere|eme|ieme)\\s(?:${STREET_TYPES}|avenue|rang)|(?:${STREET_TYPES})\\s(?:(?:de la|de|du|des|la|le|les)\\s|de l'|[dl]'){0,2}${NAME}|(?:${STREET_TYPES})\\s\\d{1,4})(?:\\s(?:est|ouest|nord|sud|e|o|n|s)\\.?(?![a-z']))?|${NAME}\\s(?:${ENGLISH_TYPES})(?:\\s(?:east|west|north|south))?)${END}`,
  "g",
);
const UNIT =
  /,?\s{1,2}(?:(?:app(?:artement)?\.?|apt\.?|bureau|suite|unite|local|logement|condo|#|no\.?)\s?[a-z]?-?\d{1,5}[a-z]?(?![a-z0-9]))/y;
const CITY =
  /(?:,\s{0,2}(?:a\s|en la (?:ville|municipalite) (?:de |d')|dans la (?:ville|municipalite) (?:de |d')|ville de )?|\s{1,2}a\s|\s{1,2}(?:dans|en) la (?:ville|municipalite) (?:de |d'))((?:l'|la |le |les |notre-|saint[es]?-|st[e]?\.?-)?[a-z][a-z'-]{1,30}(?:[ -][a-z][a-z'-]{0,30}){0,4}?)(?=\s*(?:,|\(|\n|$|;|\.|\s(?:quebec|qc|province|ontario|canada)\b|\s[a-z]\d[a-z] ?\d[a-z]\d| {2,}))/y;
const PROVINCE =
  /,?[ \n]{0,3}(?:\((?:quebec|qc|ontario|on|quebec, canada)\)|(?:province (?:de |of )?)?(?:quebec|ontario)(?![a-z-])|qc(?![a-z])|p\.q\.)/y;
const POSTAL = /,?[ \n]{0,4}(?:canada,?\s)?[a-z][0-9ilo][a-z] ?[0-9ilo][a-z][0-9ilo](?![a-z0-9])/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A word that follows a comma is a city only when it is written as a name. */
function isCapitalized(text: string, start: number): boolean {
  return /^\p{Lu}/u.test(text.slice(start));
}

/** Where the address goes on after its street: apartment, city, province, postal code; the last two may be a line below. */
function endOfAddress(text: string, folded: string, streetEnd: number): number {
  let end = streetEnd + (matchAt(UNIT, folded, streetEnd)?.[0].length ?? 0);
  const newline = /^,?[ \t]{0,3}\n[ \t]{0,8}/.exec(folded.slice(end, end + 14))?.[0];
  const city =
    matchAt(CITY, folded, end) ??
    (newline === undefined
      ? null
      : matchAt(
          CITY,
          `${folded.slice(0, end)}, ${folded.slice(end + newline.length, end + newline.length + 80)}`,
          end,
        ));
  if (city !== null) {
    const shift = newline !== undefined && matchAt(CITY, folded, end) === null ? newline.length - 2 : 0;
    const cityStart = end + city[0].length + shift - (city[1]?.length ?? 0);
    const cityEnd = end + city[0].length + shift;
    const province = matchAt(PROVINCE, folded, cityEnd);
    // Across a line, only a province or a code proves that the line is the rest of the address.
    const proven = shift === 0 || province !== null || matchAt(POSTAL, folded, cityEnd) !== null;
    if (isCapitalized(text, cityStart) && proven) end = cityEnd;
  }
  const province = matchAt(PROVINCE, folded, end);
  if (province !== null) end += province[0].length;
  const postal = matchAt(POSTAL, folded, end);
  return postal === null ? end : end + postal[0].length;
}

const LONG_FORMS: readonly [RegExp, string][] = [
  [/\b(?:boul|blvd|bd)\b/g, "boulevard"],
  [/\b(?:av|ave)\b/g, "avenue"],
  [/\bch\b/g, "chemin"],
  [/\bpl\b/g, "place"],
  [/\brte\b/g, "route"],
  [/\bcrois\b/g, "croissant"],
  [/\bst\b/g, "saint"],
  [/\bste\b/g, "sainte"],
  [/\b(?:app|apt)\b/g, "appartement"],
  [/\b(\d+)(?:ere|er|re|eme|ieme|e)\b/g, "$1"],
  [/\b(\d+) (?:a|et) (\d+)\b/g, "$1 $2"],
];

/** An address without case, accents, punctuation, province, postal code and abbreviations, to compare with another. */
export function normalizeAddress(address: string): string {
  const plain = foldText(address)
    .replaceAll(/\b[a-z]\d[a-z] ?\d[a-z]\d\b/g, " ")
    .replaceAll(/\((?:quebec|qc)\)|\bprovince (?:de |of )?quebec\b|,\s*qc\b|\bqc\b|\bcanada\b/g, " ")
    .replaceAll(/(?<=quebec,?\s{0,2})quebec\b/g, " ")
    .replaceAll(/[\s,]+a (?=[a-z])/g, " ")
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
  return LONG_FORMS.reduce((text, [short, long]) => text.replaceAll(short, long), plain);
}

/** Every civic address of a page; `owners` are the owners (said or unsaid) for which it is the immovable's, unsaid below the letterhead alone. */
export function extractAddresses(
  text: string,
  owners: readonly AddressOwner[] = ["immovable"],
  letterheadEnd = 0,
): AddressFact[] {
  const folded = foldText(text);
  return [...folded.matchAll(ADDRESS)].map((match) => {
    const end = endOfAddress(text, folded, match.index + match[0].length);
    const quoted = quote(text, match.index, end);
    const address = quoted.quotation;
    return {
      ...quoted,
      address,
      normalized: normalizeAddress(address),
      immovable: isOwned(folded, match.index, owners, letterheadEnd),
    };
  });
}
