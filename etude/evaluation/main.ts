/** `npm run evaluate`: how well Étude reads and judges dossiers whose every fact and fault is known. */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { Command, InvalidArgumentError, Option } from "commander";

import type { Generator } from "./generator.ts";
import { type LargeResult, measureLarge } from "./large-dossier.ts";
import { evaluate, type GeneratorResult } from "./measure/evaluate.ts";
import { reportOf } from "./measure/print-report.ts";
import { defaultThresholds, shortfalls, type Thresholds } from "./measure/thresholds.ts";
import { toJson } from "./measure/to-json.ts";
import { generatorOne } from "./one/generator.ts";
import { generatorTwo } from "./two/generator.ts";

const generators: readonly Generator[] = [generatorOne, generatorTwo];

interface Options {
  generator?: Generator["name"];
  seed: number;
  dossier?: string[];
  json?: boolean;
  keep?: string | true;
  check?: string | true;
  differences?: boolean;
  large?: boolean;
}

const options = new Command("evaluate")
  .description("Has Étude read generated dossiers, and compares what it says with what was written.")
  .addOption(new Option("--generator <name>", "one of the two generators").choices(["one", "two"]))
  .option("--seed <n>", "another seed gives other people, places and sums", toSeed, 1)
  .option("--dossier <id...>", "only these dossiers, for instance vente-1")
  .option("--json", "for programs: every figure, and what was missed and invented")
  .option("--differences", "each fact that was missed or invented, one a line")
  .option("--keep [folder]", "leave the dossiers to look at, in etude-evaluation unless a folder is given")
  .option("--large", "also read 40 documents of 600 pages")
  .option("--check [thresholds.json]", "exit with 1 below the thresholds; a file may change some of them")
  .parse()
  .opts<Options>();

function toSeed(value: string): number {
  const seed = Number(value);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InvalidArgumentError("A seed is a whole number from 0.");
  return seed;
}

const ids = generators.flatMap(({ dossiers }) => dossiers.map(({ id }) => id));
for (const id of options.dossier ?? [])
  if (!ids.includes(id)) {
    console.error(`There is no dossier ${id}. These are: ${[...new Set(ids)].join(", ")}`);
    process.exit(2);
  }

const thresholds: Thresholds = {
  ...defaultThresholds,
  ...(typeof options.check === "string" ? (JSON.parse(await readFile(options.check, "utf8")) as Partial<Thresholds>) : {}),
}; // prettier-ignore
const kept = options.keep === true ? "etude-evaluation" : options.keep;
const folder = kept === undefined ? await mkdtemp(join(tmpdir(), "etude-evaluation-")) : resolve(kept);
await mkdir(folder, { recursive: true });

try {
  const results: GeneratorResult[] = [];
  for (const generator of generators) {
    if (options.generator !== undefined && generator.name !== options.generator) continue;
    results.push(
      await evaluate({
        generator,
        seed: options.seed,
        folder,
        ...(options.dossier === undefined ? {} : { dossiers: options.dossier }),
        onDossier: ({ id, twin }) => console.error(`${generator.name}: ${id}, ${twin}`),
      }),
    );
  }
  const large: LargeResult[] = [];
  if (options.large === true)
    for (const generator of generators.filter(({ name }) => (options.generator ?? name) === name))
      large.push(await measureLarge(generator, options.seed, folder));
  console.log(
    options.json === true ? JSON.stringify(toJson(results, large, options.seed), null, 2) : reportOf(results, large),
  );
  if (options.differences === true) printDifferences(results);
  if (kept !== undefined) console.error(`The dossiers are in ${folder}`);
  if (options.check !== undefined) {
    const short = shortfalls(results, thresholds);
    for (const line of short) console.error(line);
    if (short.length > 0) process.exitCode = 1;
  }
} finally {
  if (kept === undefined) await rm(folder, { recursive: true, force: true });
}

function printDifferences(results: readonly GeneratorResult[]): void {
  for (const { generator, dossiers } of results)
    for (const { id, twin, discrepancies, faults } of dossiers) {
      for (const { fault, found } of faults.planted) if (!found) console.error(`${generator} ${id} ${twin}: ${fault.rule} not found: ${fault.name}`);
      for (const { rule, message } of faults.invented) console.error(`${generator} ${id} ${twin}: ${rule} invented: ${message}`);
      for (const { file, page, layout, field, kind, value } of discrepancies)
        console.error(`${generator} ${id} ${twin}: ${file} p. ${page} (${layout}): ${field} ${kind}: ${value}`);
    } // prettier-ignore
}
