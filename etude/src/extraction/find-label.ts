import { lineEndOf, lineStartOf } from "./line-bounds.ts";

/** The words that name a kind of value, in a folded text. */
export interface LabelPattern<L extends string> {
  /** Undefined: these words name another kind, and keep the value without a label. */
  label: L | undefined;
  /** Global. */
  words: RegExp;
}

interface Match<L extends string> {
  label: L | undefined;
  start: number;
  end: number;
}

/** The words that may stand between two nouns of which the first is the head: « le solde du prix de vente » is a balance. */
const CONNECTORS = new Set(
  "de du des d la le les l sur au aux a ledit dudit ladite pour total totale payable valoir restant of the on for to".split(
    " ",
  ),
);
/** « 6.1   » opens a paragraph, it is no column. */
const ENUMERATOR = /^(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[a-z][.)]|[-•*])\s+/;
const LONGEST_CONTEXT = 300;

function matchesIn<L extends string>(text: string, patterns: readonly LabelPattern<L>[]): Match<L>[] {
  if (!/[a-z]{3}/.test(text)) return [];
  const all = patterns.flatMap(({ label, words }) =>
    [...text.matchAll(words)].map((match) => ({ label, start: match.index, end: match.index + match[0].length })),
  );
  return all
    .filter((match) => !all.some((other) => isBetter(other, match)))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** Longer words over the shorter ones that they hold; of two that are the same, those that give a label. */
function isBetter<L extends string>(other: Match<L>, match: Match<L>): boolean {
  if (other === match || other.start > match.start || other.end < match.end) return false;
  return other.end - other.start > match.end - match.start || (match.label === undefined && other.label !== undefined);
}

/** The match that names the value which follows: the nearest one, or the head of the noun phrase that it ends. */
function nearest<L extends string>(whole: string, patterns: readonly LabelPattern<L>[]): Match<L> | undefined {
  // « Mise de fonds (acompte compris) » : brackets only comment.
  const text = whole.replaceAll(/\([^()]{0,80}\)/g, (brackets) => " ".repeat(brackets.length));
  const matches =
    text === whole || matchesIn(text, patterns).length > 0 ? matchesIn(text, patterns) : matchesIn(whole, patterns);
  let chosen = matches.at(-1);
  for (const previous of matches.slice(0, -1).toReversed()) {
    const between = text
      .slice(previous.end, chosen?.start)
      .split(/[^a-z]+/)
      .filter((word) => word !== "");
    const joined = /[,:;.()]/.test(text.slice(previous.end, chosen?.start));
    if (
      previous.label === undefined ||
      joined ||
      between.length === 0 ||
      !between.every((word) => CONNECTORS.has(word))
    )
      break;
    chosen = previous;
  }
  return chosen;
}

/** The part of a line after its last sentence end. An abbreviation (« no. », « boul. ») ends no sentence. */
function lastSentence(line: string): string {
  const end = [...line.matchAll(/(?:[a-z0-9)%$]{3}[.]|;)\s/g)].at(-1);
  return end === undefined ? line : line.slice(end.index + end[0].length);
}

const FULL_LINE = 60;

/** Whether the line at `lineStart` is the rest of a full line above, which no punctuation ends. */
function continuesLine(folded: string, lineStart: number): boolean {
  const above = folded.slice(lineStartOf(folded, Math.max(0, lineStart - 1)), Math.max(0, lineStart - 1));
  return above.length >= FULL_LINE && !/[.;:$]\s*$/.test(above);
}

function toCells(line: string): string[] {
  return line.trim().split(/ {2,}|\t+/);
}

const LONGEST_ROW = 400;

/** The header of the value's column, when the line above has as many cells as the value's line. */
function columnHeader(folded: string, above: string, lineStart: number, start: number): string | undefined {
  if (above.length > LONGEST_ROW) return undefined;
  const headers = toCells(above);
  if (headers.length < 2) return undefined;
  const cells = toCells(folded.slice(lineStart, lineEndOf(folded, start)));
  if (headers.length !== cells.length) return undefined;
  return headers[toCells(`${folded.slice(lineStart, start)}x`).length - 1];
}

/**
 * What the value at `start` is, from the words before it on its line or in its sentence. `floor` is where the previous
 * value ends: its words are not ours.
 */
export function findLabel<L extends string>(
  folded: string,
  start: number,
  floor: number,
  patterns: readonly LabelPattern<L>[],
): L | undefined {
  const lineStart = lineStartOf(folded, start);
  const own = lastSentence(folded.slice(Math.max(lineStart, floor, start - LONGEST_CONTEXT), start));
  const found = nearest(own, patterns);
  if (found !== undefined) return found.label;
  // « Total : » says that the value is something else; the end of a sentence, that it starts anew.
  if (
    (/[a-z]{2}[^:]*:/.test(own) && !continuesLine(folded, lineStart)) ||
    own.length < start - Math.max(lineStart, floor, start - LONGEST_CONTEXT)
  )
    return undefined;
  const above = folded.slice(lineStartOf(folded, Math.max(0, lineStart - 1)), Math.max(0, lineStart - 1));
  const header = lineStart === 0 ? undefined : columnHeader(folded, above, lineStart, start);
  if (header !== undefined) return nearest(header, patterns)?.label;
  let from = lineStart;
  let context = own;
  for (let lines = 0; lines < 3 && from > floor; lines += 1) {
    const previousStart = lineStartOf(folded, Math.max(0, from - 1));
    const line = folded.slice(Math.max(previousStart, floor), from - 1);
    if (line.trim() === "" && !(lines === 0 && own.trim() === "")) break;
    if (/ {3}|\t/.test(line.trim().replace(ENUMERATOR, "")) || /[.;]\s*$/.test(line)) break;
    context = `${line} ${context}`.slice(-LONGEST_CONTEXT);
    const earlier = nearest(lastSentence(context), patterns);
    if (earlier !== undefined) return earlier.label;
    if (/:\s*$/.test(line) && own.trim() !== "") break;
    from = previousStart;
  }
  return undefined;
}

/** A label that follows its value: « 10 000 $ à titre d'acompte », « 15 décembre 2026 : signature de l'acte ». */
export function findLabelAfter<L extends string>(
  folded: string,
  end: number,
  opening: RegExp,
  patterns: readonly LabelPattern<L>[],
): L | undefined {
  const rest = folded.slice(end, end + 90).split("\n", 1)[0] ?? "";
  const opened = opening.exec(rest);
  if (opened === null) return undefined;
  const after = rest.slice(opened[0].length);
  return matchesIn(after, patterns).find(({ start }) => start <= 4)?.label;
}
