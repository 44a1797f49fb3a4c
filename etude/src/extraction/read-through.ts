import type { Page } from "../facts.ts";
import type { LayoutBlock, LayoutCell } from "../reading/page-layout.ts";

/**
 * The text that the grammars read. It is that of a page, but the cells of a table come with the headings of their columns
 * (« Superficie : 418,2 m² »), and a paragraph that a page break cuts is whole. `places` tells where its parts stand.
 */
export interface ReadThrough {
  text: string;
  /** In order; what no place covers was added for the grammars alone. */
  places: Place[];
}

/** A stretch of the text that stands on a page, from `at` in that page's text. */
interface Place {
  start: number;
  end: number;
  page: number;
  at: number;
}

/** Where a stretch of a text that was read through stands. */
export interface PagePlace {
  page: number;
  start: number;
  end: number;
}

const LONGEST_HEADING = 40;
const OPENS_PARAGRAPH =
  /^(?:[-–—•▪*]|\(?(?:\d{1,2}|[a-z])[.)]\s|\d{1,2}(?:\.\d{1,2})+\s|\p{Lu}[\p{L}'’() -]{1,40} ?:)/u;

/** What the grammars read of each page. */
export function readThrough(pages: readonly Page[]): ReadThrough[] {
  const taken = pages.map((page, index) => restOf(pages[index - 1], page));
  return pages.map((page, index) => {
    const builder = createBuilder();
    const next = pages[index + 1];
    const rest = taken[index + 1];
    const from = taken[index]?.end ?? 0;
    const last = rest === undefined ? undefined : lastBlock(page);
    for (const block of page.layout?.blocks ?? [{ kind: "paragraph" as const, start: 0, end: page.text.length }]) {
      if (block.end <= from) continue;
      builder.add("\n\n");
      if (block.cells !== undefined && block.cells.some(({ heading }) => heading)) addTable(builder, page, block.cells);
      else builder.place(page, from === 0 ? block.start : Math.max(block.start, from + 1), block.end);
      if (block === last && next !== undefined && rest !== undefined) {
        builder.add(/[-‑]$/.test(page.text.slice(block.start, block.end)) ? "" : " ");
        builder.place(next, rest.start, rest.end);
      }
    }
    return builder.done();
  });
}

interface Builder {
  add(text: string): void;
  place(page: Page, start: number, end: number): void;
  done(): ReadThrough;
}

function createBuilder(): Builder {
  let text = "";
  const places: Place[] = [];
  return {
    add(added: string): void {
      if (text !== "") text += added;
    },
    place(page: Page, start: number, end: number): void {
      if (end <= start) return;
      places.push({ start: text.length, end: text.length + end - start, page: page.page, at: start });
      text += page.text.slice(start, end);
    },
    done: () => ({ text, places }),
  };
}

function addTable(builder: Builder, page: Page, cells: readonly LayoutCell[]): void {
  const textOf = ({ start, end }: LayoutCell): string => page.text.slice(start, end);
  const headings = new Map(cells.filter(({ heading }) => heading).map((cell) => [cell.column, textOf(cell)]));
  const hasLabels = areLabels(cells.filter(({ heading, column }) => !heading && column === 0).map(textOf));
  let label = "";
  for (const [index, cell] of cells.entries()) {
    const isNewRow = index > 0 && cells[index - 1]?.row !== cell.row;
    if (index > 0) builder.add(isNewRow ? "\n" : "   ");
    // A row without a label of its own is of the label above: two sellers, one below the other.
    if (isNewRow && cell.column > 0 && isUsable(label)) builder.add(`${label}   `);
    if (!cell.heading) {
      // Beside a label, the heading of the only other column says less than the label.
      const named = headings.get(cell.column) ?? "";
      const isSaid = hasLabels && (cell.column === 0 || headings.size === 2 || (cell.column === 1 && NAME.test(named)));
      const heading = isSaid ? "" : named;
      const isLabelled = textOf(cell).includes(" : ");
      const prefix = isLabelled ? "" : [cell.column > 1 ? label : "", heading].filter(isUsable).join(", ");
      if (prefix !== "" && heading !== "") builder.add(`${prefix.replace(/ ?:$/, "")} : `);
      if (cell.column === 0 && hasLabels) label = textOf(cell);
    }
    builder.place(page, cell.start, cell.end);
  }
}

/** « Nom » says nothing beside « Vendeur ». */
const NAME = /^noms?(?:\s(?:et\sprénoms?|complets?))?$/i;

/** A heading with figures could be taken for a value. */
function isUsable(heading: string): boolean {
  return heading !== "" && heading.length <= LONGEST_HEADING && !/\d{2}|\$/.test(heading);
}

/** Whether the first column names its rows: words that differ, without figures. */
function areLabels(texts: readonly string[]): boolean {
  return texts.length > 0 && texts.filter((text) => !/\d/.test(text)).length >= 0.7 * texts.length;
}

function isBody({ kind }: LayoutBlock): boolean {
  return kind !== "header" && kind !== "footer";
}

function lastBlock(page: Page): LayoutBlock | undefined {
  return page.layout?.blocks.findLast(isBody);
}

/** The first paragraph of a page when it is the rest of the last one of the page before. */
function restOf(before: Page | undefined, page: Page): { start: number; end: number } | undefined {
  const last = before === undefined ? undefined : lastBlock(before);
  const first = page.layout?.blocks.find(isBody);
  if (before === undefined || last === undefined || first === undefined) return undefined;
  if (first.kind !== "paragraph" && first.kind !== "list") return undefined;
  const text = page.text.slice(first.start, first.end);
  const newline = text.indexOf("\n");
  const line = newline === -1 ? text : text.slice(0, newline);
  const start = /^[^\n]*/.exec(before.text.slice(before.text.lastIndexOf("\n", last.end - 1) + 1, last.end))?.[0] ?? "";
  const goesOn = /^(?:\p{Ll}|\d|\$)/u.test(line) && !/[.;:!?]$/.test(start) && start.length > 20;
  if ((!goesOn && last.open !== true) || OPENS_PARAGRAPH.test(line) || / {3}/.test(line)) return undefined;
  return { start: first.start, end: first.start + line.length };
}

/**
 * Where a stretch of the text stands: on the page where its value starts, as much of it as is there. Undefined when it was
 * all added for the grammars.
 */
export function placeOf(
  { places }: ReadThrough,
  start: number,
  end: number,
  valueStart: number,
): PagePlace | undefined {
  const within = places.filter((place) => place.start < end && place.end > start);
  const home = within.find((place) => place.end > valueStart)?.page ?? within.at(-1)?.page;
  const first = within.find(({ page }) => page === home);
  const last = within.findLast(({ page }) => page === home);
  if (first === undefined || last === undefined) return undefined;
  return {
    page: first.page,
    start: first.at + Math.max(0, start - first.start),
    end: last.at + Math.min(last.end, end) - last.start,
  };
}
