import type { Reading } from "./reading.ts";
import { joinSpacedLetters } from "./spaced-letters.ts";

/** UTF-8 when it is valid, otherwise the encoding of old Windows files, where every byte is a character. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** A text file: a form feed starts a page. */
export function readTextFile(bytes: Buffer, maxPages: number): Reading {
  const texts = decode(bytes)
    .normalize("NFC")
    .replaceAll(/\r\n?/g, "\n")
    .replace(/\f\n?$/, "")
    .split("\f")
    .map(joinSpacedLetters);
  if (texts.every((text) => text.trim() === "")) {
    return { reason: "empty", advice: "fichier sans texte. Redemander le document." };
  }
  if (texts.length > maxPages) {
    return {
      reason: "too_large",
      advice: `document trop long (${texts.length} pages; maximum ${maxPages}). Le diviser.`,
    };
  }
  return {
    pages: texts.map((text, index) => ({
      page: index + 1,
      text,
      status: text.trim() === "" ? ("no_text" as const) : ("text" as const),
    })),
  };
}
