/** What `--check` asks of the figures. */
import { type Field, fields } from "./compare-facts.ts";
import { fieldScore, type GeneratorResult, precision, recall } from "./evaluate.ts";

export interface Thresholds {
  /** At least this share of the planted faults. */
  faultsFound: number;
  /** At most so many alerts that no fault accounts for, in all dossiers. */
  faultsInvented: number;
  parties: { precision: number; recall: number };
  otherFields: { precision: number; recall: number };
  /** At most so far apart, field by field, may the generators' figures be. */
  difference: number;
}

export const defaultThresholds: Thresholds = {
  faultsFound: 1,
  faultsInvented: 0,
  parties: { precision: 0.97, recall: 0.95 },
  otherFields: { precision: 0.99, recall: 0.97 },
  difference: 0.02,
};

/** Not measured against a threshold: it is part of `parties_with_role`. */
const informative: readonly Field[] = ["party_names"];

/** What falls short, in words; nothing where all is well. */
export function shortfalls(results: readonly GeneratorResult[], thresholds: Thresholds): string[] {
  return [...results.flatMap((result) => shortfallsOf(result, thresholds)), ...differences(results, thresholds)];
}

function shortfallsOf(result: GeneratorResult, thresholds: Thresholds): string[] {
  const short: string[] = [];
  const name = `generator ${result.generator}`;
  const { planted, found, invented } = faultTotals(result);
  if (found < planted * thresholds.faultsFound) short.push(`${name}: ${found} of ${planted} planted faults found`);
  if (invented > thresholds.faultsInvented) short.push(`${name}: ${invented} alerts invented`);
  for (const field of fields) {
    if (informative.includes(field)) continue;
    const asked = field === "parties_with_role" ? thresholds.parties : thresholds.otherFields;
    const score = fieldScore(result, field);
    for (const [measure, value] of [
      ["precision", precision(score)],
      ["recall", recall(score)],
    ] as const)
      // prettier-ignore
      if (value !== undefined && value < asked[measure])
        short.push(`${name}: ${measure} of ${field} is ${value.toFixed(3)}, below ${asked[measure]}`);
  }
  return short;
}

function differences(results: readonly GeneratorResult[], { difference }: Thresholds): string[] {
  const [one, two] = results;
  if (one === undefined || two === undefined) return [];
  return fields.flatMap((field) =>
    ([["precision", precision], ["recall", recall]] as const).flatMap(([measure, of]) => {
      const apart = differenceOf(of(fieldScore(one, field)), of(fieldScore(two, field)));
      return apart !== undefined && Math.abs(apart) > difference
        ? [`${measure} of ${field} differs by ${Math.abs(apart).toFixed(3)} between the generators, more than ${difference}`]
        : [];
    }),
  ); // prettier-ignore
}

export function differenceOf(one: number | undefined, two: number | undefined): number | undefined {
  return one === undefined || two === undefined ? undefined : two - one;
}

export function faultTotals({ dossiers }: GeneratorResult): { planted: number; found: number; invented: number } {
  const planted = dossiers.flatMap(({ faults }) => faults.planted);
  return {
    planted: planted.length,
    found: planted.filter(({ found }) => found).length,
    invented: dossiers.reduce((sum, { faults }) => sum + faults.invented.length, 0),
  };
}
