/** Reads 40 generated documents of 15 pages, in as many layouts, and prints what it took: `node etude/scripts/measure-reading.ts`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extractFacts } from "../src/extraction/extract-facts.ts";
import { readDocument } from "../src/reading/read-document.ts";
import { createRandom, PageSetter, randomSetting } from "../test/page-setter.ts";

const DOCUMENTS = 40;
const PAGES = 15;
const PARAGRAPH =
  "Le vendeur déclare que l'immeuble est libre de toute hypothèque, redevance, priorité ou charge quelconque, que les taxes échues sont payées sans subrogation, et qu'il est résident canadien au sens des lois fiscales, pour le prix de QUATRE CENT QUATRE-VINGT-CINQ MILLE DOLLARS (485 000,00 $) payé le 9 mars 2026 au 4127, rue des Clochers, Montréal (Québec) H2K 4Z1, étant le lot 7 315 208 du cadastre du Québec.";
const TABLE = [
  ["Lot", "Superficie", "Valeur"],
  ["7 315 208", "418,2 m²", "120 000 $"],
  ["7 315 209", "96,5 m²", "80 000 $"],
];

const folder = await mkdtemp(join(tmpdir(), "etude-measure-"));
try {
  const paths: string[] = [];
  for (let number = 0; number < DOCUMENTS; number += 1) {
    const setter = await PageSetter.create({ ...randomSetting(createRandom(number)), leading: 1.2, size: 9 });
    for (let page = 0; page < PAGES; page += 1) {
      if (page > 0) setter.newPage();
      for (let paragraph = 0; paragraph < 6; paragraph += 1) setter.set({ kind: "paragraph", text: PARAGRAPH });
      setter.set({ kind: "table", rows: TABLE, header: true });
    }
    paths.push(join(folder, `${number}.pdf`));
    await writeFile(paths.at(-1) ?? "", await setter.save());
  }
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const read = [];
  for (const path of paths) {
    const document = await readDocument(path);
    read.push(document);
    extractFacts(document, "titre");
  }
  const { user, system } = process.cpuUsage(cpu);
  const pages = read.reduce((sum, document) => sum + (document.readable ? document.pages.length : 0), 0);
  const seconds = (performance.now() - start) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${read.length} documents, ${pages} pages: ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor), ${megabytes.toFixed(0)} MB at most`,
  );
} finally {
  await rm(folder, { recursive: true });
}
