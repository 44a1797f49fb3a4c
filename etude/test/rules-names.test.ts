import { describe, expect, it } from "vitest";
import { compareNames, editDistance, parsePersonName } from "../src/rules/person-names.ts";
import {
  cleanDossier,
  deed,
  document,
  dossierWith,
  hidden,
  index,
  items,
  page,
  party,
  promise,
  scan,
  statuses,
  title,
  unreadable,
  withFacts,
  withScannedPage,
} from "./rules-fixture.ts";

const relation = (a: string, b: string): string => {
  const kind = compareNames(parsePersonName(a), parsePersonName(b)).kind;
  expect(compareNames(parsePersonName(b), parsePersonName(a)).kind).toBe(kind);
  return kind;
};

describe("how close two names are", () => {
  it.each([
    ["Jean-Pierre Tremblay", "Jean Pierre TREMBLAY"],
    ["Jean‑Pierre Tremblay", "jean-pierre tremblay"],
    ["Hélène L'Écuyer", "HELENE L’ECUYER"],
    ["Luc St-Pierre", "Luc Saint-Pierre"],
    ["Tremblay, Jean-Pierre", "Jean-Pierre Tremblay"],
    ["TREMBLAY JEAN-PIERRE", "Jean-Pierre Tremblay"],
    ["Jean-Pierre Joseph Tremblay", "Jean-Pierre Tremblay"],
    ["TREMBLAY Jean-Pierre Joseph", "Jean-Pierre Tremblay"],
    ["J.-P. Tremblay", "Jean-Pierre Tremblay"],
    ["Marie Anne Louise Roy", "Marie Roy"],
    ["Tremblay", "Jean-Pierre Tremblay"],
    ["9123-4567 Québec inc.", "9123-4567 QUÉBEC INC"],
  ])("« %s » and « %s » are the same", (a, b) => {
    expect(relation(a, b)).toBe("same");
  });

  it.each([
    ["Jean-Pierre Tremblay", "Jean-Pierre Tremblai"],
    ["Jean-Pierre Tremblay", "Jean-Pierre Trembaly"],
    ["Jean-Pierre Tremblay", "Jean-Pierre Tremblayy"],
    ["Jean-Pierre Tremblay", "Jean Tremblay"],
    ["Jean-Pierre Tremblay", "Pierre Tremblay"],
    ["Jean-Pierre Tremblay", "Jeanpierre Tremblay"],
    ["Marie-Claude Gagnon", "Claude-Marie Gagnon"],
    ["Marie-Claude Gagnon", "GANGON MARIE-CLAUDE"],
    ["Marie Tremblay-Gagnon", "Marie Tremblay"],
    ["Marie Tremblay", "Mario Tremblay"],
    ["André Roy", "Andrée Roy"],
    ["9123-4567 Québec inc.", "9123-4576 Québec inc."],
  ])("« %s » and « %s » are probably one person", (a, b) => {
    expect(relation(a, b)).toBe("variant");
  });

  it.each([
    ["Jean-Pierre Tremblay", "Marie-Claude Gagnon"],
    ["Luc Roy", "Lucie Roy"],
    ["Marie-Claude Roy", "Marie-Claire Roy"],
    ["Jean Tremblay", "Paul Tremblay"],
    ["Jean Roy", "Jean Roux"],
    ["Jean Roy", "Joan Ray"],
    ["", "Jean Roy"],
    ["Roy", "Ray"],
  ])("« %s » and « %s » are different people", (a, b) => {
    expect(relation(a, b)).toBe("different");
  });

  it("counts a swap of neighbours as one letter", () => {
    expect(editDistance("tremblay", "trembaly")).toBe(1);
    expect(editDistance("", "roy")).toBe(3);
  });
});

const misspelled = withFacts(deed, {
  parties: [
    party("Jean-Pierre Tremblai", "vendeur"),
    party("Marie-Claude Gagnon", "vendeur"),
    party("Mario Roy", "acheteur"),
    party("Marie Roy", "acheteur"),
  ],
});

describe("C04, the same person spelled differently", () => {
  it("alerts once, and quotes both spellings", () => {
    expect(items("C04", dossierWith({ "projet.docx": misspelled }))).toEqual([
      {
        rule: "C04",
        status: "alerte",
        severity: "haute",
        message:
          "Nom discordant : « Jean-Pierre Tremblay » (promesse.pdf, p. 1; titre.pdf, p. 1; index.pdf, p. 1) / « Jean-Pierre Tremblai » (projet.docx, p. 1).",
        evidence: [
          { document: "promesse.pdf", page: 1, quotation: "M. ou Mme Jean-Pierre Tremblay" },
          { document: "titre.pdf", page: 1, quotation: "M. ou Mme JEAN PIERRE TREMBLAY" },
          { document: "index.pdf", page: 1, quotation: "M. ou Mme Jean-Pierre Tremblay" },
          { document: "projet.docx", page: 1, quotation: "M. ou Mme Jean-Pierre Tremblai" },
        ],
      },
    ]);
  });

  it("alerts for the buyer, from the loan and from an identity document", () => {
    const loan = document(
      "pret.pdf",
      "offre_pret",
      page({ parties: [party("Mario Roi", "emprunteur"), party("Marie Roy", "emprunteur")] }),
    );
    const identity = document(
      "permis.pdf",
      "piece_identite",
      page({ parties: [party("GANGON MARIE-CLAUDE", "autre")] }),
    );
    expect(items("C04", dossierWith({ "pret.pdf": loan })).map(({ message }) => message)).toEqual([
      "Nom discordant : « Mario Roy » (promesse.pdf, p. 1; projet.docx, p. 1) / « Mario Roi » (pret.pdf, p. 1).",
    ]);
    expect(items("C04", dossierWith({ "permis.pdf": identity })).map(({ message }) => message)).toEqual([
      "Nom discordant : « Marie-Claude Gagnon » (promesse.pdf, p. 1; titre.pdf, p. 1; projet.docx, p. 1; index.pdf, p. 1) / « GANGON MARIE-CLAUDE » (permis.pdf, p. 1).",
    ]);
  });

  it("still alerts when the same document has the right spelling on another page", () => {
    const both = {
      ...misspelled,
      pages: [...misspelled.pages, page({ parties: [party("Jean-Pierre Tremblay", "vendeur")] }, "text", 2)],
    };
    expect(statuses("C04", dossierWith({ "projet.docx": both }))).toEqual(["alerte"]);
  });

  it("spouses whose names differ by a letter are two people, even when one document names only one of them", () => {
    const identity = document("permis.pdf", "piece_identite", page({ parties: [party("MARIE ROY", "autre")] }));
    const loan = document("pret.pdf", "offre_pret", page({ parties: [party("Mario Roy", "emprunteur")] }));
    expect(statuses("C04", dossierWith({ "permis.pdf": identity, "pret.pdf": loan }))).toEqual(["conforme"]);
  });

  it("a misspelled spouse is compared with the spouse and not with the other", () => {
    const loan = document("pret.pdf", "offre_pret", page({ parties: [party("Mario Roi", "emprunteur")] }));
    expect(items("C04", dossierWith({ "pret.pdf": loan })).map(({ message }) => message)).toEqual([
      "Nom discordant : « Mario Roy » (promesse.pdf, p. 1; projet.docx, p. 1) / « Mario Roi » (pret.pdf, p. 1).",
    ]);
  });

  it("says nothing of the seller of the past sale, whatever his name", () => {
    const past = withFacts(title, {
      parties: [party("Jean-Pierre Tremblai", "vendeur"), ...(title.pages[0]?.parties.slice(1) ?? [])],
    });
    expect(statuses("C04", dossierWith({ "titre.pdf": past }))).toEqual(["conforme"]);
  });

  it("is to be verified when a document of the sale could not be read", () => {
    expect(items("C04", dossierWith({ "projet.docx": scan("projet.docx", "projet_acte") }))).toMatchObject([
      {
        status: "a_verifier",
        message: "Noms : comparaison incomplète : lecture humaine requise de projet.docx (p. 1).",
      },
    ]);
    // No identity document: the corrupt file may be one.
    expect(statuses("C04", [...cleanDossier, unreadable("x.pdf")])).toEqual(["a_verifier"]);
  });

  it("is to be verified when the agreement rests on hidden text", () => {
    expect(statuses("C04", dossierWith({ "projet.docx": hidden(deed) }))).toEqual(["a_verifier"]);
  });

  it("has nothing to look at in a single document", () => {
    expect(statuses("C04", [promise])).toEqual(["non_applicable"]);
  });
});

const owners = (...names: string[]) => withFacts(title, { parties: names.map((name) => party(name, "acheteur")) });

describe("V11, the seller is not the last registered owner", () => {
  const withoutIndex = { "index.pdf": null };

  it("alerts, and quotes the seller and the owners", () => {
    const found = items("V11", dossierWith({ ...withoutIndex, "titre.pdf": owners("Paul Untel") }));
    expect(found).toHaveLength(2);
    expect(found[0]).toEqual({
      rule: "V11",
      status: "alerte",
      severity: "haute",
      message: "Le vendeur Jean-Pierre Tremblay n'est pas le dernier titulaire inscrit Paul Untel.",
      evidence: [
        { document: "promesse.pdf", page: 1, quotation: "M. ou Mme Jean-Pierre Tremblay" },
        { document: "promesse.pdf", page: 1, quotation: "M. ou Mme Marie-Claude Gagnon" },
        { document: "titre.pdf", page: 1, quotation: "M. ou Mme Paul Untel" },
      ],
    });
  });

  it("alerts when an owner is not among the sellers", () => {
    const found = items(
      "V11",
      dossierWith({
        ...withoutIndex,
        "titre.pdf": owners("Jean-Pierre Tremblay", "Marie-Claude Gagnon", "Paul Untel"),
      }),
    );
    expect(found.map(({ status, message }) => `${status} ${message}`)).toEqual([
      "alerte Le dernier titulaire inscrit Paul Untel n'est pas parmi les vendeurs (Jean-Pierre Tremblay et Marie-Claude Gagnon).",
    ]);
  });

  it("leaves a spelling to C04", () => {
    const documents = dossierWith({ "titre.pdf": owners("Jean-Pierre Tremblai", "Marie-Claude Gagnon") });
    expect(statuses("V11", documents)).toEqual(["conforme"]);
    expect(statuses("C04", documents)).toEqual(["alerte"]);
  });

  it("a spouse with a close name is another owner", () => {
    const sellers = withFacts(promise, { parties: [party("Mario Roy", "vendeur")] });
    const couple = document(
      "index.pdf",
      "index_immeubles",
      page({ parties: [party("Marie Roy", "proprietaire"), party("Mario Roy", "proprietaire")] }),
    );
    expect(statuses("V11", [sellers, withFacts(title, { parties: [party("Marie Roy", "acheteur")] }), couple])).toEqual(
      ["alerte", "a_verifier"],
    );
  });

  it("takes the last deed of the chain of title", () => {
    const older = document(
      "titre 1998.pdf",
      "titre",
      page({
        parties: [party("Paul Untel", "acheteur")],
        dates: [{ quotation: "le 1998-01-05", date: "1998-01-05", label: "acte" }],
      }),
    );
    expect(statuses("V11", dossierWith({ "titre 1998.pdf": older }))).toEqual(["conforme"]);
  });

  it("an owner more on the index is only to be looked at: the index keeps the past ones", () => {
    const longer = withFacts(index, {
      parties: [party("Paul Untel", "proprietaire"), ...(index.pages[0]?.parties ?? [])],
    });
    expect(items("V11", dossierWith({ "index.pdf": longer }))).toMatchObject([
      {
        status: "a_verifier",
        message:
          "L'index nomme aussi Paul Untel : confirmer que les vendeurs (Jean-Pierre Tremblay et Marie-Claude Gagnon) sont les derniers titulaires inscrits.",
      },
    ]);
    const other = withFacts(index, { parties: [party("Paul Untel", "proprietaire")] });
    expect(statuses("V11", dossierWith({ "index.pdf": other }))).toEqual(["alerte", "alerte"]);
  });

  it("is to be verified when the other owner may stand on a page that was not read", () => {
    const partly = withScannedPage(owners("Jean-Pierre Tremblay"));
    expect(statuses("V11", dossierWith({ ...withoutIndex, "titre.pdf": partly }))).toEqual(["a_verifier"]);
    expect(statuses("V11", dossierWith({ ...withoutIndex, "titre.pdf": scan("titre.pdf", "titre") }))).toEqual([
      "a_verifier",
    ]);
    expect(statuses("V11", dossierWith({ ...withoutIndex, "titre.pdf": unreadable("titre.pdf") }))).toEqual([
      "a_verifier",
    ]);
    expect(statuses("V11", dossierWith({ "titre.pdf": hidden(title) }))).toEqual(["a_verifier"]);
  });

  it("is to be verified when a readable title gives no owner", () => {
    expect(statuses("V11", dossierWith({ ...withoutIndex, "titre.pdf": owners() }))).toEqual(["a_verifier"]);
  });

  it("does not apply without a title or an index", () => {
    expect(statuses("V11", dossierWith({ ...withoutIndex, "titre.pdf": null }))).toEqual(["non_applicable"]);
  });
});
