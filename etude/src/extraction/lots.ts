import type { LotFact, Quotation } from "../facts.ts";
import { quote, quoteLine } from "./cite.ts";
import { foldText } from "./fold-text.ts";
import { readEnglishNumber } from "./english-numbers.ts";
import { FRENCH_NUMBER_START, readFrenchNumber } from "./french-numbers.ts";

interface FoundLot {
  start: number;
  end: number;
  lot: string;
  /** Where the words « lot numéro » that introduce it start. */
  keyword: number;
}

const KEYWORD =
  /(?<![a-z-])(?:lots?(?:\(s\))?(?![a-z])|(?:cadastre|designation cadastrale|numeros? cadastra(?:l|ux)):?(?=\s{0,4}:?\s{0,4}\d ?\d{3} ?\d{3}(?! ?\d)))/g;
/** Seven digits, with one separator or none between the groups; one line may end between them. */
const RENOVATED =
  /(\d)(?:(?: ?| ?\n {0,8})(\d{3})(?: ?| ?\n {0,8})(\d{3})|([.,-])(\d{3})\4(\d{3}))(?!\d|[.,]\d{3}|-\d)/y;
/** « 123-45 », « 12-34-5 » */
const UNRENOVATED = /(\d{1,5}(?:-\d{1,5}){1,3})(?!\d|-)/y;
/** « lot 456 du cadastre officiel de la Paroisse de … »: a lone short number counts only with its parish. */
const PARISH_LOT =
  /(\d{1,5})(?![\d-]| \d{3})(?=,?\s{1,2}(?:aux? plans?[^.\d]{0,60})?(?:du|au|sur le|dudit) cadastre\s(?:officiel\s)?(?:(?:fait\s)?(?:de\s|du\s|pour\s|d'))?(?!quebec))/y;
/** Between « lot » and its number: a few words, never those that announce another number. */
const GAP = /(?:[^\d.;$]|\.{4,}|(?<=\bn|\bno|\bnos)\.){0,90}/y;
const OTHER_NUMBER =
  /publi|inscri|enregistr|minute|acte|prix|dossier|matricule|telephone|mesur|superficie|contenant|hypotheque|civique|plan|pc-?\s*$|page|rang|adresse|article|clause|\brue\b|avenue|chemin|facture|annee|date/;
const SUBDIVISION =
  /(\d{1,5}) de la (?:re)?subdivision (?:officielle )?du lot (?:(?:originaire|numero|no\.?) ){0,2}(\d{1,5})(?!\d)/y;
/** What joins the lots of a list, with what a deed says of each between brackets. */
const NEXT =
  /(?:\s?\([^()\d]{0,60}\))?\s{0,3}(?:(?:,|;|&|\/|\bet\b|\band\b|\bou\b|\bainsi que\b)[ \n]{0,3}){1,2}(?:(?:le|les|du|des|ledit|lots?|the)\s){0,3}(?:(?:numeros?|nos?\.?)\s)?/y;
const RANGE = /\s(?:a|au|to|through|jusqu'a)\s/y;
const NEXT_ROW = /[^\n\d]{0,80}[^\n]{0,80}\n[ \t]{0,4}/y;
/** « … 1 234 567 du cadastre du Québec » names a lot without the word. */
const CADASTRE =
  /(?<![\d-])(?<!\d[ .,])(?<!pc-?)(\d) ?(\d{3}) ?(\d{3})(?=\)?,?\s{1,2}(?:du|dudit|au|of the) cadas?tre\b)/g;
const LONGEST_RANGE = 20;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readLot(folded: string, at: number): { lot: string; end: number } | undefined {
  const renovated = matchAt(RENOVATED, folded, at);
  if (renovated !== null) return { lot: renovated[0].replaceAll(/\D/g, ""), end: at + renovated[0].length };
  const subdivision = matchAt(SUBDIVISION, folded, at);
  if (subdivision !== null) return { lot: `${subdivision[2]}-${subdivision[1]}`, end: at + subdivision[0].length };
  const unrenovated = matchAt(UNRENOVATED, folded, at) ?? matchAt(PARISH_LOT, folded, at);
  return unrenovated === null ? undefined : { lot: unrenovated[1] ?? "", end: at + unrenovated[0].length };
}

function isLineStart(folded: string, at: number): boolean {
  return folded.slice(folded.lastIndexOf("\n", at - 1) + 1, at).trim() === "";
}

const NUMBER_GOES_ON = new RegExp(`^[\\s-]{1,20}(?:et[\\s-]{1,8})?(?:${FRENCH_NUMBER_START})(?![a-z])`);

/** A lot in words: « UN MILLION DEUX CENT TRENTE-QUATRE MILLE … (1 234 567) ». */
function readLotInWords(folded: string, at: number): { lot: string; end: number } | undefined {
  const words = readFrenchNumber(folded, at) ?? readEnglishNumber(folded, at);
  if (words === undefined || words.value < 1_000_000 || words.value > 9_999_999) return undefined;
  const open = /^\s{0,3}[(,]\s?/.exec(folded.slice(words.end, words.end + 6));
  const figures = open === null ? undefined : readLot(folded, words.end + open[0].length);
  // The number goes on where it could not be read: what was read of it is another lot.
  if (figures === undefined && NUMBER_GOES_ON.test(folded.slice(words.end, words.end + 40))) return undefined;
  if (figures === undefined) return { lot: String(words.value), end: words.end };
  return {
    lot: figures.lot,
    end: figures.end + (/^\s?\)/.exec(folded.slice(figures.end, figures.end + 2))?.[0].length ?? 0),
  };
}

/** The first number after the word « lot », in words with figures between brackets, or in figures. */
function readFirst(
  folded: string,
  keyword: number,
  after: number,
): { start: number; end: number; lot: string } | undefined {
  const gap = matchAt(GAP, folded, after)?.[0] ?? "";
  const inWords = /^\s{0,3}(?:numeros?\s|nos?\.?\s|n\.?o\.?\s|portant le numero\s)?/.exec(gap)?.[0].length ?? 0;
  const words = readLotInWords(folded, after + inWords);
  if (words !== undefined) return { start: after + inWords, ...words };
  // The gap is greedy: it ends at the first digit, or at a mark that no list of lots crosses.
  const start = after + gap.length;
  // « le lot est grevé … en faveur du lot 3 456 790 »: the number belongs to the nearer word.
  if (/\blots?\b/.test(gap)) return undefined;
  const inTable = /^[^\n]{0,90}\n[ \t]{0,4}$/.test(gap) && isLineStart(folded, keyword);
  if ((!inTable && (gap.length > 60 || OTHER_NUMBER.test(gap))) || /\n\s*\n/.test(gap)) return undefined;
  const read = readLot(folded, start);
  return read === undefined ? undefined : { start, ...read };
}

function expandRange(from: string, to: string): string[] {
  const [first, last] = [Number(from), Number(to)];
  if (from.length !== 7 || to.length !== 7 || last <= first || last - first > LONGEST_RANGE) return [to];
  return Array.from({ length: last - first }, (_, index) => String(first + index + 1));
}

/** The lots that follow one « lots »: « 1 234 567, 1 234 568 et 1 234 569 ». */
function readList(folded: string, keyword: number, first: { start: number; end: number; lot: string }): FoundLot[] {
  const lots: FoundLot[] = [{ ...first, keyword }];
  for (let last = first; ;) {
    const range = matchAt(RANGE, folded, last.end);
    const ranged = range === null ? undefined : readLot(folded, last.end + range[0].length);
    if (range !== null && ranged !== undefined) {
      const start = last.end + range[0].length;
      for (const lot of expandRange(last.lot, ranged.lot)) lots.push({ start, end: ranged.end, lot, keyword });
      last = { start, ...ranged };
      continue;
    }
    const link = matchAt(NEXT, folded, last.end) ?? nextRow(folded, last);
    const at = last.end + (link?.[0].length ?? 0);
    const read = link === null ? undefined : (readLot(folded, at) ?? readLotInWords(folded, at));
    if (link === null || read === undefined) return lots;
    last = { start: at, ...read };
    lots.push({ ...last, keyword });
  }
}

/** In a table, the lot of the row below stands at the start of its line, as the one above did. */
function nextRow(folded: string, last: { start: number; end: number; lot: string }): RegExpExecArray | null {
  const lineStart = folded.lastIndexOf("\n", last.start - 1) + 1;
  if (lineStart === 0 || folded.slice(lineStart, last.start).trim() !== "" || last.lot.length !== 7) return null;
  const row = matchAt(NEXT_ROW, folded, last.end);
  return row !== null && matchAt(RENOVATED, folded, last.end + row[0].length) !== null ? row : null;
}

function findLots(folded: string): FoundLot[] {
  const found: FoundLot[] = [];
  const taken = new Uint8Array(folded.length + 1);
  const add = (lots: readonly FoundLot[]): void => {
    for (const lot of lots) taken.fill(1, lot.start, lot.end);
    found.push(...lots);
  };
  let end = 0;
  for (const match of folded.matchAll(KEYWORD)) {
    const first = match.index < end ? undefined : readFirst(folded, match.index, match.index + match[0].length);
    if (first === undefined) continue;
    const lots = readList(folded, match.index, first);
    add(lots);
    end = lots.at(-1)?.end ?? end;
  }
  for (const match of folded.matchAll(CADASTRE)) {
    const [start, stop] = [match.index, match.index + match[0].length];
    if (taken[start] === 1) continue;
    add([{ start, end: stop, lot: `${match[1]}${match[2]}${match[3]}`, keyword: start }]);
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** Words right before a lot that make it a neighbour's: the one that a right benefits, or that bounds the immovable. */
const NEIGHBOUR =
  /(?:en faveur|au profit|au benefice|for the benefit|in favou?r)\s(?:du|des|de|of)\s[^.;]{0,40}$|\bfonds\s(?:dominant|servant)\b[^.;]{0,40}$|\bborne(?:e|s|es)?\b[^.;]{0,160}$|\b(?:vers|au)\s(?:le\s)?(?:nord|sud|est|ouest)(?:-(?:est|ouest))?,?\spar\s(?:une\spartie\sd[ue]\s|le\s|les\s)?(?:lots?\s)?[^.;]{0,20}$|\b(?:contigue?s?|voisine?s?|adjacente?s?|attenante?s?|limitrophes?)\b[^.;]{0,40}$/;

/** A lot is a neighbour's when its sentence has already spoken of a servitude, or says so right before it. */
function isNeighbour(folded: string, { keyword, start }: FoundLot): boolean {
  if (
    start > keyword &&
    /\b(?:voisins?|contigus?|dominants?|servants?)\b/.test(folded.slice(keyword, Math.min(start, keyword + 60)))
  )
    return true;
  const context = folded.slice(Math.max(0, keyword - 400), keyword);
  const sentenceStart = Math.max(
    ...[...context.matchAll(/(?:[a-z0-9)]{3}\.|;|:)\s|\n\s*\n|\n\s{0,4}(?:[-•]|\d{1,2}[.)])\s/g)].map(
      (end) => end.index + end[0].length - 1,
    ),
    0,
  );
  // « Servitudes : en faveur du lot … » : a heading counts for its line.
  const lineStart = context.lastIndexOf("\n") + 1;
  const sentence = context.slice(
    Math.min(
      sentenceStart,
      /^\W*(?:\d+\W+)?servitudes?\b[^.\n]{0,30}:/.test(context.slice(lineStart)) ? lineStart : sentenceStart,
    ),
  );
  const headings = folded
    .slice(Math.max(0, keyword - 250), keyword)
    .split("\n")
    .slice(-4, -1)
    .filter((line) => line.trim().length < 50);
  return (
    /\bservitudes?\b|\beasement\b/.test(sentence) ||
    NEIGHBOUR.test(sentence) ||
    headings.some((line) => /^\W*(?:\d+\W+)?servitudes?\b/.test(line))
  );
}

/** « anciennement le lot 123-45 », « remplaçant le lot … » */
const FORMER =
  /\b(?:anciennement|anciens?|autrefois|jadis|formerly)\b[^.;]{0,40}$|\b(?:remplac(?:e|ant|ait)|en remplacement d[ue]s?)\b(?! par)[^.;]{0,30}$/;

/** Every lot that a page names, `servitude` when it is a neighbour's; a number without the word « lot » is none. */
export function extractLots(text: string): LotFact[] {
  const folded = foldText(text);
  return findLots(folded).map((lot) => ({
    ...quoteLot(text, lot),
    lot: lot.lot,
    servitude: isNeighbour(folded, lot),
    ...(FORMER.test(folded.slice(Math.max(0, lot.keyword - 60), lot.keyword)) ? { former: true as const } : {}),
  }));
}

/** From « lot » to the number and « du cadastre », when they are close. */
function quoteLot(text: string, { keyword, start, end }: FoundLot): Quotation {
  if (start - keyword > 160) return quoteLine(text, start, end);
  const cadastre = /^\)?\s(?:du|dudit|au) cadastre(?: du Québec)?/i.exec(text.slice(end, end + 40))?.[0] ?? "";
  return quote(text, keyword, end + cadastre.length, start);
}
