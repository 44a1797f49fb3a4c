import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, describe, expect, test } from "vitest";

import {
  blocksOfDocument,
  blocksOfSource,
  type CodeBlock,
  listDocuments,
  listSources,
  read,
  root,
} from "./code-blocks.ts";
import { compileBlocks } from "./compile-blocks.ts";

const execute = promisify(execFile);

const documents = (await listDocuments()).flatMap((file) => blocksOfDocument(file, read(file)));
const docstrings = (await listSources()).flatMap((file) => blocksOfSource(file, read(file)));
const blocks = [...documents, ...docstrings];
const compiled = compileBlocks(blocks);
afterAll(() => compiled.remove());

test("there are programs in the documents and the docstrings", () => {
  expect(documents.length).toBeGreaterThan(10);
  expect(docstrings.length).toBeGreaterThan(3);
});

test("every program in the documents and the docstrings type-checks", () => {
  expect(compiled.problems).toBe("");
});

describe("the programs run, and print what the text says:", () => {
  test.each([...new Set(documents.map((block) => block.file))])("%s", async (file) => {
    expect(await faultsOf(documents.filter((block) => block.file === file))).toEqual([]);
  });

  test("docstrings", async () => {
    expect(await faultsOf(docstrings)).toEqual([]);
  });
});

/** The programs that threw, or printed something else. */
async function faultsOf(all: readonly CodeBlock[]): Promise<object[]> {
  const here = all.filter((block) => block.runs);
  const results = await runModules(here);
  return here.flatMap(({ file, line, output: says }, index) => {
    const { output: prints, error } = results[index] ?? { output: "", error: "it did not run" };
    if (error === undefined && (says === undefined || says.trimEnd() === prints.trimEnd())) return [];
    return [{ place: `${file}:${line}`, says, prints, error }];
  });
}

interface ModuleResult {
  output: string;
  error?: string;
}

async function runModules(here: readonly CodeBlock[]): Promise<ModuleResult[]> {
  const runner = join(root, "docs", "test", "run-modules.mjs");
  const { stdout } = await execute(process.execPath, [runner, ...here.map((block) => compiled.moduleOf(block))]);
  return JSON.parse(stdout) as ModuleResult[];
}

describe("this test", () => {
  const document = ["```ts", "const a: number = 'no';", "console.log(1); // 1", "```", "", "```text", "2", "```"].join(
    "\n",
  );

  test("sees a block that does not type-check, at its line", () => {
    const planted = blocksOfDocument("planted.md", document);
    const result = compileBlocks(planted);
    result.remove();
    expect(result.problems).toMatch(/^planted\.md:2: error TS2322/);
  });

  test("takes the output from the text block, or else from the comments", () => {
    expect(blocksOfDocument("planted.md", document)[0]?.output).toBe("2");
    expect(blocksOfDocument("planted.md", document.split("\n").slice(0, 4).join("\n"))[0]?.output).toBe("1");
  });
});
