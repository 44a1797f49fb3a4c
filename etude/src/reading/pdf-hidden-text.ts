import { areaOf, apply, boxOf, intersect, isInside, type Box } from "./pdf-geometry.ts";
import type { PageContent, PaintedArea, TextPiece } from "./pdf-page-content.ts";

/** Letters smaller than this, in points, are not meant to be read. */
const SMALLEST_READABLE = 4;
/** Below this contrast (1 is none) letters melt into their background. */
const LOWEST_CONTRAST = 1.2;
/** An image is held to hide the text under it only when it covers this part of the page: a signature covers less. */
const COVERING_IMAGE = 0.5;

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** The piece as it is seen, without its accents and tails. */
function boxOfPiece(piece: TextPiece): Box {
  const scale = Math.hypot(piece.matrix[2], piece.matrix[3]) || 1;
  return boxOf(piece.matrix, 0, 0, piece.width, (piece.fontSize / scale) * 0.6);
}

/** The colour under a piece; undefined when it cannot be known. */
function backgroundOf(piece: TextPiece, x: number, y: number, areas: readonly PaintedArea[]): string | undefined {
  const under = areas.findLast((area) => area.order < piece.order && isInside(area.box, x, y));
  return under === undefined ? "#ffffff" : under.color;
}

function isCovered(piece: TextPiece, areas: readonly PaintedArea[], page: Box): boolean {
  const box = boxOfPiece(piece);
  return areas.some((area) => {
    if (area.order < piece.order) return false;
    if (area.image ? areaOf(area.box) < COVERING_IMAGE * areaOf(page) : area.color === undefined) return false;
    return areaOf(intersect(area.box, box)) >= 0.95 * areaOf(box);
  });
}

/** Whether a person who looks at the page cannot see this piece, though a program reads it. */
export function isHidden(piece: TextPiece, { areas }: PageContent, page: Box): boolean {
  if (piece.inkless || piece.fontSize < SMALLEST_READABLE) return true;
  const middle = apply(piece.matrix, piece.width / 2, 0);
  const box = boxOfPiece(piece);
  const center = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  if (!isInside(page, center.x, center.y, 1) || !isInside(piece.clip, center.x, center.y, 2)) return true;
  const background = backgroundOf(piece, middle.x, center.y, areas);
  if (piece.color !== undefined && background !== undefined && contrast(piece.color, background) < LOWEST_CONTRAST)
    return true;
  return isCovered(piece, areas, page);
}
