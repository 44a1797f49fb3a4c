/** A page without line breaks must not be searched whole for each of its facts. */
const LONGEST_LINE = 2000;

/** Where the line that holds `at` starts, or a place far enough before. */
export function lineStartOf(text: string, at: number): number {
  const from = Math.max(0, at - LONGEST_LINE);
  return from + text.slice(from, at).lastIndexOf("\n") + 1;
}

/** Where the line that holds `at` ends, or a place far enough after. */
export function lineEndOf(text: string, at: number): number {
  const rest = text.slice(at, at + LONGEST_LINE);
  const newline = rest.indexOf("\n");
  return at + (newline === -1 ? rest.length : newline);
}
