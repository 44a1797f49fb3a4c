/** What a server serves: agents, teams and workflows by their names, which are their ids in paths. */
import { Agent, MinutierError, type SurrealDb, Team, Workflow } from "../index.ts";
import { HttpError } from "./http-error.ts";
import type { ServerOptions } from "./server-options.ts";

/** The kinds of a session, and of what it is a session with. */
export type ComponentKind = "agent" | "team" | "workflow";

/** Everything served, by name. */
export interface Components {
  readonly agent: ReadonlyMap<string, Agent<unknown>>;
  readonly team: ReadonlyMap<string, Team<unknown>>;
  readonly workflow: ReadonlyMap<string, Workflow>;
}

/** Throws `invalid_options` for two of one name, and for one that is not recorded in the server's database. */
export function toComponents({ db, agents = [], teams = [], workflows = [] }: ServerOptions): Components {
  return {
    agent: byName("agent", db, agents, (agent) => Agent.definitionOf(agent).db),
    team: byName("team", db, teams, (team) => Team.definitionOf(team).db),
    workflow: byName("workflow", db, workflows, (workflow) => workflow.db),
  };
}

function byName<Component extends { name: string }>(
  kind: ComponentKind,
  db: SurrealDb,
  components: readonly Component[],
  dbOf: (component: Component) => SurrealDb | undefined,
): Map<string, Component> {
  const map = new Map<string, Component>();
  for (const component of components) {
    const what = `${kind} ${JSON.stringify(component.name)}`;
    if (map.has(component.name))
      throw new MinutierError("invalid_options", `There are two of the ${what}. Serve one, or rename the other.`);
    if (dbOf(component) !== db)
      throw new MinutierError(
        "invalid_options",
        `The ${what} has ${dbOf(component) === undefined ? "no db" : "another db"}. Give it the server's db.`,
      );
    map.set(component.name, component);
  }
  return map;
}

/** Throws 404. */
export function findComponent<Kind extends ComponentKind>(
  components: Components,
  kind: Kind,
  name: string,
): Components[Kind] extends ReadonlyMap<string, infer Component> ? Component : never {
  const found = components[kind].get(name);
  if (found === undefined) throw new HttpError(404, `There is no ${kind} of this id.`);
  return found as never;
}

/** An agent or a team as AgentOS lists it; `db_id` is never empty, because clients load no sessions without one. */
export function describeTurnTaker(kind: "agent" | "team", component: Agent<unknown> | Team<unknown>): object {
  const { model } = component instanceof Agent ? Agent.definitionOf(component) : Team.definitionOf(component);
  const { name, description } = component;
  const parts = component instanceof Agent ? { tools: toolsOf(component) } : teamParts(component);
  return {
    id: name,
    name,
    description: description ?? null,
    db_id: dbId,
    model: describeModel(model),
    sessions: { session_table: `${kind}_sessions` },
    ...parts,
  };
}

/** The one database of a server, by the name that clients send back. */
export const dbId = "minutier";

function toolsOf(agent: Agent<unknown>): object {
  const { known } = Agent.definitionOf(agent).toolbox;
  return { tools: Object.entries(known).map(([name, tool]) => ({ name, description: textOf(tool.description) })) };
}

function teamParts(team: Team<unknown>): object {
  const { mode, members } = Team.definitionOf(team);
  return {
    mode,
    members: [...members.values()].map(({ name, description }) => ({
      id: name,
      name,
      description: description ?? null,
    })),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The model's names, never what else its object holds. */
export function describeModel(model: unknown): { name: string; model: string; provider: string } {
  if (typeof model === "string") return { name: model, model, provider: model.split("/")[0] ?? model };
  const { modelId, provider } = model as { modelId?: unknown; provider?: unknown };
  const id = textOf(modelId) ?? "unknown";
  return { name: id, model: id, provider: textOf(provider) ?? "unknown" };
}

/** A workflow as AgentOS lists it; with `withSteps` its steps too. */
export function describeWorkflow(workflow: Workflow, withSteps: boolean): object {
  const { name, description, steps } = workflow;
  const summary = {
    id: name,
    name,
    description: description ?? null,
    db_id: dbId,
    is_factory: false,
    is_component: false,
  };
  if (!withSteps) return summary;
  return { ...summary, input_schema: inputSchemaOf(workflow), steps: steps.map(describeEntry) };
}

function describeEntry(entry: Workflow["steps"][number]): object {
  return { name: entry.name, type: entry.kind };
}

/** The JSON form of the input's schema, when the schema library can give one. */
function inputSchemaOf({ input }: Workflow): unknown {
  const standard = input?.["~standard"] as { jsonSchema?: { input?: (options: object) => unknown } } | undefined;
  try {
    return standard?.jsonSchema?.input?.({ target: "draft-2020-12" }) ?? null;
  } catch {
    // A schema with transformations has no JSON form: it is still checked at each run.
    return null;
  }
}
