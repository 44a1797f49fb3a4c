// The Node that everything here runs on: this machine's own where it is new enough, otherwise one from npm, in
// node-from-npm. That is a package for each platform which holds the program itself: nothing is run to install it,
// and npm compares it with the lock file.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { npmCi } from "./npm-ci.mjs";

const folder = fileURLToPath(new URL("node-from-npm", import.meta.url));

/** The versions of Node that the tools and tests work on, as npm writes them: `engines` of package.json. */
export const range = readJson(fileURLToPath(new URL("../package.json", import.meta.url))).engines.node;

/** The path of the Node to use. Ends the process where there is none. */
export function chooseNode() {
  const own = process.versions.node;
  if (satisfies(own, range)) return process.execPath;
  const needed = `This machine's Node ${own} is not one that the project works on (${range})`;
  const package_ = packageFor(process.platform, process.arch);
  if (package_ === undefined)
    return refuse(`${needed}, and npm has none for ${process.platform} ${process.arch}: install Node 24 or 26.`);

  const { name, version } = package_;
  const path = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (versionOf(path) === version) return path;
  console.error(`${needed}: Node ${version} comes from npm (once)…`);
  npmCi(folder);
  if (versionOf(path) === version) return path;
  return refuse(
    `Node ${version} (npm's package ${name}) could not be installed, or does not run here. Install Node 24 or 26, ` +
      `or look at what \`npm ci --loglevel=verbose\` says in ${folder}.`,
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
