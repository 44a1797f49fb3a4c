/**
 * What others than its holder do with a run: go on with it, answer what it waits for, end it. Each is one transaction
 * that asks for the run's state first, and writes the run's row or its lease: of two at once, one is committed.
 */
import { RecordId } from "surrealdb";

import { MinutierError } from "../errors.ts";
import { createId } from "../ids.ts";
import type { Refusal, RunEvent } from "../run/transitions.ts";
import { toStored } from "./codec.ts";
import type { Database } from "./database.ts";
import { redactAnswer } from "./redacted-rows.ts";
import { changesRun, writeRunChanges } from "./run-changes.ts";
import { leaseRecord, refusalOf, requireState, type RunLease } from "./run-leases.ts";
import { type Statement, surql } from "./statement.ts";
import { closeNestedStatement, closeStatement, endedByStatement, runRecord } from "./workflow-runs.ts";

/** The answer to a question. */
export interface Answer {
  approved: boolean;
  payload?: unknown;
  /** Who answered; the deadline, when nobody did. */
  by: string;
  note?: string | undefined;
  /** True when the deadline passed. */
  overdue?: true;
}

/** Takes an abandoned run over. Throws `run_busy`, `run_waiting` or `run_finished`. */
export async function claimRun(database: Database, runId: string, lease: RunLease): Promise<void> {
  const now = toStored(new Date(), "now");
  const statements = [
    requireState(runId, "claim"),
    lease.take(),
    changesRun(
      "update",
      (returning) =>
        surql`UPDATE ${runRecord(runId)} SET resumed = (resumed ?? 0) + 1, updated_at = ${now}, revision += 1 ${returning}`,
    ),
  ];
  const applied = async (): Promise<unknown[] | undefined> => {
    const held = await database.select(lease.isHeld());
    return held.length === 0 ? undefined : [];
  };
  await refuse("claim", runId, writeRunChanges(database, statements, { applied }));
}

/**
 * Records an answer, and takes the run when nobody holds it: the transaction of one of many who answer at once. Gives
 * true when the run is held by `lease` now. Throws `already_answered` or `run_finished`.
 */
export async function answerQuestion(
  database: Database,
  question: { rootId: string; runId: string; number: number; step: string; since: Date },
  answer: Answer,
  lease: RunLease,
): Promise<boolean> {
  const { rootId, runId, number, since } = question;
  const step = new RecordId("workflow_steps", [runId, number]);
  const stored = toStored(
    { ...redactAnswer(database.redact, answer), at: new Date(), token: lease.holder },
    "the answer",
  );
  const row = leaseRecord(rootId);
  const owners = rootId === runId ? [runRecord(rootId)] : [runRecord(rootId), runRecord(runId)];
  const holds = surql`SELECT VALUE id FROM ${row} WHERE holder = ${lease.holder}`;
  const statements = [
    // Before the state: one who comes after the run went on with another's answer, to its end say, is told of that.
    surql`IF array::len(SELECT VALUE id FROM ${step} WHERE answer != NONE) > 0 { THROW ${alreadyMarker} }`,
    requireState(rootId, "answer"),
    // An agent's step asks again under its number: an answer is for the question that was seen.
    surql`IF array::len(((SELECT VALUE waiting_for FROM ${runRecord(rootId)})[0] ?? [])[WHERE run = ${runRecord(runId)}
      AND number = ${number} AND since >= ${since} AND since < ${since} + 1ms]) = 0 { THROW ${alreadyMarker} }`,
    surql`IF (UPDATE ${step} SET answer = ${stored} WHERE status = 'running' RETURN VALUE id) = [] { THROW ${alreadyMarker} }`,
    ...owners.map((owner) => withoutQuestion(owner, runRecord(runId), number)),
    surql`IF !(${row}.expires_at > time::now()) { ${lease.take()} }`,
    holds,
  ];
  const applied = async (): Promise<unknown[] | undefined> => {
    const [mine] = await database.select(surql`SELECT VALUE id FROM ${step} WHERE answer.token = ${lease.holder}`);
    return mine === undefined ? undefined : [await database.select(holds)];
  };
  const results = await refuse("answer", rootId, writeRunChanges(database, statements, { applied }));
  return (results.at(-1) as unknown[]).length > 0;
}

/** How a transaction says that a question has its answer. */
const alreadyMarker = "minutier:already_answered";

/** True when somebody else answered first. */
export function isAlreadyAnswered(error: unknown): boolean {
  return error instanceof Error && error.message.includes(alreadyMarker);
}

function withoutQuestion(owner: RecordId, run: RecordId, number: number): Statement {
  const others = surql`waiting_for[WHERE !(run = ${run} AND number = ${number})]`;
  const now = toStored(new Date(), "now");
  return changesRun(
    "update",
    (returning) =>
      surql`UPDATE ${owner} SET waiting_for = IF array::len(${others}) = 0 { NONE } ELSE { ${others} }, updated_at = ${now}, revision += 1 ${returning}`,
  );
}

/** Closes a run that nobody holds, with its nested runs and open steps. Throws `run_busy` or `run_finished`. */
export async function closeRun(
  database: Database,
  runId: string,
  event: "cancel" | "interrupt",
  end: { code: string; message: string },
): Promise<void> {
  const closed = { ...end, by: createId() };
  const statements = [
    requireState(runId, event, "error"),
    closeNestedStatement(runId, closed),
    closeStatement(surql`[${runRecord(runId)}]`, closed),
    surql`DELETE ${leaseRecord(runId)} RETURN NONE`,
  ];
  const applied = async (): Promise<unknown[] | undefined> => {
    const rows = await database.select(endedByStatement(runId, closed.by));
    return rows.length === 0 ? undefined : [];
  };
  await refuse(event, runId, writeRunChanges(database, statements, { applied }));
}

/** Asks the holder of a run, which is alive, to end it or a nested run of it; writes nothing when that is asked. */
export async function askForEnd(database: Database, rootId: string, runId: string): Promise<void> {
  await database.write([
    surql`UPDATE ${leaseRecord(rootId)} SET cancel = array::union(cancel ?? [], [${runId}])
      WHERE ${runId} NOT IN (cancel ?? []) RETURN NONE`,
  ]);
}

/** The transaction's results, or its refusal in our words. */
async function refuse(event: RunEvent, runId: string, write: Promise<unknown[]>): Promise<unknown[]> {
  try {
    return await write;
  } catch (cause) {
    const refusal = refusalOf(cause, event);
    if (refusal !== undefined) throw refusedError(runId, refusal.reason, refusal.state, cause);
    throw cause;
  }
}

function refusedError(runId: string, reason: Refusal, state: string, cause: unknown): MinutierError {
  const details = { runId };
  switch (reason) {
    case "missing":
      return new MinutierError("not_found", `There is no run ${runId}.`, { cause, details });
    case "waits":
      return new MinutierError(
        "run_waiting",
        `The run ${runId} waits for a person, not for a process. Answer with approve() or reject(), or cancel it.`,
        { cause, details },
      );
    case "ended":
      return new MinutierError("run_finished", `The run ${runId} has ended with ${state}.`, { cause, details });
    default:
      return new MinutierError(
        "run_busy",
        `The run ${runId} can't be taken over: a process that is alive works on it. Wait until it ends, or cancel it.`,
        { cause, details },
      );
  }
}
