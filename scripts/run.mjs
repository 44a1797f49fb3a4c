// Sets the project up when that is needed, then does what `npm start`, `npm test` and the other scripts ask.
// Runs on any Node ≥ 20 with no dependency: it is what installs them.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");
// Standard output is for what was asked for: JSON, for instance.
const toStandardError = { cwd: root, stdio: ["inherit", 2, 2] };
const installed = join(root, "node_modules", ".setup-done");

const [task, ...args] = process.argv.slice(2);
const tasks = {
  start: () => node(join("etude", "dist", "cli.js"), ...args),
  test: () => tool("vitest", "run", ...args),
  "test:watch": () => tool("vitest", ...args),
  "test:server": () => {
    process.env.MINUTIER_TEST_BACKEND = "server";
    tool("vitest", "run", "--project", "minutier", ...args);
  },
  "test:faults": () => node(join("minutier", "test", "faults", "main.ts"), ...args),
  check: () => {
    tool("oxfmt", "--check", ".");
    tool("oxlint", "--type-aware", "--deny-warnings");
    tool("tsc", "-b");
    tool("knip");
    // The quick part of the tests; `npm test` runs them all.
    tool(
      "vitest",
      "run",
      "workflow.test",
      "agent.test",
      "team.test",
      "exports.test",
      "rules-",
      "amounts.test",
      "dates.test",
    );
  },
  build: () => undefined,
  evaluate: () => node(join("etude", "evaluation", "main.ts"), ...args),
  screenshots: () => node(join("studio", "scripts", "screenshots.ts"), ...args),
  bench: () => node(join("bench", "dist", `${args[0] ?? "overhead"}.js`), ...args.slice(1)),
};

if (!(task in tasks)) {
  console.error(`Usage: npm start | npm test | npm run <${Object.keys(tasks).join(" | ")}>`);
  process.exit(2);
}
install();
build();
tasks[task]();

/** Installs the dependencies unless the lock file has not changed since. */
function install() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const fingerprint = createHash("sha256").update(lock).digest("hex");
  if (existsSync(installed) && readFileSync(installed, "utf8") === fingerprint) return;
  console.error("Installing the dependencies (once, about a minute)…");
  const npm = process.env.npm_execpath;
  const command = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  if (npm === undefined) run("npm", command, toStandardError);
  else run(process.execPath, [npm, ...command], toStandardError);
  if (!existsSync(join(bin, "node"))) {
    console.error(
      "Node 24 was not installed: npm skipped the install script of the package `node`. Allow it, and try again.",
    );
    process.exit(1);
  }
  writeFileSync(installed, fingerprint);
}

/** Compiles what changed. */
function build() {
  const started = Date.now();
  run(join(bin, "tsc"), ["-b"], toStandardError);
  buildStudio();
  if (Date.now() - started > 3000) console.error(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** Builds the studio into the library's dist, unless nothing that it is made of has changed since. */
function buildStudio() {
  const fingerprint = createHash("sha256");
  const studio = join(root, "studio");
  const sources = readdirSync(join(studio, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = ["index.html", "vite.config.ts", "package.json"].map((name) => join(studio, name));
  for (const file of [...files, join(root, "package-lock.json"), ...sources.toSorted()])
    fingerprint.update(file.slice(root.length)).update(readFileSync(file));
  const digest = fingerprint.digest("hex");
  const stamp = join(studio, "dist", "built");
  const isBuilt = existsSync(join(root, "minutier", "dist", "studio", "index.html")) && existsSync(stamp);
  if (isBuilt && readFileSync(stamp, "utf8") === digest) return;
  run(join(bin, "vite"), ["build", studio, "--logLevel", "warn"], toStandardError);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

/** Runs a file on the Node that the project pins. */
function node(file, ...rest) {
  run(join(bin, "node"), [join(root, file), ...rest], { cwd: process.env.INIT_CWD ?? root, stdio: "inherit" });
}

/** Runs a tool of the project on that Node too. */
function tool(name, ...rest) {
  run(join(bin, name), rest, { cwd: root, stdio: "inherit" });
}

function run(command, rest, options) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const result = spawnSync(command, rest, { env, ...options });
  if (result.error !== undefined) {
    console.error(`${command} could not be run: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}
