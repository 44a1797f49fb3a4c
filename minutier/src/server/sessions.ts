/** Sessions' rows as the server needs them, and whose they are. */
import { Agent, RecordId, type SurrealDb, Team, Workflow } from "../index.ts";
import type { ComponentKind, Components } from "./components.ts";
import { HttpError } from "./http-error.ts";

/** A session of something served. */
export interface SessionKey {
  kind: ComponentKind;
  name: string;
  sessionId: string;
}

/** A session's row without its messages and state; `session_name` and, on a workflow's, `user_id` are the server's. */
export interface SessionHead {
  id: RecordId<string, [string, string]>;
  session_id: string;
  session_name?: string;
  user_id?: string;
  metadata?: Record<string, unknown>;
  message_count?: number;
  agents?: string[];
  created_at: Date;
  updated_at: Date;
}

/** The columns to read: `*` would compute all messages. */
const columns = "id, session_id, session_name, user_id, metadata, message_count, agents, created_at, updated_at";

/** The sessions' table of each kind. */
export const sessionTables = {
  agent: "agent_sessions",
  team: "team_sessions",
  workflow: "workflow_sessions",
} as const;

/** The field of a session's row that names its agent, team or workflow. */
const nameFields = { agent: "agent_name", team: "team_name", workflow: "workflow_name" } as const;

/** A session's record. */
function sessionRecord({ kind, name, sessionId }: SessionKey): RecordId<string, [string, string]> {
  return new RecordId(sessionTables[kind], [name, sessionId]);
}

/** A row's key, for whoever has only the row. */
export function keyOf(kind: ComponentKind, head: SessionHead): SessionKey {
  return { kind, name: head.id.id[0], sessionId: head.id.id[1] };
}

/** The session, when it is there and the owner's; `owner` undefined sees everybody's. */
export async function findSession(
  db: SurrealDb,
  key: SessionKey,
  owner: string | undefined,
): Promise<SessionHead | undefined> {
  const [[head]] = await db.query<[SessionHead[]]>(`SELECT ${columns} FROM $id`, { id: sessionRecord(key) });
  return head !== undefined && (owner === undefined || head.user_id === owner) ? head : undefined;
}

/** All served sessions of this id that are the owner's, by kind and name; the newest first. */
export async function findSessions(
  db: SurrealDb,
  components: Components,
  query: { sessionId: string; kind?: ComponentKind | undefined; name?: string | undefined; owner: string | undefined },
): Promise<{ kind: ComponentKind; head: SessionHead }[]> {
  const kinds = query.kind === undefined ? (["agent", "team", "workflow"] as const) : [query.kind];
  const keys = kinds.flatMap((kind) =>
    [...components[kind].keys()]
      .filter((name) => query.name === undefined || name === query.name)
      .map((name): SessionKey => ({ kind, name, sessionId: query.sessionId })),
  );
  const found = await Promise.all(
    keys.map(async (key) => ({ kind: key.kind, head: await findSession(db, key, query.owner) })),
  );
  return found
    .filter((each): each is { kind: ComponentKind; head: SessionHead } => each.head !== undefined)
    .toSorted((a, b) => b.head.updated_at.getTime() - a.head.updated_at.getTime());
}

/**
 * Makes the session the owner's before anything runs in it, in one statement, so that of two users who name one new
 * session one gets it. Throws 404 when it is somebody else's.
 */
export async function claimSession(
  db: SurrealDb,
  components: Components,
  key: SessionKey,
  owner: string,
  given: { metadata?: Record<string, unknown> | undefined; session_name?: string | undefined } = {},
): Promise<void> {
  const found = await findSession(db, key, undefined);
  if (found === undefined) await createSession(db, components, key, { ...given, user_id: owner });
  if ((found ?? (await findSession(db, key, undefined)))?.user_id !== owner)
    throw new HttpError(404, "There is no session of this id.");
}

/** Creates the session's row unless it is there; says whether it was created. */
export async function createSession(
  db: SurrealDb,
  components: Components,
  key: SessionKey,
  given: {
    metadata?: Record<string, unknown> | undefined;
    session_name?: string | undefined;
    user_id?: string | undefined;
  },
): Promise<boolean> {
  const now = new Date();
  const row = {
    id: sessionRecord(key),
    [nameFields[key.kind]]: key.name,
    session_id: key.sessionId,
    user_id: given.user_id,
    session_name: given.session_name,
    created_at: now,
    updated_at: now,
    ...ownFields(components, key, given.metadata ?? {}),
  };
  const [created] = await db.query<[unknown[]]>(`INSERT IGNORE INTO ${sessionTables[key.kind]} $row RETURN VALUE id`, {
    row,
  });
  return created.length > 0;
}

/** What the library would write of its own at the session's first run. */
function ownFields(components: Components, { kind, name }: SessionKey, metadata: Record<string, unknown>): object {
  if (kind === "workflow") {
    const workflow = components.workflow.get(name);
    return { state: workflow === undefined ? {} : Workflow.definitionOf(workflow).initialState };
  }
  if (kind === "agent") return { metadata, message_count: 0 };
  const team = components.team.get(name);
  const { members, state } = team === undefined ? { members: new Map(), state: {} } : Team.definitionOf(team);
  return { metadata, message_count: 0, agents: [...members.keys()], state: state ?? {} };
}

/** The sessions of one kind, a page of them, with how many there are. */
export async function listSessions(
  db: SurrealDb,
  components: Components,
  query: {
    kind: ComponentKind;
    name?: string | undefined;
    owner: string | undefined;
    userId?: string | undefined;
    text?: string | undefined;
    limit: number;
    page: number;
    sortBy: "created_at" | "updated_at";
    descending: boolean;
  },
): Promise<{ heads: SessionHead[]; total: number }> {
  const { kind, limit, page } = query;
  const names = [...components[kind].keys()].filter((name) => query.name === undefined || name === query.name);
  const user = query.owner ?? query.userId;
  const where = [
    `${nameFields[kind]} IN $names`,
    ...(user === undefined ? [] : ["user_id = $user"]),
    ...(query.text === undefined ? [] : [`string::contains(string::lowercase(${shownName(kind)}), $text)`]),
  ].join(" AND ");
  const order = `${query.sortBy} ${query.descending ? "DESC" : "ASC"}`;
  // Engine 3.0.2 computes every session's messages for a WHERE over the table itself, whatever is selected, and in a
  // LET or RETURN: 1 s for one conversation of 10,000 messages.
  const found = `(SELECT ${columns}, ${nameFields[kind]} FROM ${sessionTables[kind]}) WHERE ${where}`;
  const [heads, [counted]] = await db.query<[SessionHead[], { total: number }[]]>(
    `SELECT ${columns} FROM ${found} ORDER BY ${order} LIMIT $limit START $start;
     SELECT count() AS total FROM ${found} GROUP ALL`,
    { names, user, text: query.text?.toLowerCase(), limit, start: (page - 1) * limit },
  );
  return { heads, total: counted?.total ?? 0 };
}

/** The name that a session is listed by, with its id: what is seen is found. */
function shownName(kind: ComponentKind): string {
  const first =
    kind === "workflow" ? "''" : `type::record('${kind}_messages', [${nameFields[kind]}, session_id, 0]).content`;
  return `(session_name ?? ${first} ?? '') + ' ' + session_id`;
}

/** The first question of each conversation, which is its name until it is given one. */
export async function firstQuestions(db: SurrealDb, keys: readonly SessionKey[]): Promise<Map<string, string>> {
  const conversations = keys.filter(({ kind }) => kind !== "workflow");
  if (conversations.length === 0) return new Map();
  // A statement each: the engine reads a list of record ids in a variable as no table.
  const text = conversations.map((_, index) => `SELECT VALUE content FROM $id${index}`).join(";");
  const ids = conversations.map(({ kind, name, sessionId }, index) => [
    `id${index}`,
    new RecordId(`${kind}_messages`, [name, sessionId, 0]),
  ]);
  const found = await db.query<string[][]>(text, Object.fromEntries(ids) as Record<string, unknown>);
  const names = conversations.map(({ name, sessionId }, index): [string, string | undefined] => [
    JSON.stringify([name, sessionId]),
    found[index]?.[0]?.slice(0, 100),
  ]);
  return new Map(names.filter((each): each is [string, string] => each[1] !== undefined));
}

/** The model that the session's component asks, when it asks one itself. */
export function modelOf(components: Components, { kind, name }: SessionKey): unknown {
  const agent = kind === "agent" ? components.agent.get(name) : undefined;
  if (agent !== undefined) return Agent.definitionOf(agent).model;
  const team = kind === "team" ? components.team.get(name) : undefined;
  return team === undefined ? undefined : Team.definitionOf(team).model;
}
