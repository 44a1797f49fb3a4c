/** Starts a run of an agent or a team for a request, in one of the three ways that a client can ask for. */
import type { Context } from "hono";

import { createId } from "../ids.ts";
import { Agent, type AgentEvent, RunError, type Team, type TeamEvent, type TurnInput } from "../index.ts";
import { fromTurnEvent } from "./agentos-events.ts";
import { ownerOf, type ServerEnv, userOf } from "./authentication.ts";
import { beginEvents, boundedEvents } from "./event-stream.ts";
import { followTurn } from "./follow-turn.ts";
import { HttpError } from "./http-error.ts";
import { drain } from "./live-runs.ts";
import { checkClientId, type RequestFields } from "./request-fields.ts";
import { type RunTime, runTime } from "./run-time.ts";
import type { ServerContext } from "./server-context.ts";
import { claimSession } from "./sessions.ts";
import { toJson } from "./to-json.ts";
import { type ConversationOf, findTurn, toRunOutput } from "./turn-records.ts";

/** What AgentOS's clients can send and this server has no equivalent of: refused rather than left out. */
const notOffered = ["dependencies", "knowledge_filters", "output_schema", "factory_input"] as const;

/** An agent or a team and the request's part of its run. */
interface TurnRequest {
  key: ConversationOf;
  component: Agent<unknown> | Team<unknown>;
  input: TurnInput;
  options: { runId: string; sessionId: string; metadata?: Record<string, unknown>; userId?: string };
  state: Record<string, unknown> | undefined;
}

/** `POST /agents/{id}/runs` and the teams'. */
export async function runTurn(
  c: Context<ServerEnv>,
  server: ServerContext,
  component: Agent<unknown> | Team<unknown>,
  fields: RequestFields,
): Promise<Response> {
  const { settings, components, live } = server;
  const identity = c.get("identity");
  const request = toTurnRequest(component, fields);
  const { key, options } = request;
  const user = userOf(identity, fields.text("user_id"));
  if (user !== undefined) options.userId = user;
  const owner = ownerOf(identity, settings);
  const background = fields.flag("background", false);
  if (background) live.checkRoom();
  if (owner !== undefined) await claimSession(settings.db, components, key, owner, { metadata: options.metadata });
  const controller = new AbortController();
  const { runId } = options;
  const { name, sessionId } = key;
  live.add(runId, { kind: key.kind, name, sessionId, owner, isBackground: background, controller });
  try {
    const streams = fields.flag("stream", true);
    if (background) return await inBackground(c, server, request, controller.signal, streams);
    const time = runTime(controller, settings.limits, false);
    if (streams) return await streamed(c, server, request, time.signal);
    return await awaited(c, server, request, time);
  } catch (error) {
    live.remove(runId);
    throw error;
  }
}

function toTurnRequest(component: Agent<unknown> | Team<unknown>, fields: RequestFields): TurnRequest {
  const kind = component instanceof Agent ? "agent" : "team";
  fields.refuse(...notOffered, ...(kind === "agent" ? ["session_state"] : []));
  const sessionId = fields.text("session_id") ?? createId();
  const metadata = fields.object("metadata");
  return {
    key: { kind, name: component.name, sessionId: checkClientId("session_id", sessionId) },
    component,
    input: toInput(fields),
    options: { runId: createId(), sessionId, ...(metadata === undefined ? {} : { metadata }) },
    state: kind === "team" ? fields.object("session_state") : undefined,
  };
}

function toInput(fields: RequestFields): TurnInput {
  const message = fields.raw("message");
  if (message === undefined || message === null || message === "") throw new HttpError(422, "message is missing.");
  if (fields.files.length === 0) return message;
  const files = fields.files.map(({ name, mediaType, data }) => ({
    type: "file" as const,
    data,
    mediaType,
    filename: name,
  }));
  return [{ type: "text", text: typeof message === "string" ? message : toJson(message) }, ...files];
}

function start(
  { component, input, options, state }: TurnRequest,
  signal: AbortSignal,
): AsyncIterableIterator<AgentEvent | TeamEvent> {
  if (component instanceof Agent) return component.stream(input, { ...options, signal });
  return component.stream(input, { ...options, signal, ...(state === undefined ? {} : { state }) });
}

async function streamed(
  c: Context<ServerEnv>,
  { settings, live, streams }: ServerContext,
  request: TurnRequest,
  signal: AbortSignal,
): Promise<Response> {
  const begun = await beginEvents(start(request, signal));
  const onEnd = (): void => live.remove(request.options.runId);
  return streams.answer(c, (left) =>
    boundedEvents(begun, fromTurnEvent, { maxBytes: settings.limits.maxUnsentBytes, left, onEnd }),
  );
}

async function inBackground(
  c: Context<ServerEnv>,
  { settings: { db }, live, streams }: ServerContext,
  request: TurnRequest,
  signal: AbortSignal,
  isStreamed: boolean,
): Promise<Response> {
  const { key, options } = request;
  const { rest } = await beginEvents(start(request, signal));
  live.finish(options.runId, drain(rest));
  if (!isStreamed) return c.json({ run_id: options.runId, session_id: key.sessionId, status: "RUNNING" }, 202);
  const turn = await findTurn(db, key, options.runId);
  if (turn === undefined) throw new HttpError(404, "The run is not on record.");
  const number = turn.question.id.id[2];
  return streams.answer(c, (left) => followTurn(db, key, number, { after: -1, left }));
}

async function awaited(
  c: Context<ServerEnv>,
  { settings: { db }, live }: ServerContext,
  { component, input, options, state, key }: TurnRequest,
  { signal, check }: RunTime,
): Promise<Response> {
  try {
    if (component instanceof Agent) await component.run(input, { ...options, signal });
    else await component.run(input, { ...options, signal, ...(state === undefined ? {} : { state }) });
  } catch (error) {
    if (!isRecordedEnd(error)) throw error;
    check();
  } finally {
    live.remove(options.runId);
  }
  const turn = await findTurn(db, key, options.runId);
  if (turn === undefined) throw new HttpError(404, "The run is not on record.");
  return c.body(toJson(toRunOutput(key, turn)), 200, { "Content-Type": "application/json" });
}

/** A run that waits, or was cancelled, is no failure of the request: its status says so. */
export function isRecordedEnd(error: unknown): boolean {
  return error instanceof RunError && (error.code === "run_waiting" || error.code === "cancelled");
}
