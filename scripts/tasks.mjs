// Sets the project up when that is needed, then does the task that was asked for.
// Runs on any Node ≥ 20 with no dependency: it is what installs them.
import { join } from "node:path";

import { root, runNode, runTool } from "./run-on-node.mjs";
import { setUp } from "./set-up.mjs";

const [task, ...args] = process.argv.slice(2);
const tasks = {
  start: () => runNode(join(root, "etude", "dist", "cli.js"), ...args),
  test: () => runTool("vitest", ["run", ...args]),
  "test:watch": () => runTool("vitest", args),
  "test:server": () => {
    process.env.MINUTIER_TEST_BACKEND = "server";
    runTool("vitest", ["run", "--project", "minutier", ...args]);
  },
  "test:faults": () => runNode(join(root, "minutier", "test", "faults", "main.ts"), ...args),
  "test:nodes": () => runNode(join(root, "scripts", "nodes", "test-nodes.ts"), ...args),
  "test:front-door": () => runNode(join(root, "scripts", "nodes", "test-front-door.ts"), ...args),
  "test:engine": () => runNode(join(root, "minutier", "test", "engine-kills", "main.ts"), ...args),
  check: () => {
    runTool("oxfmt", ["--check", "."]);
    runTool("oxlint", ["--type-aware", "--deny-warnings"]);
    runTool("tsc", ["-b"]);
    runTool("knip", []);
    // The quick part of the tests; `npm test` runs them all.
    const quick = ["workflow.test", "agent.test", "team.test", "exports.test", "rules-", "amounts.test", "dates.test"];
    runTool("vitest", ["run", ...quick]);
  },
  build: () => undefined,
  screenshots: () => runNode(join(root, "studio", "scripts", "screenshots.ts"), ...args),
  bench: () => {
    const [name, ...rest] = /^\w/.test(args[0] ?? "") ? args : ["overhead", ...args];
    runNode(join(root, "bench", "dist", `${name}.js`), ...rest);
  },
  node: () => runNode(...args),
};

if (!Object.hasOwn(tasks, task ?? "")) {
  console.error(`Usage: npm start | npm test | npm run <${Object.keys(tasks).join(" | ")}>`);
  process.exit(2);
}
setUp();
tasks[task]();
