import { assert, boolean, integer, property } from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { extractDates } from "../src/extraction/dates.ts";

const MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" ");

function datesOf(text: string): (string | undefined)[] {
  return extractDates(text).map(({ date }) => date);
}

describe("dates", () => {
  it("reads every date back", () => {
    const days = integer({ min: 0, max: 150_000 }).map((offset) =>
      Temporal.PlainDate.from("1750-01-01").add({ days: offset }),
    );
    assert(
      property(days, boolean(), (date, capitals) => {
        const month = MONTHS[date.month - 1] ?? "";
        const day = date.day === 1 ? "1er" : String(date.day);
        const written = `le ${day} ${month} ${date.year}`;
        expect(datesOf(capitals ? written.toUpperCase() : written)).toEqual([date.toString()]);
        expect(datesOf(`au ${date.toString()}.`)).toEqual([date.toString()]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["15 décembre 2026", "2026-12-15"],
    ["15 DECEMBRE 2026", "2026-12-15"],
    ["1ᵉʳ décembre 2026", "2026-12-01"],
    ["1 er décembre 2026", "2026-12-01"],
    ["premier décembre 2026", "2026-12-01"],
    ["15 déc. 2026", "2026-12-15"],
    ["15\u00a0décembre\u202f2026", "2026-12-15"],
    ["15 décembre\n2026", "2026-12-15"],
    ["le quinze (15) décembre deux mille vingt-six (2026)", "2026-12-15"],
    ["ce quinzième (15e) jour de décembre deux mille vingt-six", "2026-12-15"],
    ["L'AN DEUX MILLE VINGT-SIX, le quinze décembre", "2026-12-15"],
    ["L’an deux mille vingt-six (2026), le premier jour du mois de mars", "2026-03-01"],
    ["vingt et un mars mil neuf cent quatre-vingt-dix-huit", "1998-03-21"],
    ["December 15, 2026", "2026-12-15"],
    ["the 15th day of December, 2026", "2026-12-15"],
    ["15/12/2026", "2026-12-15"],
    ["12/15/2026", "2026-12-15"],
    ["05/05/2026", "2026-05-05"],
    ["2026/12/15", "2026-12-15"],
    ["29 février 2024", "2024-02-29"],
  ])("reads « %s »", (text, date) => expect(datesOf(text)).toEqual([date]));

  it.each([
    "31 février 2026",
    "29 février 2026",
    "articles 12 et 15 mars",
    "15 décembre",
    "décembre 2026",
    "9855-31-7542-7-000-0000",
    "0648-71-0525",
    "32/13/2026",
    "2026-13-45",
    "article 1.5.2026",
    "numéro 28 123 456",
  ])("finds no date in « %s »", (text) => expect(datesOf(text)).toEqual([]));

  it("leaves a date that can be read two ways to a person", () => {
    expect(extractDates("le 05/06/2026")).toEqual([{ quotation: "le 05/06/2026", start: 0, end: 13, valueStart: 3 }]);
    expect(extractDates("le quinze (16) décembre 2026")).toEqual([
      { quotation: "le quinze (16) décembre 2026", start: 0, end: 28, valueStart: 3 },
    ]);
  });

  it.each([
    ["le 18 novembre 2026 à 17h00", "17:00"],
    ["le 18 novembre 2026, à 17 h 30", "17:30"],
    ["avant 17 h le 18 novembre 2026", "17:00"],
    ["2026-11-18 17:00", "17:00"],
    ["November 18, 2026 at 5:00 p.m.", "17:00"],
    ["le 18 novembre 2026 à dix-sept heures", "17:00"],
    ["le 18 novembre 2026 à midi", "12:00"],
    ["le 18 novembre 2026", undefined],
    ["le 18 novembre 2026, 17 personnes", undefined],
  ])("« %s » gives the hour %s", (text, time) => expect(extractDates(text)[0]?.time).toBe(time));

  it.each([
    ["Date de l'offre : 15 novembre 2026", "offre"],
    ["Promesse d'achat du 15 novembre 2026", "offre"],
    ["Acceptée par le vendeur le 17 novembre 2026", "acceptation"],
    ["La promesse d'achat acceptée le 17 novembre 2026", "acceptation"],
    ["La présente offre est valide jusqu'au 18 novembre 2026", "expiration"],
    ["irrévocable jusqu'à 17h00 le 18 novembre 2026", "expiration"],
    ["Date limite d'acceptation : 18 novembre 2026", "expiration"],
    ["L'offre doit être acceptée au plus tard le 18 novembre 2026", "expiration"],
    ["inspection dans les 10 jours de l'acceptation, soit au plus tard le 28 novembre 2026", "condition"],
    ["Condition de financement : 28 novembre 2026", "condition"],
    ["L'acte de vente devra être signé au plus tard le 15 décembre 2026", "acte"],
    ["Date de signature prévue : 15 décembre 2026", "acte"],
    ["L'AN DEUX MILLE VINGT-SIX, le quinze décembre", "acte"],
    ["prendra possession de l'immeuble le 20 décembre 2026", "occupation"],
    ["Levé effectué le 12 mars 2015", "leve"],
    ["Date d'émission : 20 mars 2015", "emission"],
    ["aux termes d'un acte de vente reçu devant Me Roy le 3 mai 2010", undefined],
    ["né le 3 mai 1980", undefined],
    ["La condition est levée. Le 3 mai 2010", undefined],
    ["15 décembre 2026 : signature de l'acte de vente", "acte"],
  ])("« %s » is labelled %s", (text, label) => expect(extractDates(text)[0]?.label).toBe(label));

  it("reads both ends of a period", () =>
    expect(datesOf("du 1er juillet 2026 au 30 juin 2027")).toEqual(["2026-07-01", "2027-06-30"]));
});
