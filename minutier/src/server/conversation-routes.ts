/** `/sessions/{id}/turns` and `/usage`: any part of a conversation, however long it is, with all that is on record. */
import type { Context, Hono } from "hono";

import { RecordId, type SurrealDb, type Usage } from "../index.ts";
import type { Scope, ServerEnv } from "./authentication.ts";
import { HttpError } from "./http-error.ts";
import { countOf } from "./run-query.ts";
import type { SessionHead, SessionKey } from "./sessions.ts";
import { json } from "./turn-routes.ts";
import { type ConversationOf, findTurn, listTurnsBetween, type TurnRecord } from "./turn-records.ts";

type OpenSession = (c: Context<ServerEnv>, scope: Scope) => Promise<{ key: SessionKey; head: SessionHead }>;

/** Adds the routes to those of sessions; `open` finds the session of the path. */
export function addConversationRoutes(app: Hono<ServerEnv>, db: SurrealDb, open: OpenSession): void {
  const openConversation = async (
    c: Context<ServerEnv>,
  ): Promise<{ key: ConversationOf; members: readonly string[] }> => {
    const { key, head } = await open(c, "read");
    if (key.kind === "workflow") throw new HttpError(422, "A workflow's session has runs, and no turns.");
    return { key: { ...key, kind: key.kind }, members: head.agents ?? [] };
  };

  app.get("/:id/turns", async (c) => {
    const { key, members } = await openConversation(c);
    const url = new URL(c.req.url);
    const limit = countOf(url, "limit", { byDefault: 50, max: 200 });
    const total = await countTurns(db, key);
    const runId = c.req.query("run_id");
    const place = runId === undefined ? Math.max(0, total - 1) : await placeOf(db, key, runId);
    const page = countOf(url, "page", { byDefault: Math.floor(place / limit) + 1, max: 1_000_000 });
    const first = 2 * limit * (page - 1);
    const turns = await listTurnsBetween(db, key, first, first + 2 * limit);
    const asks = await memberTurns(db, key, members, turns);
    return json(c, {
      total,
      page,
      ...(runId === undefined ? {} : { place }),
      turns: turns.map((turn) => ({ ...toTurn(turn), members: asks.get(turn.question.run_id) ?? [] })),
    });
  });

  app.get("/:id/usage", async (c) => {
    const { key } = await openConversation(c);
    return json(c, await usageOf(db, key));
  });
}

/** Questions have the even numbers; a turn that was purged leaves its place empty. */
async function countTurns(db: SurrealDb, { kind, name, sessionId }: ConversationOf): Promise<number> {
  const sequence = new RecordId("session_sequences", [kind, name, sessionId]);
  const [[counter]] = await db.query<[{ next: number }[]]>("SELECT next FROM $sequence", { sequence });
  return Math.ceil((counter?.next ?? 0) / 2);
}

async function placeOf(db: SurrealDb, key: ConversationOf, runId: string): Promise<number> {
  const turn = await findTurn(db, key, runId);
  if (turn === undefined) throw new HttpError(404, "There is no run of this id in this session.");
  return turn.question.id.id[2] / 2;
}

/** A turn as the studio shows it: rows with plain ids, and nothing of who works on it. */
function toTurn({ question, answer, toolCalls }: TurnRecord): Record<string, unknown> {
  const { parts, error_code, error_message } = question;
  const isOpen = answer === undefined && error_code === undefined;
  return {
    place: question.id.id[2] / 2,
    run_id: question.run_id,
    status: answer !== undefined ? "success" : isOpen ? "running" : "error",
    created_at: question.timestamp,
    user_id: question.user_id,
    metadata: question.metadata,
    workflow_run: question.workflow_run?.id,
    workflow_step: question.workflow_step,
    team_run: question.team_run,
    content: question.content,
    files: parts?.filter((part) => (part as { type?: unknown }).type !== "text").map(describeFile),
    error_code,
    error_message,
    ...(isOpen && question.waiting_for !== undefined ? { waiting_for: question.waiting_for } : {}),
    answer:
      answer === undefined
        ? undefined
        : {
            content: answer.content,
            output: answer.output,
            model: answer.model,
            usage: answer.usage,
            duration_ms: answer.duration_ms,
            finish_reason: answer.finish_reason,
            created_at: answer.timestamp,
          },
    tool_calls: toolCalls.map(({ approval, ...call }) => ({
      ...call,
      id: undefined,
      ...(approval === undefined ? {} : { approval: { ...approval, token: undefined } }),
    })),
  };
}

/** A file's name and kind; its bytes are the model's. */
function describeFile(part: unknown): object {
  const { type, filename, mediaType } = part as { type?: unknown; filename?: unknown; mediaType?: unknown };
  return { type, name: filename, media_type: mediaType };
}

/** The turns that a team's turns asked of its members, by the team's run. */
async function memberTurns(
  db: SurrealDb,
  key: ConversationOf,
  members: readonly string[],
  turns: readonly TurnRecord[],
): Promise<Map<string, object[]>> {
  const asked = new Map<string, object[]>();
  const first = turns[0];
  if (key.kind !== "team" || first === undefined || members.length === 0) return asked;
  const runs = turns.map(({ question }) => question.run_id);
  const text = members.map(
    (_, index) =>
      `SELECT id, run_id, team_run, timestamp FROM agent_messages:[$member${index}, $sessionId, 0]..[$member${index}, $sessionId, ..] WHERE team_run IN $runs`,
  );
  const names = Object.fromEntries(members.map((name, index) => [`member${index}`, name]));
  const found = await db.query<{ run_id: string; team_run: string }[][]>(text.join(";"), {
    ...names,
    sessionId: key.sessionId,
    runs,
  });
  for (const [index, rows] of found.entries())
    for (const { run_id, team_run } of rows)
      asked.set(team_run, [...(asked.get(team_run) ?? []), { kind: "agent", name: members[index], run_id }]);
  return asked;
}

/** What all answers of a conversation have used. */
async function usageOf(db: SurrealDb, { kind, name, sessionId }: ConversationOf): Promise<object> {
  const [[sums]] = await db.query<[(Usage & { answers: number; duration_ms: number })[]]>(
    `SELECT count() AS answers, math::sum(usage.input_tokens ?? 0) AS input_tokens,
       math::sum(usage.output_tokens ?? 0) AS output_tokens, math::sum(usage.total_tokens ?? 0) AS total_tokens,
       math::sum(duration_ms ?? 0) AS duration_ms
     FROM ${kind}_messages:[$name, $sessionId, 0]..[$name, $sessionId, ..] WHERE role = 'assistant' GROUP ALL`,
    { name, sessionId },
  );
  return sums ?? { answers: 0, input_tokens: 0, output_tokens: 0, total_tokens: 0, duration_ms: 0 };
}
