/** Sets texts on PDF pages in many ways: columns, justified or ragged lines, leading, fonts, turned pages, tables. */
import { degrees, PDFDocument, StandardFonts, type PDFFont, type PDFPage } from "pdf-lib";

/** What is to be set, whatever the layout. */
export type Piece =
  | { kind: "paragraph"; text: string }
  | { kind: "heading"; text: string }
  | { kind: "table"; rows: string[][]; header?: boolean };

export interface Setting {
  font: StandardFonts;
  bold: StandardFonts;
  size: number;
  /** Between baselines, in parts of the size. */
  leading: number;
  /** Room between paragraphs, in lines. */
  paragraphGap: number;
  columns: 1 | 2;
  /** Between columns, in points. */
  gutter: number;
  margin: number;
  align: "left" | "justify";
  /** How the words are written: a string for a line, for a word, or for a letter. */
  unit: "line" | "word" | "letter";
  /** The page is stored turned. */
  rotation: 0 | 90 | 180 | 270;
  ruled: boolean;
  /** Lines of the right column stand this much lower, in points. */
  offset: number;
  spacedHeadings: boolean;
}

const WIDTH = 612;
const HEIGHT = 792;

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed * 2654435761 + 12345;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return ((state >>> 8) % 65536) / 65536;
  };
}

export function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** A layout as an office might have it. */
export function randomSetting(random: () => number): Setting {
  const [font, bold] = pick(random, [
    [StandardFonts.Helvetica, StandardFonts.HelveticaBold],
    [StandardFonts.TimesRoman, StandardFonts.TimesRomanBold],
    [StandardFonts.Courier, StandardFonts.CourierBold],
  ] as const);
  const columns = pick(random, [1, 2] as const);
  return {
    font,
    bold,
    size: columns === 2 && font === StandardFonts.Courier ? 8 : pick(random, [8, 9, 10, 11, 12]),
    leading: pick(random, [1.1, 1.2, 1.4, 1.6, 2, 2.4]),
    paragraphGap: pick(random, [0.5, 1]),
    columns,
    gutter: pick(random, [14, 20, 30]),
    margin: pick(random, [40, 60, 72]),
    align: pick(random, ["left", "justify"] as const),
    unit: pick(random, ["line", "word", "letter"] as const),
    rotation: pick(random, [0, 0, 90, 180, 270] as const),
    ruled: pick(random, [true, false]),
    offset: pick(random, [0, 0, 4]),
    spacedHeadings: pick(random, [false, false, true]),
  };
}

/** The width of a text as it is drawn, without the kerning that is not. */
function widthOf(font: PDFFont, text: string, size: number): number {
  return Array.from(text).reduce((width, letter) => width + font.widthOfTextAtSize(letter, size), 0);
}

/** Sets each list of pieces in a column of its own page. */
export class PageSetter {
  readonly #document: PDFDocument;
  readonly #setting: Setting;
  readonly #font: PDFFont;
  readonly #bold: PDFFont;
  #page!: PDFPage;
  #column = 0;
  #y = 0;

  private constructor(document: PDFDocument, font: PDFFont, bold: PDFFont, setting: Setting) {
    this.#document = document;
    this.#font = font;
    this.#bold = bold;
    this.#setting = setting;
    this.newPage();
  }

  static async create(setting: Setting): Promise<PageSetter> {
    const document = await PDFDocument.create();
    const [font, bold] = [await document.embedFont(setting.font), await document.embedFont(setting.bold)];
    return new PageSetter(document, font, bold, setting);
  }

  newPage(): void {
    const { rotation } = this.#setting;
    this.#page = this.#document.addPage(rotation % 180 === 0 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH]);
    this.#page.setRotation(degrees(rotation));
    this.#column = 0;
    this.#y = HEIGHT - this.#setting.margin;
  }

  /** The next column of the page, or the next page. */
  newColumn(): void {
    if (this.#column + 1 >= this.#setting.columns) return this.newPage();
    this.#column += 1;
    this.#y = HEIGHT - this.#setting.margin - this.#setting.offset;
  }

  async save(): Promise<Buffer> {
    return Buffer.from(await this.#document.save());
  }

  get #width(): number {
    const { margin, gutter, columns } = this.#setting;
    return (WIDTH - 2 * margin - (columns - 1) * gutter) / columns;
  }

  get #left(): number {
    return this.#setting.margin + this.#column * (this.#width + this.#setting.gutter);
  }

  /** Sets a piece; a column that is full goes on in the next one. */
  set(piece: Piece): void {
    const { size, leading, paragraphGap } = this.#setting;
    if (piece.kind === "table") this.#setTable(piece.rows, piece.header === true);
    else if (piece.kind === "heading") {
      const text = this.#setting.spacedHeadings
        ? piece.text
            .split(" ")
            .map((word) => word.split("").join(" "))
            .join("   ")
        : piece.text;
      this.#setLine(text.split(" "), this.#bold, "left", true);
    } else this.#setParagraph(piece.text);
    this.#y -= paragraphGap * leading * size;
  }

  #setParagraph(text: string): void {
    const { size, align } = this.#setting;
    let line: string[] = [];
    for (const word of text.split(" ")) {
      const longer = [...line, word];
      if (line.length > 0 && widthOf(this.#font, longer.join(" "), size) > this.#width) {
        this.#setLine(line, this.#font, align);
        line = [word];
      } else line = longer;
    }
    this.#setLine(line, this.#font, "left");
  }

  #setLine(words: readonly string[], font: PDFFont, align: "left" | "justify", whole = false): void {
    const { size, leading } = this.#setting;
    if (this.#y - size < 40) this.newColumn();
    const natural = widthOf(font, words.join(" "), size);
    const space = widthOf(font, " ", size);
    const extra = align === "justify" && words.length > 1 ? (this.#width - natural) / (words.length - 1) : 0;
    if (whole || (this.#setting.unit === "line" && extra === 0))
      this.#write(words.join(" "), this.#left, this.#y, font);
    else {
      let x = this.#left;
      for (const word of words) {
        this.#writeWord(word, x, font);
        x += widthOf(font, word, size) + space + extra;
      }
    }
    this.#y -= leading * size;
  }

  #writeWord(word: string, x: number, font: PDFFont): void {
    if (this.#setting.unit !== "letter") return this.#write(word, x, this.#y, font);
    let at = x;
    for (const letter of word) {
      this.#write(letter, at, this.#y, font);
      at += widthOf(font, letter, this.#setting.size);
    }
  }

  #setTable(rows: readonly string[][], header: boolean): void {
    const { size, leading, ruled } = this.#setting;
    const count = Math.max(...rows.map(({ length }) => length));
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(...rows.map((row) => widthOf(this.#font, row[column] ?? "", size))),
    );
    const gap = Math.max(2 * size, Math.min(40, (this.#width - widths.reduce((a, b) => a + b, 0)) / count));
    for (const [index, row] of rows.entries()) {
      let x = this.#left;
      for (const [column, cell] of row.entries()) {
        this.#write(cell, x, this.#y, header && index === 0 ? this.#bold : this.#font);
        x += (widths[column] ?? 0) + gap;
      }
      if (ruled) this.#rule(this.#left, x, this.#y - 0.4 * leading * size);
      this.#y -= Math.max(leading, 1.4) * size;
    }
  }

  /** Writes a string where a person who looks at the page, turned as it is, sees it. */
  #write(text: string, x: number, y: number, font: PDFFont): void {
    const at = this.#turn(x, y);
    this.#page.drawText(text, { ...at, size: this.#setting.size, font, rotate: degrees(this.#setting.rotation) });
  }

  #rule(left: number, right: number, y: number): void {
    this.#page.drawLine({ start: this.#turn(left, y), end: this.#turn(right, y), thickness: 0.5 });
  }

  #turn(x: number, y: number): { x: number; y: number } {
    switch (this.#setting.rotation) {
      case 0:
        return { x, y };
      case 90:
        return { x: HEIGHT - y, y: x };
      case 180:
        return { x: WIDTH - x, y: HEIGHT - y };
      case 270:
        return { x: y, y: WIDTH - x };
    }
  }
}
