/** The benchmarks start and print what they are for; how long anything takes decides nothing here. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { findSurreal } from "../../minutier/test/surreal-server.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");

async function run(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [join(root, "bench", "dist", `${name}.js`), ...args]);
  return stdout;
}

test("the overhead is printed beside the floor, and for a long session", async () => {
  const printed = await run("overhead", "1");
  for (const row of ["agent turn, one at a time", "3-step workflow, 64 at once", "10,000 messages"])
    expect(printed).toMatch(new RegExp(`^${row} .*\\d\\.\\d\\d$`, "m"));
});

test.skipIf(findSurreal() === undefined)("over a server too", async () => {
  const printed = await run("overhead", "1", "--server");
  for (const row of ["agent turn, one at a time", "3-step workflow, 64 at once", "391 to 400"])
    expect(printed).toMatch(new RegExp(`^${row} .*\\d\\.\\d\\d$`, "m"));
});

test.each([
  ["purge", ["300"]],
  ["queries", ["500"]],
  ["server", ["5", "20"]],
])("%s prints figures", async (name, args) => {
  expect(await run(name, ...args)).toMatch(/^.+ \d+(\.\d+)?.*$/m);
});
