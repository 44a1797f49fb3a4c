import { describe, expect, it } from "vitest";
import {
  address,
  certificate,
  deed,
  document,
  dossierWith,
  hidden,
  items,
  lot,
  page,
  postalCode,
  promise,
  scan,
  statuses,
  title,
  unreadable,
  withFacts,
  withScannedPage,
} from "./rules-fixture.ts";

const NB = "\u00A0";
const wrongLot = withFacts(certificate, { lots: [lot("1234576"), lot("3456789", true)] });

describe("C06, the lots differ", () => {
  it("alerts, names who says what, and quotes each lot", () => {
    expect(items("C06", dossierWith({ "certificat.pdf": wrongLot }))).toEqual([
      {
        rule: "C06",
        status: "alerte",
        severity: "haute",
        message: `Lot discordant : promesse.pdf, titre.pdf et projet.docx disent 1${NB}234${NB}567, certificat.pdf dit 1${NB}234${NB}576.`,
        evidence: [
          { document: "promesse.pdf", page: 1, quotation: "lot 1234567" },
          { document: "certificat.pdf", page: 1, quotation: "lot 1234576" },
          { document: "titre.pdf", page: 1, quotation: "lot 1234567" },
          { document: "projet.docx", page: 1, quotation: "lot 1234567" },
        ],
      },
    ]);
  });

  it("compares sets: a lot more or less is a difference, their order is not", () => {
    const two = [lot("1234568"), lot("1234567")];
    expect(statuses("C06", dossierWith({ "projet.docx": withFacts(deed, { lots: two }) }))).toEqual(["alerte"]);
    expect(statuses("C06", [withFacts(deed, { lots: two }), withFacts(title, { lots: two.toReversed() })])).toEqual([
      "conforme",
    ]);
  });

  it("an unrenovated lot keeps its form", () => {
    expect(
      items("C06", dossierWith({ "titre.pdf": withFacts(title, { lots: [lot("123-45")] }) }))[0]?.message,
    ).toContain("titre.pdf dit 123-45");
  });

  it("is to be verified when the missing lot may stand on pages that were not read", () => {
    const partial = withScannedPage(withFacts(title, { lots: [lot("1234567")] }));
    const wider = withFacts(deed, { lots: [lot("1234567"), lot("1234568")] });
    expect(statuses("C06", [partial, wider])).toEqual(["a_verifier"]);
    // The deed was read to its end, and the title's lot isn't in it.
    expect(statuses("C06", [withScannedPage(withFacts(title, { lots: [lot("7654321")] })), wider])).toEqual(["alerte"]);
  });

  it("is to be verified when a document was not read, or rests on hidden text", () => {
    expect(
      statuses("C06", dossierWith({ "certificat.pdf": scan("certificat.pdf", "certificat_localisation") })),
    ).toEqual(["a_verifier"]);
    expect(statuses("C06", dossierWith({ "certificat.pdf": unreadable("certificat.pdf") }))).toEqual(["a_verifier"]);
    expect(statuses("C06", dossierWith({ "titre.pdf": hidden(title) }))).toEqual(["a_verifier"]);
  });

  it("an unread file changes nothing when every document that it could be is there", () => {
    expect(statuses("C06", dossierWith({ "x.pdf": unreadable("x.pdf") }))).toEqual(["conforme"]);
  });

  it("a page without text changes nothing in a document that gives its lot elsewhere", () => {
    expect(statuses("C06", dossierWith({ "titre.pdf": withScannedPage(title) }))).toEqual(["conforme"]);
  });

  it("has nothing to compare in a single document", () => {
    expect(statuses("C06", [promise])).toEqual(["non_applicable"]);
  });
});

describe("V09, the certificate is about another lot than the title", () => {
  it("alerts, and quotes both", () => {
    expect(items("V09", dossierWith({ "certificat.pdf": wrongLot }))).toEqual([
      {
        rule: "V09",
        status: "alerte",
        severity: "haute",
        message: `Le certificat vise le lot 1${NB}234${NB}576, le titre le lot 1${NB}234${NB}567.`,
        evidence: [
          { document: "certificat.pdf", page: 1, quotation: "lot 1234576" },
          { document: "titre.pdf", page: 1, quotation: "lot 1234567" },
        ],
      },
    ]);
  });

  it("agrees with any deed of the chain of title", () => {
    const older = document("titre 1998.pdf", "titre", page({ lots: [lot("123-45")] }));
    expect(statuses("V09", [older, title, certificate])).toEqual(["conforme"]);
  });

  it("is to be verified when the title or the certificate could not be read", () => {
    expect(statuses("V09", dossierWith({ "titre.pdf": scan("titre.pdf", "titre") }))).toEqual(["a_verifier"]);
    expect(statuses("V09", dossierWith({ "certificat.pdf": hidden(certificate) }))).toEqual(["a_verifier"]);
    expect(statuses("V09", [title, unreadable("x.pdf", "encrypted")])).toEqual(["a_verifier"]);
  });

  it("does not apply without both", () => {
    expect(statuses("V09", dossierWith({ "titre.pdf": null }))).toEqual(["non_applicable"]);
    expect(statuses("V09", [certificate, { ...certificate, file: "autre.pdf" }])).toEqual(["non_applicable"]);
  });
});

const deedAt = (text: string) => dossierWith({ "projet.docx": withFacts(deed, { addresses: [address(text)] }) });

describe("C07, the address or the postal code of the immovable differ", () => {
  it("alerts for the address, and quotes both", () => {
    expect(items("C07", deedAt("465, rue Champlain, Montréal (Québec) H2L 4H2"))).toEqual([
      {
        rule: "C07",
        status: "alerte",
        severity: "moyenne",
        message:
          "Adresse de l'immeuble discordante : « 456, rue Champlain, Montréal (Québec) H2L 4H2 » (promesse.pdf, p. 1; certificat.pdf, p. 1) / « 465, rue Champlain, Montréal (Québec) H2L 4H2 » (projet.docx, p. 1).",
        evidence: [
          { document: "promesse.pdf", page: 1, quotation: "456, rue Champlain, Montréal (Québec) H2L 4H2" },
          { document: "certificat.pdf", page: 1, quotation: "456 rue Champlain, Montréal" },
          { document: "projet.docx", page: 1, quotation: "465, rue Champlain, Montréal (Québec) H2L 4H2" },
        ],
      },
    ]);
  });

  it("alerts for the postal code, and quotes both", () => {
    const documents = dossierWith({ "projet.docx": withFacts(deed, { postalCodes: [postalCode("H2L 4H3")] }) });
    expect(items("C07", documents)).toMatchObject([
      {
        status: "alerte",
        message:
          "Code postal de l'immeuble discordant : « H2L 4H2 » (promesse.pdf, p. 1) / « H2L 4H3 » (projet.docx, p. 1).",
        evidence: [{ quotation: "code H2L 4H2" }, { quotation: "code H2L 4H3" }],
      },
    ]);
  });

  it.each([
    "456 rue Champlain",
    "456, RUE CHAMPLAIN, MONTRÉAL",
    "456, rue Champlain, ville de Montréal, province de Québec, H2L4H2",
    "456, rue Champlain, app. 3, Montréal",
  ])("« %s » is the same place", (text) => {
    expect(statuses("C07", deedAt(text))).toEqual(["conforme"]);
  });

  it("two apartments are two places, and so are two cities", () => {
    const documents = [
      withFacts(promise, { addresses: [address("456, rue Champlain, app. 3")] }),
      withFacts(deed, { addresses: [address("456, rue Champlain, app. 4")] }),
    ];
    expect(statuses("C07", documents)).toEqual(["alerte"]);
    expect(statuses("C07", deedAt("456, rue Champlain, Longueuil"))).toEqual(["alerte"]);
  });

  it("the address of a person is not the immovable's", () => {
    const elsewhere = withFacts(deed, {
      addresses: [...(deed.pages[0]?.addresses ?? []), address("9, rue Ailleurs", false)],
    });
    expect(statuses("C07", dossierWith({ "projet.docx": elsewhere }))).toEqual(["conforme"]);
  });

  it("is to be verified when a document was not read, or rests on hidden text", () => {
    expect(
      statuses("C07", dossierWith({ "certificat.pdf": scan("certificat.pdf", "certificat_localisation") })),
    ).toEqual(["a_verifier"]);
    expect(statuses("C07", dossierWith({ "projet.docx": hidden(deed) }))).toEqual(["a_verifier"]);
    expect(statuses("C07", [promise, unreadable("x.pdf")])).toEqual(["a_verifier"]);
  });

  it("has nothing to compare in a single document", () => {
    expect(statuses("C07", [promise])).toEqual(["non_applicable"]);
  });
});
