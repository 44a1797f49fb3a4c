/** `/runs`: the runs of workflows across sessions, which AgentOS has no routes for. */
import { Hono } from "hono";

import type { RunChange } from "../index.ts";
import { checkScope, ownerOf, type ServerEnv } from "./authentication.ts";
import { findComponent } from "./components.ts";
import type { StreamedEvent } from "./event-stream.ts";
import { readFields } from "./request-fields.ts";
import { findRun } from "./run-access.ts";
import { answerAndGoOn } from "./run-answers.ts";
import { readWholeRun } from "./run-details.ts";
import { listRunPages, listRuns } from "./run-list.ts";
import { metadataOf } from "./run-query.ts";
import { toRun, withoutContent } from "./run-rows.ts";
import { countRuns, toStatsRequest } from "./run-stats.ts";
import type { ServerContext } from "./server-context.ts";
import { json } from "./turn-routes.ts";

/** The routes of runs. */
export function runRoutes(server: ServerContext): Hono<ServerEnv> {
  const { settings, components, streams } = server;
  const { db } = settings;
  const app = new Hono<ServerEnv>();
  app.use(async (_, next) => {
    await server.prepare();
    await next();
  });

  app.get("/", async (c) => {
    checkScope(c.get("identity"), "read");
    return json(c, await listRuns(server, new URL(c.req.url), ownerOf(c.get("identity"), settings)));
  });
  app.get("/pages", async (c) => {
    checkScope(c.get("identity"), "read");
    return json(c, await listRunPages(server, new URL(c.req.url), ownerOf(c.get("identity"), settings)));
  });
  app.get("/stats", async (c) => {
    checkScope(c.get("identity"), "read");
    const request = toStatsRequest(new URL(c.req.url), ownerOf(c.get("identity"), settings));
    return json(c, await countRuns(db, request, settings.prices));
  });
  app.get("/waiting", async (c) => {
    checkScope(c.get("identity"), "read");
    const url = new URL(c.req.url);
    const who = url.searchParams.get("who");
    const owner = ownerOf(c.get("identity"), settings);
    const questions = await db.runs.waiting({
      metadata: Object.fromEntries(metadataOf(url.searchParams)),
      ...(who === null ? {} : { who }),
    });
    const own = questions.filter(({ run }) => owner === undefined || run.user_id === owner);
    return json(c, { questions: own.map(({ run, ...question }) => ({ ...question, run: toRun(run) })) });
  });
  app.get("/live", (c) => {
    checkScope(c.get("identity"), "read");
    const metadata = Object.fromEntries(metadataOf(new URL(c.req.url).searchParams));
    const owner = ownerOf(c.get("identity"), settings);
    return streams.answer(c, (left) => liveChanges(server, metadata, owner, left));
  });
  app.get("/:runId", async (c) => {
    checkScope(c.get("identity"), "read");
    const run = await findRun(server, c.get("identity"), c.req.param("runId"));
    return json(c, await readWholeRun(server, run));
  });

  for (const answer of ["approve", "reject"] as const) {
    app.post(`/:runId/${answer}`, async (c) => {
      checkScope(c.get("identity"), "approve");
      const run = await findRun(server, c.get("identity"), c.req.param("runId"));
      const workflow = findComponent(components, "workflow", run.workflow_name);
      const fields = await readFields(c, settings);
      const [step, note, since] = [fields.text("step"), fields.text("note"), fields.time("since")];
      const answers = [{ step, since, approved: answer === "approve", payload: fields.json("payload"), note }];
      return answerAndGoOn(c, server, workflow, { run, answers, fields, streams: fields.flag("stream", false) });
    });
  }
  app.post("/:runId/cancel", async (c) => {
    checkScope(c.get("identity"), "run");
    const run = await findRun(server, c.get("identity"), c.req.param("runId"));
    return json(c, toRun(await db.runs.cancel(run.id)));
  });
  return app;
}

async function* liveChanges(
  { settings: { db } }: ServerContext,
  metadata: Record<string, unknown>,
  owner: string | undefined,
  left: AbortSignal,
): AsyncGenerator<StreamedEvent> {
  const changes = db.runs.watch(metadata, { signal: left, maxUnread: 1000 });
  await changes.ready;
  yield { event: "Ready" };
  for await (const change of changes) if (owner === undefined || change.run.user_id === owner) yield toEvent(change);
}

/** All clients are told a change by one object, which becomes text once. */
const events = new WeakMap<RunChange, StreamedEvent>();

function toEvent(change: RunChange): StreamedEvent {
  const known = events.get(change);
  if (known !== undefined) return known;
  const { action, run, missed } = change;
  const content = toRun(withoutContent(run));
  const event = { event: "RunChanged", action, run: content, ...(missed === undefined ? {} : { missed }) };
  events.set(change, event);
  return event;
}
