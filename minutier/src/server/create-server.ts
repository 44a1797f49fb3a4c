/** `createServer`: the routes, and what stands before each of them. */
import { Hono } from "hono";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import { secureHeaders } from "hono/secure-headers";

import { MinutierError, SurrealDb } from "../index.ts";
import { authenticate, identifyBy, type ServerEnv } from "./authentication.ts";
import { toComponents } from "./components.ts";
import { coreRoutes } from "./core-routes.ts";
import { doctorRoutes } from "./doctor.ts";
import { EventStreams } from "./event-stream.ts";
import { toErrorAnswer } from "./http-error.ts";
import { LiveRuns } from "./live-runs.ts";
import { metricsRoutes } from "./metrics-routes.ts";
import { checkOrigin, isAllowedOrigin } from "./origins.ts";
import { limitRate } from "./rate-limit.ts";
import { queryRoutes } from "./query-routes.ts";
import { runRoutes } from "./run-routes.ts";
import { runUpkeepRoutes } from "./run-upkeep-routes.ts";
import type { ServerContext } from "./server-context.ts";
import { type ServerOptions, type ServerSettings, toSettings } from "./server-options.ts";
import { sessionRoutes } from "./session-routes.ts";
import { studioRoutes } from "./studio-routes.ts";
import { turnRoutes } from "./turn-routes.ts";
import { workflowRoutes } from "./workflow-routes.ts";
import { socketRoute, type UpgradeSocket } from "./workflow-socket.ts";

/** A Hono app, to mount or to serve. */
export type ServerApp = Hono<ServerEnv>;

/**
 * Agents, teams and workflows behind HTTP, as a Hono app to mount anywhere: AgentOS's routes, and `/runs`. Throws
 * `invalid_options`.
 *
 * @example
 * ```ts
 * import { Agent, SurrealDb } from "minutier";
 * import { createServer } from "minutier/server";
 * import { scriptedModel } from "minutier/testing";
 *
 * await using db = new SurrealDb({ url: "mem://" });
 * const clerk = new Agent({ name: "clerk", model: scriptedModel(["Ana sells."]), db });
 * const app = createServer({ db, agents: [clerk] });
 * const answer = await app.request("/agents/clerk/runs", {
 *   method: "POST",
 *   headers: { "content-type": "application/json" },
 *   body: JSON.stringify({ message: "Who sells?", stream: false }),
 * });
 * console.log(((await answer.json()) as { content: string }).content); // Ana sells.
 * ```
 */
export function createServer(options: ServerOptions): ServerApp {
  return buildServer(options, { onlyThisMachine: false }).app;
}

/**
 * The app with its parts, for `serve`, which ends them; `onlyThisMachine` when nobody is asked for a key and no
 * application around it can be.
 */
export function buildServer(
  options: ServerOptions,
  { onlyThisMachine, upgrade }: { onlyThisMachine: boolean; upgrade?: UpgradeSocket },
): { app: ServerApp; server: ServerContext } {
  if (!(options.db instanceof SurrealDb))
    throw new MinutierError("invalid_options", "db is missing. Give the SurrealDb that everything served has.");
  const settings = toSettings(options);
  const server: ServerContext = {
    settings,
    components: toComponents(options),
    live: new LiveRuns(settings.limits.maxBackgroundRuns),
    streams: new EventStreams(settings.limits.maxStreams),
    prepare: () => settings.db.createTables(),
  };
  const app = new Hono<ServerEnv>({ strict: false });
  guard(app, settings, onlyThisMachine);
  app.get("/health", (c) => c.json({ status: "ok", instantiated_at: settings.startedAt.toISOString() }));
  if (settings.studio) {
    app.route("/studio", studioRoutes());
    // Where other servers describe themselves. Relative, because the app may be mounted below any path.
    app.get("/docs", (c) =>
      c.redirect(new URL(c.req.url).pathname.endsWith("/") ? "../studio/api" : "studio/api", 302),
    );
  }
  if (settings.limits.rate !== undefined) app.use(limitRate(settings.limits.rate));
  const identify = identifyBy(settings);
  // Before a key is asked for: a browser can't send one with the handshake.
  socketRoute(app, settings, identify, upgrade);
  app.use(authenticate(identify));
  app.route("/agents", turnRoutes(server, "agent"));
  app.route("/teams", turnRoutes(server, "team"));
  app.route("/workflows", workflowRoutes(server));
  app.route("/sessions", sessionRoutes(server));
  app.route("/metrics", metricsRoutes(server));
  app.route("/runs", runUpkeepRoutes(server));
  app.route("/runs", runRoutes(server));
  app.route("/query", queryRoutes(server));
  app.route("/doctor", doctorRoutes(server));
  app.route("/", coreRoutes(server));
  return { app, server };
}

/** What holds for every request, known or not. */
function guard(app: ServerApp, settings: ServerSettings, onlyThisMachine: boolean): void {
  app.onError((error, c) => {
    const { status, body, headers } = toErrorAnswer(error);
    if (status >= 500) settings.onError(error, { method: c.req.method, route: routePath(c, -1), status });
    return c.json(body, status, headers);
  });
  app.notFound((c) => c.json({ detail: "There is nothing at this address." }, 404));
  app.use(secureHeaders({ crossOriginResourcePolicy: false, xFrameOptions: "DENY", referrerPolicy: "no-referrer" }));
  app.use(async (c, next) => {
    await next();
    c.header("Cache-Control", c.res.headers.get("Cache-Control") ?? "no-store");
  });
  app.use(
    cors({
      origin: (origin) => (isAllowedOrigin(origin, settings) ? (settings.cors === "*" ? "*" : origin) : null),
      allowHeaders: ["content-type", "authorization"],
      allowMethods: ["GET", "POST", "PATCH", "DELETE", "OPTIONS"],
      exposeHeaders: ["retry-after"],
      maxAge: 600,
    }),
  );
  app.use(checkOrigin(settings, onlyThisMachine));
}
