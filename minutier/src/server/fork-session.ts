/** A conversation copied into a new session, to go on from there in another way. */
import { createId } from "../ids.ts";
import { RecordId, type StoredMessageRow, type SurrealDb, type ToolCallRow } from "../index.ts";
import { HttpError } from "./http-error.ts";
import type { SessionHead } from "./sessions.ts";
import type { ConversationOf } from "./turn-records.ts";

/** They are read, and written again, in one piece. */
const maxMessages = 10_000;

/**
 * Copies what was asked and answered, with the tool calls; a turn that failed, waits or is under way stays behind. The
 * copies keep their `run_id`, their metadata and their workflow's run, so that an erasure finds them. Gives the new id.
 */
export async function forkSession(
  db: SurrealDb,
  key: ConversationOf,
  head: SessionHead,
  user: string | undefined,
): Promise<string> {
  const { kind, name, sessionId } = key;
  if ((head.message_count ?? 0) > maxMessages)
    throw new HttpError(422, `A session of more than ${maxMessages} messages is not forked.`);
  const [messages, calls, [sequence]] = await db.query<
    [StoredMessageRow[], ToolCallRow[], { next: number; state?: object }[]]
  >(
    `SELECT * FROM ${kind}_messages:[$name, $sessionId, NONE]..=[$name, $sessionId, ..];
     SELECT * FROM ${kind}_tool_calls:[$name, $sessionId, NONE]..=[$name, $sessionId, ..];
     SELECT next, state FROM $sequence`,
    { name, sessionId, sequence: new RecordId("session_sequences", [kind, name, sessionId]) },
  );
  const answered = new Set(messages.filter(({ role }) => role === "assistant").map(({ id }) => id.id[2]));
  const forked = createId();
  /** Who worked on a turn, and as what step, is the original's. */
  const copy = ({ holder: _holder, lease_until: _lease, workflow_step: _step, ...row }: StoredMessageRow): object => ({
    ...row,
    id: new RecordId(`${kind}_messages`, [name, forked, row.id.id[2]]),
  });
  const copies = messages.filter(({ id, role }) => answered.has(role === "user" ? id.id[2] + 1 : id.id[2])).map(copy);
  const toolCalls = calls
    .filter(({ id }) => answered.has(id.id[2]))
    .map((row) => ({ ...row, id: new RecordId(`${kind}_tool_calls`, [name, forked, row.id.id[2], row.id.id[3]]) }));
  const now = new Date();
  const fork = {
    id: new RecordId(`${kind}_sessions`, [name, forked]),
    [`${kind}_name`]: name,
    session_id: forked,
    forked_from: sessionId,
    message_count: sequence?.next ?? 0,
    metadata: head.metadata ?? {},
    ...(user === undefined ? {} : { user_id: user }),
    ...(head.session_name === undefined ? {} : { session_name: head.session_name }),
    ...(head.agents === undefined ? {} : { agents: head.agents, state: sequence?.state ?? {} }),
    created_at: now,
    updated_at: now,
  };
  const state = sequence?.state === undefined ? {} : { state: sequence.state };
  await db.query(
    `BEGIN; INSERT INTO ${kind}_messages $copies RETURN NONE; INSERT INTO ${kind}_tool_calls $toolCalls RETURN NONE;
     INSERT INTO ${kind}_sessions $fork RETURN NONE; INSERT INTO session_sequences $counter RETURN NONE; COMMIT`,
    {
      copies,
      toolCalls,
      fork,
      counter: { id: new RecordId("session_sequences", [kind, name, forked]), next: sequence?.next ?? 0, ...state },
    },
  );
  return forked;
}
