/** Sessions as AgentOS shows them. */
import type { ServerContext } from "./server-context.ts";
import { firstQuestions, type SessionHead, type SessionKey } from "./sessions.ts";
import { listTurns } from "./turn-records.ts";

/** A session in a list; `names` are the first questions, for those without a name of their own. */
export function toSessionSchema(
  { kind, name, sessionId }: SessionKey,
  head: SessionHead,
  names: ReadonlyMap<string, string>,
): Record<string, unknown> {
  return {
    session_id: sessionId,
    session_name: head.session_name ?? names.get(JSON.stringify([name, sessionId])) ?? name,
    session_type: kind,
    [`${kind}_id`]: name,
    user_id: head.user_id ?? null,
    session_state: null,
    session_summary: null,
    metadata: head.metadata ?? null,
    created_at: head.created_at,
    updated_at: head.updated_at,
  };
}

/** A session by itself: with its state, and what was said in it last. */
export async function toSessionDetail(
  { settings: { db } }: ServerContext,
  key: SessionKey,
  head: SessionHead,
): Promise<Record<string, unknown>> {
  const schema = toSessionSchema(key, head, await firstQuestions(db, [key]));
  const [[row]] = await db.query<[{ state?: unknown }[]]>("SELECT state FROM $id", { id: head.id });
  const session_state = row?.state ?? null;
  if (key.kind === "workflow") return { ...schema, session_state };
  const turns = await listTurns(db, { ...key, kind: key.kind });
  const usages = turns.flatMap(({ answer }) => (answer?.usage === undefined ? [] : [answer.usage]));
  return {
    ...schema,
    session_state,
    total_tokens: usages.reduce((sum, usage) => sum + usage.total_tokens, 0),
    chat_history: turns.flatMap(({ question, answer }) =>
      (answer === undefined ? [question] : [question, answer]).map(({ role, content, timestamp }) => ({
        role,
        content,
        created_at: timestamp,
      })),
    ),
  };
}
