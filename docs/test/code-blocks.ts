/** The code blocks of documents and docstrings, with where they stand. */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A block of TypeScript. */
export interface CodeBlock {
  /** From the repository's root. */
  file: string;
  /** The line of its first line of code. */
  line: number;
  code: string;
  /** False for a block marked `ts no-run`: it is type-checked only. */
  runs: boolean;
  /** What it must print, when the document says so. */
  output: string | undefined;
}

/** The documents that people read. */
export async function listDocuments(): Promise<string[]> {
  const patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/*.md",
    "examples/README.md",
    "minutier/README.md",
    "minutier/src/*/*.md",
  ];
  const files: string[] = [];
  for (const pattern of patterns) for await (const file of glob(pattern, { cwd: root })) files.push(file);
  return files.toSorted();
}

/** The library's source files. */
export async function listSources(): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob("minutier/src/**/*.ts", { cwd: root })) files.push(file);
  return files.toSorted();
}

export function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The `ts` blocks of a Markdown document; a `text` block right after one is its output. */
export function blocksOfDocument(file: string, text: string): CodeBlock[] {
  return findBlocks(file, text.split("\n"), 0);
}

/** The `ts` blocks of the `@example` docstrings of a source file. */
export function blocksOfSource(file: string, text: string): CodeBlock[] {
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
    if (!comment[0].includes("@example")) return [];
    const before = text.slice(0, comment.index).split("\n").length - 1;
    const lines = comment[0].split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
    return findBlocks(file, lines, before);
  });
}

function findBlocks(file: string, lines: readonly string[], before: number): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let last: { block: CodeBlock; end: number } | undefined;
  for (let start = 0; start < lines.length; start++) {
    const fence = /^```(\w*)(.*)$/.exec(lines[start] ?? "");
    if (fence === null) continue;
    const end = lines.indexOf("```", start + 1);
    if (end === -1) throw new Error(`${file}:${before + start + 1}: this block has no end`);
    const code = lines.slice(start + 1, end).join("\n");
    const [, language, info = ""] = fence;
    if (language === "ts") {
      const block: CodeBlock = {
        file,
        line: before + start + 2,
        code,
        runs: info.trim() !== "no-run",
        output: undefined,
      };
      blocks.push(block);
      last = { block, end };
    } else if (
      language === "text" &&
      last !== undefined &&
      lines.slice(last.end + 1, start).every((line) => line.trim() === "")
    ) {
      last.block.output = code;
    }
    start = end;
  }
  return blocks.map((block) => ({ ...block, output: block.output ?? outputOfComments(block.code) }));
}

/** `console.log(x); // 42` says what it prints, when every output of the block does. */
function outputOfComments(code: string): string | undefined {
  const printed = code.match(/console\.\w+\(/g)?.length ?? 0;
  const said = [...code.matchAll(/^console\.log\(.*\);\s*\/\/ (.+)$/gm)].map((match) => match[1]);
  return printed > 0 && printed === said.length ? said.join("\n") : undefined;
}
