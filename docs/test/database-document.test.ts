// docs/database.md says what stands in the database: each table, each field, each query of the library.
import { Agent, forEach, RecordId, step, Team, Workflow } from "minutier";
import { scriptedModel } from "minutier/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { agents, db } from "../../examples/quickstart.ts";
import { read } from "./code-blocks.ts";

const types = {
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

const documented = fieldsByTable();

beforeAll(fillEveryTable);
afterAll(() => db.close());

test.each(Object.entries(types))("lists every field of the type of %s", (table, type) => {
  expect(membersOf(type).filter((field) => !documented.get(table)?.includes(field))).toEqual([]);
});

test("lists every table, and every field that a row has", async () => {
  await db.queryRecord("SELECT id FROM workflow_runs");
  const [info] = await db.query<[{ tables: object }]>("INFO FOR DB");
  const tables = Object.keys(info.tables);
  expect(new Set(documented.keys())).toEqual(new Set(tables));
  const rows = await db.query<object[][]>(tables.map((table) => `SELECT * FROM ${table}`).join(";"));
  const unknown = tables.flatMap((table, index) => {
    const fields = new Set(rows[index]?.flatMap((row) => Object.keys(row)) ?? ["(no row)"]);
    return [...fields].filter((field) => !documented.get(table)?.includes(field)).map((field) => `${table}.${field}`);
  });
  expect(unknown).toEqual([]);
});

test("says the SurrealQL that the methods' docstrings say", () => {
  const text = read("docs/database.md");
  const sources = ["run-queries", "session-queries"].map((name) => read(`minutier/src/db/${name}.ts`));
  const docstrings = sources.flatMap((source) => source.match(/\/\*\*[\s\S]*?\*\//g) ?? []);
  const queries = docstrings.flatMap((comment) => {
    const plain = comment.replaceAll(/\n\s*\*\s?/g, " ").replaceAll(/\s+/g, " ");
    return [...plain.matchAll(/`((?:SELECT|LIVE)[^`]*)`/g)].map((match) => match[1] ?? "");
  });
  expect(queries.length).toBeGreaterThan(11);
  expect(queries.filter((query) => !text.includes(query))).toEqual([]);
});

/** The names in the first column of each table's section; `agent_messages` and `team_messages` share one. */
function fieldsByTable(): Map<string, string[]> {
  const sections = read("docs/database.md").split(/^### /m).slice(1);
  return new Map(
    sections.flatMap((section) => {
      const [heading = ""] = section.split("\n");
      const [body = ""] = section.split(/^## /m);
      const cells = [...body.matchAll(/^\| (`[^|]*) \|/gm)].map((match) => match[1] ?? "");
      const fields = cells.flatMap(namesIn);
      return namesIn(heading).map((table) => [table, fields] as const);
    }),
  );
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? "");
}

function membersOf(type: string): string[] {
  const records = read("minutier/src/records.ts");
  const match = new RegExp(`export interface ${type}(?: extends (\\w+))? \\{([\\s\\S]*?)\\n\\}`).exec(records);
  if (match === null) throw new Error(`records.ts has no ${type}`);
  const [, base, body = ""] = match;
  const own = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map((member) => member[1] ?? "");
  return base === undefined ? own : [...membersOf(base), ...own];
}

/** In the quickstart's database, whose agent has a tool. */
async function fillEveryTable(): Promise<void> {
  const metadata = { dossier_id: new RecordId("dossier", "abc123") };
  const clerk = new Agent({ name: "member", model: scriptedModel(() => "Done.") });
  const leader = scriptedModel([
    { toolCalls: [{ toolName: "delegate_to_member", input: { member: "member", task: "Do it." } }] },
    "All done.",
  ]);
  const team = new Team({ name: "office", members: [clerk], model: leader, state: { n: 1 } });
  const inner = new Workflow({ name: "inner", steps: [step("pass", (value: unknown) => value)] });
  const list = forEach("each", (value: string) => value);
  const workflow = new Workflow({
    name: "all",
    db,
    steps: [...agents, team, inner, step("list", (text: unknown) => [String(text)]), list],
  });
  await workflow.run("Begin.", { metadata, userId: "ana" });
  const fails = new Workflow({ name: "fails", db, steps: [step("boom", () => Promise.reject(new Error("no")))] });
  const broken = new Agent({ name: "broken", model: scriptedModel([new Error("no")]), db });
  await Promise.allSettled([fails.run(1), broken.run([{ type: "text", text: "Fail." }])]);
}
