/** `npm run test:front-door`: a new user's first commands, in clean clones, with several versions of Node and npm. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { packageFor, range, satisfies } from "../choose-node.mjs";
import { cacheFolder, nodeOf, npmOf } from "./program-cache.ts";

const root = dirname(dirname(import.meta.dirname));
const timeoutMs = 15 * 60_000;

interface Machine {
  node: string;
  npm: string;
  /** npm's `ignore-scripts` is set. */
  withoutScripts?: true;
  /** This Node is too old to begin with, which has to be said. */
  tooOld?: true;
}

const machines: readonly Machine[] = [
  { node: "18", npm: "10", tooOld: true },
  { node: "20", npm: "10" },
  { node: "20", npm: "11" },
  { node: "22.18", npm: "10" },
  { node: "24", npm: "11" },
  { node: "24", npm: "12" },
  { node: "24", npm: "12", withoutScripts: true },
  { node: "26", npm: "12" },
];
const names = machines.map(nameOf);

const usage = `Usage: npm run test:front-door -- [options]

Clones what is committed (HEAD) into temporary folders, and does there with several versions of Node and npm what a new
user does: \`npm start\`, a quick part of \`npm test\`, and \`npm ci\` by hand. About two minutes each, one after the
other. The Nodes and npms come from npm and are kept in ${cacheFolder}.
Ends with 1 when one fails.

  --only NAME   one of ${names.join(", ")};
                may be given several times
  --keep        leaves the clones where they are
  --help`;

interface Result {
  machine: Machine;
  node: string;
  npm: string;
  used: string;
  start: string;
  test: string;
  ci: string;
  seconds: number;
  problems: string[];
}

const { only, keep, help } = readOptions();
if (help) {
  console.log(usage);
  process.exit(0);
}
const { stdout: uncommitted } = spawnSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
if (uncommitted !== "") console.error("What is not committed is not tried.");
const results = machines.filter((machine) => only.includes(nameOf(machine))).map(tryMachine);
console.log(toTable(results));
for (const { machine, problems } of results) for (const text of problems) console.log(`${nameOf(machine)}: ${text}`);
process.exit(results.some(({ problems }) => problems.length > 0) ? 1 : 0);

function tryMachine(machine: Machine): Result {
  const node = nodeOf(machine.node);
  const npm = npmOf(machine.npm);
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "minutier-front-door-"));
  const clone = join(folder, "minutier");
  const problems: string[] = [];
  const env = environmentFor(machine, node.path);
  const isOwnNodeUsed = satisfies(node.version, range);
  console.error(`\n${nameOf(machine)}: Node ${node.version}, npm ${npm.version}, in ${folder}`);

  function command(title: string, ...args: string[]): { status: number | null; output: string } {
    console.error(`${nameOf(machine)}: ${title}…`);
    const log = join(folder, `${title.replaceAll(/\W+/g, "-")}.log`);
    const file = openSync(log, "w");
    const options = { cwd: clone, env, stdio: ["ignore", file, file] as const, timeout: timeoutMs };
    const { status } = spawnSync(node.path, [npm.path, ...args], { ...options, stdio: [...options.stdio] });
    return { status, output: readFileSync(log, "utf8") };
  }

  function expectSuccess(title: string, ...args: string[]): string {
    const { status, output } = command(title, ...args);
    // What npm 12 says when it left out a script that somebody may have needed, and any npm of a Node too old.
    const warnings = ["install scripts?", "allow-?scripts", ...(isOwnNodeUsed ? ["EBADENGINE"] : [])];
    const warning = new RegExp(`.*(?:${warnings.join("|")}).*`, "i").exec(output);
    if (status !== 0) problems.push(`${title} ended with ${status}:\n${output.split("\n").slice(-20).join("\n")}`);
    else if (warning !== null) problems.push(`${title} warns: ${warning[0]}`);
    return status === 0 ? "passed" : `exit ${status}`;
  }

  function tryRefusal(): Partial<Result> {
    const { status, output } = command("npm start", "start");
    if (status === 1 && output.includes(`has Node ${node.version}`)) return { start: "told why not" };
    problems.push(`npm start ended with ${status}, and did not say that Node ${node.version} is too old:\n${output}`);
    return { start: `exit ${status}` };
  }

  function tryAll(): Partial<Result> {
    const start = expectSuccess("npm start", "start", "--", "--db", join(folder, "db"));
    const used = usedNodes();
    const test = expectSuccess("npm test", "test", "--", "--project", "minutier", "exports.test", "agent-tools.test");
    const ci = expectSuccess("npm ci", "ci");
    return { start, used, test, ci };
  }

  /** The Node that the project runs on there, which must also be what is found by name further down. */
  function usedNodes(): string {
    const expected = isOwnNodeUsed ? node.version : packageFor(process.platform, process.arch)?.version;
    const program =
      "[process.version, String(child_process.execSync('node --version')).trim()].map((v) => v.slice(1)).join(' ')";
    const { output } = command("npm run node", "run", "--silent", "node", "--", "-p", program);
    if (output.trim() !== `${expected} ${expected}`) problems.push(`Node ${output.trim()} was used, not ${expected}`);
    return output.trim().split(" ")[0] ?? "";
  }

  try {
    const cloned = spawnSync("git", ["clone", "--quiet", root, clone], { stdio: ["ignore", 2, 2] });
    if (cloned.status !== 0) problems.push(`git clone ended with ${cloned.status}`);
    const nothing = { used: "", start: "", test: "", ci: "" };
    const tried = cloned.status !== 0 ? {} : machine.tooOld === true ? tryRefusal() : tryAll();
    const seconds = (performance.now() - began) / 1000;
    return { machine, node: node.version, npm: npm.version, ...nothing, ...tried, seconds, problems };
  } finally {
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** The surroundings of a terminal on that machine: not those of the npm that runs this file. */
function environmentFor(machine: Machine, node: string): NodeJS.ProcessEnv {
  const ofNpm = /^(npm_(package|lifecycle|command|execpath|node_execpath).*|INIT_CWD|NODE)$/;
  const ofItsPlace = /^npm_config_(local_prefix|global_prefix|prefix|user_agent|npm_version|node_gyp)$/;
  const kept = Object.entries(process.env).filter(([name]) => !ofNpm.test(name) && !ofItsPlace.test(name));
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.startsWith(root));
  return {
    ...Object.fromEntries(kept),
    PATH: [dirname(node), ...path].join(delimiter),
    ...(machine.withoutScripts === true ? { npm_config_ignore_scripts: "true" } : {}),
  };
}

function nameOf({ node, npm, withoutScripts }: Machine): string {
  return `${node}/${npm}${withoutScripts === true ? "/ignore-scripts" : ""}`;
}

function toTable(lines: readonly Result[]): string {
  const head = ["Node", "npm", "scripts", "Node used", "npm start", "npm test", "npm ci", "s", ""];
  const rows = lines.map(({ machine, node, npm, used, start, test, ci, seconds, problems }) => [
    node,
    npm,
    machine.withoutScripts === true ? "ignored" : "npm's own rule",
    used,
    start,
    test,
    ci,
    seconds.toFixed(0),
    problems.length === 0 ? "" : "FAILED",
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function readOptions(): { only: readonly string[]; keep: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      options: { only: { type: "string", multiple: true }, keep: { type: "boolean" }, help: { type: "boolean" } },
    });
    const unknown = values.only?.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${names.join(", ")}.`);
    return { only: values.only ?? names, keep: values.keep === true, help: values.help === true };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return process.exit(2);
  }
}
