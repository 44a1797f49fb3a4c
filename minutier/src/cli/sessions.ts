/** `minutier sessions list` and `show`. */
import type { ApiClient } from "./api-client.ts";
import { ApiError } from "./api-client.ts";
import { formatAge, formatClock } from "./format-time.ts";
import { colors, note, noteColors, print } from "./output.ts";
import { printTable } from "./print-table.ts";
import { describeMetadata, paintStatus } from "./run-cells.ts";
import { oneLine, safeLines, toSafeJson } from "./terminal-text.ts";

/** What has sessions. */
export const sessionTypes = ["agent", "team", "workflow"] as const;
type SessionType = (typeof sessionTypes)[number];

interface SessionRecord {
  session_id: string;
  session_name: string;
  session_type: SessionType;
  agent_id?: string;
  team_id?: string;
  workflow_id?: string;
  user_id: string | null;
  metadata: Record<string, unknown> | null;
  session_state?: unknown;
  total_tokens?: number;
  created_at: string;
  updated_at: string;
}

interface SessionRunRecord {
  run_id: string;
  status: string;
  run_input: unknown;
  content: unknown;
  created_at: string;
  tools?: { tool_name: string; tool_args?: unknown; result?: unknown; tool_call_error?: boolean }[];
}

/** Options of both. */
export interface SessionOptions {
  type?: SessionType;
  name?: string;
  json?: boolean;
}

/** The most that one answer holds. */
const pageSize = 100;

/** Prints the sessions that changed last. */
export async function listSessions(client: ApiClient, options: SessionOptions & { limit: number }): Promise<void> {
  const types = options.type === undefined ? sessionTypes : [options.type];
  const found = (await Promise.all(types.map((type) => listOfType(client, type, options)))).flat();
  const newest = found.toSorted((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at)).slice(0, options.limit);
  if (options.json === true) {
    for (const session of newest) await print(toSafeJson(session));
    return;
  }
  if (newest.length === 0) {
    note(noteColors.dim("No sessions."));
    return;
  }
  await printTable(
    [
      { head: "SESSION", shrinkTo: 10 },
      { head: "TYPE" },
      { head: "OF", shrinkTo: 10 },
      { head: "CHANGED" },
      { head: "BEGINS WITH", shrinkTo: 10 },
      { head: "METADATA", shrinkTo: 8 },
    ],
    newest.map((session) => [
      oneLine(session.session_id),
      oneLine(session.session_type),
      oneLine(nameOf(session)),
      formatAge(session.updated_at),
      session.session_name === nameOf(session) ? "" : oneLine(session.session_name),
      colors.dim(describeMetadata(session.metadata ?? {})),
    ]),
  );
}

async function listOfType(
  client: ApiClient,
  type: SessionType,
  { name, limit }: SessionOptions & { limit: number },
): Promise<SessionRecord[]> {
  const query = new URLSearchParams({ type, sort_by: "updated_at" });
  if (name !== undefined) query.set("component_id", name);
  query.set("limit", String(Math.min(limit, pageSize)));
  const sessions: SessionRecord[] = [];
  for (let page = 1; sessions.length < limit; page++) {
    query.set("page", String(page));
    const { data, meta } = await client.get<{ data: SessionRecord[]; meta: { total_pages: number } }>(
      "/sessions",
      query,
    );
    sessions.push(...data);
    if (page >= meta.total_pages) break;
  }
  return sessions.slice(0, limit);
}

/** Prints a conversation, or a workflow's session with its runs. */
export async function showSession(client: ApiClient, id: string, options: SessionOptions): Promise<void> {
  const query = new URLSearchParams();
  if (options.type !== undefined) query.set("type", options.type);
  if (options.name !== undefined) query.set("component_id", options.name);
  const path = `/sessions/${encodeURIComponent(id)}`;
  const session = await client.get<SessionRecord>(path, query);
  query.set("type", session.session_type);
  query.set("component_id", nameOf(session));
  const runs = await client.get<SessionRunRecord[]>(`${path}/runs`, query).catch((error: unknown) => {
    // A session without runs yet.
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  });
  if (options.json === true) {
    await print(toSafeJson({ ...session, runs }, 2));
    return;
  }
  await printHead(session);
  for (const run of runs) await (session.session_type === "workflow" ? printRun(run) : printTurn(run));
}

async function printHead(session: SessionRecord): Promise<void> {
  await print(`${colors.bold(oneLine(session.session_id))}  ${session.session_type} ${oneLine(nameOf(session))}`);
  const row = (head: string, text: string): Promise<void> => print(`${colors.dim(head.padEnd(10))}${text}`);
  await row("Began", `${formatClock(session.created_at)} (${formatAge(session.created_at)})`);
  await row("Changed", formatAge(session.updated_at));
  if (session.user_id !== null) await row("User", oneLine(session.user_id));
  if (Object.keys(session.metadata ?? {}).length > 0) await row("Metadata", describeMetadata(session.metadata ?? {}));
  if (session.total_tokens !== undefined && session.total_tokens > 0) await row("Tokens", String(session.total_tokens));
  if (session.session_state !== null && session.session_state !== undefined)
    await row("State", toSafeJson(session.session_state));
}

async function printTurn({
  run_input: input,
  content,
  status,
  tools = [],
  created_at: time,
}: SessionRunRecord): Promise<void> {
  await print(`\n${colors.cyan("user")} ${colors.dim(formatClock(time))}\n${toText(input)}`);
  for (const { tool_name: name, tool_args: args, result } of tools) {
    const shown = oneLine(
      `${name} ${JSON.stringify(args ?? {})} → ${typeof result === "string" ? result : JSON.stringify(result ?? null)}`,
    );
    await print(colors.dim(shown.length > 200 ? `${shown.slice(0, 199)}…` : shown));
  }
  const mark = status === "COMPLETED" ? colors.green("assistant") : paintStatus(status);
  await print(`${mark}\n${toText(content)}`);
}

async function printRun({ run_id: id, status, created_at: time }: SessionRunRecord): Promise<void> {
  await print(`${colors.dim(formatClock(time))} ${paintStatus(status)} ${oneLine(id)}`);
}

function toText(value: unknown): string {
  return typeof value === "string" ? safeLines(value) : toSafeJson(value ?? null, 2);
}

function nameOf({ agent_id: agent, team_id: team, workflow_id: workflow }: SessionRecord): string {
  return agent ?? team ?? workflow ?? "";
}
