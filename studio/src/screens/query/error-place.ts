/**
 * Where in a text the engine's message points to.
 *
 * The message quotes the line that it is about, with a mark under the place. That line is the statement as the server
 * gave it to the engine, without comments and with single spaces: the place is found again by what stands before it.
 */

/** A place in the text. */
export interface TextPlace {
  from: number;
  to: number;
}

/** The place that the message points to, or `undefined` when it points to none that is in the text. */
export function placeOf(message: string, text: string): TextPlace | undefined {
  const quoted = /^ *\d+ \| (.*)\n *\| ( *)(\^+)/m.exec(message);
  const solid = solidOf(text);
  if (quoted !== null) {
    const [, line = "", before = "", mark = ""] = quoted;
    const start = line.slice(0, before.length).replaceAll(/\s/g, "");
    const marked = line.slice(before.length, before.length + mark.length).replaceAll(/\s/g, "");
    // Of a long line the engine leaves the beginning away.
    const known = start.replace(/^\.\.\./, "");
    const index = solid.text.indexOf(known + marked);
    return index === -1 ? undefined : solid.place(index + known.length, Math.max(1, marked.length));
  }
  // The server's own judgement counts characters.
  const counted = /\bat character (\d+)/.exec(message)?.[1];
  if (counted !== undefined) return { from: Number(counted) - 1, to: Math.min(text.length, Number(counted)) };
  const word = /^([A-Z]+|The function \S+|\S+) is (?:not offered here|none of the record's tables)/.exec(message)?.[1];
  if (word === undefined) return undefined;
  const name = word.replace(/^The function /, "");
  const from = text.toLowerCase().search(new RegExp(`(?<![\\w.$])${escaped(name.toLowerCase())}(?!\\w)`));
  return from === -1 ? undefined : { from, to: from + name.length };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** The text without spaces and comments, and where each of its characters stands in it. */
function solidOf(text: string): { text: string; place: (index: number, length: number) => TextPlace } {
  const places: number[] = [];
  const parts = /(?:--|\/\/|#)[^\n]*|\/\*[^]*?\*\/|\s+|'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"|[^]/g;
  let solid = "";
  for (const { 0: part, index } of text.matchAll(parts)) {
    if (/^(?:--|\/\/|#|\/\*)/.test(part)) continue;
    for (let offset = 0; offset < part.length; offset += 1) {
      const character = part.charAt(offset);
      if (/\s/.test(character)) continue;
      solid += character;
      places.push(index + offset);
    }
  }
  return {
    text: solid,
    place: (index, length) => ({
      from: places[index] ?? text.length,
      to: (places[index + length - 1] ?? text.length - 1) + 1,
    }),
  };
}
