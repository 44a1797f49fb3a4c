/** Sheets of paper and what is on them: marks to draw, and the facts that the drawn words say. */
import type { WrittenFact } from "../truth.ts";
import type { Run, Written } from "../written.ts";
import { type Face, type Family, widthOf } from "./fonts.ts";

/** Points from the sheet's upper left corner; a text's `y` is its baseline. Grey: 0 is black, 1 white. */
export type Mark =
  | { mark: "text"; x: number; y: number; text: string; face: Face; size: number; grey: number }
  | { mark: "line"; points: [number, number][]; width: number; grey: number }
  | { mark: "box"; x: number; y: number; width: number; height: number; grey: number };

export interface Sheet {
  marks: Mark[];
  facts: WrittenFact[];
}

export const letter = { width: 612, height: 792 };

export interface Type {
  family: Family;
  size: number;
  bold?: boolean;
  grey?: number;
}

interface Word {
  text: string;
  bold: boolean;
  width: number;
  /** The width of the space before, 0 where the line may break after a hyphen, and how many spaces it is. */
  space: number;
  spaces: number;
  facts: WrittenFact[];
}

/** Words that fit a line. */
export interface Line {
  words: Word[];
  width: number;
  /** The paragraph ends here: it is not stretched. */
  last: boolean;
}

export type Alignment = "left" | "right" | "center" | "justify";

/** Breaks a text into lines: at spaces, at line feeds, and after the hyphens of words. */
export function breakLines(text: Written, type: Type, width: number): Line[] {
  const lines: Line[] = [];
  let words: Word[] = [];
  let filled = 0;
  const end = (last: boolean): void => {
    lines.push({ words, width: filled, last });
    words = [];
    filled = 0;
  };
  for (const cluster of toClusters(toWords(text, type))) {
    if (cluster === "break") {
      end(true);
      continue;
    }
    const needed = cluster.reduce((sum, word) => sum + word.width, 0);
    const [first] = cluster;
    if (words.length > 0 && filled + first!.space + needed > width) end(false);
    // No line begins with a space.
    const opening = words.length === 0 ? { ...first!, space: 0, spaces: 0 } : first!;
    words.push(opening, ...cluster.slice(1));
    filled += opening.space + needed;
  }
  if (words.length > 0 || lines.length === 0) end(true);
  return lines;
}

/** Words that nothing parts stay together: a fact and the comma after it. */
function* toClusters(words: Iterable<Word | "break">): Generator<Word[] | "break"> {
  let cluster: Word[] = [];
  for (const word of words) {
    const isGlued = word !== "break" && word.spaces === 0 && !(cluster.at(-1)?.text.endsWith("-") ?? true);
    if (!isGlued && cluster.length > 0) {
      yield cluster;
      cluster = [];
    }
    if (word === "break") yield word;
    else cluster.push(word);
  }
  if (cluster.length > 0) yield cluster;
}

function* toWords(text: Written, type: Type): Generator<Word | "break"> {
  const regular = widthOf(" ", faceOf(type, false), type.size);
  let spaces = 0;
  for (const run of text) {
    const face = faceOf(type, run.bold ?? false);
    // The hyphen needs a letter on each side: « 123-45 » and « 7 - 9 » stay whole.
    for (const part of run.text.split(/(\n| +|(?<=\p{L}-)(?=\p{L}))/u)) {
      if (part === "\n") {
        yield "break";
        spaces = 0;
      } else if (/^ +$/.test(part)) spaces = part.length;
      else if (part !== "") {
        // A space that keeps a line whole is drawn as any other: that is how it comes out of a printed file.
        const drawn = part.replaceAll("\u00a0", " ");
        const width = widthOf(drawn, face, type.size);
        yield { text: drawn, bold: face.bold, width, space: regular * spaces, spaces, facts: factsOf(run) };
        spaces = 0;
      }
    }
  }
}

function factsOf({ fact }: Run): WrittenFact[] {
  return fact === undefined ? [] : [fact];
}

function faceOf({ family, bold }: Type, isBold: boolean): Face {
  return { family, bold: (bold ?? false) || isBold };
}

/** Draws a line, and writes down the facts of its words. */
export function drawLine(
  sheet: Sheet,
  line: Line,
  at: { x: number; y: number; width: number },
  type: Type,
  alignment: Alignment = "left",
): void {
  const gaps = line.words.filter(({ space }) => space > 0).length;
  const rest = at.width - line.width;
  const isStretched = alignment === "justify" && !line.last && gaps > 0;
  const stretch = isStretched ? rest / gaps : 0;
  let x = at.x + (alignment === "right" ? rest : alignment === "center" ? rest / 2 : 0);
  let open: (Mark & { mark: "text" }) | undefined;
  for (const { text, bold, width, space, spaces, facts } of line.words) {
    x += space === 0 ? 0 : space + stretch;
    const face = faceOf(type, bold);
    // A stretched line is drawn word by word, as word processors do; others run by run.
    if (open !== undefined && !isStretched && open.face.bold === face.bold) open.text += " ".repeat(spaces) + text;
    else {
      open = { mark: "text", x, y: at.y, text, face, size: type.size, grey: type.grey ?? 0 };
      sheet.marks.push(open);
    }
    for (const fact of facts) if (!sheet.facts.includes(fact)) sheet.facts.push(fact);
    x += width;
  }
}

export function drawRule(sheet: Sheet, points: [number, number][], width = 0.6, grey = 0): void {
  sheet.marks.push({ mark: "line", points, width, grey });
}

export function drawBox(sheet: Sheet, x: number, y: number, width: number, height: number, grey: number): void {
  sheet.marks.push({ mark: "box", x, y, width, height, grey });
}

/** A frame of thin lines. */
export function drawFrame(sheet: Sheet, x: number, y: number, width: number, height: number, line = 0.5): void {
  drawRule(sheet, [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]], line); // prettier-ignore
}
