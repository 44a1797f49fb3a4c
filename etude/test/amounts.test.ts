import { assert, boolean, constantFrom, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { extractAmounts } from "../src/extraction/amounts.ts";

function centsOf(text: string): number[] {
  return extractAmounts(text).map(({ cents }) => cents);
}

function labelled(text: string): string[] {
  return extractAmounts(text).map(({ label, cents }) => `${label ?? "?"} ${cents / 100}`);
}

const SEPARATORS = [" ", "\u00a0", "\u202f", "\u2009"];

describe("amounts in figures", () => {
  it("reads back every amount, whatever space stands between the groups", () => {
    const cents = integer({ min: 0, max: 99_999_999_999 });
    assert(
      property(cents, constantFrom(...SEPARATORS), boolean(), (value, separator, hasCents) => {
        const whole = Math.floor(value / 100);
        const grouped = String(whole).replaceAll(/\B(?=(\d{3})+$)/g, separator);
        const written = hasCents ? `${grouped},${String(value % 100).padStart(2, "0")}` : grouped;
        const expected = hasCents ? value : whole * 100;
        expect(centsOf(`la somme de ${written}${separator}$ payable`)).toEqual([expected]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["485 000,00 $", 48_500_000],
    ["485 000$", 48_500_000],
    ["485000 $", 48_500_000],
    ["485 000 dollars", 48_500_000],
    ["$485,000.00", 48_500_000],
    ["$ 485,000", 48_500_000],
    ["485,000.00 $", 48_500_000],
    ["485.000,00 $", 48_500_000],
    ["CAD 485,000.00", 48_500_000],
    ["485 000 CAD", 48_500_000],
    ["Prix de vente......485 000,00 $", 48_500_000],
    ["1,2 M$", 120_000_000],
    ["1,5 million de dollars", 150_000_000],
    ["485 000,00    $", 48_500_000],
    ["0,00 $", 0],
  ])("reads %s", (text, cents) => expect(centsOf(text)).toEqual([cents]));

  it.each([
    ["a year before the amount", "2024 250 000 $", 25_000_000],
    ["a lot before the amount", "lot 1 234 567 485 000,00 $", 48_500_000],
    ["a registration number before the amount", "28 123 456 210 000,00 $", 21_000_000],
    ["a date before the amount", "2026-12-15 485 000 $", 48_500_000],
    ["an hour before the amount", "17:00 485 000 $", 48_500_000],
    ["a postal code before the amount", "G1K 4H2 485 000 $", 48_500_000],
    ["the line above", "lot 1 234\n567 000 $", 56_700_000],
    ["the column beside", "1   250 000 $", 25_000_000],
  ])("does not swallow %s", (_, text, cents) => expect(centsOf(text)).toEqual([cents]));

  it.each([
    "485 000,5 $",
    "0,6543 $",
    "1 250 $ US",
    "1 250 USD",
    "485 000",
    "lot 1 234 567",
    "25 %",
    "$",
    "000,00 $",
    "5 km",
    "1 234 $US",
  ])("finds no amount in « %s »", (text) => expect(centsOf(text)).toEqual([]));

  it("reads each of two amounts that touch", () =>
    expect(centsOf("10 000 $ 20 000 $")).toEqual([1_000_000, 2_000_000]));
});

describe("amounts in words", () => {
  it("makes one fact of words and figures", () => {
    const [fact, ...others] = extractAmounts(
      "pour le prix de QUATRE CENT QUATRE-VINGT-CINQ MILLE DOLLARS (485 000,00 $) payé",
    );
    expect(others).toEqual([]);
    expect(fact).toEqual({
      quotation: "pour le prix de QUATRE CENT QUATRE-VINGT-CINQ MILLE DOLLARS (485 000,00 $)",
      start: 0,
      end: 74,
      valueStart: 16,
      cents: 48_500_000,
      label: "prix",
    });
  });

  it("notes words and figures that disagree", () => {
    expect(extractAmounts("QUATRE CENT QUATRE-VINGT-CINQ MILLE DOLLARS (486 000,00 $)")).toMatchObject([
      { cents: 48_600_000, wordsCents: 48_500_000 },
    ]);
    expect(extractAmounts("485 000,00 $ (quatre cent quatre-vingt mille dollars)")).toMatchObject([
      { cents: 48_500_000, wordsCents: 48_000_000 },
    ]);
    expect(extractAmounts("FOUR HUNDRED EIGHTY-FIVE THOUSAND DOLLARS ($486,000.00)")).toMatchObject([
      { cents: 48_600_000, wordsCents: 48_500_000 },
    ]);
  });

  it.each([
    ["quatre cent quatre-vingt-cinq mille dollars", 48_500_000],
    ["un million deux cent mille dollars et cinquante cents", 120_000_050],
    ["QUATRE CENT MILLE (400 000) DOLLARS", 40_000_000],
    ["trois cent vingt-cinq mille et 50/100 dollars (325 000,50 $)", 32_500_050],
    ["QUATRE CENT QUATRE-VINGT-CINQ\nMILLE DOLLARS\n(485 000,00 $)", 48_500_000],
    ["two hundred fifty thousand dollars", 25_000_000],
    ["deux millions de dollars", 200_000_000],
  ])("reads « %s »", (text, cents) => {
    expect(extractAmounts(text)).toMatchObject([{ cents }]);
    expect(extractAmounts(text)[0]).not.toHaveProperty("wordsCents");
  });

  it.each([
    "l'an deux mille vingt-six (2026)",
    "lot numéro UN MILLION DEUX CENT TRENTE-QUATRE MILLE CINQ CENT SOIXANTE-SEPT (1 234 567)",
    "deux mille vingt-six",
  ])("finds no amount in « %s »", (text) => expect(centsOf(text)).toEqual([]));
});

describe("what an amount is", () => {
  it("reads the words of its line", () => {
    const text =
      "Prix de vente : 485 000,00 $\nAcompte : 10 000,00 $\nMise de fonds : 87 000,00 $\nPrêt hypothécaire : 388 000,00 $\nSolde payable : 0,00 $\n" +
      "Droits de mutation : 5 885,50 $\nBase d’imposition : 485 000,00 $\nÉvaluation au rôle : 450 000 $\nTaxes municipales : 4 850,00 $\nFrais : 25,00 $";
    expect(labelled(text)).toEqual([
      "prix 485000",
      "acompte 10000",
      "mise_de_fonds 87000",
      "pret 388000",
      "solde 0",
      "droits_mutation 5885.5",
      "base_imposition 485000",
      "evaluation_role 450000",
      "taxes 4850",
      "? 25",
    ]);
  });

  it.each([
    ["le solde du prix de vente, soit 475 000 $", "solde 475000"],
    ["base d'imposition des droits de mutation : 485 000 $", "base_imposition 485000"],
    ["une somme de 10 000 $ à titre d'acompte", "acompte 10000"],
    ["87 000 $ comptant (mise de fonds)", "mise_de_fonds 87000"],
    ["Prix de vente\n485 000,00 $", "prix 485000"],
    ["Mise de fonds (acompte compris)   122 500 $", "mise_de_fonds 122500"],
    [
      "5.2   Mise de fonds additionnelle, à verser au notaire instrumentant, à la signature de\nl'acte de vente : 130 000,00 $",
      "mise_de_fonds 130000",
    ],
    ["Taux de la taxe par 100 $", "? 100"],
    ["moyennant le prix de\nquatre cent mille dollars", "prix 400000"],
    ["Prix de vente : 485 000 $ (taxes incluses)", "prix 485000"],
    ["purchase price of $485,000.00", "prix 485000"],
    ["Le prix est payé par un acompte de 10 000 $", "acompte 10000"],
    ["un prêt remboursable par versements de 2 145,67 $", "? 2145.67"],
    ["prêt : 2 145,67 $ par mois", "? 2145.67"],
    ["Le prix sera fixé plus tard. La somme de 5 000 $", "? 5000"],
    ["Prix : à confirmer\nTotal : 5 000 $", "? 5000"],
  ])("« %s » is %s", (text, expected) => expect(labelled(text)).toEqual([expected]));

  it("reads the header of its column", () => {
    expect(labelled("Acompte   Prêt   Solde\n10 000,00 $   388 000,00 $   5,00 $")).toEqual([
      "acompte 10000",
      "pret 388000",
      "solde 5",
    ]);
  });
});
