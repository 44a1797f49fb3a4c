/** Rows as a table that fits the terminal. */
import Table from "cli-table3";
import stringWidth from "string-width";

import { colors, outputWidth, print } from "./output.ts";

/** A column: its heading, and whether it may be shortened where there is no room. */
export interface Column {
  head: string;
  align?: "left" | "right";
  /** Shortened before the others, to no less than this. */
  shrinkTo?: number;
}

const gap = 2;

/** Prints rows under headings. Cells come as they shall be shown: safe, and coloured when they are. */
export async function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): Promise<void> {
  const widths = fit(
    columns,
    columns.map(({ head }, index) => Math.max(stringWidth(head), ...rows.map((row) => stringWidth(row[index] ?? "")))),
    outputWidth(),
  );
  const none = Object.fromEntries(chars.map((name) => [name, ""]));
  const table = new Table({
    head: columns.map(({ head }) => colors.dim(head)),
    colWidths: widths.map((width) => width + gap),
    colAligns: columns.map(({ align = "left" }) => align),
    chars: none,
    // Its own colours ignore that the output is not a terminal.
    style: { head: [], border: [], "padding-left": 0, "padding-right": gap },
  });
  table.push(...rows.map((row) => [...row]));
  const text = table.toString();
  await print(
    text
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n"),
  );
}

const chars = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
  "middle",
] as const;

/** Takes from the widest column that may be shortened until the row fits, or nothing more can be taken. */
function fit(columns: readonly Column[], natural: readonly number[], room: number | undefined): number[] {
  const widths = [...natural];
  if (room === undefined) return widths;
  for (let over = sum(widths) + gap * widths.length - room; over > 0; over--) {
    let widest: number | undefined;
    for (const [index, { shrinkTo }] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (shrinkTo !== undefined && width > shrinkTo && width > (widest === undefined ? 0 : (widths[widest] ?? 0)))
        widest = index;
    }
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
