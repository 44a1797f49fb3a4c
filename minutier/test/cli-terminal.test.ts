import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

import { beforeAll, describe, expect, test } from "vitest";

import { formatAge, formatDuration, parseTime } from "../src/cli/format-time.ts";
import { createProgram } from "../src/cli/program.ts";
import { oneLine, safeLines, toSafeJson } from "../src/cli/terminal-text.ts";
import { cli, minutier, newFolder, printed } from "./cli-fixture.ts";

let folder: string;
const runs = 3000;

// By a process of its own: the engine's lock would stay with this one.
beforeAll(async () => {
  folder = await newFolder();
  const text = `import { SurrealDb, Workflow, step } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
    const db = new SurrealDb({ url: ${JSON.stringify(`rocksdb://${folder}`)} });
    const w = new Workflow({ name: "a workflow of a long name \\u202e\\u009b31m", db, steps: [step("s", () => "x".repeat(500))] });
    await w.run(0, { metadata: { dossier_id: "dossier:" + "a".repeat(200) } });
    const [[row]] = await db.query("SELECT * OMIT id FROM workflow_runs");
    const rows = Array.from({ length: ${runs - 1} }, (_, i) => ({ ...row, id: "02" + String(i).padStart(8, "0") }));
    for (let at = 0; at < rows.length; at += 500) await db.query("INSERT INTO workflow_runs $rows RETURN NONE", { rows: rows.slice(at, at + 500) });
    await db.close();`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", text]);
});

/** On a terminal of so many columns; what is typed goes to it. */
async function onTerminal(
  args: string[],
  { columns = 80, input = "" } = {},
): Promise<{ code: number | null; text: string }> {
  const command = [process.execPath, cli, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["-qec", `stty cols ${columns}; exec ${command}`, "/dev/null"], { stdio: "pipe" });
  child.stdin.write(input);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text: text.replaceAll("\r", "") };
}

describe("the commands", () => {
  const paths = createProgram()
    .commands.flatMap((command) => [[command.name()], ...command.commands.map((sub) => [command.name(), sub.name()])])
    .filter(([name]) => name !== "complete");

  test("are these", () => {
    expect(paths.map((path) => path.join(" "))).toEqual([
      "serve",
      "runs",
      "runs list",
      "runs show",
      "runs watch",
      "runs stats",
      "runs export",
      "runs cancel",
      "runs resume",
      "runs recover",
      "runs purge",
      "sessions",
      "sessions list",
      "sessions show",
      "doctor",
      "completion",
    ]);
  });

  test.each(paths.map((path) => path.join(" ")))("%s has help", async (path) => {
    const { code, stdout, stderr } = await minutier([...path.split(" "), "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Usage: minutier .+\n\n\S.+/);
  });

  test("have the options that docs/cli.md names, and it names every command", async () => {
    const text = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
    const commands = createProgram().commands.flatMap((command) => [command, ...command.commands]);
    const options = new Set(commands.flatMap(({ options: own }) => own.map(({ long }) => long)));
    const named = [...text.matchAll(/(?<=[`\s(])--[a-z-]+/g)].map(([option]) => option);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((option) => !options.has(option) && option !== "--help")).toEqual([]);
    expect(paths.map((path) => path.join(" ")).filter((path) => !text.includes(`\`${path}`))).toEqual([]);
  });

  test("are told from what is none, by exit code 2 and on standard error", async () => {
    const wrong = [
      [],
      ["runs"],
      ["bogus"],
      ["runs", "bogus"],
      ["runs", "show"],
      ["runs", "show", "a", "b"],
      ["runs", "list", "--bogus"],
      ["runs", "list", "--limit", "0"],
      ["runs", "list", "--limit", "1e3"],
      ["runs", "list", "--status", "done"],
      ["runs", "list", "--since", "soon"],
      ["runs", "list", "--since", "2026-02-31"],
      ["runs", "list", "--metadata", "novalue"],
      ["runs", "list", "--metadata", "a=1", "--metadata", "a=2"],

      ["runs", "list", "--server", "nowhere"],
      ["runs", "list", "--server", "http://user:pass@localhost"],
      ["sessions", "list", "--type", "person"],
      ["completion", "tcsh"],
      ["serve", "--port", "-1"],
    ];
    for (const args of wrong) {
      const { code, stdout, stderr } = await minutier(args);
      expect([args, code, stdout]).toEqual([args, 2, ""]);
      expect(stderr).not.toMatch(/ at .*\.ts:\d/);
      expect(stderr).not.toBe("");
    }
    // What the server refuses.
    expect((await minutier(["runs", "list", "--metadata", "a b=1", "--db", folder])).code).toBe(2);
    expect((await minutier(["runs", "list", "--server", "http://127.0.0.1:1"])).code).toBe(1);
    expect(await minutier(["--version"])).toMatchObject({ code: 0, stdout: "0.1.0\n" });
  });
});

describe("what is printed", () => {
  test("may be read by a program that leaves early", async () => {
    for (const args of [
      ["runs", "list", "--limit", "3000"],
      ["runs", "list", "--limit", "3000", "--json"],
      ["runs", "export"],
    ]) {
      const child = spawn(process.execPath, [cli, ...args, "--db", folder], { stdio: ["ignore", "pipe", "pipe"] });
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      await once(child.stdout, "data");
      child.stdout.destroy();
      const [code] = (await once(child, "close")) as [number | null];
      expect([args, code, stderr.replace(/^The newest.*\n/, "")]).toEqual([args, 0, ""]);
    }
  });

  test("is whole for a program that reads slowly or to the end", async () => {
    const text = await printed(["runs", "export", "--db", folder]);
    const lines = text.trimEnd().split("\n");
    expect(lines).toHaveLength(runs);
    expect(new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id)).size).toBe(runs);
    expect(
      (await printed(["runs", "list", "--db", folder, "--json", "--limit", "1000"])).trimEnd().split("\n"),
    ).toHaveLength(1000);
  });

  test("fits the terminal, in colours unless NO_COLOR; elsewhere it is whole and plain", async () => {
    const plain = await printed(["runs", "list", "--db", folder, "--limit", "2"]);
    expect(plain).not.toContain("\u001b");
    expect(plain).toContain(`dossier:${"a".repeat(200)}`);
    expect(await printed(["runs", "list", "--db", folder, "--limit", "2"], { env: { FORCE_COLOR: "1" } })).toContain(
      "\u001b[32m",
    );
    expect(await printed(["runs", "list", "--db", folder], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).not.toContain(
      "\u001b",
    );
    const { code, text } = await onTerminal(["runs", "list", "--db", folder, "--limit", "2"], { columns: 90 });
    expect(code).toBe(0);
    expect(text).toContain("\u001b[32m");
    const lines = text.split("\n").map((line) => line.replaceAll(/\u001b\[\d+m/g, ""));
    expect(lines.filter((line) => line.length > 90)).toEqual([]);
    expect(lines.join("\n")).toContain("…");
    expect(text).not.toMatch(/[\u0080-\u009f\u202a-\u202e]/);
  });

  test("asks on a terminal before it deletes", async () => {
    const args = ["runs", "purge", "--db", folder, "--metadata", "none=1"];
    expect(await onTerminal(args)).toMatchObject({ code: 0, text: expect.stringContaining("No ended run fits.") });
    const filter = ["runs", "purge", "--db", folder, "--before", "0s"];
    const no = await onTerminal(filter, { input: "n\n" });
    expect([no.code, no.text]).toEqual([
      1,
      expect.stringMatching(/Delete 3000 runs, \d+ rows in all, for good\? \[y\/N\]/),
    ]);
    expect(no.text).toContain("Nothing was deleted.");
    const yes = await onTerminal(filter, { input: "y\n" });
    expect([yes.code, yes.text]).toEqual([0, expect.stringContaining("Deleting")]);
    expect(yes.text).toMatch(/100 %/);
    expect(await printed(["runs", "list", "--db", folder])).toBe("");
  });
});

describe("completion", () => {
  test.each(["bash", "zsh", "fish", "powershell"])("has a script for %s", async (shell) => {
    expect(await printed(["completion", shell])).toContain("minutier");
  });

  test("knows commands, options and their values", async () => {
    expect(await printed(["complete", "--", "runs", ""])).toMatch(/^list\t.*\nshow\t/);
    expect(await printed(["complete", "--", "runs", "list", "--s"])).toContain("--status");
    expect(await printed(["complete", "--", "runs", "list", "--status", ""])).toContain("waiting");
  });

  test("works in bash", async () => {
    const script = await printed(["completion", "bash"]);
    const text = `minutier() { '${process.execPath}' '${cli}' "$@"; }
${script}
# Of the package bash-completion.
_get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${words[$cword]}; prev=\${words[$cword - 1]}; }
COMP_WORDS=(minutier runs pu); COMP_CWORD=2; COMP_LINE="minutier runs pu"; COMP_POINT=16
$(complete -p minutier | sed -E 's/.*-F ([^ ]+).*/\\1/') minutier pu runs
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)("bash", ["-c", text]);
    expect(stdout).toBe("purge\n");
  });
});

test("texts of the record can't move the cursor or turn the line", () => {
  expect(oneLine("a\u001b[2Jb\nc\td\u202e\u009b")).toBe("a\\u001b[2Jb⏎c d\\u202e\\u009b");
  expect(safeLines("a\r\n\u0007b")).toBe("a\n\\u0007b");
  const value = { "k\u009b": "\u001b\u2066é" };
  expect(toSafeJson(value)).toBe('{"k\\u009b":"\\u001b\\u2066é"}');
  expect(JSON.parse(toSafeJson(value))).toEqual(value);
});

test("times are read and said as people do", () => {
  const now = Date.parse("2026-11-26T12:00:00Z");
  expect(
    [0.4, 999, 1000, 59_940, 59_960, 61_000, 3_599_000, 3_600_000, 3_725_000, 90_000_000].map(formatDuration),
  ).toEqual(["0 ms", "999 ms", "1.0 s", "59.9 s", "1 min", "1 min 1 s", "59 min 59 s", "1 h", "1 h 2 min", "1 d 1 h"]);
  expect(formatDuration(Number.NaN)).toBe("");
  expect(
    ["2026-11-26T11:59:59.500Z", "2026-11-26T11:57:00Z", "2026-11-20T12:00:00Z"].map((time) => formatAge(time, now)),
  ).toEqual(["now", "3 min ago", "6 d ago"]);
  expect(parseTime("--since", "90m", now).toISOString()).toBe("2026-11-26T10:30:00.000Z");
  expect(parseTime("--since", "2w", now).toISOString()).toBe("2026-11-12T12:00:00.000Z");
  expect(parseTime("--since", "2026-11-26T08:00:00Z", now).toISOString()).toBe("2026-11-26T08:00:00.000Z");
  expect(parseTime("--since", "2026-11-26").getHours()).toBe(0);
  for (const text of ["", "1", "h", "1y", "2026-13-01", "26/11/2026", "2026-11-26T99:00"])
    expect(() => parseTime("--since", text)).toThrow(/--since/);
});
