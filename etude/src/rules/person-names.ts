/**
 * How close two written names are. Case, accents, hyphens, apostrophes, a surname written first and a further given name
 * don't make a difference (women and men of Québec have several given names, and a passport lists them all). A letter
 * more, less, changed or swapped, a truncated compound (Jean / Jean-Pierre) or swapped given names do.
 */

interface NameToken {
  text: string;
  /** Which written word it belongs to: the two tokens of `Jean-Pierre` have the same one. */
  word: number;
}

export interface PersonName {
  /** Equal for two names that differ by case, accents, hyphens or apostrophes only. */
  key: string;
  tokens: readonly NameToken[];
  /** The tokens in alphabetical order, then without spaces: computed once, compared with every other name. */
  sorted: string;
  joined: string;
}

export type NameRelation =
  | { kind: "same" }
  /** Probably one person, spelled differently; the lower the cost, the closer. */
  | { kind: "variant"; cost: number; sameFirstName: boolean }
  | { kind: "different" };

const DIFFERENT: NameRelation = { kind: "different" };
const ABBREVIATIONS: Readonly<Record<string, string>> = { st: "saint", ste: "sainte" };
const MAX_COST = 2;

export function parsePersonName(name: string): PersonName {
  const [surname, given, ...rest] = name.split(",");
  // « Tremblay, Jean-Pierre », as registers write it.
  const ordered = given !== undefined && rest.length === 0 ? `${given} ${surname}` : name;
  const words = ordered
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/['’.]/g, (mark) => (mark === "." ? " " : ""))
    .replace(/[‐-―−]/g, "-")
    // « J.-P. » is one compound.
    .replace(/\s*-\s*/g, "-")
    .split(/[^\p{L}\p{N}-]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const tokens = words.flatMap((text, word) =>
    text
      .split("-")
      .filter((part) => part !== "")
      .map((part) => ({ text: ABBREVIATIONS[part] ?? part, word })),
  );
  const texts = tokens.map((token) => token.text);
  return { key: texts.join(" "), tokens, sorted: texts.toSorted().join(" "), joined: texts.join("") };
}

/** Symmetric. */
export function compareNames(a: PersonName, b: PersonName): NameRelation {
  if (a.key === b.key) return { kind: "same" };
  if (a.tokens.length === 0 || b.tokens.length === 0) return DIFFERENT;
  const [long, short] = a.tokens.length >= b.tokens.length ? [a.tokens, b.tokens] : [b.tokens, a.tokens];
  // « TREMBLAY » alone contradicts no Tremblay.
  if (short.length === 1) return long.some((token) => token.text === short[0]?.text) ? { kind: "same" } : DIFFERENT;
  let best = align(long, short);
  // An identity document writes the surname first.
  if (isSurnameFirst(long, short)) best = closest(best, align(firstWordLast(long), short));
  if (isSurnameFirst(short, long)) best = closest(best, align(long, firstWordLast(short)));
  if (best.kind !== "different") return best;
  // The same words in another order (« Claude-Marie » for « Marie-Claude »), or written as one (« Jeanpierre »).
  return a.sorted === b.sorted || a.joined === b.joined || isTruncated(long, short)
    ? { kind: "variant", cost: MAX_COST, sameFirstName: long[0]?.text === short[0]?.text }
    : DIFFERENT;
}

function closest(a: NameRelation, b: NameRelation): NameRelation {
  const rank = (relation: NameRelation): number =>
    relation.kind === "same" ? 0 : relation.kind === "variant" ? relation.cost : Infinity;
  return rank(b) < rank(a) ? b : a;
}

function firstWordLast(tokens: readonly NameToken[]): NameToken[] {
  const first = tokens[0]?.word;
  return [...tokens.filter((token) => token.word !== first), ...tokens.filter((token) => token.word === first)];
}

/** Whether the first name of the other comes second here: « Tremblay Jean » and « Jean Tremblay ». */
function isSurnameFirst(tokens: readonly NameToken[], other: readonly NameToken[]): boolean {
  const second = tokens.find((token) => token.word !== tokens[0]?.word);
  return isExact(second, other[0]);
}

/** First name against first name, surname against surname, and the given names between them in order; extra ones are free. */
function align(long: readonly NameToken[], short: readonly NameToken[]): NameRelation {
  const surnameCost = tokenCost(long.at(-1), short.at(-1), 2);
  const firstCost = surnameCost === undefined ? undefined : tokenCost(long[0], short[0], 1);
  if (surnameCost === undefined || firstCost === undefined) return DIFFERENT;
  let cost = surnameCost + firstCost;
  let exact = Number(isExact(long.at(-1), short.at(-1))) + Number(isExact(long[0], short[0]));
  const skipped: NameToken[] = [];
  const matchedWords = new Set([long[0]?.word, long.at(-1)?.word]);
  let next = 1;
  for (let at = 1; at < short.length - 1; at++) {
    const remaining = short.length - 1 - at;
    let found: number | undefined;
    while (found === undefined && next <= long.length - 1 - remaining) {
      found = tokenCost(long[next], short[at], 1);
      const token = long[next++];
      if (found === undefined && token) skipped.push(token);
      else matchedWords.add(token?.word);
    }
    if (found === undefined) return DIFFERENT;
    cost += found;
    exact += Number(isExact(long[next - 1], short[at]));
  }
  skipped.push(...long.slice(next, -1));
  // « Jean » for « Jean-Pierre » is another given name; a whole word more is a further one.
  if (skipped.some((token) => matchedWords.has(token.word))) cost += 1;
  if (cost === 0) return { kind: "same" };
  if (cost > MAX_COST || exact === 0) return DIFFERENT;
  return { kind: "variant", cost, sameFirstName: firstCost === 0 };
}

function isExact(a: NameToken | undefined, b: NameToken | undefined): boolean {
  return a?.text === b?.text;
}

/** The letters that differ, or undefined past the limit; an initial stands for any name that begins with it. */
function tokenCost(a: NameToken | undefined, b: NameToken | undefined, limit: 1 | 2): number | undefined {
  if (!a || !b) return undefined;
  if (a.text === b.text) return 0;
  const [shorter, longer] = a.text.length <= b.text.length ? [a.text, b.text] : [b.text, a.text];
  if (shorter.length === 1) return longer.startsWith(shorter) ? 0 : undefined;
  // Two letters make another name of a short one (Roy, Roux), and any letter of a two-letter one.
  const allowed = shorter.length >= 6 ? limit : 1;
  if (shorter.length < 3 || longer.length - shorter.length > allowed) return undefined;
  const distance = editDistance(shorter, longer);
  return distance <= allowed ? distance : undefined;
}

/** Letters inserted, deleted, changed, or swapped with their neighbour. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + change,
      );
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) best = Math.min(best, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** A part of a compound left out at an end: « Marie Tremblay » for « Marie Tremblay-Gagnon », « Pierre Roy » for « Jean-Pierre Roy ». */
function isTruncated(long: readonly NameToken[], short: readonly NameToken[]): boolean {
  if (!isExact(long[0], short[0]) && !isExact(long.at(-1), short.at(-1))) return false;
  let at = 0;
  for (const token of long) if (token.text === short[at]?.text) at++;
  return at === short.length;
}
