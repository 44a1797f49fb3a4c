/**
 * `db.sessions.purge`: deletes sessions with their messages and tool calls, and what a person said in others.
 *
 * A session's messages go before its row: what an interruption leaves is a session, and the next purge finds it.
 */
import type { RecordId } from "surrealdb";

import type { Database } from "./database.ts";
import { Eraser } from "./purge-eraser.ts";
import { collectTeamRuns } from "./purge-lot.ts";
import {
  checkPurgeOptions,
  checkSessionFilter,
  type PurgeOptions,
  type PurgeResult,
  type PurgeSettings,
  type SessionConditions,
  type SessionPurgeFilter,
} from "./purge-options.ts";
import { both, pageOf, scan, selectMatching } from "./purge-scan.ts";
import {
  chunksOf,
  closingOf,
  type Conversation,
  isYounger,
  eraseTurns,
  type ReadConversation,
  readConversations,
  type SeenConversation,
  type Turn,
  turnsOf,
  underWayAmong,
} from "./purge-turns.ts";
import { sessionsWithoutRuns, workflowClosing } from "./purge-workflow-sessions.ts";
import { fixed, surql } from "./statement.ts";

/** Sessions whose rows are read at once: a page of a table with a computed field begins at the table's start. */
const sessionPage = 5000;

/** Conversations that are read in one round trip. */
const conversationsAtOnce = 50;

interface SessionFields {
  id: RecordId<string, [string, string]>;
  matches: boolean;
  message_count?: number;
}

/** Deletes, or counts, the sessions that fit the filter. */
export async function purgeSessions(
  database: Database,
  filter: SessionPurgeFilter,
  options: PurgeOptions = {},
): Promise<PurgeResult> {
  const conditions = checkSessionFilter(filter);
  const settings = checkPurgeOptions(options);
  if (settings.dryRun || settings.onProgress === undefined) return purge(database, conditions, settings, 0);
  const counting = new Eraser(database, { ...settings, dryRun: true });
  await new SessionPurge(database, conditions, counting).run();
  return purge(database, conditions, settings, counting.done);
}

async function purge(
  database: Database,
  conditions: SessionConditions,
  settings: PurgeSettings,
  total: number,
): Promise<PurgeResult> {
  const eraser = new Eraser(database, settings, total);
  const kept = await new SessionPurge(database, conditions, eraser).run();
  return { dryRun: settings.dryRun, deleted: eraser.deleted, kept };
}

class SessionPurge {
  readonly #database: Database;
  readonly #conditions: SessionConditions;
  readonly #eraser: Eraser;
  /** Of agents and teams, when single turns are looked for as well: the sessions that were seen to go or to stay. */
  readonly #seen = new Set<string>();
  #kept = 0;

  constructor(database: Database, conditions: SessionConditions, eraser: Eraser) {
    this.#database = database;
    this.#conditions = conditions;
    this.#eraser = eraser;
  }

  /** How many stay. */
  async run(): Promise<number> {
    for (const kind of this.#conditions.kinds) {
      if (kind === "workflow") await this.#purgeWorkflowSessions();
      else await this.#purgeConversations(kind);
    }
    await this.#eraser.flush();
    return this.#kept;
  }

  async #purgeConversations(kind: "agent" | "team"): Promise<void> {
    for (let from: RecordId | undefined, more = true; more;) {
      this.#eraser.checkSignal();
      const rows: SessionFields[] = await pageOf(
        this.#database,
        selectMatching("id, message_count", this.#conditions.session),
        `${kind}_sessions`,
        from === undefined ? undefined : surql`id > ${from}`,
        sessionPage,
      );
      const wanted = rows.filter((row) => row.matches && this.#isNamed(row.id.id));
      await this.#purgeSome(
        wanted.map(({ id: { id }, message_count: end = 0 }) => ({ kind, name: id[0], sessionId: id[1], end })),
      );
      from = rows.at(-1)?.id;
      more = rows.length === sessionPage;
    }
    if (this.#conditions.question !== undefined) await this.#purgeTurns(kind);
  }

  /** Those of which nothing is under way; of a team, its members' turns first. */
  async #purgeSome(conversations: readonly SeenConversation[]): Promise<void> {
    const teams: SeenConversation[] = [];
    for (const some of chunksOf(conversations, conversationsAtOnce)) {
      const read = await readConversations(this.#database, some);
      const busy = await underWayAmong(this.#database, read);
      this.#kept += busy.size;
      if (this.#conditions.question !== undefined) for (const each of some) this.#seen.add(keyOf(each));
      for (const each of read) {
        if (each.conversation.kind === "team" && !busy.has(each)) teams.push(each.conversation);
      }
      await this.#erase(read.filter((each) => each.conversation.kind === "agent" && !busy.has(each)));
    }
    if (teams.length > 0) await this.#purgeMembersOf(teams);
    for (const some of chunksOf(teams, conversationsAtOnce))
      await this.#erase(await readConversations(this.#database, some));
    await this.#eraser.flush();
  }

  /** Turns that began since the sessions were seen stay. */
  async #erase(conversations: readonly ReadConversation[]): Promise<void> {
    const ends = new Map(conversations.map(({ conversation }) => [keyOf(conversation), conversation.end]));
    const silent = new Set(conversations.map(({ conversation }) => conversation));
    const choose = (turns: readonly Turn[]): Set<Turn> =>
      new Set(turns.filter((turn) => !isYounger(turn, ends.get(keyOf(turn.conversation)) ?? 0)));
    await eraseTurns(this.#database, this.#eraser, pagesOf(conversations, silent), choose);
    for (const conversation of silent) await this.#eraser.erase({ ids: [], closing: closingOf(conversation, true) });
  }

  /** A member's turn names the team's turn that asked it. What this purge finds by itself is left to its own place. */
  async #purgeMembersOf(teams: readonly SeenConversation[]): Promise<void> {
    const database = this.#database;
    const { kinds, question } = this.#conditions;
    const keys = new Map(teams.map((team) => [keyOf(team), team.end]));
    const teamRuns = await collectTeamRuns(database, this.#eraser, (turn) => {
      const end = keys.get(keyOf(turn.conversation));
      return end !== undefined && !isYounger(turn, end);
    });
    if (teamRuns.size === 0) return;
    for (const kind of ["agent", "team"] as const) {
      const own = kinds.includes(kind) ? await this.#matchingAmong(kind, teams) : new Set<string>();
      const isMembers = ({ teamRun, matches, conversation }: Turn): boolean => {
        if (teamRun === undefined || !teamRuns.has(teamRun) || own.has(keyOf(conversation))) return false;
        return !(matches && kinds.includes(kind) && this.#isNamed([conversation.name, conversation.sessionId]));
      };
      const choose = (turns: readonly Turn[]): Set<Turn> => new Set(turns.filter(isMembers));
      await eraseTurns(database, this.#eraser, turnsOf(database, { kind }, question), choose);
    }
    await this.#eraser.flush();
  }

  /** The sessions of this kind that fit the filter, among those with the teams' session ids, which members share. */
  async #matchingAmong(kind: "agent" | "team", teams: readonly Conversation[]): Promise<Set<string>> {
    const ids = [...new Set(teams.map(({ sessionId }) => sessionId))];
    const rows = await pageOf<SessionFields>(
      this.#database,
      fixed("id, true AS matches"),
      `${kind}_sessions`,
      both(this.#conditions.session, surql`session_id IN ${ids}`),
    );
    const named = rows.filter((row) => this.#isNamed(row.id.id));
    return new Set(named.map(({ id: { id } }) => keyOf({ kind, name: id[0], sessionId: id[1] })));
  }

  /** Turns that the person asked in sessions that are not his. */
  async #purgeTurns(kind: "agent" | "team"): Promise<void> {
    const choose = async (turns: readonly Turn[]): Promise<Set<Turn>> => {
      const fitting = turns.filter(
        ({ conversation, matches }) =>
          matches && this.#isNamed([conversation.name, conversation.sessionId]) && !this.#seen.has(keyOf(conversation)),
      );
      const conversations = new Map(
        fitting.map(({ conversation }) => [keyOf(conversation), { ...conversation, end: Number.POSITIVE_INFINITY }]),
      );
      for (const some of chunksOf([...conversations.values()], conversationsAtOnce)) {
        const read = await readConversations(this.#database, some);
        for (const { conversation } of await underWayAmong(this.#database, read)) {
          this.#seen.add(keyOf(conversation));
          conversations.delete(keyOf(conversation));
          this.#kept += 1;
        }
      }
      return new Set(fitting.filter(({ conversation }) => conversations.has(keyOf(conversation))));
    };
    await eraseTurns(
      this.#database,
      this.#eraser,
      turnsOf(this.#database, { kind }, this.#conditions.question),
      choose,
    );
    await this.#eraser.flush();
  }

  /** Those that have no run any more. */
  async #purgeWorkflowSessions(): Promise<void> {
    const pages = scan<SessionFields>(this.#database, {
      table: "workflow_sessions",
      select: selectMatching("id", this.#conditions.session),
      size: sessionPage,
    });
    for await (const rows of pages) {
      this.#eraser.checkSignal();
      const wanted = rows.filter((row) => row.matches && this.#isNamed(row.id.id)).map(({ id }) => id);
      if (wanted.length === 0) continue;
      const empty = await sessionsWithoutRuns(this.#database, wanted);
      this.#kept += wanted.length - empty.length;
      for (const { id, updatedAt } of empty)
        await this.#eraser.erase({ ids: [], closing: workflowClosing(id, updatedAt, []) });
    }
  }

  #isNamed([name, sessionId]: readonly unknown[]): boolean {
    const { name: wantedName = name, sessionId: wantedId = sessionId } = this.#conditions;
    return name === wantedName && sessionId === wantedId;
  }
}

function keyOf({ kind, name, sessionId }: Conversation): string {
  return JSON.stringify([kind, name, sessionId]);
}

/** The pages of all; those with a page leave `silent`. */
async function* pagesOf(conversations: readonly ReadConversation[], silent: Set<Conversation>): AsyncGenerator<Turn[]> {
  let short: Turn[] = [];
  for (const { conversation, pages } of conversations) {
    const turns = pages();
    if (Array.isArray(turns)) {
      short.push(...turns.flat());
      if (turns.some((page) => page.length > 0)) silent.delete(conversation);
      continue;
    }
    yield short;
    short = [];
    for await (const page of turns) {
      silent.delete(conversation);
      yield page;
    }
  }
  yield short;
}
