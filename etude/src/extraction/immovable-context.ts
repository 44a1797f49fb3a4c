import { lineEndOf, lineStartOf } from "./line-bounds.ts";

/** Words that announce the address of the immovable. */
const IMMOVABLE =
  /\bimmeuble\b|\bsituee?s?\b|\bsise?s?\b|\bportant\s+(?:le|les)\s+numeros?\b|\bbatis(?:se|iment)\b|\bbatiment\b|\bpropriete\s+(?:situee|sise|visee|evaluee|concernee|au)\b|\bemplacement\b|\badresse\s+(?:de\s+(?:l'immeuble|la\s+propriete|l'unite)|civique|du\s+(?:bien|risque|lot))\b|\bunite\s+d'evaluation\b|\blieu\s+(?:du\s+risque|assure)\b|\bbien\s+assure\b|\bdesignation\b|\b(?:property|immovable)\b|\blocated\s+at\b|\bcivic\s+(?:number|address)\b|\bnumeros?\s+civiques?\b|\bgarantie\s+hypothecaire\b|\bresidence\s+(?:assuree|visee)\b|\bpropriete\s*:/g;
/** Words that announce where a person lives, or an office. */
const DOMICILE =
  /\bdomicili\w*|\bresid(?:ant|ants|ante|ents?|ing)\b|\bdemeurant\b|\bdomicile\b|\badresse\s+(?:postale|actuelle|personnelle|de\s+correspondance|du\s+domicile|du\s+(?:vendeur|proprietaire|debiteur|client|creancier|preteur|locataire|notaire|bureau)|de\s+(?:l'acheteur|l'emprunteur|la\s+venderesse|residence|facturation)|des\s+(?:vendeurs|acheteurs|proprietaires))|\bsiege\b|\bplace\s+d'affaires\b|\betablissement\b|\bbureaux?\b|\betude\b|\bnotaires?\b|\bsuccursale\b|\barpenteur|\ba\.[ -]?g\.|\btel\.?\s?:|\bcourtier\b|\btelephone\b|\bcourriel\b|\bdomiciled\b|\bhead\s+office\b|\bmailing\s+address\b|\bresidence\s+principale\b|(?<!(?:lieu|bien)\s)\bassures?\s*:|\bavis\s+d'adresse\b|\btitulaire\b|\bnom\s*:/g;

const WINDOW = 320;

function lastIndexOf(text: string, words: RegExp): number {
  return [...text.matchAll(words)].at(-1)?.index ?? -1;
}

/** Whose address it is, as far as the words before it say. */
export type AddressOwner = "immovable" | "person" | "unsaid";

function nearestOwner(context: string): AddressOwner {
  const immovable = lastIndexOf(context, IMMOVABLE);
  const person = lastIndexOf(context, DOMICILE);
  if (immovable === person) return "unsaid";
  return immovable > person ? "immovable" : "person";
}

const COLUMN = / {2,}|\t+/g;
/** Where two columns are set close, each ends with a postal code. */
const POSTAL_COLUMN = /(?<=[a-z]\d[a-z] ?\d[a-z]\d) /g;
const MOST_LINES_ABOVE = 5;

function cellsOf(line: string, gap: RegExp): { start: number; text: string }[] {
  const cells: { start: number; text: string }[] = [];
  let start = 0;
  for (const match of line.matchAll(gap)) {
    cells.push({ start, text: line.slice(start, match.index) });
    start = match.index + match[0].length;
  }
  return [...cells, { start, text: line.slice(start) }].filter(({ text }) => text.trim() !== "");
}

/**
 * Under « Adresse postale :   Adresse de l'immeuble : », each column has its own address: the header that stands above the
 * column of the address says whose it is.
 */
function columnOwner(folded: string, start: number): AddressOwner {
  const lineStart = lineStartOf(folded, start);
  const line = folded.slice(lineStart, lineEndOf(folded, start));
  let bottom = lineStart;
  for (let lines = 0; lines < MOST_LINES_ABOVE && bottom > 0; lines += 1) {
    const top = lineStartOf(folded, bottom - 1);
    const headers = cellsOf(folded.slice(top, bottom - 1), COLUMN);
    bottom = top;
    if (headers.length < 2) continue;
    const cells = [COLUMN, POSTAL_COLUMN]
      .map((gap) => cellsOf(line, gap))
      .find(({ length }) => length === headers.length);
    const column = cells?.findLastIndex((cell) => lineStart + cell.start <= start) ?? -1;
    const owner = nearestOwner(headers[column]?.text ?? "");
    if (owner !== "unsaid") return owner;
  }
  return "unsaid";
}

/** Whose address stands at `start`: the nearest word that announces an address says so. */
function addressOwner(folded: string, start: number, letterheadEnd: number): AddressOwner {
  const floor = start >= letterheadEnd ? letterheadEnd : 0;
  const before = folded.slice(Math.max(floor, start - WINDOW), start);
  const lines = before.split("\n");
  const own = nearestOwner(lines.at(-1) ?? "");
  if (own !== "unsaid") return own;
  const column = columnOwner(folded, start);
  if (column !== "unsaid") return column;
  // « Adresse : » starts anew: only the line above can say whose it is.
  if (/\badresse\s*:/.test(lines.at(-1) ?? "")) {
    const above = lines.at(-2) ?? "";
    const said = nearestOwner(above);
    return said === "unsaid" && /\blots?\b|\bcadastre\b/.test(above) ? "immovable" : said;
  }
  const block = before.lastIndexOf("\n\n");
  const isBlockStart = block !== -1 && before.slice(block).trim().length < 2;
  const context = block === -1 || isBlockStart ? before : before.slice(block);
  const said = nearestOwner(context);
  if (said !== "unsaid" || block === -1) return said;
  // « DÉSIGNATION » stands alone above its block.
  const heading = before.slice(0, block).split("\n").at(-1) ?? "";
  return heading.length < 60 ? nearestOwner(heading) : "unsaid";
}

/** Whether the address at `start` is of one of these owners; what a letterhead leaves unsaid is the address of its office. */
export function isOwned(
  folded: string,
  start: number,
  owners: readonly AddressOwner[],
  letterheadEnd: number,
): boolean {
  const owner = addressOwner(folded, start, letterheadEnd);
  return owners.includes(owner) && (owner !== "unsaid" || start >= letterheadEnd);
}
