/** `/sessions`. */
import { type Context, Hono } from "hono";

import { createId } from "../ids.ts";
import { checkScope, ownerOf, type Scope, type ServerEnv, userOf } from "./authentication.ts";
import { type ComponentKind, findComponent } from "./components.ts";
import { addConversationRoutes } from "./conversation-routes.ts";
import { HttpError } from "./http-error.ts";
import { checkClientId, readFields, type RequestFields } from "./request-fields.ts";
import { listSessionRuns, toWorkflowRunSchema } from "./run-access.ts";
import { countOf } from "./run-query.ts";
import type { ServerContext } from "./server-context.ts";
import { toSessionDetail, toSessionSchema } from "./session-records.ts";
import {
  createSession,
  findSession,
  findSessions,
  firstQuestions,
  keyOf,
  listSessions,
  type SessionHead,
  type SessionKey,
} from "./sessions.ts";
import { json } from "./turn-routes.ts";
import { listTurns, toRunSchema } from "./turn-records.ts";

/** The routes of sessions. */
export function sessionRoutes(server: ServerContext): Hono<ServerEnv> {
  const { settings, components } = server;
  const { db } = settings;
  const app = new Hono<ServerEnv>();
  app.use(async (_, next) => {
    await server.prepare();
    await next();
  });

  /** The session of the path, the newest when several components have one of this id; 404 when it is not the request's. */
  const open = async (c: Context<ServerEnv>, scope: Scope): Promise<{ key: SessionKey; head: SessionHead }> => {
    checkScope(c.get("identity"), scope);
    const [found] = await findSessions(db, components, {
      sessionId: checkClientId("The session's id", c.req.param("id") ?? ""),
      kind: kindOf(c.req.query("type") ?? c.req.query("session_type")),
      name: c.req.query("component_id"),
      owner: ownerOf(c.get("identity"), settings),
    });
    if (found === undefined) throw new HttpError(404, "There is no session of this id.");
    return { key: keyOf(found.kind, found.head), head: found.head };
  };

  app.get("/", async (c) => {
    checkScope(c.get("identity"), "read");
    const url = new URL(c.req.url);
    const kind = kindOf(c.req.query("type") ?? c.req.query("session_type")) ?? "agent";
    const limit = countOf(url, "limit", { byDefault: 20, max: 100 });
    const page = countOf(url, "page", { byDefault: 1, max: 100_000 });
    const began = performance.now();
    const { heads, total } = await listSessions(db, {
      kind,
      name: c.req.query("component_id") || undefined,
      owner: ownerOf(c.get("identity"), settings),
      userId: c.req.query("user_id") || undefined,
      text: c.req.query("session_name") || undefined,
      limit,
      page,
      sortBy: oneOf("sort_by", c.req.query("sort_by") ?? "created_at", ["created_at", "updated_at"]),
      descending: oneOf("sort_order", c.req.query("sort_order") ?? "desc", ["asc", "desc"]) === "desc",
    });
    const keys = heads.map((head) => keyOf(kind, head));
    const names = await firstQuestions(db, keys);
    return json(c, {
      data: heads.map((head) => toSessionSchema(keyOf(kind, head), head, names)),
      meta: {
        page,
        limit,
        total_pages: Math.ceil(total / limit),
        total_count: total,
        search_time_ms: Math.round(performance.now() - began),
      },
    });
  });

  app.post("/", async (c) => {
    checkScope(c.get("identity"), "write");
    const fields = await readFields(c, settings);
    fields.refuse("session_state");
    const key = toNewSession(c, fields);
    findComponent(components, key.kind, key.name);
    const user = userOf(c.get("identity"), fields.text("user_id"));
    const session_name = nameOf(fields);
    const created = await createSession(db, components, key, {
      metadata: fields.object("metadata"),
      user_id: user,
      session_name,
    });
    if (!created) throw new HttpError(409, "There is a session of this id already.");
    const head = await findSession(db, key, undefined);
    if (head === undefined) throw new HttpError(404, "There is no session of this id.");
    return json(c, await toSessionDetail(server, key, head), 201);
  });

  app.delete("/", async (c) => {
    checkScope(c.get("identity"), "write");
    const fields = await readFields(c, settings);
    const ids = fields.list("session_ids") ?? [];
    const kinds = fields.list("session_types") ?? [];
    if (ids.length === 0 || ids.length > 100 || !ids.every((id) => typeof id === "string"))
      throw new HttpError(422, "session_ids is not a list of 1 to 100 ids.");
    const owner = ownerOf(c.get("identity"), settings);
    for (const [index, sessionId] of ids.entries()) {
      const kind = kindOf(kinds[index] as string | undefined);
      const found = await findSessions(db, components, {
        sessionId: checkClientId("session_ids", sessionId),
        kind,
        owner,
      });
      for (const each of found) await deleteSession(server, keyOf(each.kind, each.head));
    }
    return c.body(null, 204);
  });

  app.get("/:id", async (c) => {
    const { key, head } = await open(c, "read");
    return json(c, await toSessionDetail(server, key, head));
  });
  app.get("/:id/runs", async (c) => {
    const { key } = await open(c, "read");
    const runs = await runsOf(c, key);
    // A session that is there and has no run yet is not an empty conversation: clients take one for the end of theirs.
    if (runs.length === 0) throw new HttpError(404, "There is no run in this session yet.");
    return json(c, runs);
  });
  app.get("/:id/runs/:runId", async (c) => {
    const { key } = await open(c, "read");
    const run = (await runsOf(c, key)).find(({ run_id }) => run_id === c.req.param("runId"));
    if (run === undefined) throw new HttpError(404, "There is no run of this id in this session.");
    return json(c, run);
  });
  addConversationRoutes(app, db, open);
  app.delete("/:id", async (c) => {
    const { key } = await open(c, "write");
    const found = await findSessions(db, components, {
      sessionId: key.sessionId,
      kind: kindOf(c.req.query("type")),
      name: c.req.query("component_id"),
      owner: ownerOf(c.get("identity"), settings),
    });
    for (const each of found) await deleteSession(server, keyOf(each.kind, each.head));
    return c.body(null, 204);
  });
  app.post("/:id/rename", async (c) => {
    const { key } = await open(c, "write");
    const name = nameOf(await readFields(c, settings));
    if (name === undefined) throw new HttpError(422, "session_name is missing.");
    return json(c, await update(key, { session_name: name }));
  });
  app.patch("/:id", async (c) => {
    const { key } = await open(c, "write");
    const fields = await readFields(c, settings);
    fields.refuse("session_state", "summary");
    const session_name = nameOf(fields);
    const metadata = fields.object("metadata");
    if (metadata !== undefined && key.kind === "workflow")
      throw new HttpError(422, "A workflow's session has no metadata: its runs have.");
    const changes = {
      ...(session_name === undefined ? {} : { session_name }),
      ...(metadata === undefined ? {} : { metadata }),
    };
    return json(c, await update(key, changes));
  });
  return app;

  async function update(key: SessionKey, changes: Record<string, unknown>): Promise<object> {
    // Its fields one by one: to return the row would compute all its messages.
    await db.query("UPDATE $id MERGE $changes RETURN NONE", { id: (await headOf(key)).id, changes });
    return toSessionDetail(server, key, await headOf(key));
  }

  async function headOf(key: SessionKey): Promise<SessionHead> {
    const head = await findSession(db, key, undefined);
    if (head === undefined) throw new HttpError(404, "There is no session of this id.");
    return head;
  }

  async function runsOf(c: Context<ServerEnv>, key: SessionKey): Promise<Record<string, unknown>[]> {
    if (key.kind === "workflow") {
      const owner = ownerOf(c.get("identity"), settings);
      return (await listSessionRuns(server, key.name, key.sessionId, owner)).map(toWorkflowRunSchema);
    }
    const conversation = { ...key, kind: key.kind };
    return (await listTurns(db, conversation)).map((turn) => toRunSchema(key, turn));
  }
}

/** Deletes a session with what was said in it; 409 when it may not be. */
async function deleteSession({ settings: { db } }: ServerContext, key: SessionKey): Promise<void> {
  const { kind, name, sessionId } = key;
  await db.sessions.purge({ kind, name, sessionId }, { dryRun: false });
  if ((await findSession(db, key, undefined)) === undefined) return;
  throw new HttpError(
    409,
    kind === "workflow"
      ? "The session has runs. It goes with its last run, by db.runs.purge()."
      : "A run is under way in this session. Cancel it first.",
  );
}

function toNewSession(c: Context, fields: RequestFields): SessionKey {
  const kind = kindOf(c.req.query("type")) ?? "agent";
  const name = fields.text(`${kind}_id`);
  if (name === undefined) throw new HttpError(422, `${kind}_id is missing.`);
  return { kind, name, sessionId: checkClientId("session_id", fields.text("session_id") ?? createId()) };
}

function nameOf(fields: RequestFields): string | undefined {
  const name = fields.text("session_name");
  if (name !== undefined && name.length > 200) throw new HttpError(422, "session_name is longer than 200 characters.");
  return name;
}

function kindOf(value: string | undefined): ComponentKind | undefined {
  return value === undefined || value === "" ? undefined : oneOf("type", value, ["agent", "team", "workflow"]);
}

function oneOf<const Value extends string>(field: string, value: string, values: readonly Value[]): Value {
  const found = values.find((each) => each === value);
  if (found === undefined) throw new HttpError(422, `${field} is none of ${values.join(", ")}.`);
  return found;
}
