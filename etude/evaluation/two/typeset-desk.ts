/** A desk that sets type: margins with captions, forms with boxes, newspaper columns, deeds with numbered lines. */
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
import { bold, join, toWritten, w, type Writable, type Written } from "../written.ts";
import type { Desk, Figure } from "./desk.ts";

export interface Habit {
  type: Type;
  leading: number;
  left: number;
  right: number;
  /** How each thing is set. */
  manner: "margin" | "newspaper" | "form" | "deed";
}

export const habits: Record<"plain" | "columns" | "tables" | "justified" | "scanned", Habit> = {
  plain: { type: { family: "carlito", size: 11 }, leading: 14.5, left: 60, right: 60, manner: "margin" },
  columns: { type: { family: "tinos", size: 9.5 }, leading: 11.4, left: 48, right: 48, manner: "newspaper" },
  tables: { type: { family: "arimo", size: 9.5 }, leading: 12, left: 42, right: 42, manner: "form" },
  justified: { type: { family: "tinos", size: 12 }, leading: 21, left: 96, right: 60, manner: "deed" },
  scanned: { type: { family: "arimo", size: 11 }, leading: 15, left: 72, right: 64, manner: "margin" },
};

const top = 60;
const bottom = letter.height - 52;

export class TypesetDesk implements Desk {
  readonly sheets: Sheet[] = [];
  readonly #habit: Habit;
  readonly #random: Random;
  readonly #width: number;
  #y = 0;
  /** Lines that wait to be spread over two columns. */
  #waiting: { line: Line; type: Type; alignment: Alignment; gap: number }[] = [];

  constructor(habit: Habit, random: Random) {
    this.#habit = habit;
    this.#random = random;
    this.#width = letter.width - habit.left - habit.right;
    this.#turn();
  }

  masthead(name: Writable, lines: Writable[]): void {
    const { type, leading, left, manner } = this.#habit;
    const big: Type = { ...type, size: type.size + 4, bold: true };
    const small: Type = { ...type, size: type.size - 1.5 };
    if (manner === "deed") {
      this.#lines(name, big, "left");
      for (const line of lines) this.#lines(line, small, "left");
    } else {
      // The mark on the left, the address on the right, on the same lines.
      const start = this.#y;
      drawBox(this.#sheet, left, start, 18, 18, manner === "form" ? 0.2 : 0.65);
      const half = this.#width / 2;
      const names = breakLines(toWritten(name), big, half - 28);
      for (const [index, line] of names.entries())
        drawLine(this.#sheet, line, { x: left + 26, y: start + big.size + index * (leading + 4), width: half }, big);
      let at = start;
      for (const line of lines.flatMap((value) => breakLines(toWritten(value), small, half))) {
        drawLine(this.#sheet, line, { x: left + half, y: at + small.size, width: half }, small, "right");
        at += leading - 1;
      }
      this.#y = Math.max(at, start + names.length * (leading + 4)) + 6;
    }
    this.#rule(0.4);
    this.space();
  }

  headline(words: string): void {
    this.#flush();
    const { type, manner } = this.#habit;
    const text = manner === "deed" ? spaceOut(words) : words;
    if (manner === "form") {
      this.#room(30);
      drawBox(this.#sheet, this.#habit.left, this.#y, this.#width, 20, 0.15);
      drawLine(this.#sheet, breakLines(toWritten(text), { ...type, size: type.size + 1.5, bold: true }, this.#width)[0]!, { x: this.#habit.left + 6, y: this.#y + 14, width: this.#width }, { ...type, size: type.size + 1.5, bold: true, grey: 1 }); // prettier-ignore
      this.#y += 28;
    } else {
      this.#lines(text, { ...type, size: type.size + 3, bold: true }, manner === "margin" ? "left" : "center");
      this.space();
    }
  }

  section(words: string): void {
    const { type, manner, leading } = this.#habit;
    if (manner === "newspaper") {
      this.#wait(bold(words), type, "left", 4);
      return;
    }
    this.#room(leading * 3);
    if (manner === "form") {
      drawBox(this.#sheet, this.#habit.left, this.#y, this.#width, 14, 0.85);
      this.#lines(bold(` ${words}`), type, "left", 14);
      this.#y += 3;
    } else {
      this.#y += leading * 0.35;
      this.#lines(bold(manner === "deed" ? spaceOut(words.toUpperCase()) : words), type, manner === "deed" ? "center" : "left"); // prettier-ignore
    }
  }

  prose(words: Writable): void {
    const { type, manner, leading } = this.#habit;
    if (manner === "newspaper") {
      this.#wait(toWritten(words), type, "justify", leading * 0.4);
      return;
    }
    this.#lines(words, type, manner === "deed" ? "justify" : "left");
    this.#y += leading * 0.3;
  }

  answers(rows: [question: string, answer: Writable][]): void {
    this.#flush();
    const { type, leading, manner, left } = this.#habit;
    if (manner === "deed") {
      this.prose(w`${join(rows.map(([question, answer]) => w`${question} : ${answer}`), "; ")}.`); // prettier-ignore
      return;
    }
    if (manner === "form") {
      for (let index = 0; index < rows.length; index += 2) this.#boxes(rows.slice(index, index + 2));
      this.#y += 8;
      return;
    }
    if (manner === "newspaper") {
      // Two answers to a line, at tab stops.
      for (let index = 0; index < rows.length; index += 2) {
        const pair = rows.slice(index, index + 2);
        const half = this.#width / 2;
        const columns = pair.map(([question, answer]) => [
          breakLines(toWritten(question), { ...type, grey: 0.3 }, half * 0.42 - 6),
          breakLines(toWritten(answer), type, half * 0.58 - 10),
        ]);
        const height = Math.max(...columns.flat().map(({ length }) => length)) * leading + 2;
        this.#room(height);
        for (const [column, [questions, answers]] of columns.entries()) {
          const x = left + column * half;
          this.#draw(questions!, x, half * 0.42, { ...type, grey: 0.3 });
          this.#draw(answers!, x + half * 0.42, half * 0.58, type);
        }
        this.#y += height;
      }
      this.space();
      return;
    }
    for (const [question, answer] of rows) {
      const questions = breakLines(bold(question), type, this.#width * 0.33);
      const lines = breakLines(toWritten(answer), type, this.#width * 0.64);
      const height = Math.max(questions.length, lines.length) * leading + 2;
      this.#room(height);
      this.#draw(questions, left, this.#width * 0.33, type);
      this.#draw(lines, left + this.#width * 0.36, this.#width * 0.64, type);
      this.#y += height;
    }
    this.space();
  }

  persons(figures: Figure[]): void {
    this.#flush();
    const { manner, leading, type, left } = this.#habit;
    if (manner === "deed") {
      for (const { part, described } of figures)
        this.prose(w`${join(described, "; ")}; ci-après : ${bold(part.toUpperCase())}.`);
    } else if (manner === "form")
      this.ledger(["", "Nom, occupation et domicile"], figures.flatMap(({ part, described }) => described.map((words, index) => [`${part} ${index + 1}`, words])), []); // prettier-ignore
    else if (manner === "newspaper") {
      const width = this.#width / figures.length;
      const columns = figures.map(({ part, described }) => [breakLines(bold(part.toUpperCase()), type, width - 12), ...described.map((words) => breakLines(words, type, width - 12))].flat()); // prettier-ignore
      const height = Math.max(...columns.map(({ length }) => length)) * leading + 6;
      this.#room(height);
      for (const [index, lines] of columns.entries()) this.#draw(lines, left + index * width, width - 12, type);
      this.#y += height;
    } else
      for (const { part, described } of figures) {
        this.#lines(bold(part), type, "left");
        for (const words of described) this.#lines(words, type, "left", leading, 22);
        this.#y += leading * 0.4;
      }
  }

  ledger(heads: string[], rows: Writable[][], sums: number[]): void {
    this.#flush();
    const { type, leading, manner, left } = this.#habit;
    const shares = heads.map((_, column) => (sums.includes(column) ? 0.75 : column === 0 ? 1.1 : 1.25));
    const total = shares.reduce((sum, share) => sum + share, 0);
    const widths = shares.map((share) => (share / total) * this.#width);
    const all = [heads.map(bold), ...rows];
    for (const [row, cells] of all.entries()) {
      const laid = cells.map((cell, column) => breakLines(column === 0 && manner === "form" ? bold(cell) : toWritten(cell), type, widths[column]! - 8)); // prettier-ignore
      const height = Math.max(...laid.map(({ length }) => length)) * leading + 5;
      this.#room(height);
      if (manner === "newspaper" && row % 2 === 1) drawBox(this.#sheet, left, this.#y, this.#width, height, 0.93);
      let x = left;
      for (const [column, lines] of laid.entries()) {
        if (manner === "form") drawFrame(this.#sheet, x, this.#y, widths[column]!, height, 0.5);
        this.#draw(lines, x + 4, widths[column]! - 8, type, sums.includes(column) ? "right" : "left", 2);
        x += widths[column]!;
      }
      this.#y += height;
      if (row === 0 && manner !== "form") this.#rule(0.2);
    }
    this.space();
  }

  signatures(rows: { name: Written; as: string; when?: Written; blank?: true }[]): void {
    this.#flush();
    const { type, leading, left, manner } = this.#habit;
    for (const { name, as, when, blank } of rows) {
      const height = 30 + leading * 2;
      this.#room(height);
      if (manner === "form") {
        const widths = [0.42, 0.34, 0.24].map((share) => share * this.#width);
        let x = left;
        for (const [column, words] of [name, toWritten(as), when ?? w``].entries()) {
          drawFrame(this.#sheet, x, this.#y, widths[column]!, height - 10, 0.5);
          this.#draw(
            breakLines(words, type, widths[column]! - 8),
            x + 4,
            widths[column]! - 8,
            type,
            "left",
            height - 26,
          );
          x += widths[column]!;
        }
        if (blank !== true) scribble(this.#sheet, this.#random, left + 12, this.#y + 22, 100);
      } else {
        const x = manner === "margin" ? left : left + this.#width * 0.42;
        if (blank !== true) scribble(this.#sheet, this.#random, x + 16, this.#y + 26, 120);
        drawRule(this.#sheet, [[x, this.#y + 28], [x + 200, this.#y + 28]], 0.4); // prettier-ignore
        const caption = manner === "newspaper" ? w`${name}\n${as}` : w`${name}, ${as}`;
        this.#draw(breakLines(caption, type, this.#width * 0.56), x, this.#width * 0.56, type, "left", 29);
        if (when !== undefined) this.#draw(breakLines(when, type, this.#width * 0.4), manner === "margin" ? left + this.#width * 0.56 : left, this.#width * 0.4, type, "left", 16); // prettier-ignore
      }
      this.#y += height;
    }
    this.space();
  }

  space(): void {
    this.#flush();
    this.#y += this.#habit.leading * 0.6;
  }

  /** Ends the paper; small print and page numbers go on each sheet. */
  finish(print: string): Sheet[] {
    this.#flush();
    const { type, left, manner } = this.#habit;
    const small: Type = { ...type, size: 7, grey: 0.35 };
    for (const [index, sheet] of this.sheets.entries()) {
      const words = `${print}   ${index + 1}/${this.sheets.length}`;
      drawLine(sheet, breakLines(toWritten(words), small, this.#width)[0]!, { x: left, y: letter.height - 26, width: this.#width }, small, "center"); // prettier-ignore
      if (manner === "deed") this.#numberLines(sheet);
    }
    return this.sheets;
  }

  get #sheet(): Sheet {
    return this.sheets.at(-1)!;
  }

  #turn(): void {
    this.sheets.push({ marks: [], facts: [] });
    this.#y = top;
  }

  #room(height: number): void {
    if (this.#y + height > bottom && this.#y > top) this.#turn();
  }

  #rule(grey: number): void {
    const { left } = this.#habit;
    drawRule(this.#sheet, [[left, this.#y], [left + this.#width, this.#y]], 0.8, grey); // prettier-ignore
    this.#y += 3;
  }

  #lines(words: Writable, type: Type, alignment: Alignment, leading = this.#habit.leading, indent = 0): void {
    this.#flush();
    const width = this.#width - indent;
    for (const line of breakLines(toWritten(words), type, width)) {
      const height = Math.max(leading, type.size * 1.2);
      this.#room(height);
      drawLine(this.#sheet, line, { x: this.#habit.left + indent, y: this.#y + type.size, width }, type, alignment);
      this.#y += height;
    }
  }

  #draw(lines: Line[], x: number, width: number, type: Type, alignment: Alignment = "left", down = 0): void {
    for (const [index, line] of lines.entries())
      drawLine(this.#sheet, line, { x, y: this.#y + down + type.size + index * this.#habit.leading, width }, type, alignment); // prettier-ignore
  }

  /** A caption in small print in the corner of each box, the answer below it. */
  #boxes(pair: [question: string, answer: Writable][]): void {
    const { type, leading, left } = this.#habit;
    const width = this.#width / pair.length;
    const laid = pair.map(([, answer]) => breakLines(toWritten(answer), type, width - 12));
    const height = 13 + Math.max(...laid.map(({ length }) => length)) * leading + 4;
    this.#room(height);
    const caption: Type = { ...type, size: 6.5, grey: 0.25 };
    for (const [column, [question]] of pair.entries()) {
      const x = left + column * width;
      drawFrame(this.#sheet, x, this.#y, width, height, 0.5);
      drawLine(this.#sheet, breakLines(toWritten(question), caption, width - 6)[0]!, { x: x + 4, y: this.#y + 8, width }, caption); // prettier-ignore
      this.#draw(laid[column]!, x + 6, width - 12, type, "left", 11);
    }
    this.#y += height;
  }

  #wait(words: Written, type: Type, alignment: Alignment, gap: number): void {
    const lines = breakLines(words, type, (this.#width - 20) / 2);
    for (const [index, line] of lines.entries())
      this.#waiting.push({ line, type, alignment, gap: index === lines.length - 1 ? gap : 0 });
  }

  #flush(): void {
    const { leading, left } = this.#habit;
    const width = (this.#width - 20) / 2;
    while (this.#waiting.length > 0) {
      this.#room(leading * 3);
      const start = this.#y;
      const perColumn = Math.min(Math.ceil(this.#waiting.length / 2), Math.floor((bottom - start) / (leading * 1.08)));
      let end = start;
      for (const column of [0, 1]) {
        let y = start;
        for (const { line, type, alignment, gap } of this.#waiting.splice(0, perColumn)) {
          drawLine(this.#sheet, line, { x: left + column * (width + 20), y: y + type.size, width }, type, alignment);
          y += leading + gap;
        }
        end = Math.max(end, y);
      }
      this.#y = end + leading * 0.4;
      if (this.#waiting.length > 0) this.#turn();
    }
  }

  /** As in the margin of some deeds: every fifth line. */
  #numberLines(sheet: Sheet): void {
    const type: Type = { family: "tinos", size: 8, grey: 0.45 };
    for (let row = 5; top + row * this.#habit.leading < bottom; row += 5)
      drawLine(sheet, breakLines(toWritten(String(row)), type, 30)[0]!, { x: 44, y: top + row * this.#habit.leading, width: 30 }, type, "right"); // prettier-ignore
  }
}

/** « D É S I G N A T I O N ». */
function spaceOut(words: string): string {
  return words.split(" ").map((word) => Array.from(word).join("\u00a0")).join("   "); // prettier-ignore
}
