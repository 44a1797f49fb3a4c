/** `Team`: agents and teams under a leader, every run on the record. */
import { Agent } from "../agent/agent.ts";
import { runAgent } from "../agent/run-agent.ts";
import { MinutierError } from "../errors.ts";
import type { TeamEvent, TeamResult } from "../events.ts";
import type { RunOptions } from "../turn/run-context.ts";
import { drainTurn } from "../turn/run-turn.ts";
import type { TurnInput } from "../turn/turn-input.ts";
import {
  defineTeam,
  type MemberTeam,
  type TeamDefinition,
  type TeamMember,
  type TeamOptions,
} from "./team-definition.ts";
import { runTeamTurn, type TeamContext } from "./team-turn.ts";

/** Options of a team's `run()` and `stream()`. */
export interface TeamRunOptions extends RunOptions {
  /** Keys to set in the session's state before the run; the others stay as they are stored. */
  state?: Record<string, unknown>;
}

/**
 * Agents and teams under a leader. Immutable, as they are: any number of runs can go on at once. With a `db`, the
 * team's conversation is recorded under its name, each delegation before its member runs, and each member's own
 * conversation under the member's name with the team's session id.
 *
 * @example
 * ```ts
 * import { Agent, Team } from "minutier";
 * import { scriptedModel } from "minutier/testing";
 *
 * const member = new Agent({ name: "clerk", model: scriptedModel(["Two parties."]) });
 * const leader = scriptedModel([
 *   { toolCalls: [{ toolName: "delegate_to_member", input: { member: "clerk", task: "Count the parties." } }] },
 *   "There are two parties.",
 * ]);
 * const team = new Team({ name: "office", members: [member], model: leader });
 * console.log((await team.run("How many parties?")).text); // There are two parties.
 * ```
 */
export class Team<Output = string> {
  readonly name: string;
  readonly description: string | undefined;
  readonly #definition: TeamDefinition;

  /** Throws `invalid_definition`. */
  constructor(options: TeamOptions<Output>) {
    if (!Array.isArray(options.members))
      throw new MinutierError("invalid_definition", "A team's members are not an array. Give agents and teams.");
    this.#definition = defineTeam(options, options.members.map(toMember));
    this.name = options.name;
    this.description = options.description;
    Object.freeze(this);
  }

  /** Runs to the end. Throws what `Agent.run` throws. */
  async run(input: TurnInput, options: TeamRunOptions = {}): Promise<TeamResult<Output>> {
    return drainTurn<TeamResult<Output>>(this.#start(input, { ...options, streaming: false }));
  }

  /**
   * Starts a run and gives its events, the members' inside `member-event`. Stop reading (`break`) to cancel it. After
   * `run-failed` the iteration throws the error that `run()` would throw.
   */
  stream(input: TurnInput, options: TeamRunOptions = {}): AsyncIterableIterator<TeamEvent<Output>> {
    return this.#start(input, options);
  }

  #start(input: TurnInput, context: TeamContext): AsyncIterableIterator<TeamEvent<Output>> {
    // The answer was checked against the schema that gives Output its type; without one it is the text.
    return runTeamTurn(this.#definition, input, context) as AsyncIterableIterator<TeamEvent<Output>>;
  }

  /** The definition, for the layers above; not part of the public API. */
  static definitionOf(team: Team<unknown>): TeamDefinition {
    return team.#definition;
  }
}

function toMember(member: Agent<unknown> | MemberTeam): TeamMember {
  const { name, description } = member;
  if (member instanceof Agent) {
    return { name, description, depth: 0, start: (input, context) => runAgent(member, input, context) };
  }
  if (member instanceof Team) {
    const definition = Team.definitionOf(member);
    return {
      name,
      description,
      depth: definition.depth,
      start: (input, context) => runTeamTurn(definition, input, context),
    };
  }
  throw new MinutierError("invalid_definition", "A member of a team is neither an Agent nor a Team.");
}
