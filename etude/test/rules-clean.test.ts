import { describe, expect, it } from "vitest";
import { applyRules } from "../src/rules/apply-rules.ts";
import { rules } from "../src/rules/rules.ts";
import { cleanDossier, context } from "./rules-fixture.ts";

describe("a dossier in order", () => {
  const checklist = applyRules(context, [...cleanDossier]);

  it("is in order for every rule, and alerts nobody", () => {
    expect(
      checklist
        .map(({ rule, status, message }) => ({ rule, status, message }))
        .filter(({ status }) => status !== "conforme"),
    ).toEqual([]);
    expect(checklist.map(({ rule }) => rule)).toEqual(rules.map(({ id }) => id));
  });

  it("quotes the words that prove it, each where it stands", () => {
    for (const { evidence } of checklist) {
      expect(evidence.length).toBeGreaterThan(0);
      for (const { document, page, quotation } of evidence) {
        const source = cleanDossier.find(({ file }) => file === document)?.pages.find((known) => known.page === page);
        const { amounts = [], dates = [], lots = [], postalCodes = [], addresses = [], parties = [] } = source ?? {};
        const quotations = [amounts, dates, lots, postalCodes, addresses, parties].flat().map((fact) => fact.quotation);
        expect(quotations).toContain(quotation);
      }
    }
  });

  it("gives the same checklist twice, whatever the order of the documents gives for the statuses", () => {
    expect(applyRules(context, [...cleanDossier])).toEqual(checklist);
    const reversed = applyRules(context, cleanDossier.toReversed());
    expect(reversed.map(({ status }) => status)).toEqual(checklist.map(({ status }) => status));
  });

  it("every document twice is still in order", () => {
    const copies = cleanDossier.map((document) => ({ ...document, file: `copie de ${document.file}` }));
    for (const documents of [
      [...cleanDossier, ...copies],
      [...cleanDossier, ...cleanDossier],
    ]) {
      expect(applyRules(context, documents).filter(({ status }) => status !== "conforme")).toEqual([]);
    }
  });
});

describe("the list of rules", () => {
  it("has the rules and the severities of the table in section 3.2", () => {
    expect(rules.map(({ id, severity, certainty }) => `${id} ${severity} ${certainty}`)).toEqual([
      "C04 haute B",
      "C06 haute B",
      "C07 moyenne B",
      "C09 moyenne A",
      "V01 haute B",
      "V02 haute B",
      "V04 haute B",
      "V05 haute A",
      "V06 moyenne B",
      "V07 haute B",
      "V08 moyenne B",
      "V09 haute B",
      "V11 haute B",
      "V20 haute A",
      "V21 haute A",
    ]);
  });

  it("says what each rule is, in both languages, and where it comes from", () => {
    for (const { title, source, version } of rules) {
      expect(title.fr && title.en && source).toBeTruthy();
      expect(version).toBeGreaterThan(0);
    }
  });
});
