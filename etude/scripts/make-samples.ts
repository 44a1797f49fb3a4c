/**
 * Writes the sample dossiers of `etude/sample/`: `node etude/scripts/make-samples.ts`.
 * Running it twice gives the same bytes.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mock } from "node:test";
import { planted } from "./samples/planted.ts";
import { readPages } from "./samples/read-pages.ts";
import { writeReadme } from "./samples/readme.ts";
import { venteConforme } from "./samples/vente-conforme.ts";
import { venteContradictions } from "./samples/vente-contradictions.ts";

// PDF, DOCX and ZIP all store the time at which they are written, ZIP in local time: stop the clock.
process.env["TZ"] = "UTC";
mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 10, 16, 14, 30) });

const MAX_BYTES = 60_000;
const folder = join(import.meta.dirname, "..", "sample");

for (const dossier of [venteContradictions, venteConforme]) {
  await mkdir(join(folder, dossier.folder), { recursive: true });
  await writeJson(join(folder, dossier.folder, "dossier.json"), dossier.context);
  for (const [file, write] of Object.entries(dossier.documents)) {
    const bytes = await write();
    const pages = await readPages(file, bytes);
    if (bytes.length >= MAX_BYTES)
      throw new Error(`${file} has ${bytes.length} bytes; keep a sample under ${MAX_BYTES}.`);
    if (dossier === venteContradictions) checkPlanted(file, pages);
    await writeFile(join(folder, dossier.folder, file), bytes);
    console.log(`${dossier.folder}/${file}: ${bytes.length} bytes, ${pages.length} pages`);
  }
}
await writeJson(
  join(folder, "expected.json"),
  planted.map(({ rule, evidence }) => ({ rule, evidence })),
);
await writeFile(join(folder, "README.md"), writeReadme());

/** A change of the layout must not move the evidence to another page, or cut it at the end of a line. */
function checkPlanted(file: string, pages: string[]): void {
  for (const { rule, evidence } of planted) {
    for (const { document, page, contains } of evidence) {
      if (document !== file) continue;
      const text = pages[page - 1];
      const found = contains === "" ? text?.trim() === "" : text?.includes(contains);
      if (found) continue;
      const elsewhere = pages.flatMap((each, index) => (each.includes(contains) ? [index + 1] : []));
      throw new Error(
        `${rule}: « ${contains} » is not on page ${page} of ${file} (found on: ${elsewhere.join(", ") || "none"}).`,
      );
    }
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
