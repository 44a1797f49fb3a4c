/** A PDF written from top to bottom: headings, justified paragraphs, tables, signature blocks, page numbers. */
import { PDFDocument, type PDFFont, type PDFPage, StandardFonts, grayscale, rgb, setWordSpacing } from "pdf-lib";
import { type Typography, toFrenchTypography } from "./french-typography.ts";
import { type Run, toRuns } from "./markup.ts";
import { signatureCurve } from "./signature-curve.ts";

const LETTER = { width: 612, height: 792 } as const;

const FAMILIES = {
  times: [StandardFonts.TimesRoman, StandardFonts.TimesRomanBold, StandardFonts.TimesRomanItalic],
  helvetica: [StandardFonts.Helvetica, StandardFonts.HelveticaBold, StandardFonts.HelveticaOblique],
  courier: [StandardFonts.Courier, StandardFonts.CourierBold, StandardFonts.CourierOblique],
} as const;

export interface SheetOptions extends Typography {
  title: string;
  author: string;
  family: keyof typeof FAMILIES;
  /** In points. @default 10.5 */
  fontSize?: number;
  /** In points. @default 64 */
  margin?: number;
  /** @default false */
  landscape?: boolean;
  /** The left part of the footer; the right part is « Page 1 de 3 ». */
  footer?: string;
  /** Initials of the parties at the foot of each page but the last. */
  initials?: string[];
}

export interface ParagraphOptions {
  align?: "left" | "justify" | "center" | "right";
  /** In points, from the left margin. */
  indent?: number;
  /** Written in the indent, before the first line: « 3.1 ». */
  label?: string;
  size?: number;
  gapAfter?: number;
  /** The paragraph is not split from the next `keep` points. */
  keep?: number;
}

export interface Column {
  /** A share of the width of the table. */
  share: number;
  align?: "left" | "right" | "center";
}

export interface TableOptions {
  size?: number;
  /** The first row is a header, repeated on a new page. @default true */
  header?: boolean;
  /** The last row is a total, in bold. @default false */
  total?: boolean;
}

type Line = Run[];

export class Sheet {
  readonly document: PDFDocument;
  readonly width: number;
  readonly margin: number;
  page!: PDFPage;
  /** The baseline of the next line, from the bottom of the page. */
  y = 0;
  readonly #options: SheetOptions;
  readonly #fonts: readonly PDFFont[];
  readonly #size: number;
  readonly #height: number;
  readonly #bottom: number;

  private constructor(document: PDFDocument, fonts: readonly PDFFont[], options: SheetOptions) {
    this.document = document;
    this.#fonts = fonts;
    this.#options = options;
    this.#size = options.fontSize ?? 10.5;
    this.margin = options.margin ?? 64;
    this.width = options.landscape ? LETTER.height : LETTER.width;
    this.#height = options.landscape ? LETTER.width : LETTER.height;
    this.#bottom = options.initials ? 78 : 58;
    this.pageBreak();
  }

  static async create(options: SheetOptions): Promise<Sheet> {
    const document = await PDFDocument.create();
    document.setTitle(options.title);
    document.setAuthor(options.author);
    document.setLanguage("fr-CA");
    const fonts = await Promise.all(FAMILIES[options.family].map((name) => document.embedFont(name)));
    return new Sheet(document, fonts, options);
  }

  get innerWidth(): number {
    return this.width - 2 * this.margin;
  }

  pageBreak(): void {
    this.page = this.document.addPage([this.width, this.#height]);
    this.y = this.#height - this.margin;
  }

  gap(points: number): void {
    this.y -= points;
  }

  /** Starts a new page unless `points` are left on this one. */
  ensure(points: number): void {
    if (this.y - points < this.#bottom) this.pageBreak();
  }

  rule(thickness = 0.7): void {
    this.page.drawLine({
      start: { x: this.margin, y: this.y },
      end: { x: this.width - this.margin, y: this.y },
      thickness,
      color: grayscale(0.25),
    });
    this.y -= 14;
  }

  heading(
    text: string,
    { size = this.#size + 1, align = "left", gapBefore = 8, gapAfter = 5 } = {} as HeadingOptions,
  ): void {
    this.gap(gapBefore);
    this.paragraph(`**${text}**`, { size, align, gapAfter, keep: 4.4 * this.#size });
  }

  paragraph(markup: string, options: ParagraphOptions = {}): void {
    const { align = "justify", indent = 0, label, size = this.#size, gapAfter = 6, keep = 0 } = options;
    const lines = this.#wrap(markup, this.innerWidth - indent, size);
    const leading = size * 1.28;
    this.ensure((lines.length <= 3 ? lines.length : 2) * leading + keep);
    for (const [index, line] of lines.entries()) {
      // Two lines at least on the next page.
      this.ensure(index === lines.length - 2 ? 2 * leading : leading);
      this.y -= size;
      if (index === 0 && label) this.text(label, this.margin, this.y, { size });
      const isLast = index === lines.length - 1;
      this.#drawLine(
        line,
        this.margin + indent,
        this.innerWidth - indent,
        size,
        align === "justify" && isLast ? "left" : align,
      );
      this.y -= leading - size;
    }
    this.gap(gapAfter);
  }

  /** A table with ruled cells; a cell may hold several lines, separated by `\n`. */
  table(
    columns: Column[],
    rows: string[][],
    { size = this.#size - 1, header = true, total = false }: TableOptions = {},
  ): void {
    const shares = columns.reduce((sum, column) => sum + column.share, 0);
    const widths = columns.map((column) => (this.innerWidth * column.share) / shares);
    const drawRow = (row: string[], style: "header" | "body" | "total"): void => {
      const bold = style !== "body";
      const cells = row.map((cell, index) =>
        cell
          .split("\n")
          .flatMap((part) => this.#wrap(bold && part !== "" ? `**${part}**` : part, widths[index]! - 9, size)),
      );
      const leading = size * 1.25;
      const height = Math.max(...cells.map((cell) => cell.length)) * leading + 7;
      if (this.y - height < this.#bottom) {
        this.pageBreak();
        if (header && style !== "header") drawRow(rows[0]!, "header");
      }
      const top = this.y;
      let x = this.margin;
      for (const [index, cell] of cells.entries()) {
        const width = widths[index]!;
        this.page.drawRectangle({
          x,
          y: top - height,
          width,
          height,
          borderWidth: 0.5,
          borderColor: grayscale(0.35),
          ...(bold && { color: grayscale(style === "header" ? 0.9 : 0.95) }),
        });
        this.y = top - 4;
        for (const line of cell) {
          this.y -= size;
          this.#drawLine(line, x + 4.5, width - 9, size, columns[index]!.align ?? "left");
          this.y -= leading - size;
        }
        x += width;
      }
      this.y = top - height;
    };
    for (const [index, row] of rows.entries()) {
      drawRow(row, header && index === 0 ? "header" : total && index === rows.length - 1 ? "total" : "body");
    }
    this.gap(10);
  }

  /** Blocks side by side, two a row: a scribble, a line, the name, and what stands below it. */
  signatures(blocks: { name: string; below?: string; signed: boolean }[]): void {
    const width = (this.innerWidth - 36) / 2;
    for (let index = 0; index < blocks.length; index += 2) {
      this.ensure(68);
      this.gap(34);
      for (const [column, { name, below, signed }] of blocks.slice(index, index + 2).entries()) {
        const x = this.margin + column * (width + 36);
        if (signed) this.scribble(name, x + 14, this.y + 4);
        this.page.drawLine({ start: { x, y: this.y }, end: { x: x + width, y: this.y }, thickness: 0.6 });
        this.text(name, x, this.y - 11, { size: this.#size - 1 });
        if (below) this.text(below, x, this.y - 22, { size: this.#size - 1.5 });
      }
      this.gap(28);
    }
  }

  /** A signature in blue ink, always the same for a name. */
  scribble(name: string, x: number, y: number, scale = 1): void {
    const path = signatureCurve(name).map(([px, py]) => `${px.toFixed(1)} ${(-py).toFixed(1)}`);
    this.page.drawSvgPath(`M ${path.join(" L ")}`, { x, y, scale, borderColor: rgb(0.1, 0.15, 0.5), borderWidth: 0.9 });
  }

  /** A line of text anywhere on the page. */
  text(
    markup: string,
    x: number,
    y: number,
    { size = this.#size, align = "left", width = 0 } = {} as TextOptions,
  ): void {
    const kept = this.y;
    this.y = y;
    this.#drawLine(toRuns(this.#typeset(markup)), x, width, size, align);
    this.y = kept;
  }

  async save(): Promise<Uint8Array> {
    const pages = this.document.getPages();
    for (const [index, page] of pages.entries()) {
      this.page = page;
      const { footer, initials } = this.#options;
      if (initials && index < pages.length - 1) this.#drawInitials(initials);
      if (footer) this.text(footer, this.margin, 36, { size: 8 });
      this.text(`Page ${index + 1} de ${pages.length}`, this.margin, 36, {
        size: 8,
        align: "right",
        width: this.innerWidth,
      });
    }
    return this.document.save();
  }

  #drawInitials(initials: string[]): void {
    this.text("Initiales :", this.margin, 54, { size: 8 });
    for (const [index, letters] of initials.entries()) {
      const x = this.margin + 48 + index * 60;
      this.page.drawRectangle({ x, y: 50, width: 54, height: 15, borderWidth: 0.5, borderColor: grayscale(0.4) });
      this.text(`_${letters}_`, x, 54.5, { size: 9, align: "center", width: 54 });
    }
  }

  #typeset(text: string): string {
    return toFrenchTypography(text, this.#options);
  }

  #measure(line: Line, size: number): number {
    return line.reduce((sum, run) => sum + widthOf(run.text, this.#fonts[run.style]!, size), 0);
  }

  #wrap(markup: string, width: number, size: number): Line[] {
    const lines: Line[] = [];
    let line: Line = [];
    let used = 0;
    const words = toRuns(this.#typeset(markup)).flatMap(({ text, style }) =>
      text.split(/(?<= )/).map((word) => ({ text: word, style })),
    );
    for (const [index, word] of words.entries()) {
      // A mark that touches the word before it (« **acheteur**, ») goes to the next line with it, or not at all.
      const glued = words[index + 1] && !word.text.endsWith(" ") ? [word, words[index + 1]!] : [word];
      const needed = this.#measure(
        glued.map((part) => ({ ...part, text: part.text.trimEnd() })),
        size,
      );
      if (used + needed > width && line.length > 0) {
        lines.push(line);
        line = [];
        used = 0;
      }
      const last = line.at(-1);
      if (last && last.style === word.style) last.text += word.text;
      else line.push({ ...word });
      used += this.#measure([word], size);
    }
    lines.push(line);
    for (const each of lines) if (each.length > 0) each.at(-1)!.text = each.at(-1)!.text.trimEnd();
    return lines;
  }

  #drawLine(line: Line, x: number, width: number, size: number, align: NonNullable<ParagraphOptions["align"]>): void {
    const natural = this.#measure(line, size);
    const spaces = line.reduce((sum, run) => sum + run.text.split(" ").length - 1, 0);
    const slack = width - natural;
    const stretch = align === "justify" && spaces > 0 ? slack / spaces : 0;
    let cursor = x + (align === "center" ? slack / 2 : align === "right" ? slack : 0);
    this.page.pushOperators(setWordSpacing(stretch));
    for (const run of line) {
      const font = this.#fonts[run.style]!;
      this.page.drawText(run.text, { x: cursor, y: this.y, size, font });
      cursor += widthOf(run.text, font, size) + stretch * (run.text.split(" ").length - 1);
    }
    this.page.pushOperators(setWordSpacing(0));
  }
}

/** pdf-lib measures a text with its kerning, and draws it without. */
function widthOf(text: string, font: PDFFont, size: number): number {
  let width = 0;
  for (const character of text) width += font.widthOfTextAtSize(character, size);
  return width;
}

interface HeadingOptions {
  size?: number;
  align?: "left" | "center";
  gapBefore?: number;
  gapAfter?: number;
}

interface TextOptions {
  size?: number;
  align?: "left" | "center" | "right";
  width?: number;
}
