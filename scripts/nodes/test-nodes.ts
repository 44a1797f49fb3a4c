/** `npm run test:nodes`: the quick part of the library's tests on each Node that it is for. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { range as rangeOfTools, satisfies } from "../choose-node.mjs";
import { cacheFolder, nodeOf } from "./program-cache.ts";

const root = dirname(dirname(import.meta.dirname));

const { engines } = JSON.parse(readFileSync(join(root, "minutier", "package.json"), "utf8")) as {
  engines: { node: string };
};
/** The oldest that the library is for, then the newest of each line. */
const nodes = [engines.node.replace(">=", ""), "22", "24", "26"];

/** Every part of the library on real databases, embedded and over a connection, in this process and in others. */
const quick = [
  "exports.test",
  "agent.test",
  "team.test",
  "workflow.test",
  "approval.test",
  "resume.test",
  "recovery.test",
  "server-streams.test",
  "server-socket.test",
  "cli-serve.test",
];

const usage = `Usage: npm run test:nodes -- [options]

Runs the quick part of the library's tests on Node ${nodes.join(", ")}, one after the other: about a minute each.
The Nodes come from npm and are kept in ${cacheFolder}.

  --only NODE   one of them; may be given several times
  --help`;

const { only, help } = readOptions();
if (help) {
  console.log(usage);
  process.exit(0);
}
const lines: string[] = [];
let failed = false;
for (const range of only) {
  const { version, path } = nodeOf(range);
  console.error(`\nNode ${version}`);
  const began = performance.now();
  const { status } = spawnSync(
    path,
    [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", "minutier", "--reporter=dot", ...quick],
    { cwd: root, stdio: ["ignore", 2, 2], env: environmentFor(path, version) },
  );
  failed ||= status !== 0;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  lines.push(`Node ${version.padEnd(9)} ${status === 0 ? "passed" : "FAILED"} ${seconds.padStart(4)} s`);
}
console.log(lines.join("\n"));
process.exit(failed ? 1 : 0);

function environmentFor(path: string, version: string): NodeJS.ProcessEnv {
  const color = process.stderr.isTTY ? {} : { NO_COLOR: "1" };
  const env = { ...process.env, ...color, PATH: [dirname(path), process.env["PATH"]].join(delimiter) };
  // The tests' own processes are TypeScript, which the oldest reads when it is told to; the library is JavaScript.
  if (!satisfies(version, rangeOfTools))
    return { ...env, NODE_OPTIONS: "--experimental-strip-types --disable-warning=ExperimentalWarning" };
  return env;
}

function readOptions(): { only: readonly string[]; help: boolean } {
  try {
    const { values } = parseArgs({ options: { only: { type: "string", multiple: true }, help: { type: "boolean" } } });
    const unknown = values.only?.find((node) => !nodes.includes(node));
    if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${nodes.join(", ")}.`);
    return { only: values.only ?? nodes, help: values.help === true };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return process.exit(2);
  }
}
