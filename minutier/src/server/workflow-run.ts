/** Starts a workflow's run for a request, in one of the three ways that a client can ask for. */
import type { Context } from "hono";

import { createId } from "../ids.ts";
import type { Workflow } from "../index.ts";
import { fromWorkflowEvent } from "./agentos-events.ts";
import { ownerOf, type ServerEnv, userOf } from "./authentication.ts";
import { beginEvents, boundedEvents } from "./event-stream.ts";
import { followRun } from "./follow-run.ts";
import { HttpError } from "./http-error.ts";
import { drain } from "./live-runs.ts";
import { checkClientId, type RequestFields } from "./request-fields.ts";
import { findRun, toWorkflowRunOutput } from "./run-access.ts";
import { runTime } from "./run-time.ts";
import type { ServerContext } from "./server-context.ts";
import { claimSession } from "./sessions.ts";
import { parseJson, toJson } from "./to-json.ts";
import { isRecordedEnd } from "./turn-run.ts";

/** `POST /workflows/{id}/runs`. */
export async function runWorkflow(
  c: Context<ServerEnv>,
  server: ServerContext,
  workflow: Workflow,
  fields: RequestFields,
): Promise<Response> {
  const { settings, components, live, streams } = server;
  const { db, limits } = settings;
  const identity = c.get("identity");
  fields.refuse("dependencies", "knowledge_filters", "output_schema", "factory_input", "session_state");
  const sessionId = checkClientId("session_id", fields.text("session_id") ?? createId());
  const metadata = fields.object("metadata");
  const input = await toInput(workflow, fields);
  const user = userOf(identity, fields.text("user_id"));
  const owner = ownerOf(identity, settings);
  const background = fields.flag("background", false);
  if (background) live.checkRoom();
  if (owner !== undefined) {
    await claimSession(db, components, { kind: "workflow", name: workflow.name, sessionId }, owner);
  }
  const runId = createId();
  const controller = new AbortController();
  live.add(runId, { kind: "workflow", name: workflow.name, sessionId, owner, isBackground: background, controller });
  const time = runTime(controller, limits, background);
  const options = {
    runId,
    sessionId,
    signal: time.signal,
    ...(metadata === undefined ? {} : { metadata }),
    ...(user === undefined ? {} : { userId: user }),
  };
  try {
    const isStreamed = fields.flag("stream", true);
    if (background) {
      const { rest } = await beginEvents(workflow.stream(input, options));
      live.finish(runId, drain(rest));
      if (!isStreamed) return c.json({ run_id: runId, session_id: sessionId, status: "RUNNING" }, 202);
      return streams.answer(c, (left) => followRun(db, runId, { after: -1, left }));
    }
    if (isStreamed) {
      const begun = await beginEvents(workflow.stream(input, options));
      const onEnd = (): void => live.remove(runId);
      return streams.answer(c, (left) =>
        boundedEvents(begun, fromWorkflowEvent, { maxBytes: limits.maxUnsentBytes, left, onEnd }),
      );
    }
    await workflow.run(input, options).catch((error: unknown) => {
      if (!isRecordedEnd(error)) throw error;
      time.check();
    });
    live.remove(runId);
    const run = await findRun(server, identity, runId);
    return c.body(toJson(toWorkflowRunOutput(run)), 200, { "Content-Type": "application/json" });
  } catch (error) {
    live.remove(runId);
    throw error;
  }
}

/**
 * The message is the input. One that came as text and whose workflow has a schema is tried as JSON first: forms carry
 * nothing but texts.
 */
async function toInput({ input: schema, name }: Workflow, fields: RequestFields): Promise<unknown> {
  if (fields.files.length > 0) throw new HttpError(422, `The workflow ${JSON.stringify(name)} takes no files.`);
  const message = fields.raw("message");
  if (message === undefined || message === "") throw new HttpError(422, "message is missing.");
  if (typeof message !== "string" || schema === undefined) return message;
  let parsed: unknown;
  try {
    parsed = parseJson(message);
  } catch {
    // A text that is no JSON is a text.
    return message;
  }
  const { issues } = await schema["~standard"].validate(message);
  return issues === undefined ? message : parsed;
}
