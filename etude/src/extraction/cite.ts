import type { Quotation } from "../facts.ts";
import { lineEndOf, lineStartOf } from "./line-bounds.ts";

/** A quotation with its place. */
export type Cited = Required<Omit<Quotation, "boxes">>;

/** A stretch of the text, without the spaces around it, and its place. */
export function quote(text: string, start: number, end: number, valueStart: number = start): Cited {
  const whole = text.slice(start, end);
  const from = start + whole.length - whole.trimStart().length;
  const quotation = whole.trim();
  return { quotation, start: from, end: from + quotation.length, valueStart };
}

/** A quotation keeps about this many characters of what precedes the value. */
const BEFORE = 120;
/** And of what follows, when nothing precedes. */
const AFTER = 60;

/**
 * The words around a value, verbatim: from the start of its line or sentence (never before `floor`, where the previous
 * value ends) to its end; when the value starts the line, the words that follow it.
 */
export function cite(text: string, start: number, end: number, floor = 0): Cited {
  const lineStart = sentenceLineStart(text, start);
  let from = Math.max(lineStart, floor, start - BEFORE);
  const cut = from > lineStart && from > floor;
  if (cut) {
    const space = text.slice(from, start).search(/\s/);
    from = space === -1 ? start : from + space;
  }
  const before = text.slice(from, start);
  const sentence = before.search(/[.;]\s+[^.;]*$/);
  if (sentence !== -1) from += sentence + 1;
  from += text.slice(from, start).search(/[\p{L}\p{N}"«$(]|$/u);
  if (/\p{L}{2}/u.test(text.slice(from, start))) return quote(text, from, end, start);
  const lineEnd = lineEndOf(text, end);
  let to = Math.min(lineEnd, end + AFTER);
  if (to < lineEnd) to = lastBreak(text, end, to);
  return quote(text, start, Math.max(end, end + text.slice(end, to).trimEnd().length));
}

/** Less than this before a value says little: the words that name it end the line above. */
const SHORT = 40;
const FULL_LINE = 60;

/** Where the line of the value starts, or the one above when the sentence runs over from it. */
function sentenceLineStart(text: string, start: number): number {
  const own = lineStartOf(text, start);
  if (own === 0 || start - own >= SHORT) return own;
  const above = lineStartOf(text, own - 1);
  const line = text.slice(above, own - 1);
  return line.length >= FULL_LINE && !/[.;:$]\s*$/.test(line) && !/ {3}|\t/.test(line.slice(8)) ? above : own;
}

/** The line on which a value stands, shortened around it at the end of a word. */
export function citeLine(text: string, start: number, end: number): string {
  return quoteLine(text, start, end).quotation;
}

/** The same with its place. */
export function quoteLine(text: string, start: number, end: number): Cited {
  const lineStart = lineStartOf(text, start);
  const lineEnd = lineEndOf(text, end);
  let from = Math.max(lineStart, start - BEFORE);
  let to = Math.min(lineEnd, end + AFTER);
  if (from > lineStart) from = nextWordAt(text, from, start);
  if (to < lineEnd) to = lastWordEnd(text, end, to);
  return quote(text, from, to, start);
}

/** Before the last comma or the like when enough stands before it, else after the last whole word. */
function lastBreak(text: string, end: number, to: number): number {
  const comma = text.slice(end, to).search(/[,;:(][^,;:(]*$/);
  return comma > 0 ? end + comma : lastWordEnd(text, end, to);
}

/** Where the first whole word at or after `from` starts; `start` when there is none. */
function nextWordAt(text: string, from: number, start: number): number {
  const space = text.slice(from - 1, start).search(/\s/);
  return space === -1 ? start : from + space;
}

/** Where the last whole word before `to` ends; `end` when there is none. */
function lastWordEnd(text: string, end: number, to: number): number {
  return (
    end +
    (text
      .slice(end, to + 1)
      .match(/^.*(?=\s)/s)?.[0]
      .trimEnd().length ?? 0)
  );
}
