/** `/metrics`: what the record can say of each day. */
import { type Context, Hono } from "hono";

import { checkScope, ownerOf, type ServerEnv } from "./authentication.ts";
import { HttpError } from "./http-error.ts";
import type { ServerContext } from "./server-context.ts";
import { json } from "./turn-routes.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** A request reads every row of its days. */
const maxDays = 366;

interface TurnDay {
  day: string;
  runs: number;
  input: number;
  output: number;
  total: number;
}

interface ModelDay {
  day: string;
  model: string;
  count: number;
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

/** The routes of metrics: the sums of everybody, which one user alone may not see. */
export function metricsRoutes(server: ServerContext): Hono<ServerEnv> {
  const { settings } = server;
  const { db } = settings;
  const app = new Hono<ServerEnv>();

  const read = async (c: Context<ServerEnv>): Promise<object[]> => {
    checkScope(c.get("identity"), "read");
    if (ownerOf(c.get("identity"), settings) !== undefined)
      throw new HttpError(403, 'Metrics are of all users. This needs the scope "admin".');
    await server.prepare();
    const until = new Date(dateOf(c, "ending_date", new Date()).getTime() + dayMs);
    const since = dateOf(c, "starting_date", new Date(until.getTime() - 31 * dayMs));
    if (until.getTime() - since.getTime() > maxDays * dayMs)
      throw new HttpError(422, `Ask for ${maxDays} days at most.`);
    const [agents, teams, workflows, users, models] = await db.query<
      [TurnDay[], TurnDay[], { day: string; runs: number }[], { day: string; users: number }[], ModelDay[]]
    >(
      `${turnDays("agent")}; ${turnDays("team")};
       SELECT day, count() AS runs FROM (SELECT time::format(created_at, '%Y-%m-%d') AS day FROM workflow_runs
         WHERE created_at >= $since AND created_at < $until) GROUP BY day;
       SELECT day, count() AS users FROM (SELECT day, user_id FROM (
         SELECT time::format(created_at, '%Y-%m-%d') AS day, user_id FROM workflow_runs
         WHERE created_at >= $since AND created_at < $until AND user_id != NONE) GROUP BY day, user_id) GROUP BY day;
       SELECT day, model, count() AS count, math::sum(input) AS input_tokens, math::sum(output) AS output_tokens,
         math::sum(total) AS total_tokens FROM (SELECT time::format(timestamp, '%Y-%m-%d') AS day, model,
           usage.input_tokens ?? 0 AS input, usage.output_tokens ?? 0 AS output, usage.total_tokens ?? 0 AS total
           FROM agent_messages, team_messages WHERE timestamp >= $since AND timestamp < $until AND model != NONE)
         GROUP BY day, model`,
      { since, until },
    );
    const days = new Set([...agents, ...teams, ...workflows].map(({ day }) => day));
    return [...days].toSorted().map((date) => {
      const agent = agents.find(({ day }) => day === date);
      const team = teams.find(({ day }) => day === date);
      return {
        date: `${date}T00:00:00Z`,
        agent_runs_count: agent?.runs ?? 0,
        team_runs_count: team?.runs ?? 0,
        workflow_runs_count: workflows.find(({ day }) => day === date)?.runs ?? 0,
        users_count: users.find(({ day }) => day === date)?.users ?? 0,
        token_metrics: {
          input_tokens: (agent?.input ?? 0) + (team?.input ?? 0),
          output_tokens: (agent?.output ?? 0) + (team?.output ?? 0),
          total_tokens: (agent?.total ?? 0) + (team?.total ?? 0),
        },
        model_metrics: models
          .filter(({ day }) => day === date)
          // The record has the model's name, not its provider's.
          .map(({ day: _day, model, ...rest }) => ({ model_id: model, model_provider: null, ...rest })),
      };
    });
  };

  app.get("/", async (c) => json(c, { metrics: await read(c), updated_at: new Date() }));
  // Nothing is kept that could be out of date: a refresh is a reading.
  app.post("/refresh", async (c) => json(c, await read(c)));
  app.get("/refresh/status", (c) => {
    checkScope(c.get("identity"), "read");
    return c.json({ status: "idle" });
  });
  return app;
}

function turnDays(kind: "agent" | "team"): string {
  return `SELECT day, count(role = 'user') AS runs, math::sum(input) AS input, math::sum(output) AS output,
    math::sum(total) AS total FROM (SELECT time::format(timestamp, '%Y-%m-%d') AS day, role,
      usage.input_tokens ?? 0 AS input, usage.output_tokens ?? 0 AS output, usage.total_tokens ?? 0 AS total
      FROM ${kind}_messages WHERE timestamp >= $since AND timestamp < $until) GROUP BY day`;
}

function dateOf(c: Context, name: string, byDefault: Date): Date {
  const text = c.req.query(name);
  if (text === undefined || text === "") return new Date(byDefault.toISOString().slice(0, 10));
  const date = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new HttpError(422, `${name} is not a date such as 2026-11-26.`);
}
