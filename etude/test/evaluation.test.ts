/** The dossiers of `npm run evaluate`, and the measure itself. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import mammoth from "mammoth";
import { getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { generateDossier, type GeneratedDossier } from "../evaluation/generate.ts";
import type { DossierWish, Generator } from "../evaluation/generator.ts";
import { compareFacts } from "../evaluation/measure/compare-facts.ts";
import { compareFaults } from "../evaluation/measure/compare-faults.ts";
import { compareTypes } from "../evaluation/measure/compare-types.ts";
import { evaluate, fieldScore, type GeneratorResult, precision, recall } from "../evaluation/measure/evaluate.ts";
import { reportOf } from "../evaluation/measure/print-report.ts";
import type { EtudeOutput, EtudePage } from "../evaluation/measure/run-etude.ts";
import { defaultThresholds, shortfalls } from "../evaluation/measure/thresholds.ts";
import { generatorOne } from "../evaluation/one/generator.ts";
import type { DossierTruth, TrueFact, WrittenFact } from "../evaluation/truth.ts";
import { generatorTwo } from "../evaluation/two/generator.ts";

const generators = [generatorOne, generatorTwo];
/** One dossier of each deed type. */
const wishes = generators.flatMap((generator) =>
  generator.dossiers.filter(({ id }) => id.endsWith("-1")).map((wish) => ({ name: `${generator.name} ${wish.id}`, generator, wish })),
); // prettier-ignore

const generated = new Map<string, Promise<GeneratedDossier>>();

function dossierOf(generator: Generator, wish: DossierWish, twin: DossierTruth["twin"]): Promise<GeneratedDossier> {
  const key = `${generator.name} ${wish.id} ${twin}`;
  const known = generated.get(key) ?? generateDossier(generator, wish, twin, 1);
  generated.set(key, known);
  return known;
}

describe("a generator of dossiers", () => {
  it.each(generators)(
    "gives the same bytes for the same seed, and other people for another ($name)",
    async (generator) => {
      const wish = generator.dossiers.at(-1)!;
      const again = await generateDossier(generator, wish, "faulty", 1);
      const first = await dossierOf(generator, wish, "faulty");
      expect(again.truth).toEqual(first.truth);
      for (const [file, bytes] of first.files) expect(Buffer.compare(again.files.get(file)!, bytes), file).toBe(0);
      const other = await generateDossier(generator, wish, "faulty", 2);
      expect(namesIn(other.truth)).not.toEqual(namesIn(first.truth));
    },
  );

  it.each(generators)("writes ten dossiers of five deed types in five layouts and more ($name)", async (generator) => {
    expect(generator.dossiers).toHaveLength(10);
    expect(new Set(generator.dossiers.map(({ deed }) => deed)).size).toBe(5);
    const layouts = new Set<string>();
    for (const wish of generator.dossiers.filter(({ id }) => id.endsWith("-1")))
      for (const { layout } of (await dossierOf(generator, wish, "clean")).truth.documents) layouts.add(layout);
    expect([...layouts].toSorted()).toEqual(["columns", "docx", "justified", "plain", "scanned", "tables"]);
  });

  it.each(wishes)("shows every fact on its page ($name)", async ({ generator, wish }) => {
    const { truth, files } = await dossierOf(generator, wish, "faulty");
    for (const { file, layout, pages } of truth.documents) {
      if (layout === "docx") {
        const { value } = await mammoth.extractRawText({ buffer: Buffer.from(files.get(file)!) });
        expectLetters(pages[0]!, lettersOf(value), file);
        continue;
      }
      const shown = await visibleLetters(files.get(file)!);
      expect(shown.length, file).toBe(pages.length);
      for (const [index, facts] of pages.entries()) {
        if (layout === "scanned") {
          expect(shown[index], file).toBe("");
          continue;
        }
        const cut = facts.filter((fact) => pages[index - 1]?.includes(fact) || pages[index + 1]?.includes(fact));
        expectLetters(facts.filter((fact) => !cut.includes(fact)), shown[index]!, file); // prettier-ignore
        const around = shown.slice(Math.max(0, index - 1), index + 2).join("");
        for (const { text } of cut)
          for (const word of text.split(/[\s-]+/)) expect(around, `${file}: ${text}`).toContain(lettersOf(word));
      }
    }
  });

  it.each(wishes)("puts each fault where it says, and nowhere else ($name)", async ({ generator, wish }) => {
    const clean = await dossierOf(generator, wish, "clean");
    const faulty = await dossierOf(generator, wish, "faulty");
    expect(clean.truth.faults).toEqual([]);
    expect(faulty.truth.faults.map(({ name }) => name)).toEqual(wish.faults);
    const changed = [...faulty.files].filter(([file, bytes]) => {
      const before = clean.files.get(file);
      return before === undefined || Buffer.compare(before, bytes) !== 0;
    });
    const named = new Set(faulty.truth.faults.flatMap(({ files }) => files));
    for (const [file] of changed) expect(named, `${file} is changed by no fault`).toContain(file);
    const missing = countKinds(clean.truth) !== countKinds(faulty.truth);
    for (const { name, files } of faulty.truth.faults) {
      if (files.length === 0) expect(missing, `${name} takes nothing away`).toBe(true);
      // A hypothec that nobody discharges is read in an index that is right.
      else if (name !== "hypothec_not_cleared")
        expect(changed.some(([file]) => files.includes(file)), `${name} changes nothing`).toBe(true); // prettier-ignore
    }
  });
});

describe("the measure", () => {
  let truth: DossierTruth;
  let perfect: EtudeOutput;

  beforeAll(async () => {
    ({ truth } = await dossierOf(generatorOne, generatorOne.dossiers[0]!, "faulty"));
    perfect = perfectOutput(truth);
  });

  it("gives full marks to a reading that says all that was written", () => {
    const result = resultOf(truth, perfect);
    const [dossier] = result.dossiers;
    expect(dossier!.discrepancies).toEqual([]);
    expect(dossier!.faults.planted.every(({ found }) => found)).toBe(true);
    expect(dossier!.faults.invented).toEqual([]);
    expect(dossier!.types.every(({ verdict }) => verdict === "right")).toBe(true);
    expect(fieldScore(result, "parties_with_role").written).toBeGreaterThan(20);
    expect(shortfalls([result], defaultThresholds)).toEqual([]);
  });

  it.each<[string, (page: EtudePage) => void]>([
    ["a name that nobody wrote", (page) => void page.parties.push({ name: "Aline Tessier", role: "vendeur" })],
    ["the wrong role", (page) => void Object.assign(page.parties[0]!, { role: "arpenteur" })],
    ["an amount", (page) => void page.amounts.push({ cents: 12_345 })],
    ["what an amount is", (page) => void Object.assign(page.amounts[0]!, { label: "droits_mutation" })],
    ["a date", (page) => void page.dates.push({ date: "1918-11-11" })],
    [
      "what a date is",
      (page) =>
        void Object.assign(
          page.dates.find(({ label }) => label === "acte")!,
          { label: "offre" },
        ),
    ],
    ["a lot", (page) => void page.lots.push({ lot: "9999999" })],
    ["whose a lot is", (page) => void Object.assign(page.lots[0]!, { servitude: true })],
    ["an address", (page) => void page.addresses.push({ address: "1, rue Inconnue" })],
    ["a longer address", (page) => void (page.addresses[0]!.address += " Renseignements")],
    ["a postal code", (page) => void page.postal_codes.push({ postal_code: "H0H 0H0" })],
  ])("sees %s", (_, spoil) => {
    const spoilt = structuredClone(perfect);
    const promise = truth.documents.find(({ kind, pages }) => kind === "promesse_achat" && pages.length > 0)!;
    spoil(spoilt.documents.find(({ file }) => file === promise.file)!.pages[0]!);
    const result = resultOf(truth, spoilt);
    expect(result.dossiers[0]!.discrepancies.map(({ kind }) => kind)).toContain("invented");
  });

  it("counts as missed what is not said, and as found what says more of the town", () => {
    const silent = structuredClone(perfect);
    for (const { pages } of silent.documents) for (const page of pages) page.amounts = [];
    const result = resultOf(truth, silent);
    expect(recall(fieldScore(result, "amounts"))).toBe(0);
    expect(precision(fieldScore(result, "amounts"))).toBeUndefined();
    expect(recall(fieldScore(result, "addresses"))).toBe(1);
    expect(shortfalls([result], defaultThresholds)).toContain("generator one: recall of amounts is 0.000, below 0.97");
  });

  it("counts an alert that no fault explains as invented, and one told twice as told again", () => {
    const [fault] = truth.faults;
    const more = structuredClone(perfect);
    more.items.push({ rule: "V13", status: "alerte", message: "", evidence: [] });
    more.items.push({ rule: fault!.rule, status: "alerte", message: "", evidence: [{ document: fault!.files[0]! }] });
    more.items.push({ rule: fault!.rule, status: "alerte", message: "", evidence: [{ document: "another.pdf" }] });
    const { planted, invented } = compareFaults(truth, more);
    expect(planted.find((each) => each.fault.name === fault!.name)).toMatchObject({ found: true, alerts: 2 });
    expect(invented.map(({ rule }) => rule).toSorted()).toEqual([fault!.rule, "V13"].toSorted());
  });
});

describe("npm run evaluate", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "évaluation "));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("measures one dossier and its twin as Étude reads them", async () => {
    const result = await evaluate({
      generator: generatorOne,
      seed: 1,
      dossiers: ["succession-2"],
      folder,
      fromSource: true,
    });
    expect(result.dossiers.map(({ twin }) => twin)).toEqual(["clean", "faulty"]);
    for (const { durationMs, peakBytes, types } of result.dossiers) {
      expect(durationMs).toBeGreaterThan(100);
      expect(peakBytes).toBeGreaterThan(50_000_000);
      expect(types.length).toBeGreaterThan(10);
    }
    expect(recall(fieldScore(result, "amounts"))).toBeGreaterThan(0.5);
    const report = reportOf([result]);
    expect(report).toContain(`Planted faults found: `);
    expect(report).toMatch(/parties with role +\d/);
  });
});

function namesIn({ documents }: DossierTruth): string[] {
  const facts = documents.flatMap(({ pages }) => pages.flat());
  return facts.flatMap(({ fact }) => (fact.field === "party" ? [fact.name] : []));
}

function countKinds({ documents }: DossierTruth): string {
  return documents.map(({ kind }) => kind).toSorted().join(); // prettier-ignore
}

/** Letters and digits alone: how they are spaced is the layout's. */
function lettersOf(text: string): string {
  return text.normalize("NFKC").replace(/[^\p{L}\p{N}]/gu, "");
}

function expectLetters(facts: readonly WrittenFact[], shown: string, file: string): void {
  for (const { text } of facts) expect(shown, `${file}: ${text}`).toContain(lettersOf(text));
}

/** The letters of each page in the order in which they are drawn: those within the page, large enough to read. */
async function visibleLetters(bytes: Uint8Array): Promise<string[]> {
  const pdf = await getDocumentProxy(Uint8Array.from(bytes));
  const pages: string[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
    const { items } = await page.getTextContent();
    const visible = items.flatMap((item) => {
      if (!("str" in item)) return [];
      const [, , , size = 0, x = 0, y = 0] = item.transform as number[];
      return size >= 6 && x >= left && x + item.width <= right && y >= bottom && y + size <= top ? [item.str] : [];
    });
    pages.push(lettersOf(visible.join("")));
  }
  return pages;
}

function resultOf(truth: DossierTruth, output: EtudeOutput): GeneratorResult {
  const { scores, discrepancies } = compareFacts(truth, output);
  const { id, twin, documents } = truth;
  const measured = { documents: documents.length, pages: documents.length, durationMs: 1, peakBytes: 1 };
  const judged = { faults: compareFaults(truth, output), types: compareTypes(truth, output), discrepancies };
  return { generator: "one", dossiers: [{ id, twin, readAs: undefined, ...measured, ...judged }], scores };
}

/** What a reader would say who reads all, scans too, and errs nowhere. */
function perfectOutput({ documents, faults }: DossierTruth): EtudeOutput {
  return {
    items: faults.map(({ rule, files }) => ({
      rule,
      status: "alerte",
      message: "",
      evidence: files.slice(0, 1).map((document) => ({ document })),
    })),
    documents: documents.map(({ file, kind, pages }) => ({
      file,
      type: kind === "autre" ? "inconnu" : kind,
      pages: pages.map((facts, index) => toPage(facts.map(({ fact }) => fact), index + 1)), // prettier-ignore
    })),
  };
}

function toPage(facts: TrueFact[], page: number): EtudePage {
  const said: EtudePage = { page, amounts: [], dates: [], lots: [], postal_codes: [], addresses: [], parties: [] };
  const labelled = (label: string | undefined) => (label === undefined || label === "any" ? {} : { label });
  for (const fact of facts)
    switch (fact.field) {
      case "party":
        said.parties.push({ name: `M. ${fact.name.toUpperCase()}`, role: fact.role });
        break;
      case "amount":
        said.amounts.push({ cents: fact.cents, ...labelled(fact.label) });
        break;
      case "date":
        said.dates.push({ date: fact.date, ...labelled(fact.label) });
        break;
      case "lot":
        said.lots.push({ lot: fact.lot, servitude: fact.kind === "neighbour" || fact.kind === "servient", ...(fact.kind === "former" ? { former: true } : {}) }); // prettier-ignore
        break;
      case "postal_code":
        said.postal_codes.push({ postal_code: fact.postalCode, immovable: fact.immovable });
        break;
      case "address":
        said.addresses.push({ address: `${fact.civic} ${fact.street}, ${fact.rest}` });
        break;
    }
  return said;
}
