/** The agents, teams and workflows that a file of the user's exports. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { Agent, SurrealDb, Team, Workflow } from "../index.ts";
import { CliError, UsageError } from "./cli-error.ts";

/** What a file defines, and the database that it is recorded in. */
export interface Definitions {
  agents: Agent<unknown>[];
  teams: Team<unknown>[];
  workflows: Workflow[];
  /** The export `db`, or the one that all of them have. */
  db: SurrealDb | undefined;
}

/** Imports the file, TypeScript by Node's own type stripping; throws with what is wrong with it. */
export async function loadDefinitions(file: string): Promise<Definitions> {
  const path = resolve(file);
  if (!existsSync(path) || !statSync(path).isFile())
    throw new UsageError(`There is no file ${path}. Give a module that exports agents, teams or workflows.`);
  if (/\.[cm]?tsx?$/.test(path) && !process.features.typescript)
    throw new CliError(
      `Node ${process.versions.node} can't import TypeScript (${file}). Use Node ≥ 22.18, or give compiled JavaScript.`,
    );
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    // The stack says where in the user's own file it is.
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new CliError(`${file} could not be loaded: ${text}`, { cause: error });
  }
  return toDefinitions(file, module);
}

function toDefinitions(file: string, module: Record<string, unknown>): Definitions {
  const names = ["agents", "teams", "workflows"] as const;
  if (names.every((name) => module[name] === undefined))
    throw new CliError(
      `${file} exports none of agents, teams, workflows. Export at least one of them, as an array: export const workflows = [analyse];`,
    );
  const agents = listOf(file, "agents", module["agents"], Agent, "Agent") as Agent<unknown>[];
  const teams = listOf(file, "teams", module["teams"], Team, "Team") as Team<unknown>[];
  const workflows = listOf(file, "workflows", module["workflows"], Workflow, "Workflow") as Workflow[];
  return { agents, teams, workflows, db: databaseOf(file, module["db"], { agents, teams, workflows }) };
}

function listOf(file: string, name: string, value: unknown, type: { prototype: object }, typeName: string): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new CliError(`${file} exports ${name} as something other than an array.`);
  for (const [index, each] of value.entries()) {
    if (Object.prototype.isPrototypeOf.call(type.prototype, Object(each) as object)) continue;
    throw new CliError(
      isOfAnotherCopy(each, typeName)
        ? anotherCopy(file)
        : `${file} exports ${name} with an entry ${index} that is no ${typeName}.`,
    );
  }
  return value;
}

function databaseOf(
  file: string,
  exported: unknown,
  { agents, teams, workflows }: Omit<Definitions, "db">,
): SurrealDb | undefined {
  if (exported !== undefined && !(exported instanceof SurrealDb))
    throw new CliError(
      isOfAnotherCopy(exported, "SurrealDb") ? anotherCopy(file) : `${file} exports a db that is no SurrealDb.`,
    );
  const owners = [
    ...agents.map((agent) => ({ what: `agent ${JSON.stringify(agent.name)}`, db: Agent.definitionOf(agent).db })),
    ...teams.map((team) => ({ what: `team ${JSON.stringify(team.name)}`, db: Team.definitionOf(team).db })),
    ...workflows.map((workflow) => ({ what: `workflow ${JSON.stringify(workflow.name)}`, db: workflow.db })),
  ];
  const first = owners.find(({ db }) => db !== undefined);
  const db = exported ?? first?.db;
  const other = owners.find((owner) => owner.db !== undefined && owner.db !== db);
  if (other !== undefined) {
    const than = exported === undefined ? `the ${first?.what}` : "the exported db";
    throw new CliError(
      `In ${file} the ${other.what} has another db than ${than}. One server has one database: give all of them the same SurrealDb.`,
    );
  }
  const without = owners.find((owner) => owner.db === undefined);
  if (without !== undefined)
    throw new CliError(
      `In ${file} the ${without.what} has no db, so that nothing of it would be recorded. Give it one.`,
    );
  return db;
}

/** A copy of the package elsewhere has classes of its own. */
function isOfAnotherCopy(value: unknown, typeName: string): boolean {
  return typeof value === "object" && value !== null && value.constructor.name === typeName;
}

function anotherCopy(file: string): string {
  return `${file} imports another copy of minutier than this command's. Run the command of the same project: npx minutier.`;
}
