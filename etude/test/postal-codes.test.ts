import { describe, expect, it } from "vitest";
import { extractPostalCodes } from "../src/extraction/postal-codes.ts";

function codesOf(text: string): string[] {
  return extractPostalCodes(text).map(({ postalCode }) => postalCode);
}

describe("postal codes", () => {
  it.each([
    ["Québec (Québec) G1K 4H2", "G1K 4H2"],
    ["G1K4H2", "G1K 4H2"],
    ["G1K\u00a04H2", "G1K 4H2"],
    ["G1K-4H2", "G1K 4H2"],
    ["Québec (Québec) g1k 4h2", "G1K 4H2"],
    ["GIR 3B4", "G1R 3B4"],
    ["GlR 3B4", "G1R 3B4"],
    ["H2X IY4", "H2X 1Y4"],
    ["G1K 4HZ", "G1K 4H2"],
    ["Québec (Québec) 61K 4H2", "G1K 4H2"],
  ])("reads « %s » as %s", (text, code) => expect(codesOf(text)).toEqual([code]));

  it.each(["D1A 1A1", "G1K 4O2", "W1A 1A1", "SIR OBO", "61K 4H2", "A1B2C3D4", "1234567", "G1K\n4H2", "LES BIO"])(
    "finds no code in « %s »",
    (text) => expect(codesOf(text)).toEqual([]),
  );

  it("tells the immovable's code from a person's", () => {
    const text =
      "domicilié au 12, rue X, Montréal (Québec) H2X 1Y4, l'immeuble situé au 456, rue Champlain, Québec (Québec) G1K 4H2";
    expect(extractPostalCodes(text)).toMatchObject([
      { postalCode: "H2X 1Y4", immovable: false },
      { postalCode: "G1K 4H2", immovable: true },
    ]);
  });
});
