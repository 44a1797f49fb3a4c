/** `npm run test:engine`: whether an embedded engine keeps what it acknowledges, however its process ends. */
import { parseArgs } from "node:util";

import { endEngine, type EndName, endNames, type Tally } from "./end-engine.ts";
import { type EngineName, engineNames } from "./open-engine.ts";

const usage = `Usage: npm run test:engine -- surrealkv|rocksdb|mem [options]

Ends a process that writes to an embedded engine, opens the folder again, and compares what was acknowledged with what
is there: by SIGKILL at random moments, and by a clean exit and a clean close, a fifth as often each. The writer commits
pairs of rows of up to 360 KB, each pair in one transaction with an index. Ends with 1 when anything was lost, torn or
could not be opened again; mem, which keeps nothing, shows what that looks like.

  --kills N   (60)
  --seed S    of the moments and sizes (chosen at random)
  --help`;

const { engine, kills, seed } = readOptions();
const fifth = Math.ceil(kills / 5);
const ends = Array.from({ length: fifth }, (_, n): EndName[] => [
  ...Array.from({ length: Math.min(5, kills - n * 5) }, (): EndName => "kill"),
  "exit",
  "close",
]).flat();
const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
const progress = (text: string): void => console.error(`${seconds().padStart(7)} s  ${text}`);
const tallies = await endEngine({ engine, ends, seed, progress });
const columns = ["ends", "acknowledged", "lost", "torn", "unopenable"] as const satisfies (keyof Tally)[];
const line = (name: string, cells: readonly string[]): string =>
  [name.padEnd(8), ...cells.map((cell, n) => cell.padStart((columns[n]?.length ?? 0) + 2))].join("");
console.log(line(engine, columns));
for (const name of endNames)
  console.log(
    line(
      name,
      columns.map((column) => tallies[name][column].toLocaleString("en")),
    ),
  );
console.log(`Seed ${seed}, ${seconds()} s.`);
const isKept = endNames.every((name) => tallies[name].lost + tallies[name].torn + tallies[name].unopenable === 0);
console.log(
  isKept
    ? `${engine} kept what it acknowledged: ${allowed()}.`
    : `${engine} did not keep what it acknowledged: keep it refused.`,
);
process.exit(isKept ? 0 : 1);

function allowed(): string {
  return engine === "rocksdb" ? "it stays the embedded engine" : "the refusal can be lifted";
}

function readOptions(): { engine: EngineName; kills: number; seed: number } {
  const { values, positionals } = parse();
  if (values.help === true) {
    console.log(usage);
    process.exit(0);
  }
  const engine = engineNames.find((name) => name === positionals[0]);
  if (engine === undefined || positionals.length > 1)
    refuse(`${positionals.join(" ") || "no engine"}: name one of ${engineNames.join(", ")}.`);
  return {
    engine,
    kills: wholeNumber("--kills", values.kills ?? "60"),
    seed: wholeNumber("--seed", values.seed ?? String(Math.floor(Math.random() * 2 ** 31))),
  };
}

function parse(): { values: { kills?: string; seed?: string; help?: boolean }; positionals: string[] } {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { kills: { type: "string" }, seed: { type: "string" }, help: { type: "boolean" } },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  return refuse(`${option} ${text}: give a whole number.`);
}

function refuse(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}
