#!/usr/bin/env node
/** The command `minutier`. */
import { exitCodes } from "./cli-error.ts";

const oldest = [22, 12] as const;
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(`minutier: Node ${oldest.join(".")} or newer is needed, this is ${process.versions.node}.\n`);
  process.exit(exitCodes.failed);
}

// After the check: an older Node can't read what this imports.
const { runProgram } = await import("./run-program.ts");
await runProgram();
