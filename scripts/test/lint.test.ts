import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What oxlint says of these files, under the repository's own rules, in a folder beside nobody's work. */
function lint(files: Record<string, string>): { problems: string[]; failed: boolean } {
  const folder = mkdtempSync(join(tmpdir(), "minutier-lint-"));
  folders.push(folder);
  for (const name of [".oxlintrc.json", "tsconfig.base.json", "package.json"])
    cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "./tsconfig.base.json",
      compilerOptions: { noEmit: true, allowImportingTsExtensions: true },
    }),
  );
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const paths = Object.keys(files);
  const { stdout, stderr, status } = spawnSync(
    join(root, "node_modules", ".bin", "oxlint"),
    ["--type-aware", "--deny-warnings", "--format", "unix", ...paths],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  const problems = stdout.split("\n").filter((line) => /:\d+:\d+: /.test(line));
  if (status !== 0 && problems.length === 0) throw new Error(`oxlint did not run: ${stdout}${stderr}`);
  return { problems, failed: status !== 0 };
}

const layers = [
  ["minutier/src/errors.ts", "./db/writer.ts"],
  ["minutier/src/redact/planted.ts", "../db/writer.ts"],
  ["minutier/src/db/planted.ts", "../turn/run-turn.ts"],
  ["minutier/src/db/planted.ts", "../agent/agent.ts"],
  ["minutier/src/db/planted.ts", "../team/team.ts"],
  ["minutier/src/db/planted.ts", "../workflow/workflow.ts"],
  ["minutier/src/db/planted.ts", "../index.ts"],
  ["minutier/src/turn/planted.ts", "../agent/agent.ts"],
  ["minutier/src/agent/planted.ts", "../team/team.ts"],
  ["minutier/src/agent/planted.ts", "../workflow/workflow.ts"],
  ["minutier/src/team/planted.ts", "../workflow/workflow.ts"],
  ["minutier/src/workflow/planted.ts", "../testing/index.ts"],
  ["minutier/src/workflow/planted.ts", "surrealdb"],
  ["minutier/src/workflow/planted.ts", "../server/index.ts"],
  ["minutier/src/db/planted.ts", "../server/index.ts"],
  ["minutier/src/server/planted.ts", "../db/writer.ts"],
  ["minutier/src/server/planted.ts", "../workflow/workflow.ts"],
  ["etude/src/planted.ts", "../../minutier/src/db/writer.ts"],
  ["studio/src/api/planted.ts", "../shell/screen.tsx"],
  ["studio/src/screens/runs/planted.ts", "../sessions/sessions-screen.tsx"],
  ["studio/test/planted.ts", "../../minutier/src/index.ts"],
  ["examples/planted.ts", "../minutier/src/index.ts"],
] as const;

describe("the linter reports", () => {
  test("every import against the layers", () => {
    const planted = layers.map(([file, imported], index) => {
      const name = file.replace("planted.ts", `planted-${index}.ts`);
      return {
        name,
        imported,
        text: `import { planted } from "${imported}";\n\nexport const copy: unknown = planted;\n`,
      };
    });
    const { problems, failed } = lint(Object.fromEntries(planted.map(({ name, text }) => [name, text])));
    const missed = planted.filter(
      ({ name }) => !problems.some((problem) => problem.includes(name) && problem.includes("no-restricted-imports")),
    );
    expect(missed.map(({ name, imported }) => `${name} imports ${imported}`)).toEqual([]);
    expect(failed).toBe(true);
  });

  test("an import cycle", () => {
    const { problems, failed } = lint({
      "minutier/src/db/one.ts": 'import { two } from "./two.ts";\n\nexport const one = (): number => two();\n',
      "minutier/src/db/two.ts": 'import { one } from "./one.ts";\n\nexport const two = (): number => one();\n',
    });
    expect(problems.join("\n")).toMatch(/no-cycle/);
    expect(failed).toBe(true);
  });

  test("a query that is not awaited", () => {
    const { problems, failed } = lint({ "etude/src/planted.ts": program('db.query("RETURN 1");') });
    expect(problems.join("\n")).toMatch(/no-floating-promises/);
    expect(failed).toBe(true);
  });

  test("a file of more than 400 lines", () => {
    const lines = Array.from({ length: 401 }, (_, index) => `export const value${index}: number = ${index};`);
    const { problems, failed } = lint({ "minutier/src/db/planted.ts": `${lines.join("\n")}\n` });
    expect(problems.join("\n")).toMatch(/max-lines/);
    expect(failed).toBe(true);
  });
});

test("the linter says nothing of a program without these faults", () => {
  expect(lint({ "etude/src/planted.ts": program('await db.query("RETURN 1");') })).toEqual({
    problems: [],
    failed: false,
  });
});

function program(statement: string): string {
  return `import type { SurrealDb } from "minutier";\n\n/** Asks. */\nexport async function ask(db: SurrealDb): Promise<void> {\n  ${statement}\n}\n`;
}

test("no source file has more than 400 lines", () => {
  const sources = ["minutier/src", "studio/src", "etude/src", "bench/src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  const files = sources.filter((file) => /\.tsx?$/.test(file));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 401)).toEqual([]);
});
