import type { PostalCodeFact } from "../facts.ts";
import { foldText } from "./fold-text.ts";
import { quoteLine } from "./cite.ts";
import { isOwned, type AddressOwner } from "./immovable-context.ts";

/** The letters that Canadian codes use: D, F, I, O, Q and U never; W and Z not first. */
const FIRST = "ABCEGHJKLMNPRSTVXY";
const LETTERS = "ABCEGHJKLMNPRSTVWXYZ";
/** What a scan takes a digit for… */
const AS_DIGIT: Record<string, string> = {
  I: "1",
  l: "1",
  L: "1",
  "|": "1",
  O: "0",
  o: "0",
  Q: "0",
  D: "0",
  S: "5",
  B: "8",
  Z: "2",
  G: "6",
};
/** …and a letter. */
const AS_LETTER: Record<string, string> = { "6": "G", "8": "B", "5": "S", "2": "Z" };

const SHAPE =
  /(?<![\p{L}\p{N}|])([A-Za-z0-9])([A-Za-z0-9|])([A-Za-z0-9])[ \u00a0\u202f\u2009]{0,2}-?([A-Za-z0-9|])([A-Za-z0-9])([A-Za-z0-9|])(?![\p{L}\p{N}|])/gu;

/**
 * The code that six characters stand for, once what scans confuse is set right by position (letter, digit, letter…).
 * Undefined when they are a word, a number or a reference: at least two of the three digits must be digits.
 */
function toPostalCode(characters: readonly string[]): string | undefined {
  const written = characters.join("");
  const lowerCase = written === written.toLowerCase();
  let fixedDigits = 0;
  let fixedLetters = 0;
  let code = "";
  for (const [index, character] of characters.entries()) {
    if (index % 2 === 1) {
      if (/\d/.test(character)) code += character;
      else {
        fixedDigits += 1;
        code += AS_DIGIT[character] ?? "?";
      }
    } else if (/[A-Za-z]/.test(character)) {
      if (!lowerCase && character !== character.toUpperCase()) return undefined;
      code += character.toUpperCase();
    } else {
      fixedLetters += 1;
      code += AS_LETTER[character] ?? "?";
    }
  }
  if (
    fixedDigits > 1 ||
    fixedLetters > 1 ||
    fixedDigits + fixedLetters > 1 ||
    (lowerCase && fixedDigits + fixedLetters > 0)
  )
    return undefined;
  const valid =
    FIRST.includes(code.charAt(0)) &&
    LETTERS.includes(code.charAt(2)) &&
    LETTERS.includes(code.charAt(4)) &&
    /^.\d.\d.\d$/.test(code);
  return valid ? `${code.slice(0, 3)} ${code.slice(3)}` : undefined;
}

/** A repaired letter needs the words of an address before it: « 61K 4H2 » alone is a reference. */
function isAfterCity(folded: string, start: number): boolean {
  return /(?:\(quebec\)|\bquebec|\bqc|\bcanada|code postal\s?:?)[\s,]{1,3}$/.test(
    folded.slice(Math.max(0, start - 24), start),
  );
}

/** Every Canadian postal code of a page, normalized `A1A 1A1`; `owners` and `letterheadEnd` as for addresses. */
export function extractPostalCodes(
  text: string,
  owners: readonly AddressOwner[] = ["immovable"],
  letterheadEnd = 0,
): PostalCodeFact[] {
  const folded = foldText(text);
  return [...text.matchAll(SHAPE)].flatMap((match) => {
    const characters = match.slice(1, 7);
    const postalCode = toPostalCode(characters);
    if (postalCode === undefined) return [];
    if (/\d/.test(match[1] ?? "") && !isAfterCity(folded, match.index)) return [];
    const end = match.index + match[0].length;
    return [
      {
        ...quoteLine(text, match.index, end),
        postalCode,
        immovable: isOwned(folded, match.index, owners, letterheadEnd),
      },
    ];
  });
}
