/** The suite's result as a table. */
import { count, type Findings, type Kind, kinds } from "./findings.ts";

export interface Line extends Findings {
  name: string;
  faults: number;
  seconds: number;
}

const titles: Record<Kind, string> = {
  lost: "lost",
  torn: "torn",
  twice: "executed twice",
  open: "left open",
  failed: "unexcused errors",
};

export function toTable(lines: readonly Line[]): string {
  const header = ["scenario", "faults", "runs", "steps", ...kinds.map((kind) => titles[kind]), "seconds"];
  const rows = lines.map((line) => [line.name, ...numbersOf(line)]);
  const sum = numbersOf({
    faults: total(lines, (line) => line.faults),
    runs: total(lines, (line) => line.runs),
    steps: total(lines, (line) => line.steps),
    problems: lines.flatMap((line) => line.problems),
    seconds: total(lines, (line) => line.seconds),
  });
  const all = [header, ...rows, ["sum", ...sum]];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const text = all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  const rule = "─".repeat(text[0]?.length ?? 0);
  return [text[0], rule, ...text.slice(1, -1), rule, text.at(-1)].join("\n");
}

function numbersOf(line: Omit<Line, "name">): string[] {
  const counts = [line.faults, line.runs, line.steps, ...kinds.map((kind) => count(line, kind))];
  return [...counts.map((each) => each.toLocaleString("en")), line.seconds.toFixed(1)];
}

function total(lines: readonly Line[], numberOf: (line: Line) => number): number {
  return lines.reduce((sum, line) => sum + numberOf(line), 0);
}
