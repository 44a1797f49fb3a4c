/** Goes on with an agent's run whose tool calls wait for a person. */
import type { Context } from "hono";

import { type Agent, RunError } from "../index.ts";
import { type AgentOsEvent, toPendingTool, toSeconds } from "./agentos-events.ts";
import { answererOf, ownerOf, type ServerEnv } from "./authentication.ts";
import { followTurn } from "./follow-turn.ts";
import { HttpError } from "./http-error.ts";
import type { RequestFields } from "./request-fields.ts";
import { runTime } from "./run-time.ts";
import type { ServerContext } from "./server-context.ts";
import { toJson } from "./to-json.ts";
import { isRecordedEnd } from "./turn-run.ts";
import { type ConversationOf, findTurn, toRunOutput, type TurnRecord, turnStatus } from "./turn-records.ts";

/** `POST /agents/{id}/runs/{run_id}/continue`. */
export async function continueTurn(
  c: Context<ServerEnv>,
  server: ServerContext,
  agent: Agent<unknown>,
  { key, turn, fields }: { key: ConversationOf; turn: TurnRecord; fields: RequestFields },
): Promise<Response> {
  const { settings, live, streams } = server;
  const { db, limits } = settings;
  if (turnStatus(turn) !== "PAUSED") throw new HttpError(409, "This run does not wait for anybody.");
  const answer = toAnswer(fields);
  const runId = turn.question.run_id;
  const background = fields.flag("background", false);
  if (background) live.checkRoom();
  const identity = c.get("identity");
  const controller = new AbortController();
  const { name, sessionId } = key;
  const owner = ownerOf(identity, settings);
  live.add(runId, { kind: "agent", name, sessionId, owner, isBackground: background, controller });
  const time = runTime(controller, limits, background);
  const recorded = Promise.withResolvers<void>();
  const options = {
    sessionId,
    calls: answer.calls,
    by: answererOf(identity, fields.text("user_id")),
    signal: time.signal,
    onRecorded: recorded.resolve,
    ...(answer.note === undefined ? {} : { note: answer.note }),
  };
  const work = answer.approved ? agent.approve(runId, options) : agent.reject(runId, options);
  // Whoever waits for it is told by the same promise below.
  work.catch(() => undefined).finally(() => live.remove(runId));
  if (background) {
    live.finish(runId, work);
    // Nobody is left to be told later that the answer was refused.
    await Promise.race([recorded.promise, work]);
    return c.json({ run_id: runId, session_id: sessionId, status: "RUNNING" }, 202);
  }
  if (!fields.flag("stream", true)) {
    await work.catch((error: unknown) => {
      if (!isRecordedEnd(error)) throw error;
      time.check();
    });
    const ended = await findTurn(db, key, runId);
    return c.body(toJson(toRunOutput(key, ended ?? turn)), 200, { "Content-Type": "application/json" });
  }
  // An answer that is refused is no stream.
  await Promise.race([recorded.promise, work]);
  return streams.answer(c, (left) => {
    left.addEventListener("abort", () => controller.abort(), { once: true });
    return continued(server, { key, turn, work, left });
  });
}

interface Answer {
  approved: boolean;
  calls: { toolCallId: string; approvalId?: string }[];
  note: string | undefined;
}

/** One answer counts for all the calls that a run waits for. */
function toAnswer(fields: RequestFields): Answer {
  fields.refuse("input", "continue_from", "fork", "regenerate", "replace_original", "additional_instructions");
  const tools = fields.list("tools") ?? fields.list("requirements") ?? [];
  const answers = tools.map((tool) => {
    const own = (tool ?? {}) as { confirmed?: unknown; tool_execution?: { confirmed?: unknown } };
    return own.confirmed ?? own.tool_execution?.confirmed;
  });
  if (answers.length === 0 || !answers.every((answer) => typeof answer === "boolean"))
    throw new HttpError(422, 'tools is not a list of the calls with "confirmed": true or false on each.');
  const approved = answers.every((answer) => answer === true);
  if (!approved && answers.includes(true))
    throw new HttpError(422, "The calls of one run are allowed or refused together.");
  const calls = tools.map(toCall);
  const notes = tools.map((tool) => (tool as { confirmation_note?: unknown }).confirmation_note);
  return { approved, calls, note: notes.find((note): note is string => typeof note === "string" && note !== "") };
}

/** The call that was seen, so that a late answer, or one given twice, counts for no other one. */
function toCall(tool: unknown): Answer["calls"][number] {
  const entry = (tool ?? {}) as { tool_execution?: object };
  const { tool_call_id: toolCallId, approval_id: approvalId } = (entry.tool_execution ?? entry) as Record<
    string,
    unknown
  >;
  if (typeof toolCallId !== "string" || toolCallId === "")
    throw new HttpError(422, "Each of tools needs the tool_call_id of the call that is answered.");
  return { toolCallId, ...(typeof approvalId === "string" ? { approvalId } : {}) };
}

/** The rest of the run's events: those after its pause, and its end. */
async function* continued(
  { settings: { db } }: ServerContext,
  { key, turn, work, left }: { key: ConversationOf; turn: TurnRecord; work: Promise<unknown>; left: AbortSignal },
): AsyncGenerator<AgentOsEvent> {
  const { question, toolCalls } = turn;
  const stamp = {
    run_id: question.run_id,
    session_id: key.sessionId,
    agent_id: key.name,
    agent_name: key.name,
  };
  yield { event: "RunContinued", created_at: toSeconds(new Date()), ...stamp };
  try {
    await work;
  } catch (error) {
    if (error instanceof RunError && error.code === "run_waiting") {
      const tools = (error.pendingCalls ?? []).map(toPendingTool);
      const content = "The run waits for a person.";
      yield { event: "RunPaused", created_at: toSeconds(new Date()), ...stamp, content, tools };
      return;
    }
    // A failure of the run is on its row, and told from there; anything else ends the stream.
    if (!(error instanceof RunError)) throw error;
  }
  for await (const event of followTurn(db, key, question.id.id[2], { after: 2 * toolCalls.length, left })) {
    const { event_index: _, ...unnumbered } = event;
    yield unnumbered;
  }
}
