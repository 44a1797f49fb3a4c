/** What the papers of the first generator are made of; the press decides how each looks in a layout. */
import type { Writable, Written } from "../written.ts";

export interface Signature {
  /** « ACHETEUR 1 ». */
  caption: string;
  name: Written;
  /** Where and when, when the paper says so. */
  place?: Written;
  /** Not signed yet. */
  empty?: true;
}

export type Block =
  | { block: "letterhead"; name: Writable; lines: Writable[] }
  | { block: "title"; text: Writable }
  | { block: "heading"; text: Writable }
  | { block: "text"; text: Writable; indent?: number }
  | { block: "fields"; rows: [label: string, value: Writable][] }
  /** Two parties, two addresses: side by side where the layout has room. */
  | { block: "sides"; sides: [Side, Side] }
  | { block: "table"; heads: string[]; widths: number[]; right: number[]; rows: Writable[][] }
  | { block: "signatures"; signatures: Signature[] }
  | { block: "gap"; points: number };

export interface Side {
  title: string;
  lines: Writable[];
}

export interface Draft {
  /** The file's name without its extension. */
  name: string;
  /** Small print at the foot of each page. */
  foot: string;
  blocks: Block[];
}

export const letterhead = (name: Writable, ...lines: Writable[]): Block => ({ block: "letterhead", name, lines });
export const title = (text: Writable): Block => ({ block: "title", text });
export const heading = (text: Writable): Block => ({ block: "heading", text });
export const text = (value: Writable, indent = 0): Block => ({ block: "text", text: value, indent });
export const fields = (...rows: [string, Writable][]): Block => ({ block: "fields", rows });
export const sides = (left: Side, right: Side): Block => ({ block: "sides", sides: [left, right] });
export const gap = (points = 10): Block => ({ block: "gap", points });
export const signatures = (...values: Signature[]): Block => ({ block: "signatures", signatures: values });

/** Widths are shares of the line; the columns named in `right` hold amounts. */
export const table = (heads: string[], widths: number[], right: number[], rows: Writable[][]): Block => ({
  block: "table",
  heads,
  widths,
  right,
  rows,
});
