/** A desk that writes a Word file: numbered paragraphs and tabs, tables only for accounts. */
import {
  AlignmentType,
  Document,
  Paragraph,
  type ParagraphChild,
  Tab,
  Table,
  TableCell,
  TableRow,
  TabStopType,
  TextRun,
} from "docx";

import { toWordFile } from "../paper/to-word.ts";
import type { WrittenFact } from "../truth.ts";
import { bold, toWritten, w, type Writable, type Written } from "../written.ts";
import type { Desk, Figure } from "./desk.ts";

export class WordDesk implements Desk {
  readonly facts: WrittenFact[] = [];
  readonly #parts: (Paragraph | Table)[] = [];

  masthead(name: Writable, lines: Writable[]): void {
    for (const line of [bold(name), ...lines]) this.#paragraph(line, { alignment: AlignmentType.RIGHT });
  }

  headline(words: string): void {
    this.#paragraph(bold(words), { alignment: AlignmentType.CENTER, spacing: { before: 240, after: 240 } });
  }

  section(words: string): void {
    this.#paragraph(bold(words), { spacing: { before: 200 }, keepNext: true });
  }

  prose(words: Writable): void {
    this.#paragraph(words, { alignment: AlignmentType.BOTH });
  }

  answers(rows: [question: string, answer: Writable][]): void {
    for (const [question, answer] of rows)
      this.#parts.push(
        new Paragraph({
          tabStops: [{ type: TabStopType.LEFT, position: 3400 }],
          children: [...this.#runs(`${question} :`), new TextRun({ children: [new Tab()] }), ...this.#runs(answer)],
        }),
      );
  }

  persons(figures: Figure[]): void {
    for (const { part, described } of figures) {
      for (const words of described) this.#paragraph(w`${words};`, { indent: { left: 400 } });
      this.#paragraph(w`ci-après : ${bold(part.toUpperCase())}`, { indent: { left: 400 } });
    }
  }

  ledger(heads: string[], rows: Writable[][], sums: number[]): void {
    this.#parts.push(
      new Table({
        rows: [heads.map(bold), ...rows].map((cells) => new TableRow({
          children: cells.map((cell, column) => new TableCell({
            children: [new Paragraph({ alignment: sums.includes(column) ? AlignmentType.RIGHT : AlignmentType.LEFT, children: this.#runs(cell) })],
          })),
        })),
      }),
    ); // prettier-ignore
  }

  signatures(rows: { name: Written; as: string; when?: Written; blank?: true }[]): void {
    for (const { name, as, when } of rows) {
      if (when !== undefined) this.#paragraph(when);
      this.#paragraph("________________________", { spacing: { before: 300 } });
      this.#paragraph(w`${name}, ${as}`);
    }
  }

  space(): void {
    this.#paragraph("");
  }

  async finish(title: string): Promise<Uint8Array> {
    return toWordFile(() => new Document({ title, creator: "Secrétariat", sections: [{ children: this.#parts }] }));
  }

  #paragraph(words: Writable, options: object = {}): void {
    this.#parts.push(new Paragraph({ spacing: { after: 100 }, ...options, children: this.#runs(words) }));
  }

  #runs(words: Writable): ParagraphChild[] {
    return toWritten(words).map(({ text, bold, fact }) => {
      if (fact !== undefined && !this.facts.includes(fact)) this.facts.push(fact);
      return new TextRun({ text: text.replaceAll("\n", " "), bold: bold ?? false });
    });
  }
}
