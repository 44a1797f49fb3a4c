/** What a team is made of, checked once at its construction. */
import type { LanguageModel } from "ai";

import type { Agent } from "../agent/agent.ts";
import { toStored } from "../db/codec.ts";
import type { SurrealDb } from "../db/surreal-db.ts";
import { MinutierError } from "../errors.ts";
import type { AgentEvent, TeamEvent } from "../events.ts";
import { checkCount, checkModel, checkName } from "../turn/check-definition.ts";
import { defineOutput, type OutputSchema, type OutputSpecification } from "../turn/output-schema.ts";
import { checkRedactor, type Redactor } from "../redact/redactor.ts";
import type { RunContext } from "../turn/run-context.ts";
import type { TurnInput } from "../turn/turn-input.ts";

/**
 * How a team works. `coordinate`: the leader gives tasks to members and answers from what they say. `route`: the leader
 * picks one member, whose answer is the team's. `broadcast`: all members get the input at once, the leader merges.
 */
export type TeamMode = "coordinate" | "route" | "broadcast";

/** A `Team`, as a member of another one. */
export interface MemberTeam {
  readonly name: string;
  readonly description: string | undefined;
  stream(input: TurnInput): AsyncIterableIterator<TeamEvent<unknown>>;
}

/** Options of `Team`. */
export interface TeamOptions<Output = string> {
  /** What its sessions are recorded under. */
  name: string;
  /** Agents and teams with different names; they may be in other teams and workflows too. */
  members: readonly (Agent<unknown> | MemberTeam)[];
  /** The leader's model. */
  model: LanguageModel;
  /** @default "coordinate" */
  mode?: TeamMode;
  /** What the leader is told, before what its mode adds. */
  instructions?: string;
  /** The schema of the leader's answer. Not in `route`, where a member answers. */
  output?: OutputSchema<Output>;
  /** What a new session's state begins with. Without it the team has no state that its leader could see or change. */
  state?: Record<string, unknown>;
  /** How many earlier messages of the team's session the leader reads; 0 for none. @default 20 */
  historyLimit?: number;
  /** How many model calls the leader may take. @default 20 */
  maxSteps?: number;
  /** Where runs are recorded, the members' too unless they have a `db` of their own. */
  db?: SurrealDb;
  /**
   * Takes personal data and secrets out of the team's record and its members', and of what their models are sent: after
   * a member's own, before the `redact` of the database that records them.
   * @default nothing is taken out
   */
  redact?: Redactor;
  /** What it is for, which the leader of a team around it reads. */
  description?: string;
  /** How often a failed model call of the leader is tried again. @default 0 */
  maxRetries?: number;
}

/** A member as its team runs it. */
export interface TeamMember {
  readonly name: string;
  readonly description: string | undefined;
  /** How many teams are inside it, itself included; 0 for an agent. */
  readonly depth: number;
  start(input: TurnInput, context: RunContext): AsyncIterable<AgentEvent | TeamEvent>;
}

/** A team's definition with its defaults. */
export interface TeamDefinition {
  readonly name: string;
  readonly members: ReadonlyMap<string, TeamMember>;
  readonly depth: number;
  readonly mode: TeamMode;
  readonly model: LanguageModel;
  readonly instructions: string | undefined;
  readonly output: OutputSpecification<unknown> | undefined;
  readonly state: Record<string, unknown> | undefined;
  readonly historyLimit: number;
  readonly maxSteps: number;
  readonly maxRetries: number;
  readonly db: SurrealDb | undefined;
  readonly redact: Redactor | undefined;
}

const modes: ReadonlySet<string> = new Set<TeamMode>(["coordinate", "route", "broadcast"]);
const maxDepth = 10;

/** Throws `invalid_definition`, and `invalid_value` for a state that can't be stored. */
export function defineTeam<Output>(options: TeamOptions<Output>, members: readonly TeamMember[]): TeamDefinition {
  const { name, model, mode = "coordinate", output, state, historyLimit = 20, maxSteps = 20, maxRetries = 0 } = options;
  checkName("team", name);
  const owner = `team ${JSON.stringify(name)}`;
  checkModel(owner, model);
  checkCount(owner, "historyLimit", historyLimit, 0);
  checkCount(owner, "maxSteps", maxSteps, 1);
  checkCount(owner, "maxRetries", maxRetries, 0);
  checkRedactor(owner, options.redact, "invalid_definition");
  if (!modes.has(mode))
    throw invalid(owner, `has the mode ${JSON.stringify(mode)}. Give "coordinate", "route" or "broadcast"`);
  if (mode === "route" && output !== undefined) {
    throw invalid(
      owner,
      `has an output schema, but in the mode "route" a member gives the answer. Give the schema to the members`,
    );
  }
  if (state !== undefined) toStored(state, `the state of the ${owner}`);
  return {
    name,
    members: byName(owner, members),
    depth: depthOf(owner, members),
    mode,
    model,
    instructions: options.instructions,
    output: output === undefined ? undefined : defineOutput(owner, output),
    state,
    historyLimit,
    maxSteps,
    maxRetries,
    db: options.db,
    redact: options.redact,
  };
}

function byName(owner: string, members: readonly TeamMember[]): Map<string, TeamMember> {
  if (members.length === 0) throw invalid(owner, "has no members. Give at least one");
  const map = new Map<string, TeamMember>();
  for (const member of members) {
    if (map.has(member.name))
      throw invalid(owner, `has two members named ${JSON.stringify(member.name)}. Rename one of them`);
    map.set(member.name, member);
  }
  return map;
}

function depthOf(owner: string, members: readonly TeamMember[]): number {
  const depth = Math.max(...members.map((member) => member.depth)) + 1;
  if (depth > maxDepth) throw invalid(owner, `is ${depth} teams deep; ${maxDepth} are allowed. Flatten it`);
  return depth;
}

function invalid(owner: string, what: string): MinutierError {
  return new MinutierError("invalid_definition", `The ${owner} ${what}.`);
}
