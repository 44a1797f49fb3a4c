const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const CELL_GAP = "   ";

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

/** The text of simple HTML as it reads: a line per paragraph, a line per table row, a blank line between blocks. */
export function htmlToText(html: string): string {
  let text = "";
  let cells = 0;
  let pendingSpace = "";
  for (const [, tag, content] of html.matchAll(/<([^>]*)>|([^<]+)/g)) {
    if (content !== undefined) {
      text += pendingSpace + decodeEntities(content);
      pendingSpace = "";
      continue;
    }
    const name = /^\/?\s*([a-z0-9]+)/i.exec(tag ?? "")?.[0].toLowerCase() ?? "";
    if (name === "tr") cells = 0;
    else if (name === "td" || name === "th") {
      if (cells > 0) pendingSpace = CELL_GAP;
      cells += 1;
    } else if (name === "/td" || name === "/th") pendingSpace = "";
    else if (name === "/tr") {
      text = `${text.trimEnd()}\n`;
      cells = 0;
    } else if (cells > 0) {
      // Paragraphs of one cell stay on the row's line.
      if (name === "p" && text !== "" && !/\s$/.test(text) && pendingSpace === "") pendingSpace = " ";
    } else if (name === "br") text += "\n";
    else if (/^\/(?:p|h\d|li|table|div)$/.test(name)) text += name === "/li" ? "\n" : "\n\n";
  }
  return text
    .replaceAll(/[ \t]+\n/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}
