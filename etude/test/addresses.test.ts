import { describe, expect, it } from "vitest";
import { extractAddresses, normalizeAddress } from "../src/extraction/addresses.ts";

describe("addresses", () => {
  it.each([
    ["situé au 456, rue Champlain, Québec (Québec) G1K 4H2, lot", "456, rue Champlain, Québec (Québec) G1K 4H2"],
    [
      "11971 - 11973, rang Saint-Joseph, Mirabel (Québec) J7J 1A1",
      "11971 - 11973, rang Saint-Joseph, Mirabel (Québec) J7J 1A1",
    ],
    [
      "au 12 boul. René-Lévesque Est, app. 4, Québec (Québec) G1R 2B5.",
      "12 boul. René-Lévesque Est, app. 4, Québec (Québec) G1R 2B5",
    ],
    [
      "33, chemin du Bord-de-l'Eau\nSaint-Jean-sur-Richelieu (Québec) J3B 1A1",
      "33, chemin du Bord-de-l'Eau\nSaint-Jean-sur-Richelieu (Québec) J3B 1A1",
    ],
    ["1250, 1re Avenue, Québec", "1250, 1re Avenue, Québec"],
    ["au 456, rue Champlain, ci-après l'immeuble", "456, rue Champlain"],
    [
      "5, place d'Youville, à Québec, province de Québec, G1R 3P4",
      "5, place d'Youville, à Québec, province de Québec, G1R 3P4",
    ],
    ["456 Champlain Street, Quebec, QC G1K 4H2", "456 Champlain Street, Quebec, QC G1K 4H2"],
  ])("reads « %s »", (text, address) => expect(extractAddresses(text).map((fact) => fact.address)).toEqual([address]));

  it.each(["lot 1 234 567 rue Champlain", "en 2026, la rue était longue", "12 lots"])(
    "finds no address in « %s »",
    (text) => expect(extractAddresses(text)).toEqual([]),
  );

  it("gives one form to the ways of writing an address", () => {
    const forms = [
      "12, boul. René-Lévesque Est, app. 4, Québec (Québec) G1R 2B5",
      "12 BOULEVARD RENE-LEVESQUE EST, APPARTEMENT 4, QUEBEC",
      "12, boul. René–Lévesque Est, apt 4, à Québec, QC, G1R 2B5",
    ];
    expect(new Set(forms.map(normalizeAddress))).toEqual(
      new Set(["12 boulevard rene levesque est appartement 4 quebec"]),
    );
    expect(normalizeAddress("3, rue St-Jean")).toBe(normalizeAddress("3, rue Saint-Jean"));
  });

  it("tells the immovable's address from a person's", () => {
    const text =
      "Jean Tremblay, domicilié au 12, rue des Érables, Montréal\nvend l'immeuble portant le numéro 456, rue Champlain, Québec";
    expect(extractAddresses(text).map(({ immovable }) => immovable)).toEqual([false, true]);
    expect(extractAddresses("DÉSIGNATION\n\n456, rue Champlain, Québec")).toMatchObject([{ immovable: true }]);
  });
});
