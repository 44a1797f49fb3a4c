import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { chooseNode } from "./choose-node.mjs";
import { npmCi } from "./npm.mjs";
import { root, runTool } from "./run-on-node.mjs";

const installed = join(root, "node_modules", ".setup-done");
// Standard output is for what was asked for: JSON, for instance.
const toStandardError = { stdio: ["inherit", 2, 2] };

/** Installs and compiles what has changed, or all of it at first. */
export function setUp() {
  chooseNode();
  install();
  build();
}

/** Installs the dependencies unless the lock file has not changed since. */
function install() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const fingerprint = createHash("sha256").update(lock).digest("hex");
  if (existsSync(installed) && readFileSync(installed, "utf8") === fingerprint) return;
  console.error("Installing the dependencies (once, about a minute)…");
  if (!npmCi(root)) process.exit(1);
  writeFileSync(installed, fingerprint);
}

/** Compiles what changed. */
function build() {
  const started = Date.now();
  runTool("tsc", ["-b"], toStandardError);
  buildStudio();
  if (Date.now() - started > 3000) console.error(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** Builds the studio into the library's dist, unless nothing that it is made of has changed since. */
function buildStudio() {
  const fingerprint = createHash("sha256");
  const studio = join(root, "studio");
  const sources = readdirSync(join(studio, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const files = ["index.html", "vite.config.ts", "package.json"].map((name) => join(studio, name));
  for (const file of [...files, join(root, "package-lock.json"), ...sources.toSorted()])
    fingerprint.update(file.slice(root.length)).update(readFileSync(file));
  const digest = fingerprint.digest("hex");
  const stamp = join(studio, "dist", "built");
  const isBuilt = existsSync(join(root, "minutier", "dist", "studio", "index.html")) && existsSync(stamp);
  if (isBuilt && readFileSync(stamp, "utf8") === digest) return;
  runTool("vite", ["build", studio, "--logLevel", "warn"], toStandardError);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}
