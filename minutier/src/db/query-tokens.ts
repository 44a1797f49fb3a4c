/** SurrealQL in its tokens: as much of the grammar as it takes to tell words from texts and comments. */
import { MinutierError } from "../errors.ts";

/** A token of a query; comments and spaces are none. */
export interface QueryToken {
  /** `word` is an identifier or a path such as `math::sum`, `quoted` one in backticks or ⟨⟩. */
  kind: "word" | "quoted" | "text" | "number" | "mark";
  text: string;
  start: number;
  end: number;
  /** How many brackets stand around it. */
  depth: number;
}

const patterns: readonly [kind: QueryToken["kind"] | "space" | "comment", pattern: RegExp][] = [
  ["space", /\s+/y],
  ["comment", /(?:--|\/\/|#)[^\n\r\u2028\u2029]*/y],
  ["comment", /\/\*[^]*?\*\//y],
  ["text", /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/y],
  ["quoted", /`(?:[^`\\]|\\[^])*`|⟨(?:[^⟩\\]|\\[^])*⟩/y],
  ["number", /\d+(?:\.\d+)?\w*/y],
  ["word", /[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*/y],
  ["mark", /[()[\]{}<>=!.,:;*+\-÷×?|&@$%~^/∋∌∈∉⊇⊆⊄⊅]/y],
];

/** Throws `invalid_input` for what is none of them, and for brackets and texts that do not end. */
export function tokenize(text: string): QueryToken[] {
  const tokens: QueryToken[] = [];
  const open: string[] = [];
  for (let start = 0; start < text.length;) {
    const [kind, match] = matchAt(text, start);
    const end = start + match.length;
    if (kind !== "space" && kind !== "comment") {
      if (kind === "mark" && closing.has(match) && open.pop() !== closing.get(match))
        throw invalid(`The ${match} at character ${start + 1} closes nothing.`);
      tokens.push({ kind, text: match, start, end, depth: open.length });
      if (kind === "mark" && "([{".includes(match)) open.push(match);
    }
    start = end;
  }
  if (open.length > 0) throw invalid(`A ${open.at(-1)} is not closed.`);
  return tokens;
}

const closing: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);

function matchAt(text: string, start: number): [QueryToken["kind"] | "space" | "comment", string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const match = pattern.exec(text)?.[0];
    if (match !== undefined) return [kind, match];
  }
  throw invalid(`The query can't be read at character ${start + 1}: ${JSON.stringify(text.slice(start, start + 10))}.`);
}

function invalid(message: string): MinutierError {
  return new MinutierError("invalid_input", message);
}
