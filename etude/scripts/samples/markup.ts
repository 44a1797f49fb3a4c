/** `**bold**` and `_italic_` inside a text, for the PDF and the DOCX writers alike. */

export interface Run {
  text: string;
  /** 0 regular, 1 bold, 2 italic. */
  style: 0 | 1 | 2;
}

export function toRuns(markup: string): Run[] {
  return markup
    .split(/(\*\*.+?\*\*|(?<![\p{L}\d_])_[^_]+_(?![\p{L}\d_]))/u)
    .filter((part) => part !== "")
    .map((part) => {
      if (part.startsWith("**")) return { text: part.slice(2, -2), style: 1 };
      if (/^_[^_]+_$/.test(part)) return { text: part.slice(1, -1), style: 2 };
      return { text: part, style: 0 };
    });
}
