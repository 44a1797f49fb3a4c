/** What stands on a page, as a person sees it: plain data, kept beside the page's text, whose places it names. */
export interface PageLayout {
  /** Size of the page as it is seen, in points; 0 where there are no pages (DOCX). */
  width: number;
  height: number;
  /** In reading order; together they cover the text. */
  blocks: LayoutBlock[];
  /**
   * Where each word stands: start and end in the text, then left, top, right and bottom on the page, in points from its
   * upper left corner. Empty where nothing says where words stand (DOCX, text files).
   */
  words: PlacedWord[];
}

export type PlacedWord = [start: number, end: number, left: number, top: number, right: number, bottom: number];

export type BlockKind =
  | "paragraph"
  | "heading"
  | "list"
  | "table"
  /** Lines to sign on, with the names under them. */
  | "signature"
  /** What heads every page of the document… */
  | "header"
  /** …and what stands at the foot of each. */
  | "footer";

/** A stretch of the page's text, from `start` to `end`. */
export interface LayoutBlock {
  kind: BlockKind;
  start: number;
  end: number;
  /** The cells of a table, row by row. */
  cells?: LayoutCell[];
  /** Its last line is full and ends no sentence: it may go on on the next page. */
  open?: true;
}

/** A cell of a table; `row` and `column` are from 0. */
export interface LayoutCell {
  row: number;
  column: number;
  start: number;
  end: number;
  /** It names what stands below it. */
  heading?: true;
}
