import {
  areaOf,
  boxOf,
  IDENTITY,
  intersect,
  isNumberList,
  multiply,
  toMatrix,
  type Box,
  type Matrix,
} from "./pdf-geometry.ts";
import { lettersOf } from "./pdf-glyph-letters.ts";
import type { PageContent } from "./pdf-page-content.ts";
import { isRectangle, segmentsOf } from "./pdf-rectangle.ts";

/** One drawing instruction of pdf.js, by name. */
export interface Instruction {
  name: string;
  args: readonly unknown[];
}

export interface FontLookup {
  /** Font units to text units, 0.001 but for Type 3 fonts. */
  unitsOf(fontName: string): number;
  isBold(fontName: string): boolean;
}

interface GraphicsState {
  matrix: Matrix;
  clip: Box;
  fill: string | undefined;
  stroke: string | undefined;
  alpha: number;
  blended: boolean;
  fontName: string;
  fontSize: number;
  renderingMode: number;
  charSpacing: number;
  wordSpacing: number;
  horizontalScale: number;
  leading: number;
  rise: number;
  textMatrix: Matrix;
  x: number;
  y: number;
  lineX: number;
  lineY: number;
  /** The last glyph drawn was a space. */
  spaced: boolean;
  /** A transformation was the last instruction: what follows it is an image that was left out, or nothing. */
  fresh: boolean;
}

/** Beyond this many shapes a page is a drawing, and its backgrounds are not tracked further. */
const MOST_AREAS = 5000;
/** A jump of this part of the letters' height separates two pieces. */
const PIECE_GAP = 0.1;
const FILLS = new Set([22, 23, 24, 25, 26, 27]);
/** A path that ends without being drawn only clips. */
const OPS_END_PATH = 28;
/** A longer path is a drawing. */
const LONGEST_PATH = 2000;
/** A shorter level line, in points, is a part of a letter or of a tick. */
const SHORTEST_RULE = 20;

function colorOf(value: unknown): string | undefined {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : undefined;
}

function num(value: unknown, fallback = 0): number {
  return typeof value === "number" ? value : fallback;
}

/** Follows the drawing instructions of a page, and notes where each string and each opaque area is drawn. */
export class PageReader {
  readonly content: PageContent = { pieces: [], areas: [], rules: [] };
  readonly #view: Matrix;
  readonly #page: Box;
  readonly #fonts: FontLookup;
  readonly #isLayerVisible: (layer: unknown) => boolean;
  #state: GraphicsState;
  #stack: GraphicsState[] = [];
  #layers: boolean[] = [];
  #clipNext = false;
  #order = 0;

  constructor(view: Matrix, page: Box, fonts: FontLookup, isLayerVisible: (layer: unknown) => boolean) {
    this.#view = view;
    this.#page = page;
    this.#fonts = fonts;
    this.#isLayerVisible = isLayerVisible;
    this.#state = this.#initialState();
  }

  #initialState(): GraphicsState {
    return {
      matrix: this.#view,
      clip: { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity },
      fill: "#000000",
      stroke: "#000000",
      alpha: 1,
      blended: false,
      fontName: "",
      fontSize: 0,
      renderingMode: 0,
      charSpacing: 0,
      wordSpacing: 0,
      horizontalScale: 1,
      leading: 0,
      rise: 0,
      textMatrix: IDENTITY,
      x: 0,
      y: 0,
      lineX: 0,
      lineY: 0,
      spaced: false,
      fresh: false,
    };
  }

  follow({ name, args }: Instruction): void {
    const state = this.#state;
    this.#order += 1;
    if (name === "transform") {
      state.matrix = multiply(state.matrix, toMatrix(args));
      state.fresh = true;
      return;
    }
    if (name === "restore") this.#noteLeftOutImage();
    if (name !== "dependency") state.fresh = false;
    const handler = this.#handlers[name];
    handler?.(args);
  }

  readonly #handlers: Record<string, (args: readonly unknown[]) => void> = {
    save: () => this.#save(),
    restore: () => this.#restore(),
    beginGroup: () => this.#save(),
    endGroup: () => this.#restore(),
    paintFormXObjectBegin: ([matrix, bounds]) => {
      this.#save();
      if (isNumberList(matrix)) this.#state.matrix = multiply(this.#state.matrix, toMatrix(matrix));
      if (isNumberList(bounds)) this.#clipTo(bounds);
    },
    paintFormXObjectEnd: () => this.#restore(),
    beginAnnotation: ([, bounds, transform, matrix]) => {
      this.#save();
      const initial = this.#initialState();
      this.#state = initial;
      if (isNumberList(bounds)) this.#clipTo(bounds);
      initial.matrix = multiply(multiply(this.#view, toMatrix(transform)), toMatrix(matrix));
    },
    endAnnotation: () => this.#restore(),
    beginMarkedContent: () => void this.#layers.push(true),
    beginMarkedContentProps: ([tag, layer]) => void this.#layers.push(tag !== "OC" || this.#isLayerVisible(layer)),
    endMarkedContent: () => void this.#layers.pop(),
    setFillRGBColor: ([color]) => void (this.#state.fill = colorOf(color)),
    setStrokeRGBColor: ([color]) => void (this.#state.stroke = colorOf(color)),
    setFillColorN: () => void (this.#state.fill = undefined),
    setStrokeColorN: () => void (this.#state.stroke = undefined),
    setGState: ([pairs]) => this.#setGraphics(pairs),
    setFont: ([fontName, size]) => this.#setFont(fontName, size),
    setTextRenderingMode: ([mode]) => void (this.#state.renderingMode = num(mode)),
    setCharSpacing: ([value]) => void (this.#state.charSpacing = num(value)),
    setWordSpacing: ([value]) => void (this.#state.wordSpacing = num(value)),
    setHScale: ([value]) => void (this.#state.horizontalScale = num(value, 100) / 100),
    setLeading: ([value]) => void (this.#state.leading = -num(value)),
    setTextRise: ([value]) => void (this.#state.rise = num(value)),
    beginText: () => this.#setTextMatrix(IDENTITY),
    setTextMatrix: (args) => this.#setTextMatrix(toMatrix(isNumberList(args[0]) ? args[0] : args)),
    moveText: ([x, y]) => this.#moveText(num(x), num(y)),
    setLeadingMoveText: ([x, y]) => {
      this.#state.leading = num(y);
      this.#moveText(num(x), num(y));
    },
    nextLine: () => this.#moveText(0, this.#state.leading),
    showText: ([glyphs]) => this.#showText(Array.isArray(glyphs) ? glyphs : []),
    clip: () => void (this.#clipNext = true),
    eoClip: () => void (this.#clipNext = true),
    constructPath: ([end, data, bounds]) => this.#drawPath(end, data, bounds),
    rawFillPath: () => undefined,
    shadingFill: () => this.#paint(this.#page, undefined, false),
  };

  #save(): void {
    this.#stack.push({ ...this.#state });
  }

  #restore(): void {
    const saved = this.#stack.pop();
    if (saved !== undefined) this.#state = saved;
  }

  #setGraphics(pairs: unknown): void {
    if (!Array.isArray(pairs)) return;
    for (const [key, value] of pairs as [string, unknown][]) {
      if (key === "ca") this.#state.alpha = num(value, 1);
      if (key === "BM") this.#state.blended = value !== "source-over" && value !== "Normal";
      if (key === "Font" && Array.isArray(value)) this.#setFont(value[0], value[1]);
    }
  }

  #setFont(fontName: unknown, size: unknown): void {
    this.#state.fontName = typeof fontName === "string" ? fontName : "";
    this.#state.fontSize = num(size);
  }

  #setTextMatrix(matrix: Matrix): void {
    Object.assign(this.#state, { textMatrix: matrix, x: 0, y: 0, lineX: 0, lineY: 0 });
  }

  #moveText(x: number, y: number): void {
    const state = this.#state;
    state.lineX += x;
    state.lineY += y;
    state.x = state.lineX;
    state.y = state.lineY;
  }

  #clipTo(bounds: ArrayLike<number>): void {
    const box = boxOf(this.#state.matrix, bounds[0] ?? 0, bounds[1] ?? 0, bounds[2] ?? 0, bounds[3] ?? 0);
    this.#state.clip = intersect(this.#state.clip, box);
  }

  #drawPath(end: unknown, data: unknown, bounds: unknown): void {
    const clipped = this.#clipNext;
    this.#clipNext = false;
    if (!isNumberList(bounds) || bounds.length < 4) return;
    if (num(end) !== OPS_END_PATH) this.#noteRules(Array.isArray(data) ? data[0] : data);
    if (FILLS.has(num(end))) {
      const box = boxOf(this.#state.matrix, bounds[0] ?? 0, bounds[1] ?? 0, bounds[2] ?? 0, bounds[3] ?? 0);
      const path: unknown = Array.isArray(data) ? data[0] : data;
      this.#paint(box, isRectangle(path, bounds) ? this.#state.fill : undefined, false);
    }
    if (clipped) this.#clipTo(bounds);
  }

  /** The level segments of a path, for those who read tables. */
  #noteRules(path: unknown): void {
    if (!isNumberList(path) || path.length > LONGEST_PATH || this.content.rules.length >= MOST_AREAS) return;
    for (const { x0, y0, x1, y1 } of segmentsOf([...path])) {
      const box = boxOf(this.#state.matrix, x0, y0, x1, y1);
      if (box.bottom - box.top < 1 && box.right - box.left > SHORTEST_RULE)
        this.content.rules.push({ left: box.left, right: box.right, y: (box.top + box.bottom) / 2 });
    }
  }

  /** Images are not decoded (a scan of 300 pages would take minutes): they leave a place where nothing is drawn. */
  #noteLeftOutImage(): void {
    if (this.#state.fresh) this.#paint(boxOf(this.#state.matrix, 0, 0, 1, 1), undefined, true);
  }

  #paint(box: Box, color: string | undefined, image: boolean): void {
    const { alpha, blended, clip } = this.#state;
    const shown = intersect(box, intersect(clip, this.#page));
    if (alpha < 1 || blended || areaOf(shown) < 20 || this.#layers.includes(false)) return;
    if (this.content.areas.length < MOST_AREAS)
      this.content.areas.push({ box: shown, color, image, order: this.#order });
  }

  #showText(glyphs: readonly unknown[]): void {
    const state = this.#state;
    const units = this.#fonts.unitsOf(state.fontName);
    const size = Math.abs(state.fontSize);
    const direction = state.fontSize < 0 ? -1 : 1;
    let text = "";
    // A space that ends a string counts for the next one.
    let { spaced } = state;
    let start = 0;
    let advance = 0;
    const flush = (): void => {
      if (text !== "") {
        this.#pushPiece(
          { text, spaced },
          start * state.horizontalScale * direction,
          (advance - start) * state.horizontalScale,
          direction,
        );
        spaced = false;
      }
      text = "";
    };
    for (const glyph of glyphs) {
      if (typeof glyph === "number") {
        const jump = (-glyph * size) / 1000;
        if (Math.abs(jump) > PIECE_GAP * size) flush();
        advance += jump;
        continue;
      }
      if (typeof glyph !== "object" || glyph === null) continue;
      const { unicode, width, isSpace } = glyph as { unicode?: unknown; width?: unknown; isSpace?: unknown };
      const letters = lettersOf(unicode);
      if (/^\s+$/.test(letters)) {
        flush();
        spaced = true;
      } else {
        if (text === "") start = advance;
        text += letters;
      }
      advance += num(width) * units * size + state.charSpacing + (isSpace === true ? state.wordSpacing : 0);
    }
    flush();
    state.spaced = spaced;
    state.x += advance * state.horizontalScale * direction;
  }

  #pushPiece(piece: { text: string; spaced: boolean }, offset: number, width: number, direction: number): void {
    const state = this.#state;
    const place = multiply(
      state.matrix,
      multiply(state.textMatrix, [direction, 0, 0, direction, state.x + offset, state.y + state.rise]),
    );
    const painted = state.renderingMode % 4 === 1 ? state.stroke : state.fill;
    this.content.pieces.push({
      ...piece,
      bold: this.#fonts.isBold(state.fontName),
      width,
      matrix: place,
      fontSize: Math.abs(state.fontSize) * Math.hypot(place[2], place[3]),
      color: painted,
      inkless:
        state.renderingMode === 3 || state.renderingMode === 7 || state.alpha < 0.05 || this.#layers.includes(false),
      clip: state.clip,
      order: this.#order,
    });
  }
}
