/** One run of an agent: its history, its model, its tools. */
import type { AgentEvent } from "../events.ts";
import { askModel } from "../turn/model-loop.ts";
import { recordTools } from "../turn/recorded-tools.ts";
import type { RunContext } from "../turn/run-context.ts";
import { runTurn, type Turn, type TurnOutcome } from "../turn/run-turn.ts";
import { openToolbox } from "../turn/tool-source.ts";
import { questionMessage, toModelMessages } from "../turn/turn-history.ts";
import { messagesBefore } from "../turn/turn-legs.ts";
import { prepareInput, type TurnInput } from "../turn/turn-input.ts";
import type { TurnStream } from "../turn/turn-stream.ts";
import type { AgentDefinition } from "./agent-definition.ts";

/** Starts the run and gives its events. */
export function runAgentTurn(agent: AgentDefinition, input: TurnInput, context: RunContext): TurnStream<AgentEvent> {
  const { name, db, redact, historyLimit } = agent;
  const owner = { kind: "agent", name, db, redact, historyLimit } as const;
  const prepared = prepareInput(`agent ${JSON.stringify(name)}`, input);
  return runTurn<AgentEvent>(owner, prepared, context, (turn) => answer(agent, turn));
}

async function answer(agent: AgentDefinition, turn: Turn): Promise<TurnOutcome> {
  const { model, instructions, output, maxSteps, maxRetries, toolApproval } = agent;
  const tools = recordTools(await openToolbox(`agent ${JSON.stringify(agent.name)}`, agent.toolbox), turn.toolCalls);
  const messages = [
    ...toModelMessages(turn.opened.history),
    questionMessage(turn.input),
    ...(await messagesBefore(turn.before, tools)),
  ];
  const { redact, signal, confirm } = turn;
  const task = {
    model,
    instructions,
    messages,
    redact,
    tools,
    toolApproval,
    output,
    maxSteps,
    stepsBefore: turn.before?.steps,
    maxRetries,
    confirm,
    signal,
  };
  return { answer: await askModel(task, turn.listener), structured: output !== undefined };
}
