/** Layouts that the samples don't have: forms in columns, labels apart from their values, indexes, English letters. */
import { describe, expect, it } from "vitest";

import type { DocumentType } from "../src/facts.ts";
import { extractAddresses } from "../src/extraction/addresses.ts";
import { extractAmounts } from "../src/extraction/amounts.ts";
import { citeLine } from "../src/extraction/cite.ts";
import { extractDates } from "../src/extraction/dates.ts";
import { extractFacts } from "../src/extraction/extract-facts.ts";
import { extractLots } from "../src/extraction/lots.ts";
import { extractParties } from "../src/extraction/parties.ts";
import { extractPostalCodes } from "../src/extraction/postal-codes.ts";
import { lotSetsOf } from "../src/rules/lot-sets.ts";
import { document, items, lot, page, party } from "./rules-fixture.ts";

const parties = (text: string): string[] => extractParties(text).map(({ name, role }) => `${name} ${role}`);
const labels = (text: string): unknown[] => extractAmounts(text).map(({ cents, label }) => [cents / 100, label]);
const partiesOf = (type: DocumentType, text: string): string[] =>
  (
    extractFacts({ file: "a.txt", hash: "", readable: true, pages: [{ page: 1, text, status: "text" }] }, type).pages[0]
      ?.parties ?? []
  ).map(({ name, role, registered }) => `${registered ?? "?"} ${name} ${role}`);

describe("parties of a form", () => {
  it("stand below the heading of their column", () => {
    expect(
      parties(
        "VENDEUR 1   ACHETEUR 1\nRose Oligny   Karl Vaugeois\nVENDEUR 2   ACHETEUR 2\nGuy Prud'homme   Nour El-Khatib",
      ),
    ).toEqual(["Rose Oligny vendeur", "Karl Vaugeois acheteur", "Guy Prud'homme vendeur", "Nour El-Khatib acheteur"]);
  });

  it("stand below « nom et adresse de », and the addresses under them are no names", () => {
    const form =
      "NOM ET ADRESSE DE L'ACHETEUR   NOM ET ADRESSE DU VENDEUR\nCharles Lebœuf   9388-1122 Québec inc.\n1204, rue Cartier   250, boulevard Industriel";
    expect(parties(form)).toEqual(["Charles Lebœuf acheteur", "9388-1122 Québec inc. vendeur"]);
  });

  it("stand below the one heading that is a role", () => {
    expect(
      parties(
        "Propriétaire(s) inscrit(s)   Propriété visée\nHUOT PASCAL   725, RUE DU CONSEIL\nLAROSE VICKY   SHERBROOKE QC",
      ),
    ).toEqual(["HUOT PASCAL proprietaire", "LAROSE VICKY proprietaire"]);
  });

  it("follow a label whose colon stands in the next column", () => {
    expect(parties("Propriétaires   : Gaétane Fortin et Réjean Blouin")).toEqual([
      "Gaétane Fortin proprietaire",
      "Réjean Blouin proprietaire",
    ]);
  });

  it("precede their role in brackets, after their address", () => {
    const text =
      "Entre : Ingrid Vachon, 88 rue Dorchester, Sherbrooke (l'« Acheteur »)\nEt : Fernand Dubé et Thérèse Côté, 14, ch. des Pins, Orford (les « Vendeurs »)";
    expect(parties(text)).toEqual(["Ingrid Vachon acheteur", "Fernand Dubé vendeur", "Thérèse Côté vendeur"]);
  });

  it("precede their role in guillemets, and a loan names its lender", () => {
    const text =
      "COMPARAISSENT\n1. Monsieur Hervé Lacroix, résidant au 15, rue Eddy, Gatineau,\n   « Le vendeur »\n2. Madame Solveig Pépin et monsieur Teo Roy, résidant au 40, boul. Fournier, Gatineau,\n   « L'acquéreur »\nPrix provenant d'un prêt de Banque de l'Outaouais.";
    expect(parties(text)).toEqual([
      "Hervé Lacroix vendeur",
      "Solveig Pépin acheteur",
      "Teo Roy acheteur",
      "Banque de l'Outaouais preteur",
    ]);
  });

  it("a lender's letterhead may be an English company", () => {
    expect(
      partiesOf("offre_pret", "NORTHERN PINE MORTGAGE CORPORATION\n2200 Sherbrooke Street West\n\nMORTGAGE COMMITMENT"),
    ).toEqual(["? NORTHERN PINE MORTGAGE CORPORATION preteur"]);
  });
});

describe("an address in two columns", () => {
  const account = (gap: string): string =>
    `Adresse postale :   Adresse de l'immeuble :\n88, place du Moulin, Longueuil (Québec) J4H 0B7${gap}4127, rue des Clochers, Montréal (Québec) H2K 4Z1`;

  it.each(["   ", " "])("is the immovable's when the heading of its column says so (gap « %s »)", (gap) => {
    expect(extractAddresses(account(gap)).map(({ immovable }) => immovable)).toEqual([false, true]);
    expect(extractPostalCodes(account(gap)).map(({ immovable }) => immovable)).toEqual([false, true]);
  });

  it("may run over several lines", () => {
    const text =
      "Adresse postale   Adresse de l'immeuble\n88, place du Moulin   4127, rue des Clochers\nLongueuil J4H 0B7   Montréal H2K 4Z1";
    expect(extractPostalCodes(text).map(({ immovable }) => immovable)).toEqual([false, true]);
  });
});

describe("amounts", () => {
  it("a price raised from one amount to another is the second", () => {
    expect(labels("Le prix est porté de 398 500 $ à QUATRE CENT NEUF MILLE DOLLARS (409 000 $).")).toEqual([
      [398_500, undefined],
      [409_000, "prix"],
    ]);
  });

  it("what a price loses is no price", () => {
    expect(labels("de réduire le prix d'achat de 7 500 $ pour le fixer à 352 500 $;")).toEqual([
      [7_500, undefined],
      [352_500, "prix"],
    ]);
  });

  it("of a list of payments are named by the words that follow", () => {
    expect(
      labels(
        "a) 10 000,00 $ en acompte;\nb) 93 000,00 $ comptant à la signature;\nc) 412 000,00 $ par voie d'un prêt hypothécaire",
      ),
    ).toEqual([
      [10_000, "acompte"],
      [93_000, "mise_de_fonds"],
      [412_000, "pret"],
    ]);
    expect(labels("5.2 Somme additionnelle versée par chèque visé   91 800,00 $")).toEqual([[91_800, "mise_de_fonds"]]);
  });
});

describe("lots and dates", () => {
  it("« Cadastre : » introduces lots", () => {
    expect(
      extractLots("Cadastre : 6 332 118 (partie privative), 6 332 001 (parties communes)").map((one) => one.lot),
    ).toEqual(["6332118", "6332001"]);
    expect(extractLots("Circonscription : Québec, numéro 6 332 118")).toEqual([]);
  });

  it("a former lot is not the immovable's", () => {
    const title = document("titre.pdf", "titre", page({ lots: [lot("1234567"), { ...lot("123-45"), former: true }] }));
    expect(lotSetsOf([title]).map(({ lots }) => [...lots.keys()])).toEqual([["1234567"]]);
  });

  it("an English deed opens with its day in words", () => {
    expect(
      extractDates("ON THIS twenty-second day of March, two thousand and sixteen (2016)").map(({ date }) => date),
    ).toEqual(["2016-03-22"]);
  });
});

describe("an index of immovables", () => {
  const index =
    "Date   Numéro   Nature   Parties\n2011-07-04   18 223 907   Vente   Vendeur : Guy Roy\nAcquéreur : Luc Morin\n2022-05-06   27 216 488   Vente   Vendeur : Luc Morin\nAcquéreur : Odette Brisebois";

  it("gives each party with the date of its entry, in each entry where it stands", () => {
    expect(partiesOf("index_immeubles", index)).toEqual([
      "2011-07-04 Guy Roy vendeur",
      "2011-07-04 Luc Morin acheteur",
      "2022-05-06 Luc Morin vendeur",
      "2022-05-06 Odette Brisebois acheteur",
    ]);
  });

  const entry = (registered: string, seller: string, ...buyers: string[]): ReturnType<typeof party>[] =>
    [party(seller, "vendeur"), ...buyers.map((name) => party(name, "acheteur"))].map((one) => ({ ...one, registered }));
  const offer = (...sellers: string[]): ReturnType<typeof document> =>
    document("promesse.pdf", "promesse_achat", page({ parties: sellers.map((name) => party(name, "vendeur")) }));
  const indexOf = (...entries: ReturnType<typeof party>[][]): ReturnType<typeof document> =>
    document("index.pdf", "index_immeubles", page({ parties: entries.flat() }));
  const judge = (...documents: ReturnType<typeof document>[]): string[] =>
    items("V11", documents).map(({ status, message }) => `${status} ${message}`);
  const bought = entry("2011-07-04", "Guy Roy", "Luc Morin");

  it("a seller who sold by a later entry is no longer the owner", () => {
    expect(judge(offer("Luc Morin"), indexOf(bought, entry("2022-05-06", "Luc Morin", "Odette Brisebois")))).toEqual([
      "alerte Le vendeur Luc Morin n'est pas le dernier titulaire inscrit : l'index donne Odette Brisebois, depuis le 6 mai 2022.",
    ]);
  });

  it("a seller who sold and bought again is the owner, in whatever order the entries stand", () => {
    const sold = entry("2015-01-02", "Luc Morin", "Rita Roy");
    const again = entry("2019-03-04", "Rita Roy", "Luc Morin");
    expect(judge(offer("Luc Morin"), indexOf(again, bought, sold))).toEqual([expect.stringMatching(/^conforme/)]);
  });

  it("the owner of a share that was not sold is still an owner", () => {
    const both = entry("2011-07-04", "Guy Roy", "Luc Morin", "Rita Roy");
    const share = entry("2018-01-02", "Rita Roy", "Zoé Roy");
    expect(judge(offer("Luc Morin", "Zoé Roy"), indexOf(both, share))).toEqual([expect.stringMatching(/^conforme/)]);
  });

  it("a last acquirer who does not sell is named", () => {
    expect(judge(offer("Luc Morin"), indexOf(entry("2011-07-04", "Guy Roy", "Luc Morin", "Rita Roy")))).toEqual([
      "alerte Rita Roy, titulaire à l'index depuis le 4 juillet 2011, n'est pas parmi les vendeurs (Luc Morin).",
    ]);
  });
});

describe("a quotation", () => {
  it("starts and ends between words", () => {
    const text = `${"anticonstitutionnellement ".repeat(6)}H2K 4Z1 ${"anticonstitutionnellement ".repeat(6)}`;
    const at = text.indexOf("H2K");
    const quotation = citeLine(text, at, at + 7);
    expect(quotation).toContain("H2K 4Z1");
    for (const word of quotation.split(" ")) expect(["anticonstitutionnellement", "H2K", "4Z1"]).toContain(word);
  });

  it("takes the line above when the words that name the value end it", () => {
    const text =
      "5.2 Mise de fonds additionnelle, à verser au notaire instrumentant, à la signature de\nl'acte de vente : 130 000,00 $";
    expect(extractAmounts(text)[0]?.quotation).toContain("Mise de fonds");
  });
});
