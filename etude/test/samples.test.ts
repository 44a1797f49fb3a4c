/** Both sample dossiers, from their files to the checklist, against what was planted in them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { SurrealDb } from "minutier";
import { beforeAll, describe, expect, it } from "vitest";

import type { ChecklistItem, Evidence } from "../src/checklist.ts";
import { readFolder, readParticulars } from "../src/dossiers/dossier-folder.ts";
import { DossierService } from "../src/dossiers/dossier-service.ts";
import type { ReadDocument } from "../src/facts.ts";

interface Planted {
  rule: string;
  evidence: { document: string; page: number; contains: string }[];
}

const sample = fileURLToPath(new URL("../sample/", import.meta.url));
const planted = JSON.parse(readFileSync(`${sample}expected.json`, "utf8")) as Planted[];

async function analyze(name: string): Promise<{ items: ChecklistItem[]; documents: ReadDocument[] }> {
  const folder = `${sample}${name}`;
  const particulars = await readParticulars(folder, {});
  const documents = await readFolder(folder, () => undefined);
  await using db = new SurrealDb({ url: "mem://" });
  const service = await DossierService.open(db);
  const dossier = await service.createDossier({
    source: folder,
    title: name,
    type: particulars.type,
    municipality: particulars.municipalite,
    signingDate: particulars.date,
    user: "notaire1",
  });
  await service.setDocuments(dossier.id, documents);
  const { items } = await service.analyserDossier(dossier.id);
  return { items, documents };
}

/** Spaces of every kind count as one: a PDF's text layer has no no-break spaces. */
function spaced(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("\u2011", "-");
}

function proves(item: ChecklistItem, { rule, evidence }: Planted): boolean {
  if (item.rule !== rule || item.status !== (rule === "C09" ? "a_verifier" : "alerte")) return false;
  if (rule === "C09")
    return evidence.every(({ document, page }) => item.message.startsWith(`Page ${page} de ${document}`));
  return evidence.every(({ document, page, contains }) =>
    item.evidence.some(
      (found) =>
        found.document === document && found.page === page && spaced(found.quotation).includes(spaced(contains)),
    ),
  );
}

function isVerbatim({ document, page, quotation }: Evidence, documents: readonly ReadDocument[]): boolean {
  const read = documents.find(({ file }) => file === document);
  if (read?.readable !== true || quotation.trim() === "") return false;
  return read.pages.find((one) => one.page === page)?.text.includes(quotation) === true;
}

/** A quotation that starts or ends in the middle of a word. */
function isCut({ document, page, quotation }: Evidence, documents: readonly ReadDocument[]): boolean {
  const read = documents.find(({ file }) => file === document);
  const text = read?.readable === true ? (read.pages.find((one) => one.page === page)?.text ?? "") : "";
  const at = text.indexOf(quotation);
  const isLetter = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
  const end = at + quotation.length;
  return (
    (at > 0 && isLetter(text.charAt(at - 1)) && isLetter(text.charAt(at))) ||
    (isLetter(text.charAt(end - 1)) && isLetter(text.charAt(end)))
  );
}

describe.each(["vente-contradictions", "vente-conforme"])("the sample %s", (name) => {
  let items: ChecklistItem[];
  let documents: ReadDocument[];
  beforeAll(async () => {
    ({ items, documents } = await analyze(name));
  });

  it("each quotation stands on its page, word for word, and is cut between words", () => {
    const evidence = items.flatMap((item) => item.evidence);
    expect(evidence.length).toBeGreaterThan(20);
    expect(evidence.filter((one) => !isVerbatim(one, documents))).toEqual([]);
    expect(evidence.filter((one) => isCut(one, documents))).toEqual([]);
  });

  it("nothing is found beside what was planted", () => {
    const expected = name === "vente-conforme" ? [] : planted;
    const unexpected = items
      .filter(({ status }) => status !== "conforme" && status !== "non_applicable")
      .filter((item) => !expected.some((one) => proves(item, one)));
    expect(unexpected).toEqual([]);
  });

  if (name === "vente-conforme") {
    it("every rule found something to compare", () => {
      expect(items.filter(({ status }) => status !== "conforme")).toEqual([]);
      expect(items.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
    });
  } else {
    it.each(planted.map((one, index) => [`${one.rule} (${index + 1})`, one] as const))("finds %s", (_, one) => {
      expect(items.filter((item) => proves(item, one))).not.toEqual([]);
    });

    it("finds each contradiction once", () => {
      const found = items
        .filter(({ status }) => status === "alerte" || status === "a_verifier")
        .map(({ rule }) => rule);
      expect(found.toSorted()).toEqual(planted.map(({ rule }) => rule).toSorted());
    });
  }
});
