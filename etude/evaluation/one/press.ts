/** Lays blocks out on sheets, in one of five manners. */
import {
  type Alignment,
  breakLines,
  drawBox,
  drawFrame,
  drawLine,
  drawRule,
  letter,
  type Line,
  type Sheet,
  type Type,
} from "../paper/sheets.ts";
import { scribble } from "../paper/scribble.ts";
import type { Random } from "../random.ts";
import { bold, toWritten, type Writable, type Written } from "../written.ts";
import type { Block, Draft, Side, Signature } from "./blocks.ts";

export interface Manner {
  type: Type;
  leading: number;
  margin: number;
  alignment: Alignment;
  columns: 1 | 2;
  fields: "lines" | "stacked" | "grid" | "leaders";
  sides: "stacked" | "beside" | "grid";
  rules: "none" | "horizontal" | "all";
}

export const manners = {
  plain: {
    type: { family: "arimo", size: 10.5 },
    leading: 14,
    margin: 68,
    alignment: "left",
    columns: 1,
    fields: "lines",
    sides: "stacked",
    rules: "none",
  },
  columns: {
    type: { family: "arimo", size: 9 },
    leading: 11.6,
    margin: 46,
    alignment: "left",
    columns: 2,
    fields: "stacked",
    sides: "beside",
    rules: "horizontal",
  },
  tables: {
    type: { family: "carlito", size: 10.5 },
    leading: 13.4,
    margin: 54,
    alignment: "left",
    columns: 1,
    fields: "grid",
    sides: "grid",
    rules: "all",
  },
  justified: {
    type: { family: "tinos", size: 12 },
    leading: 19,
    margin: 84,
    alignment: "justify",
    columns: 1,
    fields: "leaders",
    sides: "stacked",
    rules: "horizontal",
  },
  typed: {
    type: { family: "courier-prime", size: 11 },
    leading: 15,
    margin: 70,
    alignment: "left",
    columns: 1,
    fields: "lines",
    sides: "stacked",
    rules: "none",
  },
} satisfies Record<string, Manner>;

/** A piece of a page that is never cut. */
interface Strip {
  height: number;
  /** Across both columns. */
  wide: boolean;
  /** Not the last of a page: what it heads follows. */
  heads?: boolean;
  draw(sheet: Sheet, x: number, y: number): void;
}

export function press({ blocks, foot }: Draft, manner: Manner, random: Random): Sheet[] {
  const full = letter.width - 2 * manner.margin;
  const gutter = 22;
  const width = manner.columns === 2 ? (full - gutter) / 2 : full;
  const strips = blocks.flatMap((block) => toStrips(block, isWide(block) ? full : width, manner, random));
  const sheets = flow(strips, manner, width + gutter);
  for (const [index, sheet] of sheets.entries()) {
    const type: Type = { ...manner.type, size: 7.5, grey: 0.3 };
    const at = { x: manner.margin, y: letter.height - 34, width: full };
    drawLine(sheet, breakLines(toWritten(foot), type, full)[0]!, at, type);
    drawLine(sheet, breakLines(toWritten(`Page ${index + 1} de ${sheets.length}`), type, full)[0]!, at, type, "right");
  }
  return sheets;
}

function isWide({ block }: Block): boolean {
  return block !== "text" && block !== "fields" && block !== "heading";
}

function flow(strips: readonly Strip[], { margin, columns }: Manner, step: number): Sheet[] {
  const bottom = letter.height - 56;
  const sheets: Sheet[] = [];
  let sheet: Sheet = { marks: [], facts: [] };
  let y = Number.POSITIVE_INFINITY;
  const turn = (): void => {
    sheet = { marks: [], facts: [] };
    sheets.push(sheet);
    y = 52;
  };
  turn();
  for (const [index, strip] of strips.entries()) {
    if (columns === 2 && !strip.wide) continue;
    if (columns === 2) flowColumns(narrowBefore(strips, index));
    const needed = strip.height + (strip.heads === true ? (strips[index + 1]?.height ?? 0) : 0);
    if (y + needed > bottom && y > 60) turn();
    strip.draw(sheet, margin, y);
    y += strip.height;
  }
  if (columns === 2) flowColumns(narrowBefore(strips, strips.length));
  return sheets;

  /** Fills the left column, then the right; the last page's columns are as long as each other. */
  function flowColumns(narrow: readonly Strip[]): void {
    let rest = [...narrow];
    while (rest.length > 0) {
      const total = rest.reduce((sum, { height }) => sum + height, 0);
      const room = bottom - y;
      if (room < 60) {
        turn();
        continue;
      }
      // A few lines stay in one column: nobody balances them.
      const length = total < 60 ? room : total / 2 + 30 < room ? total / 2 : room;
      const top = y;
      for (const column of [0, 1]) {
        let at = top;
        while (rest.length > 0) {
          const strip = rest[0]!;
          const needed = strip.height + (strip.heads === true ? (rest[1]?.height ?? 0) : 0);
          if ((at + needed > bottom || (column === 0 && at + needed > top + length + 16)) && at > top) break;
          rest.shift();
          strip.draw(sheet, margin + column * step, at);
          at += strip.height;
        }
        y = Math.max(y, at);
      }
      if (rest.length > 0) turn();
    }
  }
}

function narrowBefore(strips: readonly Strip[], index: number): Strip[] {
  const start = strips.slice(0, index).findLastIndex(({ wide }) => wide) + 1;
  return strips.slice(start, index);
}

function toStrips(block: Block, width: number, manner: Manner, random: Random): Strip[] {
  const { type, leading, alignment } = manner;
  switch (block.block) {
    case "gap":
      return [{ height: block.points, wide: false, draw: () => undefined }];
    case "letterhead": {
      const head: Type = { ...type, size: type.size + 5, bold: true };
      return [
        ...lineStrips(block.name, width, head, leading + 5, manner.columns === 2 ? "left" : "center", true),
        ...block.lines.flatMap((line) => lineStrips(line, width, { ...type, size: type.size - 1.5 }, leading - 2, manner.columns === 2 ? "left" : "center", true)), // prettier-ignore
        {
          height: leading,
          wide: true,
          draw: (sheet, x, y) => drawRule(sheet, [[x, y + 5], [x + width, y + 5]], 1.1), // prettier-ignore
        },
      ];
    }
    case "title":
      return [
        ...lineStrips(block.text, width, { ...type, size: type.size + 2.5, bold: true }, leading + 4, "center", true),
        { height: 8, wide: true, draw: () => undefined },
      ];
    case "heading":
      return lineStrips(bold(block.text), width, type, leading + 4, "left", false).map((strip) => ({ ...strip, heads: true })); // prettier-ignore
    case "text": {
      const indent = block.indent ?? 0;
      const strips = lineStrips(block.text, width - indent, type, leading, alignment, false, indent);
      return [...strips, { height: leading * 0.45, wide: false, draw: () => undefined }];
    }
    case "fields":
      return [
        ...block.rows.flatMap(([label, value]) => fieldStrips(label, value, width, manner)),
        space(leading * 0.5),
      ];
    case "sides":
      return [...sideStrips(block.sides, width, manner), { ...space(leading * 0.6), wide: true }];
    case "table":
      return [...tableStrips(block, width, manner), { ...space(leading * 0.6), wide: true }];
    case "signatures":
      return signatureStrips(block.signatures, width, manner, random);
  }
}

function space(height: number): Strip {
  return { height, wide: false, draw: () => undefined };
}

function lineStrips(
  value: Writable,
  width: number,
  type: Type,
  leading: number,
  alignment: Alignment,
  wide: boolean,
  indent = 0,
): Strip[] {
  return breakLines(toWritten(value), type, width).map((line) => ({
    height: leading,
    wide,
    draw: (sheet, x, y) => drawLine(sheet, line, { x: x + indent, y: y + type.size, width }, type, alignment),
  }));
}

function fieldStrips(label: string, value: Writable, width: number, manner: Manner): Strip[] {
  const { type, leading, fields } = manner;
  switch (fields) {
    case "lines":
      return lineStrips([...bold(`${label} : `), ...toWritten(value)], width, type, leading, "left", false);
    case "stacked":
      return [
        ...lineStrips(label, width, { ...type, size: type.size - 1.5, grey: 0.35 }, leading - 1.5, "left", false).map((strip) => ({ ...strip, heads: true })), // prettier-ignore
        ...lineStrips(value, width, type, leading + 2, "left", false),
      ];
    case "grid":
      return gridRow([bold(label), value], [0.34, 0.66], [], width, manner, false, [0]);
    case "leaders":
      return [leaderStrip(label, value, width, manner)];
  }
}

/** « Prix ............ 485 000,00 $ ». */
function leaderStrip(label: string, value: Writable, width: number, { type, leading }: Manner): Strip {
  const name = breakLines(toWritten(label), type, width * 0.5);
  const lines = breakLines(toWritten(value), type, width * 0.58 - 12);
  return {
    height: leading * Math.max(lines.length, name.length),
    wide: false,
    draw: (sheet, x, y) => {
      for (const [index, line] of name.entries())
        drawLine(sheet, line, { x, y: y + type.size + index * leading, width }, type);
      for (const [index, line] of lines.entries())
        drawLine(sheet, line, { x, y: y + type.size + index * leading, width }, type, "right");
      const from = x + name.at(-1)!.width + 6;
      const to = x + width - lines[0]!.width - 6;
      if (name.length === 1 && to - from > 12) {
        const dots = breakLines(toWritten(".".repeat(Math.floor((to - from) / (type.size * 0.3)))), type, width)[0]!;
        drawLine(sheet, dots, { x: from, y: y + type.size, width: to - from }, { ...type, grey: 0.4 }, "left");
      }
    },
  };
}

function sideStrips(values: readonly [Side, Side], width: number, manner: Manner): Strip[] {
  const { type, leading } = manner;
  if (manner.sides === "stacked")
    return values.flatMap(({ title, lines }) => [
      ...lineStrips(bold(title), width, type, leading + 2, "left", true),
      ...lines.flatMap((line) => lineStrips(line, width - 18, type, leading, "left", true, 18)),
      { ...space(leading * 0.4), wide: true },
    ]);
  const columns = values.map(({ title, lines }) => [bold(title), ...lines]);
  const count = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: count }, (_, row) => {
    const cells = columns.map((column) => column[row] ?? "");
    return gridRow(cells, [0.5, 0.5], [], width, { ...manner, rules: manner.sides === "grid" ? "all" : "none" }, row === 0 && manner.sides === "grid"); // prettier-ignore
  })
    .flat()
    .map((strip) => ({ ...strip, wide: true }));
}

function tableStrips(block: Block & { block: "table" }, width: number, manner: Manner): Strip[] {
  const { heads, widths, right, rows } = block;
  return [
    ...gridRow(heads.map(bold), widths, right, width, manner, true),
    ...rows.flatMap((row) => gridRow(row, widths, right, width, manner, false)),
  ].map((strip) => ({ ...strip, wide: true }));
}

function gridRow(
  cells: readonly Writable[],
  widths: readonly number[],
  right: readonly number[],
  width: number,
  { type, leading, rules }: Manner,
  isHead: boolean,
  shaded: readonly number[] = [],
): Strip[] {
  const padding = rules === "all" ? 4 : 2;
  const laid: Line[][] = cells.map((cell, index) => breakLines(toWritten(cell), type, widths[index]! * width - 2 * padding)); // prettier-ignore
  const height = Math.max(...laid.map(({ length }) => length)) * leading + (rules === "none" ? 1 : 4);
  return [
    {
      height,
      wide: false,
      heads: isHead,
      draw: (sheet, x, y) => {
        if (isHead && rules === "all") drawBox(sheet, x, y, width, height, 0.88);
        let left = x;
        for (const [index, lines] of laid.entries()) {
          const cell = widths[index]! * width;
          if (shaded.includes(index)) drawBox(sheet, left, y, cell, height, 0.94);
          if (rules === "all") drawFrame(sheet, left, y, cell, height, 0.4);
          for (const [row, line] of lines.entries())
            drawLine(sheet, line, { x: left + padding, y: y + type.size + 1 + row * leading, width: cell - 2 * padding }, type, right.includes(index) ? "right" : "left"); // prettier-ignore
          left += cell;
        }
        if (rules === "horizontal" || (rules === "none" && isHead))
          drawRule(sheet, [[x, y + height - 1], [x + width, y + height - 1]], isHead ? 0.8 : 0.3); // prettier-ignore
      },
    },
  ];
}

function signatureStrips(values: readonly Signature[], width: number, manner: Manner, random: Random): Strip[] {
  const { type, leading } = manner;
  const perRow = manner.columns === 2 || manner.rules === "all" ? 2 : 1;
  const cell = width / 2 - 14;
  const strips: Strip[] = [];
  for (let index = 0; index < values.length; index += perRow) {
    const row = values.slice(index, index + perRow);
    const lines = row.map(({ caption, name, place }): Written[] => [
      ...(place === undefined ? [] : [place]),
      ...(caption === "" ? [name] : perRow === 2 ? [name, toWritten(caption)] : [[...toWritten(`${caption} — `), ...name]]), // prettier-ignore
    ]);
    const laid = lines.map((group) =>
      group.flatMap((line) => breakLines(line, type, perRow === 2 ? cell : width - 20)),
    );
    strips.push({
      height: 34 + Math.max(...laid.map(({ length }) => length)) * leading + 8,
      wide: true,
      draw: (sheet, x, y) => {
        for (const [position, group] of laid.entries()) {
          const left = x + position * (cell + 28);
          if (row[position]!.empty !== true) scribble(sheet, random, left + 14, y + 30);
          drawRule(sheet, [[left, y + 34], [left + Math.min(cell, 210), y + 34]], 0.5); // prettier-ignore
          for (const [at, line] of group.entries())
            drawLine(sheet, line, { x: left, y: y + 35 + type.size + at * leading, width: perRow === 2 ? cell : width }, type); // prettier-ignore
        }
      },
    });
  }
  return strips;
}
