/** `redactPatterns`: a redactor from patterns. */
import { MinutierError } from "../errors.ts";
import { type BuiltInPattern, builtInPatterns, type Span } from "./built-in-patterns.ts";
import { foldCharacters } from "./fold-characters.ts";
import type { Redactor } from "./redactor.ts";

/** One of the patterns that come with Minutier, or your own expression with a name. */
export type RedactPattern = BuiltInPattern | { name: string; pattern: RegExp };

/** Options of `redactPatterns`. */
export interface RedactPatternsOptions {
  /**
   * What to put in the place of a match; the same for the same match, and nothing that a pattern would match again.
   * @default the pattern's name in brackets, `[email]`
   */
  replace?: (name: string, match: string) => string;
}

interface Match extends Span {
  readonly name: string;
}

type Finder = (text: string) => Match[];

/** A number that was found can make one of its neighbour, in the second look; a third finds nothing in practice. */
const maxLooks = 5;

/**
 * A redactor that puts `[email]`, `[phone]`, `[card]`, `[sin]` or the name of your own pattern in the place of what it
 * finds. `phone`: North American numbers of ten digits, others with their `+`. `card`: 13 to 19 digits with the right
 * check digit. `sin`: Canada's social insurance numbers (NAS), by their first and check digit. Where two patterns
 * overlap, the longer match gives its name to both. Throws `invalid_options`.
 *
 * @example
 * ```ts
 * import { redactPatterns } from "minutier";
 *
 * const redact = redactPatterns(["email", "phone", { name: "dossier", pattern: /D-\d{4}/ }]);
 * console.log(redact("D-1234: ana@example.com, 514 555-1234", "record")); // [dossier]: [email], [phone]
 * ```
 */
export function redactPatterns(patterns: readonly RedactPattern[], options: RedactPatternsOptions = {}): Redactor {
  if (!Array.isArray(patterns as unknown) || patterns.length === 0) throw invalid("got no list of patterns");
  const known = patterns.flatMap((pattern) => (typeof pattern === "string" ? [toBuiltInFinder(pattern)] : []));
  const own = patterns.flatMap((pattern) => (typeof pattern === "string" ? [] : [toOwnFinder(pattern)]));
  const { replace = (name) => `[${name}]` } = options;
  return (text) => {
    const folded = foldCharacters(text);
    let matches = joinOverlapping([...findAll(own, text), ...findAll(known, folded)]);
    for (let look = 1; look < maxLooks && matches.length > 0; look++) {
      const more = findAll(
        known,
        replaceMatches(folded, matches, ({ start, end }) => `[${"]".repeat(end - start - 1)}`),
      );
      if (more.length === 0) break;
      matches = joinOverlapping([...matches, ...more]);
    }
    return replaceMatches(text, matches, ({ name, start, end }) =>
      checkReplacement(replace(name, text.slice(start, end))),
    );
  };
}

function findAll(finders: readonly Finder[], text: string): Match[] {
  return finders.flatMap((find) => find(text));
}

function replaceMatches(text: string, matches: readonly Match[], replace: (match: Match) => string): string {
  let replaced = "";
  let end = 0;
  for (const match of matches) {
    replaced += text.slice(end, match.start) + replace(match);
    end = match.end;
  }
  return replaced + text.slice(end);
}

function toBuiltInFinder(name: BuiltInPattern): Finder {
  if (!Object.hasOwn(builtInPatterns, name)) throw invalid(`has no pattern ${JSON.stringify(name)}`);
  const find = builtInPatterns[name];
  return (text) => find(text).map((span) => ({ ...span, name }));
}

function toOwnFinder(own: { name: string; pattern: RegExp }): Finder {
  const { name, pattern } = own ?? {};
  if (typeof name !== "string" || name === "" || !(pattern instanceof RegExp))
    throw invalid("got a pattern that is neither a name it knows nor a name with a RegExp");
  const all = new RegExp(pattern.source, `${pattern.flags.replaceAll(/[gy]/g, "")}g`);
  if ("".search(all) === 0) throw invalid(`got the pattern ${JSON.stringify(name)}, which matches the empty text`);
  return (text) => {
    const matches = Array.from(text.matchAll(all), (match) => ({
      name,
      start: match.index,
      end: match.index + match[0].length,
    }));
    return matches.filter(({ start, end }) => end > start);
  };
}

/** In the order of the text; of those that overlap the whole is taken, so that no end of one is left. */
function joinOverlapping(matches: readonly Match[]): Match[] {
  const joined: (Match & { longest: number })[] = [];
  for (const match of matches.toSorted((a, b) => a.start - b.start)) {
    const longest = match.end - match.start;
    const last = joined.at(-1);
    if (last === undefined || match.start >= last.end) joined.push({ ...match, longest });
    else {
      const name = longest > last.longest ? match.name : last.name;
      joined[joined.length - 1] = {
        name,
        start: last.start,
        end: Math.max(last.end, match.end),
        longest: Math.max(longest, last.longest),
      };
    }
  }
  return joined;
}

function checkReplacement(replacement: unknown): string {
  if (typeof replacement === "string") return replacement;
  throw new TypeError(
    `The replace function of redactPatterns gave a value of type ${typeof replacement}. Return a text.`,
  );
}

function invalid(what: string): MinutierError {
  return new MinutierError(
    "invalid_options",
    `redactPatterns ${what}. Give "email", "phone", "card", "sin" or { name, pattern: /…/ }, at least one.`,
  );
}
