/** Text with its facts: what a template writes, so that the page and its truth are made at once. */
import type { TrueFact, WrittenFact } from "./truth.ts";

/** A run of letters, perhaps bold, perhaps the words of a fact. */
export interface Run {
  text: string;
  bold?: true;
  fact?: WrittenFact;
}

export type Written = readonly Run[];

/** What a template may put into a text. */
export type Writable = string | number | Written;

/** A text: w`Prix : ${amount(48500000, "prix")}`. */
export function w(strings: TemplateStringsArray, ...values: Writable[]): Written {
  return strings.flatMap((text, index) => {
    const value = values[index];
    return [...plain(text), ...(value === undefined ? [] : toWritten(value))];
  });
}

export function toWritten(value: Writable): Written {
  return typeof value === "object" ? value : plain(String(value));
}

export function bold(value: Writable): Written {
  return toWritten(value).map((run) => ({ ...run, bold: true }));
}

/** The words of a fact, as they stand on the page. */
export function state(text: string, fact: TrueFact): Written {
  return [{ text, fact: { fact, text } }];
}

/** The same text, whose facts may be found but need not be. */
export function inPassing(value: Written): Written {
  return value.map((run) => (run.fact === undefined ? run : { ...run, fact: { ...run.fact, may: true } }));
}

/** Texts in a row: « a, b et c ». */
export function join(values: readonly Written[], between = ", ", last = between): Written {
  return values.flatMap((value, index) => {
    if (index === 0) return value;
    return [...plain(index === values.length - 1 ? last : between), ...value];
  });
}

function plain(text: string): Written {
  return text === "" ? [] : [{ text }];
}
