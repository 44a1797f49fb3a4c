import { readName, type ReadName } from "./read-name.ts";

const LONGEST_NAME = 70;

/** The names that end at `end`, joined by « et » when the role is plural. */
export function namesEndingAt(text: string, end: number, isPlural: boolean): ReadName[] {
  const from = Math.max(0, end - LONGEST_NAME);
  for (let at = from; at < end - 3; at += 1) {
    if (at > 0 && /[\p{L}\p{N}.-]/u.test(text.charAt(at - 1)) && !/^\d{4}-/.test(text.slice(at, at + 5))) continue;
    const name = readName(text, at);
    if (name?.end !== end) continue;
    const link = isPlural ? /(?:,)?\s(?:et|and)\s$/.exec(text.slice(0, at)) : null;
    return link === null ? [name] : [...namesEndingAt(text, link.index, true), name];
  }
  return [];
}
