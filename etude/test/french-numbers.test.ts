import { assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFrenchNumber } from "../src/extraction/french-numbers.ts";

const UNITS =
  "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split(
    " ",
  );
const TENS = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante"];

/** The usual spelling, written apart from the grammar under test. */
function inWords(value: number): string {
  if (value < 20) return UNITS[value] ?? "";
  if (value < 70) {
    const unit = value % 10;
    const ten = TENS[Math.floor(value / 10)] ?? "";
    return unit === 0 ? ten : unit === 1 ? `${ten} et un` : `${ten}-${UNITS[unit]}`;
  }
  if (value < 80) return value === 71 ? "soixante et onze" : `soixante-${inWords(value - 60)}`;
  if (value < 100) return value === 80 ? "quatre-vingts" : `quatre-vingt-${inWords(value - 80)}`;
  if (value < 1000) {
    const hundreds = Math.floor(value / 100);
    const rest = value % 100;
    const head = hundreds === 1 ? "cent" : `${inWords(hundreds)} cent${rest === 0 ? "s" : ""}`;
    return rest === 0 ? head : `${head} ${inWords(rest)}`;
  }
  if (value < 1e6) {
    const thousands = Math.floor(value / 1000);
    const rest = value % 1000;
    const head = thousands === 1 ? "mille" : `${inWords(thousands).replace(/(cent|vingt)s$/, "$1")} mille`;
    return rest === 0 ? head : `${head} ${inWords(rest)}`;
  }
  const millions = Math.floor(value / 1e6);
  const rest = value % 1e6;
  const head = `${inWords(millions)} million${millions > 1 ? "s" : ""}`;
  return rest === 0 ? head : `${head} ${inWords(rest)}`;
}

const WRITINGS: Record<string, (words: string) => string> = {
  "as usual": (words) => words,
  "in capitals without accents": (words) => words.toUpperCase().replace("É", "E"),
  "with hyphens everywhere, as since 1990": (words) => words.replaceAll(" ", "-"),
  "without any hyphen": (words) => words.replaceAll("-", " "),
};

describe("French numbers", () => {
  for (const [name, write] of Object.entries(WRITINGS)) {
    it(`reads every number back, written ${name}`, () => {
      assert(
        property(integer({ min: 0, max: 99_999_999 }), (value) => {
          expect(parseFrenchNumber(write(inWords(value)))).toBe(value);
        }),
        { numRuns: 400 },
      );
    });
  }

  it.each([
    ["QUATRE CENT QUATRE-VINGT-CINQ MILLE", 485_000],
    ["deux mille vingt-six", 2026],
    ["un million deux cent mille", 1_200_000],
    ["mil neuf cent quatre-vingt-dix-huit", 1998],
    ["dix-neuf cent quatre-vingt-dix-huit", 1998],
    ["vingt et une mille", 21_000],
    ["quatre-vingt-un", 81],
    ["soixante-et-onze", 71],
    ["deux cents", 200],
    ["septante-deux", 72],
  ])("reads « %s »", (words, value) => expect(parseFrenchNumber(words)).toBe(value));

  it.each(["", "vente", "deux trois", "cent vente", "million", "vingt-seize", "deux mille et"])(
    "refuses « %s »",
    (words) => expect(parseFrenchNumber(words)).toBeUndefined(),
  );
});
