/** A team as a step of a workflow. */
import type { TeamEvent, TeamResult } from "../events.ts";
import type { StepParent } from "../turn/run-context.ts";
import { drainTurn } from "../turn/run-turn.ts";
import type { TurnInput } from "../turn/turn-input.ts";
import { Team } from "./team.ts";
import { runTeamTurn } from "./team-turn.ts";

/** Runs to the end, tells each event to `parent.onEvent`, and gives the team's output: its text, or its structured value. */
export async function runTeamAsStep(team: Team<unknown>, input: unknown, parent: StepParent): Promise<unknown> {
  // What is no input, such as undefined, is refused with `invalid_input` before anything is written.
  const events = runTeamTurn(Team.definitionOf(team), input as TurnInput, parent);
  const result = await drainTurn<TeamResult<unknown>>(events, (event) => parent.onEvent(event as TeamEvent));
  return result.output;
}
