/** Writes the dossiers of a generator: files in a folder, and what they say. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";

import type { DossierWish, Generator, WrittenPaper } from "./generator.ts";
import { createRandom } from "./random.ts";
import { plantFault, type Planting } from "./story/faults.ts";
import { makeStory } from "./story/make-story.ts";
import { type Paper, type Plan, planDossier } from "./story/plan.ts";
import type { DossierTruth } from "./truth.ts";

export const twins = ["clean", "faulty"] as const;

export interface GeneratedDossier {
  truth: DossierTruth;
  files: Map<string, Uint8Array>;
}

/** The same seed gives the same bytes. */
export async function generateDossier(
  generator: Generator,
  wish: DossierWish,
  twin: DossierTruth["twin"],
  seed: number,
): Promise<GeneratedDossier> {
  const dossier = generator.dossiers.indexOf(wish);
  // Both twins tell the same story, on papers laid out alike: a fault is all that tells them apart.
  const story = makeStory(generator.pool, wish, createRandom(seed, generator.name, wish.id));
  const sound = planDossier(story);
  const order = sound.papers.map(paperKey);
  const faulty = planDossier(story);
  const plantings = wish.faults.map((name) => plantFault(faulty, name));
  const touched = new Set(faulty.papers.filter((paper) => paper.touched).map(paperKey));
  const plan = twin === "faulty" ? faulty : sound;
  for (const paper of plan.papers) paper.touched = touched.has(paperKey(paper));

  const written = await writePapers(generator, plan, order, dossier, seed, wish.id);
  const files = nameFiles(written);
  const documents = [...files].map(([file, { paper, result }]) => ({
    file,
    kind: paper.kind,
    layout: result.layout,
    pages: result.pages,
  }));
  const fileOf = new Map([...files].map(([file, { paper }]) => [paper, file]));
  const faults = (twin === "faulty" ? plantings : []).map(({ fault, papers }: Planting) => ({
    ...fault,
    files: papers.flatMap((paper) => fileOf.get(paper) ?? []),
  }));
  return {
    truth: {
      id: wish.id,
      deed: wish.deed,
      twin,
      municipality: story.municipality,
      signingDate: story.signing,
      documents,
      faults,
    },
    files: new Map([...files].map(([file, { result }]) => [file, result.bytes])),
  };
}

function paperKey({ kind, variant }: Paper): string {
  return `${kind}/${variant}`;
}

async function writePapers(
  generator: Generator,
  { papers }: Plan,
  order: readonly string[],
  dossier: number,
  seed: number,
  id: string,
): Promise<Map<Paper, WrittenPaper>> {
  const written = new Map<Paper, WrittenPaper>();
  for (const paper of papers) {
    const original = paper.copyOf === undefined ? undefined : written.get(paper.copyOf);
    if (original !== undefined) {
      const name = original.name.replace(/(\.\w+)$/, " (copie)$1");
      written.set(paper, { ...original, name });
      continue;
    }
    const place = { dossier, paper: order.indexOf(paperKey(paper)) };
    const random = createRandom(seed, generator.name, id, paperKey(paper));
    written.set(paper, await generator.write(paper, place, random));
  }
  return written;
}

function nameFiles(written: ReadonlyMap<Paper, WrittenPaper>) {
  const files = new Map<string, { paper: Paper; result: WrittenPaper }>();
  for (const [paper, result] of written) {
    const extension = extname(result.name);
    const stem = result.name.slice(0, -extension.length);
    let file = result.name;
    for (let count = 2; files.has(file); count++) file = `${stem} ${count}${extension}`;
    files.set(file, { paper, result });
  }
  return files;
}

/** Puts the files into a folder of their own, with the particulars that the office knows; what was there is gone. */
export async function saveDossier({ truth, files }: GeneratedDossier, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [file, bytes] of files) await writeFile(join(folder, file), bytes);
  const { deed: type, municipality: municipalite, signingDate: date } = truth;
  await writeFile(join(folder, "dossier.json"), `${JSON.stringify({ type, municipalite, date }, null, 2)}\n`);
}
