import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chooseNode } from "./choose-node.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const modules = join(root, "node_modules");

/** Runs Node, on behalf of whoever called npm, in the folder where that was; ends the process when it fails. */
export function runNode(...args) {
  run(args, { cwd: process.env.INIT_CWD ?? root, stdio: "inherit" });
}

/** Runs a tool of the project by its JavaScript, which needs no shell on any system; ends the process when it fails. */
export function runTool(name, args, options = {}) {
  const folder = join(modules, name === "tsc" ? "typescript" : name);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  run([join(folder, bin[name]), ...args], { cwd: root, stdio: "inherit", ...options });
}

function run(args, options) {
  const node = chooseNode();
  // What is started by its name, further down, finds the same Node.
  const path = [dirname(node), join(modules, ".bin"), process.env.PATH].join(delimiter);
  const result = spawnSync(node, args, { env: { ...process.env, PATH: path }, ...options });
  if (result.error !== undefined) {
    console.error(`${node} could not be run: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}
