/** Type-checks code blocks as a user's program would be, and compiles them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type CodeBlock, root } from "./code-blocks.ts";

/** Compiled blocks; remove them when done. */
export interface CompiledBlocks {
  /** The compiler's complaints, at the places where the blocks stand; empty when there are none. */
  problems: string;
  /** The JavaScript of a block. */
  moduleOf(block: CodeBlock): string;
  remove(): void;
}

/** Inside the repository, because the blocks import the built packages by their names. */
export function compileBlocks(blocks: readonly CodeBlock[]): CompiledBlocks {
  mkdirSync(join(root, "docs", "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "docs", "dist", "blocks-"));
  const nameOf = (block: CodeBlock): string => `block-${blocks.indexOf(block)}`;
  for (const block of blocks) {
    // At its own line, so that the compiler's line numbers are the document's.
    writeFileSync(join(folder, `${nameOf(block)}.ts`), `${"\n".repeat(block.line - 1)}${block.code}\n`);
  }
  const compilerOptions = {
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    moduleDetection: "force",
    outDir: "out",
    rootDir: ".",
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["*.ts"] }),
  );
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const { stdout, stderr } = spawnSync(tsc, ["-p", folder, "--pretty", "false"], { cwd: folder, encoding: "utf8" });
  const problems = `${stdout}${stderr}`.replaceAll(
    /^block-(\d+)\.ts\((\d+),\d+\)/gm,
    (_, index: string, line: string) => {
      return `${blocks[Number(index)]?.file}:${line}`;
    },
  );
  return {
    problems,
    moduleOf: (block) => join(folder, "out", `${nameOf(block)}.js`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
