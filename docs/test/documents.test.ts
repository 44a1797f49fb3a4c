import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { Agent, forEach, RecordId, step, Team, Workflow } from "minutier";
import { scriptedModel } from "minutier/testing";
import { describe, expect, test } from "vitest";

import { agents, db } from "../../examples/quickstart.ts";
import { blocksOfDocument, listDocuments, listSources, read, root } from "./code-blocks.ts";

const documents = await listDocuments();

describe("links", () => {
  test.each(documents)("every relative link of %s leads somewhere", (file) => {
    const links = [...withoutCode(read(file)).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
    const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(file, link));
    expect(broken).toEqual([]);
  });

  test("every document of docs is linked from the README", () => {
    const readme = read("README.md");
    for (const file of documents.filter((each) => each.startsWith("docs/"))) expect(readme).toContain(`(${file})`);
  });

  function leadsSomewhere(file: string, link: string): boolean {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? file : join(dirname(file), path);
    if (!existsSync(join(root, target))) return false;
    return anchor === undefined || headingsOf(read(target)).includes(anchor);
  }

  function headingsOf(text: string): string[] {
    const headings = [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
    return headings.map((heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
  }
});

test("the README's program has at most 25 lines", () => {
  const [program] = blocksOfDocument("README.md", read("README.md"));
  expect(program?.code.split("\n").length).toBeLessThanOrEqual(25);
  expect(program?.output).toBeDefined();
});

test("the options that the README names are options of the command", () => {
  const help = execFileSync(process.execPath, [join(root, "etude", "dist", "cli.js"), "--help"], { encoding: "utf8" });
  const commands = [...read("README.md").matchAll(/npm start -- [^\n`]*/g)].join("\n");
  for (const [option] of commands.matchAll(/(?<= )--[a-z]+/g)) expect(help).toContain(option);
});

test("the commands that the documents name are there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const tasks = read("scripts/run.mjs");
  for (const file of documents) {
    for (const [, script = ""] of read(file).matchAll(/\bnpm run ([\w:-]+)/g)) expect(Object.keys(scripts), file).toContain(script);
    for (const [, task = ""] of read(file).matchAll(/\brun\.mjs ([\w:-]+)/g)) expect(tasks, file).toMatch(new RegExp(`^ {2}"?${task}"?: `, "m"));
  }
});

test("errors.md lists every error code, once, and no other", () => {
  const union = /export type ErrorCode =([^;]+);/.exec(read("minutier/src/errors.ts"))?.[1] ?? "";
  const codes = [...union.matchAll(/\| "(\w+)"/g)].map((match) => match[1]);
  const listed = [...read("docs/errors.md").matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(20);
  expect(listed.toSorted()).toEqual(codes.toSorted());
});

test("every error code is raised somewhere", async () => {
  const sources = (await listSources()).filter((file) => !file.endsWith("/errors.ts")).map(read).join("\n") + read("minutier/src/errors.ts").split("class ").slice(1).join("");
  const listed = [...read("docs/errors.md").matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1] ?? "");
  expect(listed.filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
});

describe("database.md", () => {
  const interfaces = {
    workflow_runs: "WorkflowRunRow",
    workflow_steps: "WorkflowStepRow",
    workflow_sessions: "WorkflowSessionRow",
    agent_sessions: "AgentSessionRow",
    team_sessions: "TeamSessionRow",
    agent_messages: "StoredMessageRow",
    team_messages: "StoredMessageRow",
    agent_tool_calls: "ToolCallRow",
    team_tool_calls: "ToolCallRow",
  };

  test.each(Object.entries(interfaces))("lists every field of the type of %s", (table, name) => {
    const records = read("minutier/src/records.ts");
    const inherited = name === "StoredMessageRow" ? ["role", "content", "timestamp"] : [];
    expect(fieldsOf(table)).toEqual(expect.arrayContaining([...inherited, ...membersOf(records, name)]));
  });

  test("lists every table, and every field that a row has", async () => {
    await fillEveryTable();
    const [info] = await db.query<[{ tables: object }]>("INFO FOR DB");
    const tables = Object.keys(info.tables);
    expect(documentedTables().toSorted()).toEqual(tables.toSorted());
    for (const table of tables) {
      const [rows] = await db.query<[object[]]>(`SELECT * FROM ${table}`);
      expect(rows.length, table).toBeGreaterThan(0);
      const unknown = new Set(rows.flatMap((row) => Object.keys(row)).filter((key) => !fieldsOf(table).includes(key)));
      expect([...unknown], table).toEqual([]);
    }
  });

  test("says the SurrealQL that the methods' docstrings say", () => {
    const text = read("docs/database.md");
    const docstrings = ["run-queries", "session-queries"].flatMap((name) => read(`minutier/src/db/${name}.ts`).match(/\/\*\*[\s\S]*?\*\//g) ?? []);
    const queries = docstrings.flatMap((comment) => {
      const plain = comment.replaceAll(/\n\s*\*\s?/g, " ").replaceAll(/\s+/g, " ");
      return [...plain.matchAll(/`((?:SELECT|LIVE)[^`]*)`/g)].map((match) => match[1] ?? "");
    });
    expect(queries.length).toBeGreaterThan(11);
    expect(queries.filter((query) => !text.includes(query))).toEqual([]);
  });

  /** The heading's section; `agent_messages` and `team_messages` share one. */
  function sections(): Map<string, string> {
    const parts = read("docs/database.md").split(/^### /m).slice(1);
    return new Map(parts.flatMap((part) => [...(part.split("\n")[0] ?? "").matchAll(/`(\w+)`/g)].map((match) => [match[1] ?? "", part.split(/^## /m)[0] ?? ""] as const)));
  }

  function documentedTables(): string[] {
    return [...sections().keys()];
  }

  /** The names in the first column. */
  function fieldsOf(table: string): string[] {
    const rows = [...(sections().get(table) ?? "").matchAll(/^\| (`[^|]*) \|/gm)].map((match) => match[1] ?? "");
    return rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ""));
  }

  function membersOf(text: string, name: string): string[] {
    const body = new RegExp(`export interface ${name}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? "";
    const members = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map((match) => match[1] ?? "");
    if (members.length === 0) throw new Error(`records.ts has no ${name}`);
    return members;
  }
});

/** In the quickstart's database, whose agent has a tool. */
async function fillEveryTable(): Promise<void> {
  const metadata = { dossier_id: new RecordId("dossier", "abc123") };
  const clerk = new Agent({ name: "clerk", model: scriptedModel(() => "Done.") });
  const leader = scriptedModel([{ toolCalls: [{ toolName: "delegate_to_member", input: { member: "clerk", task: "Do it." } }] }, "All done."]);
  const team = new Team({ name: "office", members: [clerk], model: leader, state: { n: 1 } });
  const inner = new Workflow({ name: "inner", steps: [step("pass", (value: unknown) => value)] });
  const list = forEach("each", (value: string) => value);
  const workflow = new Workflow({ name: "all", db, steps: [...agents, team, inner, step("list", (text: unknown) => [String(text)]), list] });
  await workflow.run("Begin.", { metadata, userId: "ana" });
  const fails = new Workflow({ name: "fails", db, steps: [step("boom", () => Promise.reject(new Error("no")))] });
  await expect(fails.run(1)).rejects.toThrow("no");
  const broken = new Agent({ name: "broken", model: scriptedModel([new Error("no")]), db });
  await expect(broken.run([{ type: "text", text: "Fail." }])).rejects.toThrow("no");
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, " "));
}
