import type { PartyRole } from "../facts.ts";
import { ROLE_WORDS, roleOf } from "./party-roles.ts";
import { readNameList } from "./read-name-list.ts";
import { readName, type ReadName } from "./read-name.ts";

/** A name with the part that its holder takes. */
export interface FoundParty {
  name: ReadName;
  role: PartyRole;
  /** Where the words that give the role start, when they stand before the name. */
  from: number;
}

/** « Vendeurs : », « Nom du propriétaire inscrit : », « Signature de l'acheteur : ». */
const LABEL = new RegExp(
  `(?:^|\\n|[ \\t]{2}|[.;|(•"-][ ]?)[ \\t"(]{0,4}(?:\\d{1,2}[.)] ?)?(?:(?:noms?|identification|identite|signature|nom et (?:prenom|adresse))s? (?:du|de la|des|de l'|d'|de|of the) ?)?(?:l'|le |la |les |the )?(${ROLE_WORDS})(?: (?:inscrits?|vises?|designes?|hypothecaires?|principale?s?|actuels?|au role|no ?\\d|\\d))?(?: ?(?:et|\\/|&) (?:le |la |l')?(${ROLE_WORDS}))?(?: ?\\(\\d\\))?(?:[ \\t"]{0,12}[:=]|[ \\t]{1,3}-(?=[ \\t])|(?=(?: {2,}|\\t|[ \\t]*\\|[ \\t]*)[a-z0-9]))`,
  "g",
);
/** A line that holds a role and nothing else. */
const ROLE_LINE = new RegExp(
  `(?:^|\\n)[ \\t]*(?:\\d{1,2}[.)] ?)?(?:(?:noms?|signatures?|identification) (?:et adresses? )?(?:du|de la|des|de l'|d'|de) ?)?(?:l'|le |la |les |the )?"? ?(${ROLE_WORDS})(?: inscrits?)?(?: ?(?:no\\.? ?)?\\d| ?\\(\\d\\))? ?"? ?:?[ \\t]*(?=\\n|$)`,
  "g",
);
const WHOLE_ROLE = new RegExp(`^(?:le |la |l'|les |the )?(?:${ROLE_WORDS})$`);
const COLUMN = / {2,}|\t+/;
const NEXT_COLUMN = /^\s{2,}[\p{L}'’ ]{2,40} ?:.*$/u;
const MOST_LINES = 6;

function isPlural(role: string): boolean {
  return /s\b|\(s\)/.test(role);
}

/** Where a label's names end: at the next label of the line, and at a line that is no name. */
function readRegion(text: string, at: number, severalExpected: boolean): { names: ReadName[]; end: number } {
  const names: ReadName[] = [];
  let end = at;
  let next = at;
  for (let lines = 0; lines < MOST_LINES; lines += 1) {
    const newline = text.indexOf("\n", next);
    const lineEnd = newline === -1 ? text.length : newline;
    // What follows the label may be the label of the next column: the names then stand below.
    const line = lines === 0 ? text.slice(next, lineEnd).replace(NEXT_COLUMN, "") : text.slice(next, lineEnd);
    const isBlank = line.trim() === "";
    // A blank line ends the names; before the first name it is only room.
    if (isBlank && names.length > 0) break;
    if (!isBlank) {
      const isLinked = /(?:^|\s)(?:et|ET|and|&)\s*$/.test(text.slice(at, next).trimEnd());
      const startsLinked = /^\s*(?:et|ET|and|&)(?:\s|$)/.test(line);
      const list =
        line === ""
          ? undefined
          : readNameList(
              text,
              next + (startsLinked ? line.length - line.replace(/^\s*\S+\s?/, "").length : 0),
              severalExpected,
            );
      if (list !== undefined && list.names.every((name) => name.end <= lineEnd + 80)) {
        names.push(...list.names);
        end = list.end;
        if (list.end > lineEnd) {
          next = text.indexOf("\n", list.end) + 1 || text.length;
          continue;
        }
      } else if (/^\s*(?:et|ET|and|&|ET :|et :)\s*$/.test(line)) {
        // « et » alone on its line joins the line above to the line below.
      } else if (names.length > 0 || lines > 1 || isLinked) break;
      else if (lines > 0 || line.trim().length > 2) break;
    }
    if (newline === -1) break;
    next = newline + 1;
  }
  return { names, end };
}

/** The names that follow a label of role. */
export function findLabelled(text: string, folded: string): FoundParty[] {
  return [...folded.matchAll(LABEL)].flatMap((match) => {
    const roles = [match[1], match[2]].flatMap((words) => (words === undefined ? [] : (roleOf(words) ?? [])));
    const from = match.index + (/^[\s"(.;|•-]*/.exec(match[0])?.[0].length ?? 0);
    const { names } = readRegion(text, match.index + match[0].length, isPlural(match[1] ?? ""));
    return roles.flatMap((role) => names.map((name) => ({ name, role, from })));
  });
}

/** In a table of signatures, each name stands above its role. */
export function findAboveRoles(text: string, folded: string): FoundParty[] {
  const found: FoundParty[] = [];
  let start = 0;
  let above: { start: number; line: string } | undefined;
  for (const line of text.split("\n")) {
    const roles = folded
      .slice(start, start + line.length)
      .trim()
      .split(COLUMN)
      .map((cell) => (WHOLE_ROLE.test(cell) ? roleOf(cell) : undefined));
    if (above !== undefined && roles.length > 1 && roles.every((role) => role !== undefined)) {
      const cells = cellsOf(above.line);
      if (cells.length === roles.length) {
        for (const [index, cell] of cells.entries()) {
          const name = readName(text, above.start + cell);
          const role = roles[index];
          if (name !== undefined && role !== undefined) found.push({ name, role, from: name.start });
        }
      }
    }
    if (line.trim() !== "") above = { start, line };
    start += line.length + 1;
  }
  return found;
}

/** A heading of a column: « VENDEUR 1 », « NOM ET ADRESSE DE L'ACHETEUR ». */
const COLUMN_HEADING = new RegExp(
  `^(?:(?:noms?|identification|identite|coordonnees|parties?|signatures?)[^:.;]{0,40}? (?:du|de la|des|de l'|de) ?)?(?:le |la |l'|les |the )?(${ROLE_WORDS})(?: ?(?:n?o?\\.? ?\\d|\\(\\d\\)))? ?:?$`,
);

/** In a form of two columns, the names stand below the heading of their column. */
export function findUnderColumns(text: string, folded: string): FoundParty[] {
  const found: FoundParty[] = [];
  let roles: (PartyRole | undefined)[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const cells = line.length > LONGEST_FORM_LINE ? [] : cellsOf(line);
    const headings = columnHeadings(folded.slice(start, start + line.length));
    const isHeading = headings.some((role, column) => role !== undefined && cells[column] !== undefined);
    // « Vendeur   Jean Tremblay » is a label and its name.
    const holdsName = cells.some((cell, column) =>
      wholeName(text, start + cell, start + (cells[column + 1] ?? line.length)),
    );
    if (isHeading && !holdsName) roles = headings;
    else if (roles.length > 0 && cells.length === roles.length) {
      const names = cells.map((cell, column) =>
        wholeName(text, start + cell, start + (cells[column + 1] ?? line.length)),
      );
      // The line below the names is an address; a heading over anything else heads no names.
      if (names.every((name) => name === undefined)) roles = [];
      for (const [column, name] of names.entries()) {
        const role = roles[column];
        if (name !== undefined && role !== undefined) found.push({ name, role, from: name.start });
      }
    } else roles = [];
    start += line.length + 1;
  }
  return found;
}

const MOST_COLUMNS = 4;
const LONGEST_HEADING = 70;
const LONGEST_FORM_LINE = 300;

function columnHeadings(line: string): (PartyRole | undefined)[] {
  const cells = line.length > LONGEST_FORM_LINE ? [] : line.trim().split(COLUMN);
  if (cells.length < 2 || cells.length > MOST_COLUMNS || cells.some(({ length }) => length > LONGEST_HEADING))
    return [];
  return cells.map((cell) => roleOf(COLUMN_HEADING.exec(cell)?.[1] ?? ""));
}

/** The name that fills a cell. */
function wholeName(text: string, at: number, end: number): ReadName | undefined {
  const name = readName(text, at);
  return name?.end === at + text.slice(at, end).trimEnd().length ? name : undefined;
}

/** Where each cell of a line starts. */
function cellsOf(line: string): number[] {
  return [...line.matchAll(/(?:^| {2,}|\t+)(?=\S)/g)].map((gap) => gap.index + gap[0].length);
}

/** The names above or below lines that hold only a role, whichever way the page's first such line goes. */
export function findUnderHeadings(text: string, folded: string): FoundParty[] {
  const headings = [...folded.matchAll(ROLE_LINE)].map((match) => ({
    start: match.index + (match[0].startsWith("\n") ? 1 : 0),
    end: match.index + match[0].length,
    role: roleOf(match[1] ?? ""),
    plural: isPlural(match[1] ?? ""),
  }));
  const lineAbove = (start: number): number => text.lastIndexOf("\n", start - 2) + 1;
  const isNameLine = (start: number, end: number): boolean =>
    readNameList(text, start)?.end === start + text.slice(start, end).trimEnd().length;
  const first = headings[0];
  const namesAbove = first !== undefined && first.start > 0 && isNameLine(lineAbove(first.start), first.start - 1);
  return headings.flatMap(({ start, end, role, plural }) => {
    if (role === undefined) return [];
    if (!namesAbove) return readRegion(text, end + 1, plural).names.map((name) => ({ name, role, from: start }));
    const above =
      start > 0 && isNameLine(lineAbove(start), start - 1) ? readNameList(text, lineAbove(start)) : undefined;
    return (above?.names ?? []).map((name) => ({ name, role, from: lineAbove(start) }));
  });
}
