/** Nodes and npms of several versions, side by side, kept in a folder of this machine's cache. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { packageFor } from "../choose-node.mjs";
import { npm } from "../npm.mjs";

/** Where they are kept: the newest of a range stays the one that was fetched, until the folder is deleted. */
export const cacheFolder: string = join(
  process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
  "minutier",
  "programs",
);

export interface Program {
  version: string;
  /** The file: an executable for Node, JavaScript for npm. */
  path: string;
}

/** The newest Node of a range like `24`. */
export function nodeOf(range: string): Program {
  const name = packageFor(process.platform, process.arch)?.name;
  if (name === undefined) throw new Error(`npm has no Node for ${process.platform} ${process.arch}.`);
  return program(name, range, join("bin", process.platform === "win32" ? "node.exe" : "node"));
}

/** The newest npm of a range like `12`. */
export function npmOf(range: string): Program {
  return program("npm", range, join("bin", "npm-cli.js"));
}

function program(name: string, range: string, file: string): Program {
  const folder = join(cacheFolder, `${name}-${range}`);
  const installed = join(folder, "node_modules", name);
  if (!existsSync(join(installed, file))) {
    console.error(`Fetching ${name}@${range} into ${folder}…`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}\n");
    if (!npm(folder, "install", "--ignore-scripts", "--no-save", "--no-package-lock", `${name}@${range}`))
      throw new Error(`npm could not install ${name}@${range} in ${folder}.`);
  }
  const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { version: string };
  return { version: version.replace("v", ""), path: join(installed, file) };
}
