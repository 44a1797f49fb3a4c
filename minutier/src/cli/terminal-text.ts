/** Texts of the record on a terminal. */

/**
 * Control characters, and those that turn the direction of writing: a name in the database could otherwise move the
 * cursor, set the window's title, or make a line read as another.
 */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text on one line, unsafe characters shown as `\u001b`. */
export function oneLine(text: string): string {
  return text.replaceAll(/\r?\n/g, "⏎").replaceAll("\t", " ").replaceAll(unsafe, escape);
}

/** The text with its line breaks, unsafe characters shown. */
export function safeLines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/\r$/, "").replaceAll("\t", "    ").replaceAll(unsafe, escape))
    .join("\n");
}

/** JSON for programs, which terminals may show: the escapes mean the same. */
export function toSafeJson(value: unknown, indent?: number): string {
  // JSON itself escapes the others; a line break between its tokens is none of the record's.
  return JSON.stringify(value, undefined, indent).replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    escape,
  );
}

/** Lines of JSON that come as texts. */
export function safeJsonText(text: string): string {
  return text.replaceAll(unsafe, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
