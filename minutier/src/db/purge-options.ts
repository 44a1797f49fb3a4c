/** What a purge is asked: its filters and options, checked before anything is read. */
import { errorMessage, MinutierError } from "../errors.ts";
import { toStored } from "./codec.ts";
import { both } from "./purge-scan.ts";
import { recordTables } from "./record-tables.ts";
import { fixed, type Statement, surql } from "./statement.ts";

/** Which runs to purge; every field given must fit. A string never equals a record id, as in SurrealQL. */
export interface RunPurgeFilter {
  /** Runs that began before. */
  before?: Date;
  /** Runs with this metadata: every key must be equal. */
  metadata?: Record<string, unknown>;
  /** Runs of the workflow of this name. */
  workflow?: string;
  status?: "success" | "error";
  userId?: string;
}

/** Which sessions to purge; every field given must fit. */
export interface SessionPurgeFilter {
  /** Sessions that changed last before. */
  before?: Date;
  /** Sessions that a run with this metadata began, and single turns asked with it in other sessions. */
  metadata?: Record<string, unknown>;
  /** @default all three; agents and teams with `metadata` or `userId`, which a workflow's session has not */
  kind?: "agent" | "team" | "workflow";
  /** The agent's, team's or workflow's name. */
  name?: string;
  sessionId?: string;
  /** Sessions that this user began, and single turns of his in other sessions. */
  userId?: string;
}

/** How to purge. */
export interface PurgeOptions {
  /** Only counts what would be deleted; `false` deletes. @default true */
  dryRun?: boolean;
  /** Rows in one transaction, 1 to 1000. @default 200 */
  batchSize?: number;
  /** Told after each transaction. With it, the rows are counted first. */
  onProgress?: (progress: PurgeProgress) => void;
  /** Stops between two transactions, with the code `cancelled`. */
  signal?: AbortSignal;
}

/** How far a purge is, in rows. */
export interface PurgeProgress {
  done: number;
  /** As counted before the first was deleted. */
  total: number;
}

const upkeepTables = ["session_sequences", "run_leases", "run_keys"] as const;

/** Rows by table. */
export type PurgeCounts = Record<(typeof recordTables)[number] | (typeof upkeepTables)[number], number>;

/** What a purge did, or would do. */
export interface PurgeResult {
  /** True when nothing was deleted and `deleted` says what would be. */
  dryRun: boolean;
  /** Rows deleted, by table. */
  deleted: PurgeCounts;
  /** Runs, or sessions, that fit the filter and stay: under way, or part of what stays. */
  kept: number;
}

/** `PurgeOptions` with every default applied. */
export interface PurgeSettings {
  dryRun: boolean;
  batchSize: number;
  onProgress: ((progress: PurgeProgress) => void) | undefined;
  signal: AbortSignal | undefined;
}

/** Nothing deleted yet. */
export function noCounts(): PurgeCounts {
  return Object.fromEntries([...recordTables, ...upkeepTables].map((table) => [table, 0])) as PurgeCounts;
}

/** The run filter as a condition on a row of `workflow_runs`. */
export function checkRunFilter(filter: RunPurgeFilter): Statement {
  checkObject("purge()'s filter", filter, ["before", "metadata", "workflow", "status", "userId"]);
  const { before, metadata, workflow, status, userId } = filter;
  if (status !== undefined && status !== "success" && status !== "error")
    throw invalid(`status is ${JSON.stringify(status)}. Give "success" or "error"; a run under way is never purged.`);
  return allOf([
    before === undefined ? undefined : surql`created_at < ${checkDate(before)}`,
    ...metadataConditions(metadata),
    workflow === undefined ? undefined : surql`workflow_name = ${checkText("workflow", workflow)}`,
    status === undefined ? undefined : surql`status = ${status}`,
    userId === undefined ? undefined : surql`user_id = ${checkText("userId", userId)}`,
  ]);
}

/** The session filter as conditions on rows of the sessions' and messages' tables. */
export interface SessionConditions {
  kinds: readonly ("team" | "agent" | "workflow")[];
  /** `name` and `sessionId` are in the ids of both: who reads the rows compares them. */
  name: string | undefined;
  sessionId: string | undefined;
  /** On a session's row. */
  session: Statement;
  /** On a question's row; none when the filter says nothing of single turns. */
  question: Statement | undefined;
}

/** Throws `invalid_options` for what is no filter. */
export function checkSessionFilter(filter: SessionPurgeFilter): SessionConditions {
  checkObject("purge()'s filter", filter, ["before", "metadata", "kind", "name", "sessionId", "userId"]);
  const { before, metadata, kind, name, sessionId, userId } = filter;
  if (kind !== undefined && !["agent", "team", "workflow"].includes(kind))
    throw invalid(`kind is ${JSON.stringify(kind)}. Give "agent", "team" or "workflow".`);
  const personal = metadata !== undefined || userId !== undefined;
  if (personal && kind === "workflow")
    throw invalid(
      "A workflow's session has no metadata and no user. Purge its runs by them, with runs.purge(): the session goes with its last run.",
    );
  if (name !== undefined) checkText("name", name);
  if (sessionId !== undefined) checkText("sessionId", sessionId);
  const date = before === undefined ? undefined : checkDate(before);
  const persons = [
    ...metadataConditions(metadata),
    userId === undefined ? undefined : surql`user_id = ${checkText("userId", userId)}`,
  ];
  const updated = date === undefined ? [] : [surql`updated_at < ${date}`];
  const asked = date === undefined ? [] : [surql`timestamp < ${date}`];
  return {
    kinds: kind === undefined ? (personal ? ["team", "agent"] : ["team", "agent", "workflow"]) : [kind],
    name,
    sessionId,
    session: allOf([...persons, ...updated]),
    question: personal ? allOf([...persons, ...asked]) : undefined,
  };
}

/** Throws `invalid_options` for what is no option. */
export function checkPurgeOptions(options: PurgeOptions): PurgeSettings {
  checkFields("purge()'s options", options, ["dryRun", "batchSize", "onProgress", "signal"]);
  const { dryRun = true, batchSize = 200, onProgress, signal } = options;
  if (typeof dryRun !== "boolean") throw invalid(`dryRun is ${JSON.stringify(dryRun)}. Give true or false.`);
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1000)
    throw invalid(`batchSize is ${String(batchSize)}. Give a whole number from 1 to 1000.`);
  if (onProgress !== undefined && typeof onProgress !== "function") throw invalid("onProgress is not a function.");
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid("signal is not an AbortSignal.");
  return { dryRun, batchSize, onProgress, signal };
}

/** A field that is undefined by mistake would widen the purge: it is refused, not left out. */
function checkObject(what: string, value: object, fields: readonly string[]): void {
  checkFields(what, value, fields);
  for (const [field, given] of Object.entries(value)) {
    if (given === undefined) throw invalid(`${field} of ${what} is undefined. Give it a value, or leave it out.`);
  }
  if (Object.keys(value).length === 0)
    throw invalid(`${what} is empty, which would purge everything. Give at least one of ${fields.join(", ")}.`);
}

function checkFields(what: string, value: unknown, fields: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(`${what} must be an object of ${fields.join(", ")}.`);
  const unknown = Object.keys(value).find((field) => !fields.includes(field));
  if (unknown !== undefined)
    throw invalid(`${what} has the unknown field ${JSON.stringify(unknown)}. The fields are ${fields.join(", ")}.`);
}

function checkDate(before: Date): unknown {
  if (before instanceof Date && !Number.isNaN(before.getTime())) return stored("before", before);
  throw invalid(`before is ${String(before)}. Give a valid Date.`);
}

function checkText(field: string, value: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalid(`${field} is ${JSON.stringify(value)}. Give a text that is not empty.`);
}

/** The key as a parameter: no text of the caller's is part of the query. */
function metadataConditions(metadata: Record<string, unknown> | undefined): Statement[] {
  if (metadata === undefined) return [];
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
    throw invalid("metadata must be an object: { dossier_id: … }.");
  const entries = Object.entries(metadata);
  if (entries.length === 0) throw invalid("metadata is empty, which would purge everything. Give at least one key.");
  return entries.map(([key, value]) => {
    if (value === undefined) throw invalid(`metadata.${key} is undefined. Give it a value, or leave it out.`);
    return surql`metadata[${key}] = ${stored(`metadata.${key}`, value)}`;
  });
}

function stored(place: string, value: unknown): unknown {
  try {
    return toStored(value, place);
  } catch (cause) {
    throw new MinutierError("invalid_options", `The filter can't be used: ${errorMessage(cause)}`, { cause });
  }
}

function allOf(conditions: readonly (Statement | undefined)[]): Statement {
  const [first = fixed("true"), ...others] = conditions.filter((condition) => condition !== undefined);
  return others.reduce(both, first);
}

function invalid(message: string): MinutierError {
  return new MinutierError("invalid_options", message);
}
