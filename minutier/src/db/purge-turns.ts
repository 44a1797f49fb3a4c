/** The turns of conversations, as a purge reads and deletes them. */
import { BoundExcluded, BoundIncluded, RecordId, RecordIdRange } from "surrealdb";

import type { Database } from "./database.ts";
import { type Closing, type Eraser, type Group, runningRuns } from "./purge-eraser.ts";
import { both, readAll, readRanges, scan, selectMatching } from "./purge-scan.ts";
import { fixed, literal, type Statement, surql } from "./statement.ts";

/** Names one conversation. */
export interface Conversation {
  kind: "agent" | "team";
  name: string;
  sessionId: string;
}

/** A conversation as its session's row showed it. */
export interface SeenConversation extends Conversation {
  /** The first message number that was not given out then. */
  end: number;
}

/** A question with its answer. */
export interface Turn {
  conversation: Conversation;
  /** The question's number. */
  number: number;
  /** Of the question and the answer, as far as they are there. */
  ids: readonly RecordId[];
  runId: string | undefined;
  workflowRun: RecordId | undefined;
  teamRun: string | undefined;
  /** By the clock of the process that asked, in milliseconds. */
  askedAtMs: number;
  /** Whether the question fits the condition that was asked. */
  matches: boolean;
  /** Asked not long ago, neither answered nor failed. */
  underWay: boolean;
}

interface MessageFields {
  id: RecordId<string, [string, string, number]>;
  role: string;
  timestamp?: Date;
  run_id?: string;
  workflow_run?: RecordId;
  team_run?: string;
  failed: boolean;
  matches?: boolean;
}

/** A question without an answer or an error counts as under way for so long; after that its process is dead. */
export const underWayMs: number = 24 * 60 * 60 * 1000;

/** How many messages of one session are read with those of others. */
const firstMessages = 200;

const tables = {
  agent: { session: "agent_sessions", messages: "agent_messages", toolCalls: "agent_tool_calls" },
  team: { session: "team_sessions", messages: "team_messages", toolCalls: "team_tool_calls" },
} as const;

/** The turns of one kind, or of one conversation, page by page in the order of their ids. */
export async function* turnsOf(
  database: Database,
  of: Conversation | { kind: "agent" | "team" },
  question?: Statement,
): AsyncGenerator<Turn[]> {
  const table = tables[of.kind].messages;
  const range = "name" in of ? rangeOf(of) : undefined;
  const pages = scan<MessageFields>(database, {
    table,
    select: selectMessages(question),
    begin: range?.begin,
    end: range?.end,
    take: wholeTurns,
  });
  for await (const rows of pages) yield toTurns(of.kind, rows);
}

/** The fields that a purge needs of a message; not its content. */
function selectMessages(question?: Statement): Statement {
  // Whether a step that waits for a person may still go on, its run says.
  const failed = "(error_code != NONE OR (waiting_for != NONE AND workflow_run != NONE)) AS failed";
  const fields = `id, role, timestamp, run_id, workflow_run, team_run, ${failed}`;
  if (question === undefined) return fixed(fields);
  return selectMatching(fields, both(fixed("role = 'user'"), question));
}

/** A question at a page's end is read again with its answer. */
function wholeTurns(rows: readonly MessageFields[]): number {
  const last = rows.at(-1)?.id.id[2] ?? 1;
  return last % 2 === 0 && rows.length > 1 ? rows.length - 1 : rows.length;
}

function toTurns(kind: "agent" | "team", rows: readonly MessageFields[]): Turn[] {
  const turns: (Turn & { ids: RecordId[] })[] = [];
  const young = Date.now() - underWayMs;
  for (const row of rows) {
    const key: unknown = row.id.id;
    // Not a row of this library's.
    if (!Array.isArray(key) || key.length !== 3 || typeof key[2] !== "number") continue;
    const [name, sessionId, number] = key as [string, string, number];
    const last = turns.at(-1);
    if (number % 2 === 1 && last?.number === number - 1 && isOf(last.conversation, name, sessionId)) {
      last.ids.unshift(row.id);
      last.workflowRun ??= row.workflow_run;
      last.underWay = false;
      continue;
    }
    const askedAtMs = row.timestamp instanceof Date ? row.timestamp.getTime() : 0;
    turns.push({
      conversation: { kind, name, sessionId },
      number: number - (number % 2),
      ids: [row.id],
      runId: row.run_id,
      workflowRun: row.workflow_run,
      teamRun: row.team_run,
      matches: row.matches === true,
      askedAtMs,
      underWay: row.role === "user" && !row.failed && askedAtMs > young,
    });
  }
  return turns;
}

function isOf(conversation: Conversation, name: string, sessionId: string): boolean {
  return conversation.name === name && conversation.sessionId === sessionId;
}

/** Says which turns of a page are to be deleted. */
export type Choice = (turns: readonly Turn[]) => ReadonlySet<Turn> | Promise<ReadonlySet<Turn>>;

/**
 * Deletes the turns that `choose` names, with their tool calls; a session that has nothing left goes with its
 * last.
 */
export async function eraseTurns(
  database: Database,
  eraser: Eraser,
  pages: AsyncIterable<Turn[]>,
  choose: Choice,
): Promise<void> {
  // A group waits until it is known whether it is the last of its session.
  let held: { group: Group; of: Conversation } | undefined;
  let current: Conversation | undefined;
  let survivors = false;
  const endSession = async (): Promise<void> => {
    if (held !== undefined) await eraser.erase({ ...held.group, closing: closingOf(held.of, !survivors) });
    held = undefined;
    survivors = false;
  };
  for await (const turns of pages) {
    eraser.checkSignal();
    const chosen = await choose(turns);
    const groups = await groupsOf(database, chosen);
    for (const turn of turns) {
      const { conversation } = turn;
      if (current === undefined || !isOf(current, conversation.name, conversation.sessionId)) await endSession();
      current = conversation;
      const group = groups.get(turn);
      if (group === undefined) {
        survivors = true;
        continue;
      }
      if (held !== undefined) await eraser.erase(held.group);
      held = { group, of: conversation };
    }
  }
  await endSession();
}

/** Each turn's rows with those of its tool calls, which stand under the number of its answer. */
async function groupsOf(database: Database, turns: ReadonlySet<Turn>): Promise<Map<Turn, Group>> {
  const groups = new Map<Turn, Group>();
  for (const some of chunksOf(neighbours(turns), 50)) {
    const results = await readAll(database, some.map(selectToolCalls));
    for (const [index, session] of some.entries()) {
      const calls = Map.groupBy((results?.[index] as ToolCallId[] | undefined) ?? [], ({ id }) => id[2]);
      for (const turn of session) {
        const ids = [...(calls.get(turn.number + 1) ?? []), ...turn.ids];
        groups.set(turn, { ids, run: turn.workflowRun });
      }
    }
  }
  return groups;
}

type ToolCallId = RecordId<string, [string, string, number, number]>;

/** The turns by session, in their order. */
function neighbours(turns: ReadonlySet<Turn>): Turn[][] {
  const sessions: Turn[][] = [];
  for (const turn of turns) {
    const last = sessions.at(-1);
    const { name, sessionId } = turn.conversation;
    if (last?.[0] !== undefined && isOf(last[0].conversation, name, sessionId)) last.push(turn);
    else sessions.push([turn]);
  }
  return sessions;
}

/** The tool calls of the first turn, of the last one and of those between. */
function selectToolCalls(turns: readonly Turn[]): Statement {
  const [first, last] = [turns[0], turns.at(-1)] as [Turn, Turn];
  const { kind, name, sessionId } = first.conversation;
  const table = literal(tables[kind].toolCalls);
  return surql`SELECT VALUE id FROM ${table}:[${name}, ${sessionId}, ${first.number + 1}]..[${name}, ${sessionId}, ${last.number + 2}]`;
}

/** The session's row and its counter, which go when no message is left; whoever opens a turn writes both. */
export function closingOf(conversation: Conversation, expected: boolean): Closing {
  const { kind, name, sessionId } = conversation;
  const ids = [
    new RecordId(tables[kind].session, [name, sessionId]),
    new RecordId("session_sequences", [kind, name, sessionId]),
  ];
  return {
    ids,
    expected,
    statements: [
      surql`LET $left = (SELECT VALUE id FROM ${rangeOf(conversation)} LIMIT 1)`,
      surql`IF $left = [] { (DELETE ${ids} RETURN VALUE $before.id) } ELSE { [] }`,
    ],
  };
}

function rangeOf({ kind, name, sessionId }: Conversation): RecordIdRange {
  const begin = new BoundIncluded([name, sessionId, 0]);
  return new RecordIdRange(tables[kind].messages, begin, new BoundExcluded([name, sessionId, Number.MAX_SAFE_INTEGER]));
}

/** A conversation, and its turns page by page. */
export interface ReadConversation {
  conversation: SeenConversation;
  pages: () => AsyncIterable<Turn[]> | Turn[][];
}

/** The turns of several conversations: the first ones in one round trip, of a long one the others when asked. */
export async function readConversations(
  database: Database,
  conversations: readonly SeenConversation[],
): Promise<ReadConversation[]> {
  const pages = await readRanges<MessageFields>(database, selectMessages(), conversations.map(rangeOf), firstMessages);
  return conversations.map((conversation, index) => {
    const rows = pages[index] ?? [];
    const turns = rows.length < firstMessages ? [toTurns(conversation.kind, rows)] : undefined;
    return { conversation, pages: () => turns ?? turnsOf(database, conversation) };
  });
}

/** Those of which a turn is under way or was since they were seen, or a workflow's run that they are part of. */
export async function underWayAmong(
  database: Database,
  conversations: readonly ReadConversation[],
): Promise<Set<ReadConversation>> {
  const busy = new Set<ReadConversation>();
  let runs = new Map<string, { run: RecordId; of: ReadConversation[] }>();
  const askRuns = async (): Promise<void> => {
    const running = await runningRuns(
      database,
      [...runs.values()].map(({ run }) => run),
    );
    for (const run of running) for (const each of runs.get(String(run))?.of ?? []) busy.add(each);
    runs = new Map();
  };
  for (const each of conversations) {
    for await (const turns of each.pages()) {
      if (turns.some((turn) => turn.underWay || isYounger(turn, each.conversation.end))) busy.add(each);
      for (const { workflowRun: run } of turns) {
        if (run === undefined) continue;
        const known = runs.get(String(run));
        if (known === undefined) runs.set(String(run), { run, of: [each] });
        else if (known.of.at(-1) !== each) known.of.push(each);
      }
      if (runs.size >= 1000) await askRuns();
    }
  }
  await askRuns();
  return busy;
}

/**
 * Whether the turn began after its session's row said that numbers were given out up to `end`: a purge by what the row
 * says must not delete it. Numbers of rows made by hand may be past the end, so the time has a say.
 */
export function isYounger({ number, askedAtMs }: Turn, end: number): boolean {
  return number >= end && askedAtMs > Date.now() - 60_000;
}

/** The items, so many at a time. */
export function* chunksOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
