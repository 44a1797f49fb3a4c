import type { Box, Matrix } from "./pdf-geometry.ts";

/** A word, or a part of one, drawn at one place, in one style. */
export interface TextPiece {
  text: string;
  /** A space was drawn right before it. */
  spaced: boolean;
  bold: boolean;
  /** Maps the piece's own space (baseline at y 0, from x 0 to `width`) to the page as it is seen. */
  matrix: Matrix;
  width: number;
  /** Height of the letters as they are seen, in points. */
  fontSize: number;
  /** `#rrggbb`; undefined for a pattern. */
  color: string | undefined;
  /** Drawn without ink: invisible rendering mode, no opacity, or a layer that is switched off. */
  inkless: boolean;
  /** The only part of the page where the drawing shows. */
  clip: Box;
  /** Rank among everything that the page draws. */
  order: number;
}

/** Something opaque drawn on the page: a filled shape, or an image. */
export interface PaintedArea {
  box: Box;
  /** `#rrggbb`; undefined when unknown: an image, a pattern, a shape that is not a rectangle. */
  color: string | undefined;
  image: boolean;
  order: number;
}

/** A thin line across: the border of a table's row, a line to sign on. */
export interface HorizontalRule {
  left: number;
  right: number;
  y: number;
}

export interface PageContent {
  pieces: TextPiece[];
  areas: PaintedArea[];
  rules: HorizontalRule[];
}
