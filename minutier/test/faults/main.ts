/** `npm run test:faults`: tries the faults, shows where it stands on stderr and the result on stdout. */
import { parseArgs } from "node:util";

import { findSurreal } from "../surreal-server.ts";
import { plantNames, type Plant } from "./plants.ts";
import { runScenario, scenarios } from "./run-scenario.ts";
import { backendNames, type BackendName } from "./suite-server.ts";
import { type Line, toTable } from "./table.ts";

const usage = `Usage: npm run test:faults -- [options]

Kills processes and servers, stops, restarts and replaces servers, fills a disk, stops clients and shifts their clocks,
while runs are under way on real databases; then compares what was acknowledged with what is stored. Ends with 1 when any count is not 0.

  --backend NAME   ws: embedded on disk, and our RPC server over the embedded engine; server: a real SurrealDB server,
                   named by SURREAL_BIN or found on the PATH (ws)
  --kills N        kills of the first scenario; the others try in proportion (50)
  --seed S         of the moments (chosen at random)
  --only NAME      one scenario; may be given several times
  --plant BUG      plants a bug that must be found: ${plantNames.join(" or ")}
  --keep           leaves journals and databases where they are
  --help

${scenarios.map(({ name, title }) => `  ${name.padEnd(10)}${title}`).join("\n")}`;

const options = readOptions();
const began = performance.now();
const lines: Line[] = [];
const skipped: string[] = [];
for (const scenario of scenarios.filter(({ name }) => options.only.includes(name))) {
  const faults = scenario.faults(options.kills);
  tell(`${scenario.name}: ${scenario.title}`);
  const result = await runScenario(scenario, {
    backend: options.backend,
    faults,
    seed: options.seed,
    plant: options.plant,
    keep: options.keep,
    progress: (text) => tell(`${scenario.name}: ${text}`),
  });
  if (typeof result === "string") {
    skipped.push(`${scenario.name} was not tried: ${result}`);
    continue;
  }
  lines.push(result);
  for (const { kind, text } of result.problems.slice(0, 20)) tell(`${scenario.name}: ${kind}: ${text}`);
  if (result.problems.length > 20) tell(`${scenario.name}: … and ${result.problems.length - 20} more`);
}
console.log(toTable(lines));
for (const line of skipped) console.log(line);
console.log(`Backend ${options.backend}, seed ${options.seed}, ${((performance.now() - began) / 1000).toFixed(0)} s.`);
process.exit(lines.some(({ problems }) => problems.length > 0) ? 1 : 0);

function tell(text: string): void {
  console.error(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}`);
}

interface Options {
  backend: BackendName;
  kills: number;
  seed: number;
  only: readonly string[];
  plant: Plant | undefined;
  keep: boolean;
}

function readOptions(): Options {
  const { values } = parse();
  if (values.help === true) {
    console.log(usage);
    process.exit(0);
  }
  const names = scenarios.map(({ name }) => name);
  const { backend = "ws", only = values.plant === undefined ? names : ["process", "pause"], plant } = values;
  const kills = wholeNumber("--kills", values.kills ?? "50");
  const seed = wholeNumber("--seed", values.seed ?? String(Math.floor(Math.random() * 2 ** 31)));
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) refuse(`--only ${unknown}: there are ${names.join(", ")}.`);
  if (plant !== undefined && !isPlant(plant)) refuse(`--plant ${plant}: there are ${plantNames.join(" and ")}.`);
  if (!isBackend(backend)) refuse(`--backend ${backend}: there are ${backendNames.join(" and ")}.`);
  if (backend === "server" && findSurreal() === undefined)
    refuse(
      "--backend server: there is none here. Install surreal (3.3.5 is tested), or name its program by SURREAL_BIN.",
    );
  return { backend, kills, seed, only, plant, keep: values.keep === true };
}

function parse(): {
  values: {
    backend?: string;
    kills?: string;
    seed?: string;
    only?: string[];
    plant?: string;
    keep?: boolean;
    help?: boolean;
  };
} {
  try {
    return parseArgs({
      options: {
        backend: { type: "string" },
        kills: { type: "string" },
        seed: { type: "string" },
        only: { type: "string", multiple: true },
        plant: { type: "string" },
        keep: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  return refuse(`${option} ${text}: give a whole number.`);
}

function isBackend(name: string): name is BackendName {
  return backendNames.some((backend) => backend === name);
}

function isPlant(name: string): name is Plant {
  return plantNames.some((plant) => plant === name);
}

function refuse(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}
