/** How a team or a workflow runs an agent. */
import type { AgentEvent } from "../events.ts";
import type { RunContext } from "../turn/run-context.ts";
import type { TurnInput } from "../turn/turn-input.ts";
import { Agent } from "./agent.ts";
import { runAgentTurn } from "./agent-turn.ts";

/**
 * Starts a run inside another one and gives its events. The agent's own `db` comes first, then the context's; nothing
 * of the context stays on the agent.
 */
export function runAgent(
  agent: Agent<unknown>,
  input: TurnInput,
  context: RunContext,
): AsyncIterableIterator<AgentEvent> {
  return runAgentTurn(Agent.definitionOf(agent), input, context);
}
