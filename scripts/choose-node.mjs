// The Node that everything here runs on: this machine's own where it is new enough, otherwise one from npm, in
// node-from-npm. That is a package for each platform which holds the program itself: nothing is run to install it,
// and npm compares it with the lock file.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { npmCi } from "./npm.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "scripts", "node-from-npm");

/** The versions of Node that the tools and tests work on, as npm writes them: `engines` of package.json. */
export const range = readJson(join(root, "package.json")).engines.node;

let chosen;

/** The path of the Node to use. Ends the process where there is none. */
export function chooseNode() {
  chosen ??= ownNode() ?? nodeFromNpm();
  return chosen;
}

function ownNode() {
  // npm puts the programs of node_modules first, and one that a dependency brings would go as `npm ci` begins.
  const isOfDependency = process.execPath.startsWith(join(root, "node_modules", sep));
  return satisfies(process.versions.node, range) && !isOfDependency ? process.execPath : undefined;
}

function nodeFromNpm() {
  const needed = `The project needs Node ${range}, and this machine has ${process.versions.node}`;
  const found = packageFor(process.platform, process.arch);
  if (found === undefined)
    return refuse(`${needed}; npm has none for ${process.platform} ${process.arch}. Install Node 24 or 26.`);

  const { name, version } = found;
  const path = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (versionOf(path) === version) return path;
  console.error(`${needed}: installing Node ${version} beside it (once, for this project alone)…`);
  const complete = npmCi(folder);
  if (versionOf(path) === version) return path;
  const problem = complete && existsSync(path) ? "does not run on this machine" : "could not be installed";
  return refuse(
    `Node ${version} (npm's package ${name}) ${problem}. Install Node 24 or 26 yourself, or see what ` +
      `\`npm ci --loglevel=verbose\` says in ${folder}.`,
  );
}

/** Whether a version is in a range of the two forms that package.json has here, `^1.2.3` and `>=1.2.3`. */
export function satisfies(version, range) {
  const have = numbers(version);
  return range.split(" || ").some((part) => {
    const least = numbers(part);
    if (part.startsWith("^") && have[0] !== least[0]) return false;
    const differing = least.findIndex((number, index) => number !== have[index]);
    return differing === -1 || have[differing] > least[differing];
  });
}

/** The package that holds Node for a platform, as the lock file has it. */
export function packageFor(platform, arch) {
  const entries = Object.entries(readJson(join(folder, "package-lock.json")).packages);
  const found = entries.find(([, { os, cpu }]) => [os].flat().includes(platform) && [cpu].flat().includes(arch));
  return found === undefined ? undefined : { name: found[0].replace("node_modules/", ""), version: found[1].version };
}

function numbers(version) {
  return /\d+\.\d+\.\d+/.exec(version)[0].split(".").map(Number);
}

function versionOf(path) {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return stdout?.trim().replace("v", "");
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function refuse(message) {
  console.error(message);
  return process.exit(1);
}
