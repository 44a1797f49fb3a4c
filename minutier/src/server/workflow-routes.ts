/** `/workflows`. */
import { type Context, Hono } from "hono";

import type { WorkflowRunRow } from "../index.ts";
import { checkScope, ownerOf, type Scope, type ServerEnv } from "./authentication.ts";
import { describeWorkflow, findComponent } from "./components.ts";
import { followRun } from "./follow-run.ts";
import { HttpError } from "./http-error.ts";
import { readFields } from "./request-fields.ts";
import { findRun, listSessionRuns, runStatus, toWorkflowRunOutput, toWorkflowRunSchema } from "./run-access.ts";
import { answerAndGoOn, toRunAnswers } from "./run-answers.ts";
import type { ServerContext } from "./server-context.ts";
import { resumedEvent } from "./turn-records.ts";
import { json } from "./turn-routes.ts";
import { runWorkflow } from "./workflow-run.ts";

/** The routes of workflows. */
export function workflowRoutes(server: ServerContext): Hono<ServerEnv> {
  const { settings, components, streams } = server;
  const { db } = settings;
  const app = new Hono<ServerEnv>();

  /** A run of the workflow in the path, which is the request's own. */
  const open = async (c: Context<ServerEnv>, scope: Scope, sessionId?: string): Promise<WorkflowRunRow> => {
    checkScope(c.get("identity"), scope);
    const { name } = findComponent(components, "workflow", c.req.param("id") ?? "");
    await server.prepare();
    const run = await findRun(server, c.get("identity"), c.req.param("runId") ?? "");
    const isMeant = run.workflow_name === name && (sessionId === undefined || run.session_id === sessionId);
    if (!isMeant) throw new HttpError(404, "There is no run of this id.");
    return run;
  };
  const sessionOf = (c: Context): string | undefined => c.req.query("session_id") || undefined;

  app.get("/", (c) => {
    checkScope(c.get("identity"), "read");
    return c.json([...components.workflow.values()].map((workflow) => describeWorkflow(workflow, false)));
  });
  app.get("/:id", (c) => {
    checkScope(c.get("identity"), "read");
    return c.json(describeWorkflow(findComponent(components, "workflow", c.req.param("id")), true));
  });
  app.post("/:id/runs", async (c) => {
    checkScope(c.get("identity"), "run");
    const workflow = findComponent(components, "workflow", c.req.param("id"));
    await server.prepare();
    return runWorkflow(c, server, workflow, await readFields(c, settings));
  });
  app.get("/:id/runs", async (c) => {
    checkScope(c.get("identity"), "read");
    const { name } = findComponent(components, "workflow", c.req.param("id"));
    const sessionId = sessionOf(c);
    if (sessionId === undefined) throw new HttpError(422, "session_id is missing. GET /runs lists across sessions.");
    await server.prepare();
    const status = c.req.query("status")?.toUpperCase();
    const runs = await listSessionRuns(server, name, sessionId, ownerOf(c.get("identity"), settings));
    if (runs.length === 0) throw new HttpError(404, "There is no run in a session of this id.");
    return json(c, runs.filter((run) => status === undefined || runStatus(run) === status).map(toWorkflowRunSchema));
  });
  app.get("/:id/runs/:runId", async (c) => json(c, toWorkflowRunOutput(await open(c, "read", sessionOf(c)))));

  app.post("/:id/runs/:runId/continue", async (c) => {
    const fields = await readFields(c, settings);
    const run = await open(c, "approve", fields.text("session_id"));
    if (runStatus(run) !== "PAUSED") throw new HttpError(409, "This run does not wait for anybody.");
    const workflow = findComponent(components, "workflow", run.workflow_name);
    const answers = toRunAnswers(fields);
    return answerAndGoOn(c, server, workflow, { run, answers, fields, streams: fields.flag("stream", true) });
  });
  app.post("/:id/runs/:runId/cancel", async (c) => {
    const run = await open(c, "run", sessionOf(c));
    await db.runs.cancel(run.id);
    return c.json({});
  });
  app.post("/:id/runs/:runId/resume", async (c) => {
    const fields = await readFields(c, settings);
    const run = await open(c, "read", fields.text("session_id"));
    const after = fields.integer("last_event_index") ?? -1;
    const meta = resumedEvent(run.id.id, run.session_id, runStatus(run), after);
    return streams.answer(c, async function* (left) {
      yield meta;
      yield* followRun(db, run.id.id, { after, left });
    });
  });
  return app;
}
