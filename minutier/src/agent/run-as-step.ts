/** An agent as a step of a workflow. */
import type { AgentEvent, AgentResult } from "../events.ts";
import type { StepParent } from "../turn/run-context.ts";
import { drainTurn } from "../turn/run-turn.ts";
import type { TurnInput } from "../turn/turn-input.ts";
import type { Agent } from "./agent.ts";
import { runAgent } from "./run-agent.ts";

/** Runs to the end, tells each event to `parent.onEvent`, and gives the agent's output: its text, or its structured value. */
export async function runAgentAsStep(agent: Agent<unknown>, input: unknown, parent: StepParent): Promise<unknown> {
  // What is no input, such as undefined, is refused with `invalid_input` before anything is written.
  const events = runAgent(agent, input as TurnInput, parent);
  const result = await drainTurn<AgentResult<unknown>>(events, (event) => parent.onEvent(event as AgentEvent));
  return result.output;
}
