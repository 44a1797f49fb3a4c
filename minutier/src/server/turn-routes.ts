/** `/agents` and `/teams`. */
import { type Context, Hono } from "hono";

import type { Agent, Team } from "../index.ts";
import { checkScope, ownerOf, type ServerEnv, userOf } from "./authentication.ts";
import { describeTurnTaker, findComponent } from "./components.ts";
import { followTurn } from "./follow-turn.ts";
import { forkSession } from "./fork-session.ts";
import { HttpError } from "./http-error.ts";
import { checkClientId, readFields } from "./request-fields.ts";
import type { ServerContext } from "./server-context.ts";
import { findSession } from "./sessions.ts";
import { toJson } from "./to-json.ts";
import { continueTurn } from "./turn-continue.ts";
import { runTurn } from "./turn-run.ts";
import {
  type ConversationOf,
  findTurn,
  listTurns,
  toRunOutput,
  toRunSchema,
  type TurnRecord,
  resumedEvent,
  turnStatus,
} from "./turn-records.ts";

/** The routes of agents, or of teams: the same. */
export function turnRoutes(server: ServerContext, kind: "agent" | "team"): Hono<ServerEnv> {
  const { settings, components, live, streams } = server;
  const { db } = settings;
  const app = new Hono<ServerEnv>();
  const find = (c: Context): Agent<unknown> | Team<unknown> => findComponent(components, kind, c.req.param("id") ?? "");

  /** The run, when it is there and the request's own. */
  const findRun = async (
    c: Context<ServerEnv>,
    sessionId: string,
  ): Promise<{ key: ConversationOf; turn: TurnRecord }> => {
    const key = { kind, name: find(c).name, sessionId };
    const session = await findSession(db, key, ownerOf(c.get("identity"), settings));
    const turn = session === undefined ? undefined : await findTurn(db, key, c.req.param("runId") ?? "");
    if (turn === undefined) throw new HttpError(404, "There is no run of this id in this session.");
    return { key, turn };
  };

  app.get("/", (c) => {
    checkScope(c.get("identity"), "read");
    return c.json([...components[kind].values()].map((each) => describeTurnTaker(kind, each)));
  });
  app.get("/:id", (c) => {
    checkScope(c.get("identity"), "read");
    return c.json(describeTurnTaker(kind, find(c)));
  });

  app.post("/:id/runs", async (c) => {
    checkScope(c.get("identity"), "run");
    const component = find(c);
    await server.prepare();
    return runTurn(c, server, component, await readFields(c, settings));
  });
  app.get("/:id/runs", async (c) => {
    checkScope(c.get("identity"), "read");
    await server.prepare();
    const key = { kind, name: find(c).name, sessionId: requiredSession(c.req.query("session_id")) };
    if ((await findSession(db, key, ownerOf(c.get("identity"), settings))) === undefined)
      throw new HttpError(404, "There is no session of this id.");
    const status = c.req.query("status")?.toUpperCase();
    const turns = (await listTurns(db, key)).filter((turn) => status === undefined || turnStatus(turn) === status);
    return json(
      c,
      turns.map((turn) => toRunSchema(key, turn)),
    );
  });
  app.get("/:id/runs/:runId", async (c) => {
    checkScope(c.get("identity"), "read");
    await server.prepare();
    const { key, turn } = await findRun(c, requiredSession(c.req.query("session_id")));
    return json(c, toRunOutput(key, turn));
  });

  app.post("/:id/sessions/:sessionId/fork", async (c) => {
    checkScope(c.get("identity"), "write");
    await server.prepare();
    const key = { kind, name: find(c).name, sessionId: checkClientId("session_id", c.req.param("sessionId")) };
    const head = await findSession(db, key, ownerOf(c.get("identity"), settings));
    if (head === undefined) throw new HttpError(404, "There is no session of this id.");
    const user = userOf(c.get("identity"), c.req.query("user_id") || undefined) ?? head.user_id;
    const session_id = await forkSession(db, key, head, user);
    return c.json({ session_id, forked_from_session_id: key.sessionId });
  });
  for (const path of ["/:id/runs/:runId/checkpoints", "/:id/runs/:runId/checkpoints/:index"])
    app.get(path, () => {
      throw new HttpError(404, "There are no checkpoints: a run has its messages and tool calls.");
    });

  app.post("/:id/runs/:runId/continue", async (c) => {
    checkScope(c.get("identity"), "approve");
    await server.prepare();
    const fields = await readFields(c, settings);
    const { key, turn } = await findRun(c, requiredSession(fields.text("session_id")));
    if (kind === "team") throw new HttpError(409, "A team's run does not wait for anybody.");
    return continueTurn(c, server, findComponent(components, "agent", key.name), { key, turn, fields });
  });
  app.post("/:id/runs/:runId/cancel", async (c) => {
    checkScope(c.get("identity"), "run");
    await server.prepare();
    const component = find(c);
    const run = live.get(c.req.param("runId"));
    const owner = ownerOf(c.get("identity"), settings);
    if (run?.kind === kind && run.name === component.name && (owner === undefined || run.owner === owner)) {
      run.controller.abort();
      return c.json({});
    }
    const { turn } = await findRun(c, requiredSession(c.req.query("session_id")));
    if (turnStatus(turn) === "RUNNING")
      throw new HttpError(409, "This run goes on in another process. Cancel it there.");
    return c.json({});
  });
  app.post("/:id/runs/:runId/resume", async (c) => {
    checkScope(c.get("identity"), "read");
    await server.prepare();
    const fields = await readFields(c, settings);
    const { key, turn } = await findRun(c, requiredSession(fields.text("session_id")));
    const after = fields.integer("last_event_index") ?? -1;
    const meta = resumedEvent(turn.question.run_id, key.sessionId, turnStatus(turn), after);
    return streams.answer(c, async function* (left) {
      yield meta;
      yield* followTurn(db, key, turn.question.id.id[2], { after, left });
    });
  });
  return app;
}

function requiredSession(value: string | undefined): string {
  if (value === undefined || value === "") throw new HttpError(422, "session_id is missing.");
  return value;
}

/** Rows hold bytes, sets and big integers, which `c.json` can't write. */
export function json(c: Context, value: unknown, status: 200 | 201 | 202 = 200): Response {
  return c.body(toJson(value), status, { "Content-Type": "application/json" });
}
