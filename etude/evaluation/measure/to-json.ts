/** The figures for programs. */
import type { LargeResult } from "../large-dossier.ts";
import { fields } from "./compare-facts.ts";
import { fieldScore, type GeneratorResult } from "./evaluate.ts";
import { faultTotals } from "./thresholds.ts";

/** Sorted out by generator: totals, each dossier with what was missed and invented, and counts by field and layout. */
export function toJson(results: readonly GeneratorResult[], large: readonly LargeResult[], seed: number): object {
  return {
    version: 1,
    seed,
    large,
    generators: results.map((result) => ({
      generator: result.generator,
      faults: faultTotals(result),
      text: Object.fromEntries(fields.map((field) => [field, fieldScore(result, field)])),
      layouts: Object.fromEntries([...result.scores].map(([layout, scores]) => [layout, Object.fromEntries(scores)])),
      dossiers: result.dossiers,
    })),
  };
}
