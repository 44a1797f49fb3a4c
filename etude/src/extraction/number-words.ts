/** Words read one by one from a folded text, with hyphens, spaces or one line break between them. */
export interface WordCursor {
  /** The word at the cursor, or "" when what stands there is not a word. */
  peek(): string;
  /** Steps over the word. */
  next(): void;
  /** Where the last word that was stepped over ends. */
  readonly end: number;
  /** Goes back to a place given by `mark`. */
  reset(mark: CursorMark): void;
  mark(): CursorMark;
}

interface CursorMark {
  at: number;
  end: number;
}

const WORD = /[a-z]+/y;
const GAP = /(?:[ \t]{0,3}-[ \t]{0,2}\n?[ \t]{0,8}|[ \t]{1,3}|[ \t]{0,3}\n[ \t]{0,8})?/y;

export function createWordCursor(folded: string, start: number): WordCursor {
  let at = start;
  let end = start;
  function wordAt(): string {
    WORD.lastIndex = at;
    return WORD.exec(folded)?.[0] ?? "";
  }
  return {
    peek: wordAt,
    next(): void {
      end = at + wordAt().length;
      GAP.lastIndex = end;
      at = end + (GAP.exec(folded)?.[0].length ?? 0);
    },
    get end(): number {
      return end;
    },
    mark: () => ({ at, end }),
    reset(mark: CursorMark): void {
      at = mark.at;
      end = mark.end;
    },
  };
}

/** A number read from words, and where it ends. */
export interface WordNumber {
  value: number;
  end: number;
}
