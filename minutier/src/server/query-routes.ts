/** `/query`: SurrealQL that people write, on the record's tables alone, where the operator offers it. */
import { Hono } from "hono";

import { MinutierError } from "../index.ts";
import { checkAdmin, type ServerEnv } from "./authentication.ts";
import { HttpError } from "./http-error.ts";
import { readFields } from "./request-fields.ts";
import type { ServerContext } from "./server-context.ts";
import { toJson } from "./to-json.ts";

/** Past that a client should ask for less. */
const maxAnswerLength = 8 * 1024 * 1024;

/** The one route. */
export function queryRoutes({ settings }: ServerContext): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  app.post("/", async (c) => {
    if (!settings.query)
      throw new HttpError(404, "Queries are not offered here. The operator can: createServer({ query: true }).");
    checkAdmin(c.get("identity"));
    const fields = await readFields(c, settings);
    const text = fields.text("surql");
    if (text === undefined) throw new HttpError(422, "surql is missing.");
    const started = performance.now();
    const results = await settings.db.queryRecord(text, fields.object("variables") ?? {}).catch(refuse);
    const time_ms = Math.round(performance.now() - started);
    const answer = toJson({ results, time_ms });
    if (answer.length > maxAnswerLength)
      throw new HttpError(422, "The answer is larger than 8 MiB. Name fewer fields, or give a smaller LIMIT.");
    return c.body(answer, 200, { "Content-Type": "application/json" });
  });
  return app;
}

/** Here the engine's words are for whoever wrote the query. */
function refuse(error: unknown): never {
  if (MinutierError.isInstance(error) && error.code === "query_failed") throw new HttpError(422, error.message);
  throw error;
}
