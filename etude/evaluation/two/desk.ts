/** What a template of the second generator asks of a desk; each kind of desk writes it in its own way. */
import type { Writable, Written } from "../written.ts";

export interface Figure {
  /** « Partie venderesse ». */
  part: string;
  names: Written[];
  /** How the names stand where they are declared, with birth, occupation and home. */
  described: Written[];
}

export interface Desk {
  /** Who writes: the name, and where to find them. */
  masthead(name: Writable, lines: Writable[]): void;
  headline(words: string): void;
  section(words: string): void;
  prose(words: Writable): void;
  /** What a form asks, and the answers. */
  answers(rows: [question: string, answer: Writable][]): void;
  persons(figures: Figure[]): void;
  /** Rows with a heading each, below column headings; `sums` are the columns of amounts. */
  ledger(heads: string[], rows: Writable[][], sums: number[]): void;
  signatures(rows: { name: Written; as: string; when?: Written; blank?: true }[]): void;
  space(): void;
}

/** A paper of the second generator. */
export type Template = (desk: Desk, paper: import("../story/plan.ts").Paper) => void;
