/** What an operator does with runs: those whose process died, retention, export. */
import { Hono } from "hono";

import { checkScope, ownerOf, type ServerEnv } from "./authentication.ts";
import type { StreamedEvent } from "./event-stream.ts";
import { HttpError } from "./http-error.ts";
import { readFields } from "./request-fields.ts";
import { findRun } from "./run-access.ts";
import { exportRuns } from "./run-export.ts";
import { toRun } from "./run-rows.ts";
import { purge, toPurgeRequest } from "./run-purge.ts";
import { recoverRuns, resumeInBackground } from "./run-recovery.ts";
import type { ServerContext } from "./server-context.ts";
import { json } from "./turn-routes.ts";

/** The routes; those of `run-routes.ts` come after, since `/runs/{id}` would take their names for ids. */
export function runUpkeepRoutes(server: ServerContext): Hono<ServerEnv> {
  const { settings, streams } = server;
  const app = new Hono<ServerEnv>();
  app.use(async (_, next) => {
    await server.prepare();
    await next();
  });

  app.get("/stale", async (c) => {
    checkScope(c.get("identity"), "read");
    const owner = ownerOf(c.get("identity"), settings);
    const stale = await settings.db.runs.recover();
    const own = stale.filter((run) => owner === undefined || run.user_id === owner);
    return json(c, { runs: own.map(({ input: _input, output: _output, ...run }) => toRun(run)) });
  });
  app.get("/export", async (c) => {
    checkScope(c.get("identity"), "read");
    return exportRuns(server, new URL(c.req.url), ownerOf(c.get("identity"), settings));
  });
  app.post("/purge", async (c) => {
    checkScope(c.get("identity"), "admin");
    const fields = await readFields(c, settings);
    const request = toPurgeRequest(fields, ownerOf(c.get("identity"), settings));
    if (fields.flag("stream", false)) return streams.answer(c, (left) => purge(server, request, left));
    return json(c, await lastOf(purge(server, request, new AbortController().signal)));
  });
  app.post("/recover", async (c) => {
    checkScope(c.get("identity"), "run");
    if (ownerOf(c.get("identity"), settings) !== undefined)
      throw new HttpError(403, 'A recovery is of all users\' runs. This needs the scope "admin".');
    const fields = await readFields(c, settings);
    if (fields.flag("stream", false)) return streams.answer(c, (left) => recoverRuns(server, left));
    return json(c, await lastOf(recoverRuns(server, new AbortController().signal)));
  });
  app.post("/:runId/resume", async (c) => {
    checkScope(c.get("identity"), "run");
    const run = await findRun(server, c.get("identity"), c.req.param("runId"));
    return resumeInBackground(c, server, run);
  });
  return app;
}

/** The event that sums the others up, for a client that waits for the end alone. */
async function lastOf(events: AsyncIterable<StreamedEvent>): Promise<object> {
  let last: StreamedEvent | undefined;
  for await (const event of events) last = event;
  const { event: _, ...result } = last ?? { event: "" };
  return result;
}
