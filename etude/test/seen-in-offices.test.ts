/** Ways of writing that offices have, each kind in the documents where it stands. */
import { describe, expect, it } from "vitest";
import { extractAddresses } from "../src/extraction/addresses.ts";
import { extractAmounts } from "../src/extraction/amounts.ts";
import { extractDates } from "../src/extraction/dates.ts";
import { extractFacts } from "../src/extraction/extract-facts.ts";
import { extractLots } from "../src/extraction/lots.ts";
import { extractParties } from "../src/extraction/parties.ts";
import type { DocumentType, PageFacts } from "../src/facts.ts";

const partiesOf = (text: string): string[] => extractParties(text).map(({ name, role }) => `${name} ${role}`);
const lotsOf = (text: string): string[] => extractLots(text).map(({ lot }) => lot);

function factsOf(type: DocumentType, text: string): PageFacts {
  const [page] = extractFacts(
    { file: "a.pdf", hash: "", readable: true, pages: [{ page: 1, text, status: "text" }] },
    type,
  ).pages;
  if (page === undefined) throw new Error("no page");
  return page;
}

describe("those who sign", () => {
  const names = ["Rosalie Vaillancourt", "JOCELYN FORTIN", "Marie-Claude Gagnon", "9123-4567 Québec inc."];
  const roles = { ACHETEUR: "acheteur", VENDEUR: "vendeur", Vendeur: "vendeur", "L'ACQUÉREUR": "acheteur" };
  const blocks: Record<string, (role: string, name: string) => string> = {
    "« ROLE 1 — X »": (role, name) => `${role} 1 — ${name}`,
    "« ROLE — X »": (role, name) => `${role} — ${name}`,
    "« ROLE / (signé) X »": (role, name) => `${role}\n(signé) ${name}`,
    "« ROLE 1 / X »": (role, name) => `${role} 1\n${name}`,
    "« ROLE / ____ / X »": (role, name) => `${role}\n\n________________________\n${name}`,
    "« ROLE 2 / Nom : X. Née … »": (role, name) =>
      `${role} 2\nNom : ${name}. Née le 4 mai 1980. Adresse : 12, rue des Pins`,
    "« ____ / X / ROLE »": (role, name) => `________________________\n${name}\n${role}`,
  };
  for (const [form, write] of Object.entries(blocks)) {
    it.each(names.flatMap((name) => Object.entries(roles).map(([word, role]) => [name, word, role] as const)))(
      `${form} : %s, %s`,
      (name, word, role) => expect(partiesOf(write(word, name))).toEqual([`${name} ${role}`]),
    );
  }

  it("one after the other, each have their own role", () => {
    expect(
      partiesOf("ACHETEUR 1 — Rosalie Vaillancourt\nACHETEUR 2 — Jocelyn Fortin\nVENDEUR — Mathieu Kovacs"),
    ).toEqual(["Rosalie Vaillancourt acheteur", "Jocelyn Fortin acheteur", "Mathieu Kovacs vendeur"]);
    expect(partiesOf("SIGNATURE DES ACHETEURS\n(signé) Rosalie Vaillancourt\n(signé) Jocelyn Fortin")).toEqual([
      "Rosalie Vaillancourt acheteur",
      "Jocelyn Fortin acheteur",
    ]);
  });
});

describe("capitals that are no people", () => {
  it.each(
    [
      "CONDITIONS PARTICULIÈRES",
      "L'AN DEUX MILLE VINGT-CINQ",
      "CHARGES ET OBLIGATIONS",
      "DISPOSITIONS GÉNÉRALES",
      "RÉGIME MATRIMONIAL",
      "DROITS DE MUTATION",
      "ORIGINE DU DROIT",
      "MODALITÉS DE PAIEMENT",
    ].flatMap((words) => [`VENDEUR\n${words}`, `VENDEURS :\n${words}\n`, `L'ACHETEUR\n\n${words}`]),
  )("« %s »", (text) => expect(partiesOf(text)).toEqual([]));
});

describe("notaries", () => {
  it.each([
    ["D E V A N T Me Hélène Joly, notaire à Montréal", ["Hélène Joly notaire"]],
    ["Étude de Me Hélène Joly, notaire", ["Hélène Joly notaire"]],
    ["reçu par Me Hélène Joly, notaire", ["Hélène Joly notaire"]],
    ["préparé par Me Jean Roy, courtier immobilier", []],
    ["Devant Me Jean Roy, courtier immobilier agréé", []],
    ["reçu par Me Jean Roy, avocat", []],
    ["rapport de Me Jean Roy, huissier", []],
  ])("« %s »", (text, expected) => expect(partiesOf(text)).toEqual(expected));
});

it("a name goes on after the hyphen that ends its line", () => {
  expect(partiesOf("Vendeurs : Jean Tremblay et Marie-\nClaude Gagnon")).toEqual([
    "Jean Tremblay vendeur",
    "Marie-Claude Gagnon vendeur",
  ]);
});

describe("lots", () => {
  it.each([
    ["Cadastre : 7315208 et 7315209", ["7315208", "7315209"]],
    ["Cadastre : 7 315 208, 7 315 209", ["7315208", "7315209"]],
    ["connu comme étant le lot 7\n315 209 du cadastre du Québec", ["7315209"]],
    ["le lot numéro 7 315\n209 du cadastre du Québec", ["7315209"]],
    ["le lot numéro SEPT MILLIONS TROIS CENT QUINZE MILLE DEUX\nCENT HUIT (7 315 208)", ["7315208"]],
    ["le lot numéro SEPT MILLIONS TROIS CENT QUINZE MILLE DEUX\n\nCENT HUIT du cadastre du Québec", []],
  ])("« %s »", (text, expected) => expect(lotsOf(text)).toEqual(expected));
});

describe("streets", () => {
  it.each(
    [
      "avenue du 11 novembre 1918",
      "rue du 24 juin 1880",
      "boulevard du 8 mai 1945",
      "place du 1er juillet 1867",
    ].flatMap((street) => [`situé au 88, ${street}, Montréal (Québec) H2K 4Z1`, `Adresse : 88, ${street}`]),
  )("« %s » is no date", (text) => expect(extractDates(text)).toEqual([]));

  it("a date after a street's name is still one", () => {
    expect(extractDates("au 88, rue des Pins, le 9 mars 2026").map(({ date }) => date)).toEqual(["2026-03-09"]);
  });
});

describe("the office of a surveyor", () => {
  const immovable = "4127, rue des Clochers, Montréal (Québec) H2K 4Z1";
  it.each([
    `Cossette Géomatique inc.\nArpenteurs-géomètres\n1200, boulevard Laurier, Québec (Québec) G1V 2L1\n\nCERTIFICAT DE LOCALISATION\n\n${immovable}`,
    `GÉO-MESURE BLAIS\n1200, boulevard Laurier, bureau 300\nQuébec (Québec) G1V 2L1\nTél. : 418 555-0101\n\nCERTIFICAT DE LOCALISATION\n\nLot 7 315 208 — ${immovable}`,
    `CERTIFICAT DE LOCALISATION\n\nLot 7 315 208 — ${immovable}\n\nMathieu Blais, a.-g.\n1200, boulevard Laurier, Québec (Québec) G1V 2L1`,
  ])("is not the immovable (%#)", (text) => {
    const page = factsOf("certificat_localisation", text);
    expect(page.postalCodes.filter((code) => code.immovable).map(({ postalCode }) => postalCode)).toEqual(["H2K 4Z1"]);
    expect(page.addresses.filter((one) => one.immovable).map(({ address }) => address)).toEqual([immovable]);
  });

  it("elsewhere, what nothing names is not the immovable's either", () => {
    expect(extractAddresses(immovable)).toMatchObject([{ immovable: false }]);
  });
});

describe("loans", () => {
  it.each([
    "Hypothèque à obtenir",
    "Hypothèque à contracter",
    "Nouvelle hypothèque",
    "Hypothèque requise",
    "Financement à obtenir",
  ])("« %s : 365 000 $ »", (words) =>
    expect(extractAmounts(`${words} : 365 000 $`)).toMatchObject([{ cents: 36_500_000, label: "pret" }]),
  );
});

describe("the date beside a signature in an offer", () => {
  const datesOf = (text: string): unknown[] =>
    factsOf("promesse_achat", text).dates.map(({ date, label }) => [date, label]);

  it("is the offer's or the acceptance's, as the one who signs buys or sells", () => {
    expect(
      datesOf("L'acheteur a signé à Québec le 3 mars 2026.\n\nSignature du vendeur\nSigné à Québec, le 5 mars 2026"),
    ).toEqual([
      ["2026-03-03", "offre"],
      ["2026-03-05", "acceptation"],
    ]);
    expect(
      datesOf(
        "SIGNATURES\nACHETEUR 1 — Rosalie Vaillancourt\nSigné à Québec, le 3 mars 2026 à 10 h\nVENDEUR 1 — Mathieu Kovacs\nSigné à Québec, le 4 mars 2026 à 11 h",
      ),
    ).toEqual([
      ["2026-03-03", "offre"],
      ["2026-03-04", "acceptation"],
    ]);
  });

  it("accepts nothing when the seller refuses", () => {
    expect(
      datesOf("RÉPONSE DU VENDEUR\nLe vendeur refuse la présente promesse.\nSigné à Québec, le 5 mars 2026"),
    ).toEqual([["2026-03-05", undefined]]);
  });
});

describe("an account of taxes without a label", () => {
  it.each([
    "VILLE DE MONTRÉAL\nCOMPTE DE TAXES 2026\n\nROSALIE VAILLANCOURT\n4127, RUE DES CLOCHERS\nMONTRÉAL (QUÉBEC) H2K 4Z1",
    "Centre de services scolaire de Montréal\nTaxe scolaire\n\nRosalie Vaillancourt\n4127, rue des Clochers\nMontréal (Québec) H2K 4Z1",
  ])("names the owner above the address (%#)", (text) =>
    expect(factsOf("compte_taxes_municipales", text).parties).toMatchObject([
      { name: expect.stringMatching(/^rosalie vaillancourt$/i) as string, role: "proprietaire" },
    ]),
  );
});
