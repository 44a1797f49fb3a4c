/** Rows of `workflow_runs` and of the session that a run belongs to, as the run's holder writes them. */
import { BoundExcluded, BoundIncluded, Duration, equals, RecordId, RecordIdRange } from "surrealdb";

import { errorMessage } from "../errors.ts";
import { sumUsage } from "../model-usage.ts";
import type { ModelUsage, Usage, WorkflowRunRow } from "../records.ts";
import { fromStored, toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import { keeping } from "./kept-rows.ts";
import { changesRun, writeRunChanges } from "./run-changes.ts";
import { leaseRecord, type RunLease } from "./run-leases.ts";
import { fixed, type Statement, surql } from "./statement.ts";
import type { WriteOptions } from "./writer.ts";

/** A run to start. */
export interface RunStart {
  runId: string;
  workflowName: string;
  /** The fingerprint of the steps. */
  definition: string;
  input: unknown;
  metadata: Record<string, unknown>;
  sessionId: string;
  userId?: string | undefined;
  /** Names the run for its caller: it is started once. */
  key?: string | undefined;
  /** Whether the caller of this run, rather than its definition, gives rows to commit with its success. */
  callerCommits?: boolean;
  /** The run and the step of it that this one is, and the run that the whole is a part of. */
  parent?: { runId: string; step: string; rootId: string } | undefined;
  /** The state of a session that does not exist yet. */
  initialState: Record<string, unknown>;
}

/** How a run ended. */
export type RunEnd =
  | { status: "success"; output: unknown }
  | { status: "error"; message: string; code: string; step?: string | undefined };

/** Somebody who is asked. */
export interface Question {
  runId: string;
  /** The approval's step: number and path from the run on whose row it stands. */
  number: number;
  step: string;
  reason: string;
  who?: readonly string[] | undefined;
  /** The JSON schema of the answer's payload. */
  schema?: unknown;
  /** The tool calls of an agent that somebody has to allow. */
  calls?: readonly { approvalId?: string; toolName: string; input: unknown }[] | undefined;
  deadlineMs?: number | undefined;
  onDeadline?: string | undefined;
  /** Since when, for a question that was asked before. */
  since?: Date | undefined;
  deadline?: Date | undefined;
}

/** How a transaction says that the session has another run at work. */
const busyMarker = "minutier:session_busy";

const throwBusy = fixed(`THROW "${busyMarker}"`);

/** How a transaction says that somebody has answered meanwhile. */
const answeredMarker = "minutier:answered";

/** The statements' values, checked before anything runs. */
export function encodeRunStart(start: RunStart, lease: RunLease): readonly Statement[] {
  const id = runRecord(start.runId);
  const now = toStored(new Date(), "now");
  /** Under the lease of the run around it. A run in another database than that one's has its own. */
  const nested = start.runId !== lease.runId;
  const content = toStored(
    {
      workflow_name: start.workflowName,
      status: "running",
      input: start.input,
      metadata: start.metadata,
      session_id: start.sessionId,
      user_id: start.userId,
      key: start.key,
      caller_commits: start.callerCommits === true ? true : undefined,
      definition: start.definition,
      parent_run: start.parent === undefined ? undefined : runRecord(start.parent.runId),
      parent_step: start.parent?.step,
      root_run: start.parent === undefined || !nested ? undefined : runRecord(start.parent.rootId),
      revision: 1,
    },
    "the run",
  ) as Record<string, unknown>;
  const row = { ...content, created_at: now, updated_at: now };
  return [
    ...(start.key === undefined ? [] : [keyStatement(start.workflowName, start.key, id, now)]),
    changesRun("create", (returning) => {
      const create = keeping("workflow_runs", surql`CREATE ${id} CONTENT ${row} ${returning}`);
      return nested ? lease.fenced(create) : surql`{ ${lease.take()}; ${create} }`;
    }),
    openSessionStatement(start, lease, now),
  ];
}

/** Makes the session, or takes it unless another run is at work in it; gives its state. */
function openSessionStatement(
  { workflowName, sessionId, initialState }: Pick<RunStart, "workflowName" | "sessionId" | "initialState">,
  lease: RunLease,
  now: unknown,
): Statement {
  const id = sessionRecord(workflowName, sessionId);
  const working = leaseRecord(lease.runId);
  const session = toStored(
    {
      id,
      workflow_name: workflowName,
      session_id: sessionId,
      state: initialState,
      working,
    },
    "the session",
  ) as Record<string, unknown>;
  const open = surql`INSERT INTO workflow_sessions ${{ ...session, created_at: now, updated_at: now }}
    ON DUPLICATE KEY UPDATE updated_at = ${now}, working = ${working} RETURN state`;
  // Read before the INSERT: the fields of the row that is there are not to be had in its UPDATE.
  return surql`{ LET $other = ${id}.working;
    IF $other != NONE AND $other != ${working} AND $other.expires_at > time::now() { ${throwBusy} }
    ELSE { (${keeping("workflow_sessions", open)})[0] } }`;
}

/**
 * Takes the session for a run that goes on, and gives its state: `undefined` while another run is at work in it. Fails
 * when the run is not held any more.
 */
export async function reopenSession(
  database: Database,
  session: Pick<RunStart, "workflowName" | "sessionId" | "initialState">,
  lease: RunLease,
): Promise<Record<string, unknown> | undefined> {
  try {
    const statement = lease.fenced(openSessionStatement(session, lease, toStored(new Date(), "now")));
    const [row] = (await database.write([statement])) as [{ state: Record<string, unknown> }];
    return row.state;
  } catch (error) {
    if (isSessionBusy(error)) return undefined;
    throw error;
  }
}

function keyStatement(workflowName: string, key: string, run: RecordId, now: unknown): Statement {
  const id = new RecordId("run_keys", [workflowName, key]);
  return keeping("run_keys", surql`CREATE ${id} CONTENT ${{ run, created_at: now }} RETURN VALUE id`);
}

/** Records that a run is under way, and reads its session's state: one round trip. */
export async function startRun(
  database: Database,
  statements: readonly Statement[],
  options: WriteOptions = {},
): Promise<Record<string, unknown>> {
  const results = await writeRunChanges(database, statements, options);
  return (results.at(-1) as { state: Record<string, unknown> }).state;
}

/** True when the session has another run at work: nothing was written. */
export function isSessionBusy(error: unknown): boolean {
  return errorMessage(error).includes(busyMarker);
}

/** True when a run or key of that name is there already: nothing was written. */
export function isAlreadyThere(error: unknown): boolean {
  return /record `(workflow_runs|run_keys):.*` already exists/s.test(errorMessage(error));
}

/** The run that a key names. */
export async function findRunByKey(database: Database, workflowName: string, key: string): Promise<string | undefined> {
  const id = new RecordId("run_keys", [workflowName, key]);
  const [row] = await database.select<{ run: RecordId }>(surql`SELECT run FROM ${id}`);
  return row === undefined ? undefined : String(row.run.id);
}

/**
 * The statement that ends a run, if it is still running: a terminal row never changes. Its result is empty when the
 * run had already ended. The lease is given up, unless the run is a part of another.
 */
export function endRunStatement(
  runId: string,
  end: RunEnd,
  lease: RunLease,
  usage: readonly ModelUsage[] = [],
): Statement {
  const now = toStored(new Date(), "now");
  const fields =
    end.status === "success"
      ? { output: end.output }
      : { error_message: end.message, error_code: end.code, error_step: end.step };
  const content = {
    ...(toStored(fields, "the output") as object),
    ...usageFields(usage),
    status: end.status,
    updated_at: now,
    completed_at: now,
    ended_by: lease.holder,
  };
  return changesRun("update", (returning) => {
    const update = surql`UPDATE ${runRecord(runId)} MERGE object::extend(${content}, { revision: (revision ?? 1) + 1, waiting_for: NONE })
      WHERE status = 'running' ${returning}`;
    return runId === lease.runId ? lease.ending(update) : lease.fenced(update);
  });
}

/** Why a run is closed from outside, and a token of who did. */
export interface Closing {
  code: string;
  message: string;
  by?: string;
}

/** Nothing of a run that asked no models. */
function usageFields(usage: readonly ModelUsage[]): { usage?: Usage; model_usage?: readonly ModelUsage[] } {
  const sum = sumUsage(usage);
  return sum === undefined ? {} : { usage: sum, model_usage: usage };
}

/**
 * The statement that closes these runs, a list of ids, and their steps, where they are still open. Whoever closes them
 * does not know what their models used: it is added up from the steps.
 */
export function closeStatement(runs: Statement, end: Closing): Statement {
  const now = toStored(new Date(), "now");
  return changesRun(
    "update",
    (returning) => surql`{ LET $open = (${runs}); FOR $each IN $open { LET $key = record::id($each);
      UPDATE workflow_steps:[$key, NONE]..=[$key, ..] SET status = 'error', error_message = ${end.message}, completed_at = ${now}
        WHERE status = 'running' RETURN NONE;
      LET $used = (SELECT model, math::sum(input_tokens) AS input_tokens, math::sum(output_tokens) AS output_tokens,
        math::sum(total_tokens) AS total_tokens FROM array::flatten((SELECT VALUE model_usage FROM
          workflow_steps:[$key, NONE]..=[$key, ..] WHERE model_usage != NONE)) GROUP BY model);
      IF array::len($used) > 0 { UPDATE $each SET model_usage = $used, usage = {
        input_tokens: math::sum($used.input_tokens), output_tokens: math::sum($used.output_tokens),
        total_tokens: math::sum($used.total_tokens) } WHERE status = 'running' RETURN NONE } };
      UPDATE $open SET status = 'error', error_code = ${end.code}, error_message = ${end.message}, waiting_for = NONE,
        ended_by = ${end.by}, updated_at = ${now}, completed_at = ${now}, revision += 1 WHERE status = 'running' ${returning} }`,
  );
}

/** The statement that closes the runs nested in one, at any depth: their ids begin with its id. */
export function closeNestedStatement(runId: string, end: Closing): Statement {
  // A range of ids: the index on status would read every run under way.
  return closeStatement(surql`SELECT VALUE id FROM ${nestedRange(runId)} WHERE status = 'running'`, end);
}

/** The ids of the runs nested in a run, at any depth. */
export function nestedRange(runId: string): RecordIdRange<"workflow_runs", string> {
  const begin = new BoundIncluded(nestedPrefix(runId));
  return new RecordIdRange("workflow_runs", begin, new BoundExcluded(`${runId}\``));
}

/** What the ids of the runs nested in a run begin with; the next character after it ends their range. */
export function nestedPrefix(runId: string): string {
  return `${runId}_`;
}

/** Whether this holder's end of the run was committed, when its answer was lost: one row or none. */
export function endedByStatement(runId: string, holder: string): Statement {
  return surql`SELECT VALUE id FROM ${runRecord(runId)} WHERE ended_by = ${holder}`;
}

/** The statement that fails its transaction unless the run is still under way. */
export function requireRunningStatement(runId: string, lease: RunLease): Statement {
  return surql`IF (SELECT VALUE status FROM ${runRecord(runId)})[0] != 'running' { ${lease.failing(runEndedMessage)} }`;
}

/** How a transaction says that its run had already ended. */
export const runEndedMessage = "The run had already ended.";

/**
 * The statements that leave a run to the people who are asked. They fail their transaction when one of them has
 * answered meanwhile (`isAnswered`). The lease is given up, unless the run is a part of another.
 */
export function waitStatements(
  runId: string,
  questions: readonly Question[],
  lease: RunLease,
  usage: readonly ModelUsage[] = [],
): Statement[] {
  const now = toStored(new Date(), "now");
  const steps = questions.map((question) => new RecordId("workflow_steps", [question.runId, question.number]));
  const list = questions.map(questionStatement);
  return [
    surql`IF array::len(SELECT VALUE id FROM ${steps} WHERE answer != NONE) > 0 { THROW ${answeredMarker} }`,
    changesRun("update", (returning) => {
      const update = surql`UPDATE ${runRecord(runId)} MERGE object::extend(${usageFields(usage)}, { waiting_for: [${joined(list)}],
        updated_at: ${now}, revision: (revision ?? 1) + 1 }) WHERE status = 'running' ${returning}`;
      return runId === lease.runId ? lease.ending(update) : lease.fenced(update);
    }),
  ];
}

/** Whether the run waits and nobody has taken it since, when the answer to these statements was lost: one row or none. */
export function waitsStatement(runId: string, lease: RunLease): Statement {
  const free = surql`${leaseRecord(lease.runId)}.expires_at = NONE`;
  return surql`SELECT VALUE id FROM ${runRecord(runId)} WHERE status = 'running' AND waiting_for != NONE AND ${free}`;
}

/** True when somebody answered while the run was about to wait: it can go on. */
export function isAnswered(error: unknown): boolean {
  return errorMessage(error).includes(answeredMarker);
}

/** A question as the run's row has it; when it is new, its times are the database's. */
function questionStatement(question: Question): Statement {
  const { runId, number, step, reason, who, schema, calls, onDeadline, deadlineMs } = question;
  const entry = toStored(
    {
      run: runRecord(runId),
      number,
      step,
      reason,
      who,
      schema,
      calls,
      on_deadline: onDeadline,
      since: question.since,
      deadline: question.deadline,
    },
    "the question",
  );
  if (question.since !== undefined) return surql`${entry}`;
  const deadline =
    deadlineMs === undefined ? surql`NONE` : surql`time::now() + ${new Duration(`${Math.ceil(deadlineMs)}ms`)}`;
  return surql`object::extend(${entry}, { since: time::now(), deadline: ${deadline} })`;
}

function joined(statements: readonly Statement[]): Statement {
  let all = surql``;
  for (const [index, statement] of statements.entries()) all = index === 0 ? statement : surql`${all}, ${statement}`;
  return all;
}

/** The statement that stores a session's state; it fails its transaction when another run has taken the session. */
export function saveStateStatement(
  { workflowName, sessionId }: Pick<RunStart, "workflowName" | "sessionId">,
  state: unknown,
  lease: RunLease,
): Statement {
  const now = toStored(new Date(), "now");
  const session = sessionRecord(workflowName, sessionId);
  return lease.requiring(surql`UPDATE ${session} SET state = ${toStored(state, "ctx.state")}, updated_at = ${now}
    WHERE working = ${leaseRecord(lease.runId)} RETURN VALUE id`);
}

/** A run's row. */
export async function loadRun(database: Database, runId: string): Promise<WorkflowRunRow | undefined> {
  const [row] = await database.select<WorkflowRunRow>(surql`SELECT * FROM ${runRecord(runId)}`);
  return row;
}

/** A session's state; none when there is no session. */
export async function readState(
  database: Database,
  workflowName: string,
  sessionId: string,
): Promise<Record<string, unknown> | undefined> {
  const [state] = await database.select<Record<string, unknown>>(
    surql`SELECT VALUE state FROM ${sessionRecord(workflowName, sessionId)}`,
  );
  return state;
}

/** Whether a value is the one that was stored. */
export function isStored(value: unknown, stored: unknown): boolean {
  return equals(fromStored(toStored(value, "the input")), stored);
}

export function runRecord(runId: string): RecordId<"workflow_runs", string> {
  return new RecordId("workflow_runs", runId);
}

function sessionRecord(workflowName: string, sessionId: string): RecordId {
  return new RecordId("workflow_sessions", [workflowName, sessionId]);
}
