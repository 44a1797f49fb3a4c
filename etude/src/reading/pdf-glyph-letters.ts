const LIGATURES: Record<string, string> = { ﬀ: "ff", ﬁ: "fi", ﬂ: "fl", ﬃ: "ffi", ﬄ: "ffl", ﬅ: "st", ﬆ: "st" };
/** What is read by nobody: soft hyphens, zero-width marks, control characters. */
const UNREAD = /[\u00ad\u200b-\u200f\u2060\ufeff]|[^\P{Cc}\t\r\n]/gu;

/** The letters of a glyph, ligatures apart. */
export function lettersOf(unicode: unknown): string {
  if (typeof unicode !== "string") return "";
  return (LIGATURES[unicode] ?? unicode).replaceAll(UNREAD, "").replaceAll(/[\t\r\n]/g, " ");
}
