// minutier/src/run/SPEC.md and docs/durability.md against the code: the table of transitions, and the tests they name.
import { existsSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { transitions } from "../../minutier/src/run/transitions.ts";
import { read, root } from "./code-blocks.ts";
import { compileBlocks } from "./compile-blocks.ts";

const specification = "minutier/src/run/SPEC.md";

test("the table of transitions in the specification is the code's", () => {
  const documented = tableOf(read(specification));
  expect(documented).toEqual(transitions);
});

test("a pair that is not decided does not compile", () => {
  const source = read("minutier/src/run/transitions.ts");
  const lines = source.split("\n");
  const pair = lines.findIndex((line) => line.includes('claim: no("waits"),'));
  const without = lines.filter((_, index) => index !== pair).join("\n");
  const programs = [source, without, source.replace('  | "abandoned"\n', '  | "abandoned"\n  | "paused"\n')];
  const [whole, missing, added] = programs.map((code, index) => {
    const result = compileBlocks([{ file: `program ${index}`, line: 1, code, runs: false, output: undefined }]);
    result.remove();
    return result.problems;
  });
  expect(pair).toBeGreaterThan(0);
  expect(whole).toBe("");
  expect(missing).toMatch(/Property 'claim' is missing/);
  expect(added).toMatch(/Property 'paused' is missing/);
});

describe.each([specification, "docs/durability.md"])("%s", (file) => {
  const named = namedTests(read(file));

  test("names tests that exist", () => {
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((each) => !exists(each))).toEqual([]);
  });
});

test("this test sees a test that is not there", () => {
  const table = '| | proved by |\n|---|---|\n| a | `keys`: "no such test…"; "another" |';
  expect(namedTests(table)).toEqual([
    { file: "minutier/test/keys.test.ts", name: "no such test…" },
    { file: "minutier/test/keys.test.ts", name: "another" },
  ]);
  expect(exists({ file: "minutier/test/keys.test.ts", name: "no such test…" })).toBe(false);
  expect(exists({ file: "minutier/test/nothing.test.ts", name: undefined })).toBe(false);
});

interface NamedTest {
  file: string;
  /** The whole name, or its beginning and "…"; without it the whole file is meant. */
  name: string | undefined;
}

/** In the last cells of the tables that say so: `file`: "name"; "another name"; `file`. */
function namedTests(text: string): NamedTest[] {
  const tables = text.split("\n\n").filter((part) => /^\|.*\| (?:enforced|proved) by \|\n/.test(part));
  const cells = tables
    .flatMap((table) => table.trim().split("\n").slice(2))
    .map((row) => row.split(" | ").at(-1) ?? "");
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([\w/-]+)`((?:[:;] "[^"]+")*)/g)].flatMap(([, name = "", names = ""]) => {
      const file = name.includes("/") ? `${name}.test.ts` : `minutier/test/${name}.test.ts`;
      const each = [...names.matchAll(/"([^"]+)"/g)].map((match) => ({ file, name: match[1] }));
      return each.length === 0 ? [{ file, name: undefined }] : each;
    }),
  );
}

function exists({ file, name }: NamedTest): boolean {
  if (!existsSync(join(root, file))) return false;
  if (name === undefined) return true;
  const source = read(file);
  return name.endsWith("…") ? source.includes(`"${name.slice(0, -1)}`) : source.includes(`"${name}"`);
}

/** The table whose first column is the event. */
function tableOf(text: string): Record<string, Record<string, object>> {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith("| event | `new` |"));
  const end = lines.indexOf("", start);
  const [head, , ...rows] = lines.slice(start, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const states = (head ?? []).slice(1).map((cell) => cell.replaceAll("`", ""));
  const table: Record<string, Record<string, object>> = Object.fromEntries(states.map((state) => [state, {}]));
  for (const [event = "", ...cells] of rows) {
    for (const [index, cell] of cells.entries()) {
      const refused = /^\*(\w+)\*$/.exec(cell)?.[1];
      const decided = refused === undefined ? { to: cell } : { refused };
      Object.assign(table[states[index] ?? ""] ?? {}, { [event.replaceAll("`", "")]: decided });
    }
  }
  return table;
}
