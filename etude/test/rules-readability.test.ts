import { describe, expect, it } from "vitest";
import {
  cleanDossier,
  document,
  dossierWith,
  hidden,
  items,
  page,
  statuses,
  title,
  unreadable,
  withScannedPage,
} from "./rules-fixture.ts";

describe("C09, what could not be read", () => {
  it("names the page without text", () => {
    expect(items("C09", dossierWith({ "titre.pdf": withScannedPage(title) }))).toEqual([
      {
        rule: "C09",
        status: "a_verifier",
        severity: "moyenne",
        message: "Page 2 de titre.pdf : texte absent; lecture humaine requise.",
        evidence: [],
      },
    ]);
  });

  it("names the pages with hidden text, apart from those without text", () => {
    const mixed = document(
      "mixte.pdf",
      "inconnu",
      page({}, "hidden_text", 1),
      page({}, "no_text", 2),
      page({}, "text", 3),
      page({}, "hidden_text", 4),
    );
    expect(items("C09", [mixed]).map(({ message }) => message)).toEqual([
      "Page 2 de mixte.pdf : texte absent; lecture humaine requise.",
      "Pages 1, 4 de mixte.pdf : texte caché; lecture humaine requise.",
    ]);
    expect(statuses("C09", dossierWith({ "titre.pdf": hidden(title) }))).toEqual(["a_verifier"]);
  });

  it.each([
    ["corrupt", "fichier corrompu"],
    ["encrypted", "fichier protégé par un mot de passe"],
    ["empty", "fichier vide"],
    ["too_large", "fichier trop volumineux"],
    ["unsupported", "format non pris en charge"],
  ] as const)("an unreadable file (%s) has its own item, with the reason", (reason, words) => {
    expect(items("C09", [...cleanDossier, unreadable("scan 1.pdf", reason)])).toMatchObject([
      { status: "a_verifier", message: `scan 1.pdf n'a pas pu être lu : ${words}; lecture humaine requise.` },
    ]);
  });

  it("a document without a page was not read", () => {
    expect(items("C09", [document("vide.docx", "inconnu")])).toMatchObject([
      { status: "a_verifier", message: "vide.docx ne contient aucune page lisible; lecture humaine requise." },
    ]);
  });

  it("is in order when every page gave its text, and does not apply to an empty dossier", () => {
    expect(statuses("C09", cleanDossier)).toEqual(["conforme"]);
    expect(statuses("C09", [])).toEqual(["non_applicable"]);
  });
});
