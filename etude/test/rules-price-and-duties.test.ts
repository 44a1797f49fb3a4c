import { describe, expect, it } from "vitest";
import type { AmountFact, DocumentFacts } from "../src/facts.ts";
import {
  amount,
  deed,
  document,
  dossierWith,
  hidden,
  items,
  loan,
  page,
  promise,
  scan,
  statuses,
  taxes,
  title,
  unreadable,
  withFacts,
  withScannedPage,
} from "./rules-fixture.ts";

const NB = "\u00A0";
const deedWith = (...amounts: AmountFact[]): DocumentFacts => withFacts(deed, { amounts });

describe("V04, the price differs", () => {
  it("alerts, and quotes the price of each document", () => {
    expect(items("V04", dossierWith({ "projet.docx": deedWith(amount(458_000, "prix")) }))).toEqual([
      {
        rule: "V04",
        status: "alerte",
        severity: "haute",
        message: `Prix discordant : 485${NB}000,00${NB}$ (promesse.pdf, p. 1; pret.pdf, p. 1) / 458${NB}000,00${NB}$ (projet.docx, p. 1).`,
        evidence: [
          { document: "promesse.pdf", page: 1, quotation: "prix de 485000 $" },
          { document: "pret.pdf", page: 1, quotation: "prix de 485000 $" },
          { document: "projet.docx", page: 1, quotation: "prix de 458000 $" },
        ],
      },
    ]);
  });

  it("a cent is a difference", () => {
    expect(
      statuses("V04", dossierWith({ "pret.pdf": withFacts(loan, { amounts: [amount(485_000.01, "prix")] }) })),
    ).toEqual(["alerte"]);
  });

  it("alerts when a price in words is not the price in figures", () => {
    expect(items("V04", dossierWith({ "projet.docx": deedWith(amount(485_000, "prix", 458_000)) }))).toEqual([
      {
        rule: "V04",
        status: "alerte",
        severity: "haute",
        message: `Prix discordant : 458${NB}000,00${NB}$ en lettres / 485${NB}000,00${NB}$ en chiffres (projet.docx, p. 1).`,
        evidence: [{ document: "projet.docx", page: 1, quotation: "prix de 485000 $" }],
      },
    ]);
  });

  it("another amount in words is to be verified, and so is the price of the past sale", () => {
    expect(
      statuses("V04", dossierWith({ "pret.pdf": withFacts(loan, { amounts: [amount(388_000, "pret", 380_000)] }) })),
    ).toEqual(["a_verifier"]);
    expect(
      statuses("V04", dossierWith({ "titre.pdf": withFacts(title, { amounts: [amount(300_000, "prix", 30_000)] }) })),
    ).toEqual(["a_verifier"]);
  });

  it("two prices in one document, of which one agrees, are for a person to sort out", () => {
    const counter = withFacts(promise, { amounts: [amount(499_000, "prix"), amount(485_000, "prix")] });
    expect(items("V04", dossierWith({ "promesse.pdf": counter }))).toMatchObject([
      {
        status: "a_verifier",
        message: `promesse.pdf donne plusieurs prix (499${NB}000,00${NB}$, 485${NB}000,00${NB}$) : préciser lequel fait foi.`,
      },
    ]);
  });

  it("is to be verified when a document was not read, or rests on hidden text", () => {
    expect(statuses("V04", dossierWith({ "pret.pdf": scan("pret.pdf", "offre_pret") }))).toEqual(["a_verifier"]);
    expect(statuses("V04", dossierWith({ "pret.pdf": unreadable("pret.pdf", "encrypted") }))).toEqual(["a_verifier"]);
    expect(statuses("V04", dossierWith({ "projet.docx": hidden(deed) }))).toEqual(["a_verifier"]);
  });

  it("hidden text proves nothing that a sound page does not prove too", () => {
    const price = [amount(485_000, "prix")];
    const pages = [page({ amounts: price }, "hidden_text", 1), page({ amounts: price }, "text", 2)];
    const found = items("V04", dossierWith({ "projet.docx": document("projet.docx", "projet_acte", ...pages) }));
    expect(found).toMatchObject([{ status: "conforme" }]);
    expect(found[0]?.evidence).toContainEqual({ document: "projet.docx", page: 2, quotation: "prix de 485000 $" });
  });

  it("has nothing to compare in a single document", () => {
    expect(statuses("V04", [promise])).toEqual(["non_applicable"]);
  });
});

const declaring = (duties: number) =>
  deedWith(amount(485_000, "prix"), amount(485_000, "base_imposition"), amount(duties, "droits_mutation"));

describe("V20, the duties declared are not those computed", () => {
  it("alerts with the base and the municipality, and quotes the duties, the price and the roll", () => {
    expect(items("V20", dossierWith({ "projet.docx": declaring(5_000) }))).toEqual([
      {
        rule: "V20",
        status: "alerte",
        severity: "haute",
        message: `Droits de mutation : 5${NB}000,00${NB}$ déclarés, 5${NB}385,50${NB}$ calculés (base 485${NB}000,00${NB}$, Montréal 2026).`,
        evidence: [
          { document: "projet.docx", page: 1, quotation: "droits_mutation de 5000 $" },
          { document: "projet.docx", page: 1, quotation: "prix de 485000 $" },
          { document: "taxes.pdf", page: 1, quotation: "evaluation_role de 450000 $" },
        ],
      },
    ]);
  });

  it.each([
    [5_384.5, "conforme"],
    [5_386.5, "conforme"],
    [5_384.49, "alerte"],
    [5_386.51, "alerte"],
  ])("a dollar is tolerated: %d $ declared for 5 385,50 $ is %s", (declared, status) => {
    expect(statuses("V20", dossierWith({ "projet.docx": declaring(declared) }))).toEqual([status]);
  });

  it("takes the market value when it exceeds the price", () => {
    const account = withFacts(taxes, {
      amounts: [amount(200_000, "evaluation_role"), amount(552_300, "evaluation_role")],
    });
    expect(items("V20", dossierWith({ "taxes.pdf": account }))[0]?.message).toContain(
      `6${NB}395,00${NB}$ calculés (base 552${NB}300,00${NB}$`,
    );
    expect(statuses("V20", dossierWith({ "taxes.pdf": account, "projet.docx": declaring(6_395) }))).toEqual([
      "conforme",
    ]);
  });

  it("takes the offer's price when the deed gives none", () => {
    expect(statuses("V20", dossierWith({ "projet.docx": deedWith(amount(5_385.5, "droits_mutation")) }))).toEqual([
      "conforme",
    ]);
  });

  it("refuses a year that is not loaded: to be verified, with the reason", () => {
    expect(items("V20", dossierWith({}), { signingDate: "2027-01-15" })).toMatchObject([
      {
        status: "a_verifier",
        message: `Droits de mutation : 5${NB}385,50${NB}$ déclarés, calcul refusé : barème 2027 non chargé.`,
      },
    ]);
  });

  it("refuses the rates of a municipality that are not loaded", () => {
    const dear = deedWith(amount(700_000, "prix"), amount(8_610.5, "droits_mutation"));
    expect(
      items("V20", dossierWith({ "projet.docx": dear, "taxes.pdf": null }), { municipality: "Saint-Dominique" }),
    ).toMatchObject([
      { status: "a_verifier", message: expect.stringContaining("taux municipaux 2026 (Saint-Dominique)") },
    ]);
  });

  it("without a loaded factor the price is a floor: less is an alert, the rest is to be verified", () => {
    expect(items("V20", dossierWith({}), { municipality: "Québec" })).toMatchObject([
      { status: "a_verifier", message: expect.stringContaining("facteur comparatif 2026 (Québec) non chargé") },
    ]);
    expect(items("V20", dossierWith({ "projet.docx": declaring(5_000) }), { municipality: "Québec" })).toMatchObject([
      { status: "alerte", message: expect.stringContaining(`5${NB}385,50${NB}$ calculés au moins`) },
    ]);
    expect(statuses("V20", dossierWith({ "projet.docx": declaring(6_000) }), { municipality: "Québec" })).toEqual([
      "a_verifier",
    ]);
  });

  it("without a tax account the base is the price", () => {
    expect(statuses("V20", dossierWith({ "taxes.pdf": null }), { municipality: "Québec" })).toEqual(["conforme"]);
  });

  it("is to be verified when the account, the price or the deed could not be read", () => {
    expect(statuses("V20", dossierWith({ "taxes.pdf": scan("taxes.pdf", "compte_taxes_municipales") }))).toEqual([
      "a_verifier",
    ]);
    expect(statuses("V20", dossierWith({ "projet.docx": scan("projet.docx", "projet_acte") }))).toEqual(["a_verifier"]);
    expect(statuses("V20", dossierWith({ "projet.docx": hidden(deed) }))).toEqual(["a_verifier"]);
    expect(statuses("V20", [deedWith(amount(5_385.5, "droits_mutation"))])).toEqual(["a_verifier"]);
    expect(
      statuses("V20", [deedWith(amount(1, "prix"), amount(2, "prix"), amount(5_385.5, "droits_mutation"))]),
    ).toEqual(["a_verifier"]);
    expect(statuses("V20", dossierWith({}), { signingDate: "2026-02-31" })).toEqual(["a_verifier"]);
  });

  it("does not apply when nothing is declared", () => {
    expect(statuses("V20", dossierWith({ "projet.docx": deedWith(amount(485_000, "prix")) }))).toEqual([
      "non_applicable",
    ]);
  });
});

describe("V21, the base declared is the price and the market value exceeds it", () => {
  const dearer = withFacts(taxes, { amounts: [amount(500_000, "evaluation_role")] });

  it("alerts, and quotes the roll, the price and the base", () => {
    expect(items("V21", dossierWith({ "taxes.pdf": dearer }))).toEqual([
      {
        rule: "V21",
        status: "alerte",
        severity: "haute",
        message: `Base d'imposition : la valeur du rôle × facteur (500${NB}000,00${NB}$) dépasse le prix, et la base déclarée est le prix (485${NB}000,00${NB}$).`,
        evidence: [
          { document: "taxes.pdf", page: 1, quotation: "evaluation_role de 500000 $" },
          { document: "projet.docx", page: 1, quotation: "prix de 485000 $" },
          { document: "projet.docx", page: 1, quotation: "base_imposition de 485000 $" },
        ],
      },
    ]);
  });

  it("applies the factor of the year: 450 000 × 1,08 = 486 000", () => {
    expect(items("V21", dossierWith({}), { signingDate: "2025-12-15" })[0]?.message).toContain(`486${NB}000,00${NB}$`);
  });

  it("is in order when the roll equals the price, or the market value is what is declared", () => {
    expect(
      statuses(
        "V21",
        dossierWith({ "taxes.pdf": withFacts(taxes, { amounts: [amount(485_000, "evaluation_role")] }) }),
      ),
    ).toEqual(["conforme"]);
    const declared = deedWith(amount(485_000, "prix"), amount(500_000, "base_imposition"));
    expect(statuses("V21", dossierWith({ "taxes.pdf": dearer, "projet.docx": declared }))).toEqual(["conforme"]);
  });

  it("is to be verified without a declared base, or with one that is neither", () => {
    expect(
      statuses("V21", dossierWith({ "taxes.pdf": dearer, "projet.docx": deedWith(amount(485_000, "prix")) })),
    ).toEqual(["a_verifier"]);
    expect(
      statuses(
        "V21",
        dossierWith({
          "taxes.pdf": dearer,
          "projet.docx": deedWith(amount(485_000, "prix"), amount(490_000, "base_imposition")),
        }),
      ),
    ).toEqual(["a_verifier"]);
  });

  it("is to be verified without a loaded factor, with the reason, and when the account was not read", () => {
    expect(items("V21", dossierWith({}), { municipality: "Laval" })).toMatchObject([
      {
        status: "a_verifier",
        message: "Base d'imposition : calcul refusé : facteur comparatif 2026 (Laval) non chargé.",
      },
    ]);
    expect(statuses("V21", dossierWith({ "taxes.pdf": scan("taxes.pdf", "compte_taxes_municipales") }))).toEqual([
      "a_verifier",
    ]);
    expect(statuses("V21", dossierWith({ "taxes.pdf": hidden(taxes) }))).toEqual(["a_verifier"]);
    expect(statuses("V21", [taxes, withScannedPage(deedWith())])).toEqual(["a_verifier"]);
    expect(
      statuses("V21", [
        taxes,
        document("projet.docx", "projet_acte", page({ amounts: [amount(1, "prix"), amount(2, "prix")] })),
      ]),
    ).toEqual(["a_verifier"]);
  });

  it("does not apply without a roll", () => {
    expect(statuses("V21", dossierWith({ "taxes.pdf": null }))).toEqual(["non_applicable"]);
  });
});
