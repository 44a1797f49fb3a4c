import { headsColumns } from "./heading-row.ts";
import type { LaidBlock, LaidCell, LaidLine } from "./laid-block.ts";
import type { LaidWord } from "./laid-word.ts";
import type { BlockKind } from "./page-layout.ts";
import { joinSpacedLetters } from "./spaced-letters.ts";

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return ENTITIES[name ?? ""] ?? whole;
    },
  );
}

/** A text whose place on a page nothing tells. */
function toWord(text: string, bold: boolean): LaidWord {
  const box = { left: 0, top: 0, right: 0, bottom: 0 };
  return { text, left: 0, right: 0, base: 0, size: 0, bold, spaced: false, box };
}

interface OpenCell {
  text: string;
  bold: boolean;
  heading: boolean;
}

/** The blocks of simple HTML: paragraphs, headings, lists and tables, as they read. */
export function htmlToBlocks(html: string): LaidBlock[] {
  const blocks: LaidBlock[] = [];
  let kind: BlockKind = "paragraph";
  let texts: string[] = [""];
  let bold = 0;
  let rows: OpenCell[][] | undefined;
  let cell: OpenCell | undefined;
  const flush = (): void => {
    const lines = texts
      .map((text) => joinSpacedLetters(text.replaceAll(/[ \t]+$/g, "").trimStart()))
      .filter((text, index, all) => text !== "" || (index > 0 && index < all.length - 1))
      .map((text): LaidLine => ({ cells: [{ column: 0, words: text === "" ? [] : [toWord(text, false)] }] }));
    if (lines.some(({ cells }) => cells.some(({ words }) => words.length > 0))) blocks.push({ kind, lines });
    texts = [""];
    kind = "paragraph";
  };
  for (const [, tag, content] of html.matchAll(/<([^>]*)>|([^<]+)/g)) {
    if (content !== undefined) {
      const text = decodeEntities(content);
      if (cell === undefined) texts[texts.length - 1] += text;
      else {
        cell.text += text;
        cell.bold &&= bold > 0 || text.trim() === "";
      }
      continue;
    }
    const name = /^\/?\s*([a-z0-9]+)/i.exec(tag ?? "")?.[0].toLowerCase() ?? "";
    if (name === "strong" || name === "b") bold += 1;
    else if (name === "/strong" || name === "/b") bold -= 1;
    // A table inside a cell is a part of the cell.
    else if (name === "table" && cell === undefined) {
      flush();
      rows = [];
    } else if (name === "tr" && cell === undefined) rows?.push([]);
    else if (name === "td" || name === "th") {
      if (cell === undefined) cell = { text: "", bold: true, heading: name === "th" };
      else cell.text += " ";
    } else if (name === "/td" || name === "/th") {
      if (cell !== undefined) rows?.at(-1)?.push(cell);
      cell = undefined;
    } else if (name === "/table" && cell === undefined) {
      if (rows !== undefined) blocks.push(...toTable(rows));
      rows = undefined;
    } else if (cell !== undefined) {
      // Paragraphs of one cell stay on the row's line.
      if ((name === "p" || name === "br") && cell.text !== "" && !/\s$/.test(cell.text)) cell.text += " ";
    } else if (name === "br" || name === "/li") texts.push("");
    else if (name === "ul" || name === "ol") {
      if (kind !== "list") flush();
      kind = "list";
    } else if (/^\/(?:p|h\d|ul|ol|div)$/.test(name)) {
      if (/^\/h\d$/.test(name)) kind = "heading";
      flush();
    }
  }
  flush();
  return blocks;
}

function toTable(rows: readonly OpenCell[][]): LaidBlock[] {
  const read = rows.map((row) =>
    row.map(({ text, bold, heading }) => ({
      text: joinSpacedLetters(text.trim()),
      bold: bold && text !== "",
      heading,
    })),
  );
  const hasHeadings = headsColumns(read);
  const lines = read
    .map((row, index): LaidLine => ({
      cells: row.flatMap(({ text, bold, heading }, column): LaidCell[] =>
        text === ""
          ? []
          : [
              {
                column,
                words: [toWord(text, bold)],
                ...(heading || (hasHeadings && index === 0) ? { heading: true as const } : {}),
              },
            ],
      ),
    }))
    .filter(({ cells }) => cells.length > 0);
  return lines.length === 0 ? [] : [{ kind: "table", lines }];
}
