import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, test } from "vitest";

import { read, root } from "./code-blocks.ts";

const execute = promisify(execFile);
const folder = join(root, "examples");
const examples = readdirSync(folder).filter((name) => name.endsWith(".ts"));

describe("examples", () => {
  test("are type-checked", async () => {
    const tsc = join(root, "node_modules", ".bin", "tsc");
    const failed = await execute(tsc, ["-p", folder, "--pretty", "false"]).then(
      () => "",
      (error: { stdout: string }) => error.stdout,
    );
    expect(failed).toBe("");
  });

  test.each(examples)("%s prints what the README says", async (name) => {
    const section = read("examples/README.md").split(`\n## ${name}\n`)[1];
    const expected = /```text\n([\s\S]*?)\n```/.exec(section ?? "")?.[1];
    expect(expected, "a section in examples/README.md").toBeDefined();
    const { stdout, stderr } = await execute(process.execPath, [join(folder, name)], { timeout: 30_000 });
    expect(stdout.trimEnd()).toBe(expected);
    expect(stderr).toBe("");
  });

  test("the quickstart can be imported without running", async () => {
    const quickstart = (await import("../../examples/quickstart.ts")) as Record<string, unknown>;
    expect(Object.keys(quickstart).toSorted()).toEqual(["agents", "db", "teams", "workflows"]);
  });
});
