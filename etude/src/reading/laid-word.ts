import type { Box } from "./pdf-geometry.ts";

/** A word laid on the direction in which it is read: from `left` to `right` along the line, `base` down the page. */
export interface LaidWord {
  text: string;
  left: number;
  right: number;
  base: number;
  /** Height of the letters, in points. */
  size: number;
  bold: boolean;
  /** A space was written before it, however narrow. */
  spaced: boolean;
  /** The next word is the rest of this one, on the line below. */
  glued?: true;
  /** Where it stands on the page as it is seen. */
  box: Box;
}

/** Dots and underscores to fill by hand. */
export function isLeader({ text }: { text: string }): boolean {
  return /^[_.…·]+$/.test(text) && (text.length >= 4 || text.includes("_"));
}

/** Two words as one. */
export function joinWords(first: LaidWord, second: LaidWord): LaidWord {
  return {
    ...first,
    text: first.text + second.text,
    right: Math.max(first.right, second.right),
    size: Math.max(first.size, second.size),
    bold: first.bold && second.bold,
    box: {
      left: Math.min(first.box.left, second.box.left),
      top: Math.min(first.box.top, second.box.top),
      right: Math.max(first.box.right, second.box.right),
      bottom: Math.max(first.box.bottom, second.box.bottom),
    },
  };
}
