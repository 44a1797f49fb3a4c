import { describe, expect, it } from "vitest";
import type { DateFact } from "../src/facts.ts";
import {
  certificate,
  date,
  document,
  dossierWith,
  hidden,
  items,
  page,
  scan,
  statuses,
  title,
  unreadable,
  withFacts,
  withScannedPage,
} from "./rules-fixture.ts";

const certified = (...dates: DateFact[]) => dossierWith({ "certificat.pdf": withFacts(certificate, { dates }) });

describe("V07, no certificate of location", () => {
  it("is missing when every document was read", () => {
    expect(items("V07", dossierWith({ "certificat.pdf": null }))).toEqual([
      {
        rule: "V07",
        status: "manquant",
        severity: "haute",
        message: "Certificat de localisation absent (ou assurance titres à consigner).",
        evidence: [],
      },
    ]);
  });

  it("does not apply when a title insurance is noted", () => {
    expect(statuses("V07", dossierWith({ "certificat.pdf": null }), { titleInsurance: true })).toEqual([
      "non_applicable",
    ]);
  });

  it("quotes the certificate", () => {
    expect(items("V07", dossierWith({}))).toMatchObject([
      { status: "conforme", evidence: [{ document: "certificat.pdf", page: 1, quotation: "leve le 2020-05-01" }] },
    ]);
  });

  it.each([
    ["it was not read", dossierWith({ "certificat.pdf": scan("certificat.pdf", "certificat_localisation") })],
    ["it is hidden text", dossierWith({ "certificat.pdf": hidden(certificate) })],
    [
      "nothing was found in it",
      dossierWith({ "certificat.pdf": document("certificat.pdf", "certificat_localisation", page()) }),
    ],
    ["a corrupt file may be it", dossierWith({ "certificat.pdf": unreadable("scan001.pdf") })],
    [
      "a page of another document may hold it",
      dossierWith({ "certificat.pdf": null, "titre.pdf": withScannedPage(title) }),
    ],
    ["a file is empty", dossierWith({ "certificat.pdf": null, "vide.pdf": document("vide.pdf", "inconnu") })],
  ])("is to be verified when %s", (_, documents) => {
    expect(statuses("V07", documents)).toEqual(["a_verifier"]);
  });
});

describe("V08, the age of the certificate", () => {
  it("alerts on the tenth anniversary, and quotes the survey", () => {
    expect(items("V08", certified(date("leve", "2016-12-15")))).toEqual([
      {
        rule: "V08",
        status: "alerte",
        severity: "moyenne",
        message:
          "Certificat de 10 ans à la signature (levé du 15 décembre 2016) : aucun délai légal, mais le seuil d'usage de 10 ans est atteint.",
        evidence: [{ document: "certificat.pdf", page: 1, quotation: "leve le 2016-12-15" }],
      },
    ]);
  });

  it("says that a title insurance is noted", () => {
    expect(items("V08", certified(date("leve", "2010-01-01")), { titleInsurance: true })[0]?.message).toMatch(
      /atteint\. Une assurance titres est notée au dossier\.$/,
    );
  });

  it("is in order a day before, and says the age", () => {
    expect(items("V08", certified(date("leve", "2016-12-16")))).toMatchObject([
      { status: "conforme", message: "Certificat de 9 ans à la signature (levé du 16 décembre 2016)." },
    ]);
    expect(items("V08", certified(date("leve", "2026-12-15")))[0]?.message).toContain("moins d'un an");
  });

  it("an earlier survey that the certificate cites does not age it, and a newer certificate replaces an older one", () => {
    expect(statuses("V08", certified(date("leve", "1998-01-01"), date("leve", "2020-05-01")))).toEqual(["conforme"]);
    const old = document("ancien.pdf", "certificat_localisation", page({ dates: [date("leve", "2001-01-01")] }));
    expect(statuses("V08", dossierWith({ "ancien.pdf": old }))).toEqual(["conforme"]);
  });

  it("an old date of issue is enough, a recent one is not", () => {
    expect(statuses("V08", certified(date("emission", "2010-05-12")))).toEqual(["alerte"]);
    expect(statuses("V08", certified(date("emission", "2020-05-12")))).toEqual(["a_verifier"]);
  });

  it("is to be verified when the date is ambiguous, absent, unread, hidden or after the signing", () => {
    expect(items("V08", certified(date("leve", undefined)))).toMatchObject([
      { status: "a_verifier", evidence: [{ quotation: "leve le 05/06/2026" }] },
    ]);
    expect(statuses("V08", certified())).toEqual(["a_verifier"]);
    expect(statuses("V08", certified(date("leve", "2027-01-01")))).toEqual(["a_verifier"]);
    expect(
      statuses("V08", dossierWith({ "certificat.pdf": scan("certificat.pdf", "certificat_localisation") })),
    ).toEqual(["a_verifier"]);
    expect(statuses("V08", dossierWith({ "certificat.pdf": hidden(certificate) }))).toEqual(["a_verifier"]);
    expect(statuses("V08", dossierWith({ "certificat.pdf": unreadable("x.pdf") }))).toEqual(["a_verifier"]);
    expect(statuses("V08", dossierWith({}), { signingDate: "" })).toEqual(["a_verifier"]);
  });

  it("an old certificate is to be verified while another one could not be read", () => {
    const old = withFacts(certificate, { dates: [date("leve", "2001-01-01")] });
    expect(
      statuses(
        "V08",
        dossierWith({ "certificat.pdf": old, "nouveau.pdf": scan("nouveau.pdf", "certificat_localisation") }),
      ),
    ).toEqual(["a_verifier"]);
  });

  it("does not apply without a certificate", () => {
    expect(statuses("V08", dossierWith({ "certificat.pdf": null }))).toEqual(["non_applicable"]);
  });
});
