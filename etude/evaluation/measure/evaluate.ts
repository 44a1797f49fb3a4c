/** Generates the dossiers of a generator, has Étude read them, and sums up what it found. */
import { join } from "node:path";

import { generateDossier, saveDossier, twins } from "../generate.ts";
import type { Generator } from "../generator.ts";
import type { DossierTruth, GeneratorName, Layout } from "../truth.ts";
import { compareFacts, type Discrepancy, type Field, type Score } from "./compare-facts.ts";
import { compareFaults, type FaultScores } from "./compare-faults.ts";
import { compareTypes, type TypeScore } from "./compare-types.ts";
import { type EtudeOutput, runEtude } from "./run-etude.ts";

export interface DossierResult {
  id: string;
  twin: DossierTruth["twin"];
  /** Set where Étude does not know the deed type and read the dossier as a sale. */
  readAs: string | undefined;
  documents: number;
  pages: number;
  durationMs: number;
  peakBytes: number;
  faults: FaultScores;
  types: TypeScore[];
  discrepancies: Discrepancy[];
}

export interface GeneratorResult {
  generator: GeneratorName;
  dossiers: DossierResult[];
  scores: Map<Layout, Map<Field, Score>>;
}

export interface Evaluation {
  generator: Generator;
  seed: number;
  /** Only these dossiers; all when missing. */
  dossiers?: readonly string[];
  /** The files go below this folder. */
  folder: string;
  /** Runs Étude's sources, not what was compiled. */
  fromSource?: boolean;
  onDossier?(result: DossierResult): void;
}

export async function evaluate(evaluation: Evaluation): Promise<GeneratorResult> {
  const { generator, seed, folder } = evaluation;
  const result: GeneratorResult = { generator: generator.name, dossiers: [], scores: new Map() };
  for (const wish of generator.dossiers) {
    if (evaluation.dossiers !== undefined && !evaluation.dossiers.includes(wish.id)) continue;
    for (const twin of twins) {
      const generated = await generateDossier(generator, wish, twin, seed);
      const place = join(folder, generator.name, `${wish.id}-${twin}`);
      await saveDossier(generated, place);
      const { output, type, durationMs, peakBytes } = await runEtude(place, wish.deed, evaluation.fromSource);
      const dossier = judge(generated.truth, output, result);
      const readAs = type === wish.deed ? undefined : type;
      const measured = { ...dossier, readAs, durationMs, peakBytes };
      result.dossiers.push(measured);
      evaluation.onDossier?.(measured);
    }
  }
  return result;
}

/** Compares, and adds the fields' scores to the generator's. */
function judge(truth: DossierTruth, output: EtudeOutput, { scores }: GeneratorResult) {
  const facts = compareFacts(truth, output);
  for (const [layout, ofLayout] of facts.scores)
    for (const [field, score] of ofLayout) {
      const sums = scores.get(layout) ?? new Map<Field, Score>();
      scores.set(layout, sums);
      sums.set(field, addScores([sums.get(field), score]));
    }
  return {
    id: truth.id,
    twin: truth.twin,
    documents: truth.documents.length,
    pages: truth.documents.reduce((sum, { pages }) => sum + pages.length, 0),
    faults: compareFaults(truth, output),
    types: compareTypes(truth, output),
    discrepancies: facts.discrepancies,
  };
}

function addScores(scores: readonly (Score | undefined)[]): Score {
  const sum: Score = { written: 0, found: 0, said: 0, right: 0 };
  for (const score of scores)
    for (const key of ["written", "found", "said", "right"] as const) sum[key] += score?.[key] ?? 0;
  return sum;
}

/** Over the layouts with a text layer, or one layout. */
export function fieldScore({ scores }: GeneratorResult, field: Field, layout?: Layout): Score {
  const layouts = layout === undefined ? [...scores.keys()].filter((each) => each !== "scanned") : [layout];
  return addScores(layouts.map((each) => scores.get(each)?.get(field)));
}

/** Between 0 and 1; nothing to find, or nothing said, is undefined. */
export function recall({ written, found }: Score): number | undefined {
  return written === 0 ? undefined : found / written;
}

export function precision({ said, right }: Score): number | undefined {
  return said === 0 ? undefined : right / said;
}
