/** One run of a team, by its mode. */
import type { ModelMessage } from "ai";

import { errorMessage, MinutierError } from "../errors.ts";
import type { AgentResult, TeamEvent, ToolCallResult } from "../events.ts";
import { createId } from "../ids.ts";
import { askModel, type ModelAnswer, type ModelTask } from "../turn/model-loop.ts";
import { recordTools } from "../turn/recorded-tools.ts";
import type { RunContext } from "../turn/run-context.ts";
import { runTurn, type Turn, type TurnOutcome } from "../turn/run-turn.ts";
import { questionMessage, toModelMessages } from "../turn/turn-history.ts";
import { prepareInput, type PreparedInput, type TurnInput } from "../turn/turn-input.ts";
import type { TurnStream } from "../turn/turn-stream.ts";
import { choiceTools, delegateTool, delegationTools, leaderInstructions } from "./delegation.ts";
import { MemberRuns } from "./member-runs.ts";
import type { TeamDefinition, TeamMember } from "./team-definition.ts";
import { TeamState } from "./team-state.ts";

/** What a team's run gets from its caller. */
export interface TeamContext extends RunContext {
  state?: Record<string, unknown> | undefined;
}

/** What the modes work with. */
interface TeamWork {
  team: TeamDefinition;
  turn: Turn;
  members: MemberRuns;
  state: TeamState;
}

const duties = {
  coordinate: `Give work to members with the tool ${delegateTool}, several at once when their tasks do not depend on each other. A member sees only the task that you write. Then answer the user yourself from what the members said; when one failed, say so.`,
  route: `Pick the one member that is best placed to answer the user: call the tool ${delegateTool} once and say nothing else.`,
  broadcast:
    "Every member was asked. Answer the user yourself from what they said; when they disagree or one failed, say so.",
};

const modes = { coordinate, route, broadcast };

/** Starts the run and gives its events. */
export function runTeamTurn(team: TeamDefinition, input: TurnInput, context: TeamContext): TurnStream<TeamEvent> {
  const { name, db, redact, historyLimit } = team;
  const owner = {
    kind: "team",
    name,
    db,
    redact,
    historyLimit,
    team: { agents: [...team.members.keys()], state: team.state ?? {} },
  } as const;
  const prepared = prepareInput(`team ${JSON.stringify(name)}`, input);
  return runTurn<TeamEvent>(owner, prepared, context, async (turn) => {
    const members = new MemberRuns(team, context, turn);
    const state = new TeamState(turn.opened.state, team.state, context.state);
    try {
      const outcome = await modes[team.mode]({ team, turn, members, state });
      return {
        ...outcome,
        team: { members: members.all, state: state.value },
        ...(state.changed ? { storedState: state.value } : {}),
      };
    } finally {
      await members.settled();
    }
  });
}

async function coordinate({ team, turn, members, state }: TeamWork): Promise<TurnOutcome> {
  const tools = recordTools({ ...delegationTools(team, members), ...state.tools() }, turn.toolCalls);
  const task = leaderTask(team, turn, leaderInstructions(team, duties.coordinate, state.describe()), [
    questionMessage(turn.input),
  ]);
  return { answer: await askModel({ ...task, tools }, turn.listener), structured: team.output !== undefined };
}

async function route({ team, turn, members, state }: TeamWork): Promise<TurnOutcome> {
  let chosen: Promise<AgentResult<unknown>> | undefined;
  const choose = async (name: unknown): Promise<unknown> => {
    if (chosen !== undefined) throw new Error("One member was already picked, and only one answers.");
    chosen = askChosen(members, members.find(name), turn);
    return (await chosen).output;
  };
  const failure: { cause?: unknown } = {};
  const noteFailure = (name: unknown): Promise<unknown> =>
    choose(name).catch((error: unknown) => {
      failure.cause ??= error;
      throw error;
    });
  const tools = recordTools(choiceTools(team, noteFailure), turn.toolCalls);
  const task = leaderTask(team, turn, leaderInstructions(team, duties.route, state.describe()), [
    questionMessage(turn.input),
  ]);
  // What the leader says beside its choice is not the team's answer.
  const listener = { ...turn.listener, text: () => undefined };
  const choice = await askModel(
    { ...task, tools, toolChoice: "required", maxSteps: 1, stopAfterTools: true },
    listener,
  );
  if (chosen === undefined)
    throw new MinutierError("model_failed", errorMessage(failure.cause ?? "The leader picked no member."), failure);
  const { text, output, finishReason } = await chosen;
  return { answer: { ...choice, text, output, finishReason, messages: [] }, structured: output !== text };
}

/** The member gets the user's own input, and its words are the team's. */
function askChosen(members: MemberRuns, member: TeamMember, turn: Turn): Promise<AgentResult<unknown>> {
  return members.ask(member, inputOf(turn.input), turn.input.text, (event) => {
    if (event.type === "text-delta") turn.listener.text(event.text);
  });
}

async function broadcast({ team, turn, members, state }: TeamWork): Promise<TurnOutcome> {
  const answers = await Promise.all([...team.members.values()].map((member) => askRecorded(members, member, turn)));
  turn.signal.throwIfAborted();
  if (answers.every((answer) => "error" in answer)) {
    const reasons = answers.map(({ member, text }) => `${member}: ${text}`).join("; ");
    throw new MinutierError("model_failed", `No member answered, so there is nothing to merge: ${reasons}`);
  }
  const said = answers.map(
    ({ member, text, error }) =>
      `<member name=${JSON.stringify(member)}${error === true ? " failed" : ""}>\n${text}\n</member>`,
  );
  const messages: ModelMessage[] = [
    questionMessage(turn.input),
    { role: "user", content: `The members' answers:\n${said.join("\n")}` },
  ];
  const task = leaderTask(team, turn, leaderInstructions(team, duties.broadcast, state.describe()), messages);
  const answer: ModelAnswer = await askModel(
    { ...task, tools: recordTools(state.tools(), turn.toolCalls) },
    turn.listener,
  );
  return { answer, structured: team.output !== undefined };
}

/** The delegation is a tool call on the record, as if the leader had asked for it. */
async function askRecorded(
  members: MemberRuns,
  member: TeamMember,
  turn: Turn,
): Promise<{ member: string; text: string; error?: true }> {
  const { text: task } = turn.input;
  const call: ToolCallResult = { toolCallId: createId(), toolName: delegateTool, input: { member: member.name, task } };
  const index = await turn.toolCalls.start(call);
  try {
    const result = await members.ask(member, inputOf(turn.input), task);
    turn.toolCalls.complete(call, index, result.output);
    return { member: member.name, text: result.text };
  } catch (error) {
    turn.toolCalls.fail(call, index, errorMessage(error));
    return { member: member.name, text: errorMessage(error), error: true };
  }
}

function leaderTask(
  team: TeamDefinition,
  turn: Turn,
  instructions: string,
  messages: readonly ModelMessage[],
): ModelTask {
  const { model, output, maxSteps, maxRetries } = team;
  return {
    model,
    instructions,
    messages: [...toModelMessages(turn.opened.history), ...messages],
    redact: turn.redact,
    tools: {},
    output,
    maxSteps,
    maxRetries,
    confirm: turn.confirm,
    signal: turn.signal,
  };
}

function inputOf({ text, parts }: PreparedInput): TurnInput {
  return parts ?? text;
}
