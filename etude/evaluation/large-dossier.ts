/** Forty documents of fifteen pages each: what an office's largest dossiers ask of a reader. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { PDFDocument } from "pdf-lib";

import { generateDossier } from "./generate.ts";
import type { Generator } from "./generator.ts";
import { runEtude } from "./measure/run-etude.ts";
import type { GeneratorName } from "./truth.ts";

export interface LargeResult {
  generator: GeneratorName;
  documents: number;
  pages: number;
  durationMs: number;
  peakBytes: number;
}

const documentCount = 40;
const pagesPerDocument = 15;

/** The papers of a clean sale, bound together again and again; none of them a scan. */
export async function measureLarge(generator: Generator, seed: number, folder: string): Promise<LargeResult> {
  const { truth, files } = await generateDossier(generator, generator.dossiers[0]!, "clean", seed);
  const place = join(folder, generator.name, "large");
  await mkdir(place, { recursive: true });
  const sources = await Promise.all(
    truth.documents
      .filter(({ layout }) => layout !== "docx" && layout !== "scanned")
      .map(({ file }) => PDFDocument.load(files.get(file)!)),
  );
  for (let number = 0; number < documentCount; number++) {
    const bound = await PDFDocument.create({ updateMetadata: false });
    for (let turn = number; bound.getPageCount() < pagesPerDocument; turn++) {
      const source = sources[turn % sources.length]!;
      const room = pagesPerDocument - bound.getPageCount();
      const copied = await bound.copyPages(source, source.getPageIndices().slice(0, room));
      for (const page of copied) bound.addPage(page);
    }
    await writeFile(join(place, `${String(number + 1).padStart(2, "0")}.pdf`), await bound.save());
  }
  const particulars = { type: truth.deed, municipalite: truth.municipality, date: truth.signingDate };
  await writeFile(join(place, "dossier.json"), JSON.stringify(particulars));
  const { durationMs, peakBytes } = await runEtude(place, truth.deed);
  return {
    generator: generator.name,
    documents: documentCount,
    pages: documentCount * pagesPerDocument,
    durationMs,
    peakBytes,
  };
}
