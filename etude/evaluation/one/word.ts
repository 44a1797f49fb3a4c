/** The same blocks as a Word file. */
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  HeadingLevel,
  Paragraph,
  type ParagraphChild,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from "docx";

import { toWordFile } from "../paper/to-word.ts";
import type { WrittenFact } from "../truth.ts";
import { bold, toWritten, type Writable } from "../written.ts";
import type { Block, Draft } from "./blocks.ts";

export async function toWord({ blocks, foot, name }: Draft): Promise<{ bytes: Uint8Array; facts: WrittenFact[] }> {
  const facts: WrittenFact[] = [];
  const runs = (value: Writable): ParagraphChild[] =>
    toWritten(value).flatMap(({ text, bold, fact }) => {
      if (fact !== undefined && !facts.includes(fact)) facts.push(fact);
      return text.split("\n").map((part, index) => new TextRun({ text: part, bold: bold ?? false, ...(index > 0 ? { break: 1 } : {}) })); // prettier-ignore
    });
  const paragraph = (value: Writable, options: object = {}): Paragraph =>
    new Paragraph({ spacing: { after: 120 }, ...options, children: runs(value) });
  const cell = (value: Writable, share: number): TableCell =>
    new TableCell({ width: { size: share * 100, type: WidthType.PERCENTAGE }, children: [paragraph(value, { spacing: { after: 0 } })] }); // prettier-ignore
  const grid = (rows: Writable[][], widths: number[], framed = true): Table =>
    new Table({
      width: { size: 100, type: WidthType.PERCENTAGE },
      ...(framed ? {} : { borders: noBorders }),
      rows: rows.map((row) => new TableRow({ children: row.map((value, index) => cell(value, widths[index]!)) })),
    });
  const toParts = (block: Block): (Paragraph | Table)[] => {
    switch (block.block) {
      case "letterhead":
        return [block.name, ...block.lines].map((line) => paragraph(line, { alignment: AlignmentType.CENTER, spacing: { after: 0 } })); // prettier-ignore
      case "title":
        return [paragraph(block.text, { heading: HeadingLevel.HEADING_1, alignment: AlignmentType.CENTER })];
      case "heading":
        return [paragraph(block.text, { heading: HeadingLevel.HEADING_2 })];
      case "text":
        return [paragraph(block.text, { alignment: AlignmentType.JUSTIFIED })];
      case "fields":
        return [grid(block.rows.map(([label, value]) => [bold(label), value]), [0.35, 0.65]), paragraph("")]; // prettier-ignore
      case "sides": {
        const [left, right] = block.sides;
        const count = Math.max(left.lines.length, right.lines.length);
        const lines = Array.from({ length: count }, (_, row) => [left.lines[row] ?? "", right.lines[row] ?? ""]);
        return [grid([[bold(left.title), bold(right.title)], ...lines], [0.5, 0.5], false), paragraph("")];
      }
      case "table":
        return [grid([block.heads.map(bold), ...block.rows], block.widths), paragraph("")];
      case "signatures":
        return block.signatures.flatMap(({ caption, name, place }) => [
          ...(place === undefined ? [] : [paragraph(place)]),
          paragraph("______________________________", { spacing: { before: 360, after: 0 } }),
          paragraph(caption === "" ? name : [...toWritten(`${caption} — `), ...name]),
        ]);
      case "gap":
        return [];
    }
  };
  const bytes = await toWordFile(
    () =>
      new Document({
        creator: "Étude",
        title: name,
        sections: [
          {
            properties: { page: { size: { width: 12_240, height: 15_840 } } },
            footers: { default: new Footer({ children: [paragraph(foot)] }) },
            children: blocks.flatMap(toParts),
          },
        ],
      }),
  );
  return { bytes, facts };
}

const none = { style: BorderStyle.NONE, size: 0, color: "auto" };
const noBorders = { top: none, bottom: none, left: none, right: none, insideHorizontal: none, insideVertical: none };
