/** `/`, `/config`, `/models`, `/info`, the OpenAPI document, and what AgentOS has and this server has not. */
import { Hono } from "hono";

import { checkScope, scopesOf, type ServerEnv } from "./authentication.ts";
import { dbId, describeModel, describeTurnTaker, describeWorkflow } from "./components.ts";
import { HttpError } from "./http-error.ts";
import { openApiDocument } from "./openapi.ts";
import { packageVersion } from "./package-version.ts";
import type { ServerContext } from "./server-context.ts";
import { modelOf, sessionTables } from "./sessions.ts";

/** Parts of AgentOS that the record has no equivalent of. */
const absent = [
  "memories",
  "memory_topics",
  "user_memory_stats",
  "optimize-memories",
  "knowledge",
  "eval-runs",
  "traces",
  "trace_session_stats",
  "learnings",
  "components",
  "registry",
  "schedules",
  "approvals",
  "service-accounts",
  "databases",
  "jobs",
] as const;

/** The routes that say what there is. */
export function coreRoutes({ settings, components }: ServerContext): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  const { name } = settings;
  const agents = (): object[] => [...components.agent.values()].map((agent) => describeTurnTaker("agent", agent));
  const teams = (): object[] => [...components.team.values()].map((team) => describeTurnTaker("team", team));
  const workflows = (): object[] => [...components.workflow.values()].map((each) => describeWorkflow(each, false));

  app.get("/", (c) => c.json({ name, id: name, version: "minutier" }));
  app.get("/config", (c) => {
    checkScope(c.get("identity"), "read");
    return c.json({
      os_id: name,
      name,
      description: null,
      available_models: [],
      os_database: dbId,
      databases: [dbId],
      chat: { quick_prompts: {} },
      session: {
        dbs: [{ db_id: dbId, domain_config: { display_name: "Sessions" }, tables: Object.values(sessionTables) }],
      },
      metrics: { dbs: [{ db_id: dbId, domain_config: { display_name: "Metrics" } }] },
      memory: null,
      learning: null,
      knowledge: null,
      evals: null,
      traces: null,
      agents: agents(),
      teams: teams(),
      workflows: workflows(),
      interfaces: [],
    });
  });
  app.get("/models", (c) => {
    checkScope(c.get("identity"), "read");
    const keys = (["agent", "team"] as const).flatMap((kind) =>
      [...components[kind].keys()].map((each) => ({ kind, name: each, sessionId: "" })),
    );
    const models = keys.map((key) => describeModel(modelOf(components, key)));
    const unique = new Map(models.map(({ model, provider }) => [`${provider}/${model}`, { id: model, provider }]));
    return c.json([...unique.values()]);
  });
  app.get("/info", async (c) => {
    checkScope(c.get("identity"), "read");
    // A database that is away can't tell it.
    const { engine, tested } = await settings.db.version().catch(() => ({ engine: null, tested: null }));
    return c.json({
      os_id: name,
      name,
      version: packageVersion,
      engine_version: engine,
      engine_tested: tested,
      agno_version: null,
      agent_count: components.agent.size,
      team_count: components.team.size,
      workflow_count: components.workflow.size,
      mcp: { enabled: false },
      auth_mode: settings.auth === undefined ? "none" : "bearer",
      scopes: scopesOf(c.get("identity")),
      user_id: c.get("identity").userId ?? null,
      query: settings.query,
    });
  });
  app.get("/openapi.json", (c) => c.json(openApiDocument(name, settings.auth !== undefined)));
  for (const path of absent) {
    const refuse = (): never => {
      throw new HttpError(404, `This server has no ${path}: the record holds runs, steps, sessions and messages.`);
    };
    app.all(`/${path}`, refuse);
    app.all(`/${path}/*`, refuse);
  }
  return app;
}
