import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { extractLots } from "../src/extraction/lots.ts";

function lotsOf(text: string): string[] {
  return extractLots(text).map(({ lot, servitude }) => (servitude ? `${lot} (voisin)` : lot));
}

describe("lots", () => {
  it("reads every renovated lot back, whatever stands between its digits", () => {
    assert(
      property(
        integer({ min: 1_000_000, max: 9_999_999 }),
        constantFrom(" ", "\u00a0", "\u202f", "", "."),
        (number, separator) => {
          const written = String(number).replaceAll(/\B(?=(\d{3})+$)/g, separator);
          expect(lotsOf(`le lot numéro ${written} du cadastre du Québec`)).toEqual([String(number)]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ["lots 1 234 567 et 1 234 568", ["1234567", "1234568"]],
    ["lots 1 234 567, 1 234 568 et 1 234 569", ["1234567", "1234568", "1234569"]],
    ["lots 1 234 567 (partie privative) et 1 234 568 (partie commune)", ["1234567", "1234568"]],
    ["lots 1 234 567 à 1 234 569", ["1234567", "1234568", "1234569"]],
    ["Numéro de lot : 3 456 789", ["3456789"]],
    ["LOT NO. 1 234 567", ["1234567"]],
    ["lot n° 1 234 567", ["1234567"]],
    ["lot\n1 234 567", ["1234567"]],
    ["lot UN MILLION DEUX CENT TRENTE-QUATRE MILLE CINQ CENT SOIXANTE-SEPT (1 234 567) du cadastre", ["1234567"]],
    ["connu comme étant le numéro 1 234 567 du cadastre du Québec", ["1234567"]],
    [
      "lots UN MILLION DEUX CENT TRENTE-QUATRE MILLE CINQ CENT SOIXANTE-SEPT (1 234 567) et UN MILLION DEUX CENT TRENTE-QUATRE MILLE CINQ CENT SOIXANTE-HUIT (1 234 568)",
      ["1234567", "1234568"],
    ],
    ["lot 1234-567 du cadastre officiel", ["1234-567"]],
    ["lot 123-45 du cadastre officiel de la Paroisse de Beauport", ["123-45"]],
    ["lot 456 du cadastre officiel de la Paroisse de Beauport", ["456"]],
    ["lot 45 de la subdivision officielle du lot 123", ["123-45"]],
    ["Lot   Cadastre   Superficie\n1 234 567   Québec   456,7\n1 234 568   Québec   12,1", ["1234567", "1234568"]],
    ["lot 1 234 567 485 000,00 $", ["1234567"]],
  ])("« %s »", (text, lots) => expect(lotsOf(text)).toEqual(lots));

  it.each([
    "publié sous le numéro 28 123 456",
    "lot 28 123 456",
    "plan complémentaire PC-12345",
    "téléphone 1 234 567",
    "le lot a été publié sous le numéro 1 234 567",
    "pilot 1 234 567",
    "1 234 567 $",
    "un lot de 12 chaises",
  ])("finds no lot in « %s »", (text) => expect(lotsOf(text)).toEqual([]));

  it("does not take the registration number that follows a lot", () => {
    expect(lotsOf("lot 1 234 567, publié sous le numéro 28 123 456")).toEqual(["1234567"]);
    expect(lotsOf("lot 1 234 567 inscrit sous le numéro 2 345 678")).toEqual(["1234567"]);
  });

  it("tells the neighbour's lot that a servitude or a boundary names", () => {
    expect(lotsOf("Le lot 1 234 567 est grevé d'une servitude en faveur du lot 3 456 790")).toEqual([
      "1234567",
      "3456790 (voisin)",
    ]);
    expect(lotsOf("Servitudes : passage en faveur du lot 3 456 790")).toEqual(["3456790 (voisin)"]);
    expect(lotsOf("Lot : servitude de passage en faveur du lot\n3 456 790")).toEqual(["3456790 (voisin)"]);
    expect(lotsOf("borné au nord par le lot 3 456 780")).toEqual(["3456780 (voisin)"]);
    expect(lotsOf("sujet à une servitude publiée sous le numéro 12 345 678. Le lot 1 234 567 est vendu")).toEqual([
      "1234567",
    ]);
  });

  it("tells the lot that today's lot replaced", () => {
    expect(extractLots("le lot 1 234 567, anciennement le lot 123-45")).toMatchObject([
      { lot: "1234567" },
      { lot: "123-45", former: true },
    ]);
  });
});
