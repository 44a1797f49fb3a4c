/** The figures as tables for people. */
import CliTable from "cli-table3";

import type { LargeResult } from "../large-dossier.ts";
import type { Layout } from "../truth.ts";
import { type Field, fields, type Score } from "./compare-facts.ts";
import { type DossierResult, fieldScore, type GeneratorResult, precision, recall } from "./evaluate.ts";
import { differenceOf, faultTotals } from "./thresholds.ts";

const layouts: readonly Layout[] = ["plain", "columns", "tables", "justified", "docx", "scanned"];

const fieldNames: Record<Field, string> = {
  parties_with_role: "parties with role",
  party_names: "  their names alone",
  amounts: "amounts",
  amount_labels: "  what they are",
  dates: "dates",
  date_labels: "  what they are",
  lots: "lots",
  lot_kinds: "  whose they are",
  addresses: "addresses",
  postal_codes: "postal codes",
  immovable_address: "  the immovable's",
};

export function reportOf(results: readonly GeneratorResult[], large: readonly LargeResult[] = []): string {
  const [one, two] = results;
  return [
    ...results.map(generatorReport),
    ...(one === undefined || two === undefined ? [] : [comparison(one, two)]),
    ...large.map(largeLine),
  ].join("\n\n");
}

function largeLine({ generator, documents, pages, durationMs, peakBytes }: LargeResult): string {
  return `Large dossier of generator ${generator}: ${documents} documents, ${pages} pages in ${(durationMs / 1000).toFixed(1)} s, at most ${megabytes(peakBytes)} of memory`;
}

function generatorReport(result: GeneratorResult): string {
  return [
    `GENERATOR ${result.generator.toUpperCase()}`,
    `${summary(result)}`,
    `Dossiers\n${dossierTable(result)}`,
    `Faults by rule\n${ruleTable(result)}`,
    `Documents: what they were taken for\n${typeTable(result)}`,
    `Facts by field and layout: precision / recall (facts written); "text" is every layout but scans\n${fieldTable(result)}`,
  ].join("\n\n");
}

function summary(result: GeneratorResult): string {
  const { planted, found, invented } = faultTotals(result);
  const clean = result.dossiers.filter(({ twin }) => twin === "clean");
  const cleanAlerts = clean.reduce((sum, { faults }) => sum + faults.invented.length, 0);
  const types = result.dossiers.flatMap(({ types }) => types);
  const right = types.filter(({ verdict }) => verdict === "right").length;
  const pages = result.dossiers.reduce((sum, dossier) => sum + dossier.pages, 0);
  const seconds = result.dossiers.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const peak = Math.max(...result.dossiers.map(({ peakBytes }) => peakBytes));
  const unknown = [...new Set(result.dossiers.flatMap(({ id, readAs }) => (readAs === undefined ? [] : [id.replace(/-\d+$/, "")])))]; // prettier-ignore
  return [
    `Planted faults found: ${found} of ${planted}; alerts invented: ${invented}, ${cleanAlerts} of them on the ${clean.length} clean dossiers`,
    `Documents typed right: ${right} of ${types.length}`,
    `${types.length} documents, ${pages} pages: ${seconds.toFixed(1)} s in all, at most ${megabytes(peak)} of memory`,
    ...(unknown.length === 0 ? [] : [`Étude does not know these deed types, and read the dossiers as sales: ${unknown.join(", ")}`]),
  ].join("\n"); // prettier-ignore
}

function dossierTable({ dossiers }: GeneratorResult): string {
  const rows = dossiers.map((dossier: DossierResult) => {
    const { id, twin, documents, pages, durationMs, peakBytes, faults, types } = dossier;
    return [
      id,
      twin,
      documents,
      pages,
      `${faults.planted.filter(({ found }) => found).length}/${faults.planted.length}`,
      faults.invented.length,
      `${types.filter(({ verdict }) => verdict === "right").length}/${types.length}`,
      (durationMs / 1000).toFixed(1),
      megabytes(peakBytes),
    ];
  });
  return table(["dossier", "twin", "docs", "pages", "faults", "invented", "typed", "s", "memory"], rows);
}

function ruleTable({ dossiers }: GeneratorResult): string {
  const rules = new Map<string, { planted: number; found: number; toVerify: number; repeated: number; clean: number; faulty: number }>(); // prettier-ignore
  const of = (rule: string) => {
    const row = rules.get(rule) ?? { planted: 0, found: 0, toVerify: 0, repeated: 0, clean: 0, faulty: 0 };
    rules.set(rule, row);
    return row;
  };
  for (const { twin, faults } of dossiers) {
    for (const { fault, found, alerts, toVerify } of faults.planted) {
      const row = of(fault.rule);
      row.planted++;
      if (found) row.found++;
      else if (toVerify) row.toVerify++;
      row.repeated += Math.max(0, alerts - 1);
    }
    for (const { rule } of faults.invented) of(rule)[twin]++;
  }
  const sorted = [...rules].toSorted(([one], [other]) => one.localeCompare(other));
  return table(
    ["rule", "planted", "found", "only to verify", "told again", "invented: faulty", "invented: clean"],
    sorted.map(([rule, row]) => [rule, row.planted, row.found, row.toVerify, row.repeated, row.faulty, row.clean]),
  );
}

function typeTable({ dossiers }: GeneratorResult): string {
  const kinds = Map.groupBy(dossiers.flatMap(({ types }) => types), ({ kind }) => kind); // prettier-ignore
  const rows = [...kinds].map(([kind, scores]) => {
    const count = (verdict: string): number => scores.filter((score) => score.verdict === verdict).length;
    const wrong = new Set(scores.filter(({ verdict }) => verdict === "wrong").map(({ said }) => said));
    return [kind, scores.length, count("right"), count("unknown"), count("wrong"), [...wrong].join(", ")];
  });
  return table(["document", "written", "right", "unknown", "wrong", "taken for"], rows);
}

function fieldTable(result: GeneratorResult): string {
  const used = layouts.filter((layout) => result.scores.has(layout));
  const rows = fields.map((field) => [
    fieldNames[field],
    cell(fieldScore(result, field)),
    ...used.map((layout) => cell(fieldScore(result, field, layout))),
  ]);
  return table(["field", "text", ...used], rows);
}

function cell(score: Score): string {
  return `${share(precision(score))} / ${share(recall(score))} (${score.written})`;
}

function comparison(one: GeneratorResult, two: GeneratorResult): string {
  const rows = fields.map((field) => {
    const [first, second] = [fieldScore(one, field), fieldScore(two, field)];
    return [
      fieldNames[field],
      `${share(precision(first))} / ${share(recall(first))}`,
      `${share(precision(second))} / ${share(recall(second))}`,
      `${signed(differenceOf(precision(first), precision(second)))} / ${signed(differenceOf(recall(first), recall(second)))}`,
    ];
  });
  return `BOTH GENERATORS, text pages: precision / recall\n${table(["field", "one", "two", "two − one"], rows)}`;
}

function share(value: number | undefined): string {
  return value === undefined ? "–" : value.toFixed(2);
}

function signed(value: number | undefined): string {
  return value === undefined ? "–" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}

function table(head: string[], rows: (string | number)[][]): string {
  const chars = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " }; // prettier-ignore
  const made = new CliTable({ head, chars, style: { head: [], border: [], "padding-left": 0, "padding-right": 0 }, colAligns: head.map((_, index) => (index === 0 ? "left" : "right")) }); // prettier-ignore
  made.push(...rows);
  return made.toString();
}
