import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { blocksOfDocument, listDocuments, listSources, read, root } from "./code-blocks.ts";
import { excerptInReadme, excerptOfRun, withoutChance } from "./start-excerpt.ts";

const documents = await listDocuments();

describe("links", () => {
  test.each(documents)("every relative link of %s leads somewhere", (file) => {
    const links = [...withoutCode(read(file)).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
    expect(links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(file, link))).toEqual([]);
  });

  test("every document of docs is linked from the README", () => {
    const readme = read("README.md");
    expect(documents.filter((file) => file.startsWith("docs/") && !readme.includes(`(${file})`))).toEqual([]);
  });

  test("this test sees a link that leads nowhere", () => {
    expect(leadsSomewhere("docs/errors.md", "database.md#values")).toBe(true);
    expect(leadsSomewhere("docs/errors.md", "database.md#valeurs")).toBe(false);
    expect(leadsSomewhere("docs/errors.md", "README.md")).toBe(false);
  });
});

describe("the README", () => {
  test("begins with a program of at most 25 lines, and says what it prints", () => {
    const [program] = blocksOfDocument("README.md", read("README.md"));
    expect(program?.code.split("\n").length).toBeLessThanOrEqual(25);
    expect(program?.output).toBeDefined();
  });

  test("shows what npm start prints (npm run node -- docs/test/start-excerpt.ts writes it anew)", () => {
    expect(withoutChance(excerptInReadme())).toBe(withoutChance(excerptOfRun()));
  });

  test("names only options that the command has", () => {
    const help = execFileSync(process.execPath, [join(root, "etude", "dist", "cli.js"), "--help"], {
      encoding: "utf8",
    });
    const commands = [...read("README.md").matchAll(/npm start -- [^\n`]*/g)].join("\n");
    const options = [...commands.matchAll(/(?<= )--[a-z]+/g)].map((match) => match[0]);
    expect(options.length).toBeGreaterThan(3);
    expect(options.filter((option) => !help.includes(option))).toEqual([]);
  });
});

test("the commands that the documents name are there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const tasks = [...read("scripts/tasks.mjs").matchAll(/^ {2}"?([\w:-]+)"?: \(\) =>/gm)].map((match) => match[1] ?? "");
  const unknown = documents.flatMap((file) => {
    const text = read(file);
    const named = [
      ...[...text.matchAll(/\bnpm run ([\w:-]+)/g)].filter((match) => !((match[1] ?? "") in scripts)),
      ...[...text.matchAll(/\brun\.mjs ([\w:-]+)/g)].filter((match) => !tasks.includes(match[1] ?? "")),
    ];
    return named.map((match) => `${file}: ${match[0]}`);
  });
  expect(unknown).toEqual([]);
});

describe("errors.md", () => {
  const listed = [...read("docs/errors.md").matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1] ?? "");

  test("lists every error code once, and no other", () => {
    const union = /export type ErrorCode =([^;]+);/.exec(read("minutier/src/errors.ts"))?.[1] ?? "";
    const codes = [...union.matchAll(/\| "(\w+)"/g)].map((match) => match[1] ?? "");
    expect(codes.length).toBeGreaterThan(20);
    expect(inOrder(listed)).toEqual(inOrder(codes));
  });

  test("lists only codes that are raised somewhere", async () => {
    const sources = (await listSources())
      .map((file) => read(file).replace(/export type ErrorCode =[^;]+;/, ""))
      .join("\n");
    expect(listed.filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
  });
});

function leadsSomewhere(file: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? file : join(dirname(file), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || headingsOf(read(target)).includes(anchor);
}

/** As GitHub makes anchors of them. */
function headingsOf(text: string): string[] {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "");
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, " "));
}

function inOrder(names: readonly string[]): string[] {
  return names.toSorted((a, b) => a.localeCompare(b));
}
