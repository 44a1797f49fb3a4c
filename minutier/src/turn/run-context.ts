/** What a run gets from its caller. */
import type { Database } from "../db/database.ts";
import type { SurrealDb } from "../db/surreal-db.ts";
import { MinutierError } from "../errors.ts";
import type { ModelUsage, StoredAnswer, WorkflowStepRow } from "../records.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { AnsweredCall } from "./answered-calls.ts";

/** Options of `run()` and `stream()`. */
export interface RunOptions {
  /** The conversation; its earlier messages are read back. @default a new one */
  sessionId?: string;
  /** Yours, stored exactly as given with the question; a new session keeps it too. @default {} */
  metadata?: Record<string, unknown>;
  /** Who asks; stored. */
  userId?: string;
  /** Cancels the run, which is then recorded as cancelled, or as timed out for `AbortSignal.timeout()`. */
  signal?: AbortSignal;
  /** The run's id. @default a new ULID */
  runId?: string;
}

/**
 * What a run inside another one takes over. Nothing of it stays on the agent or team: the same object can run on its
 * own, in a team and in a workflow at once.
 */
export interface RunContext {
  /** Used when the agent or team has no `db` of its own. */
  db?: SurrealDb | undefined;
  /** Comes after the agent's or team's own. */
  redact?: Redactor | undefined;
  sessionId?: string | undefined;
  runId?: string | undefined;
  userId?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  signal?: AbortSignal | undefined;
  /** False when nobody reads the text as it comes. @default true */
  streaming?: boolean | undefined;
  /** The id of the workflow run that this one is a step of. */
  workflowRun?: string | undefined;
  /** The path of that step. */
  workflowStep?: string | undefined;
  /** A turn that stopped, to go on with: the caller's, or the step's of a run that goes on, when it has one. */
  goesOn?: GoesOn | undefined;
  /** The `run_id` of the team's turn that asks this member. */
  teamRun?: string | undefined;
  /** Told the turn once it is on record. */
  onTurn?: ((turn: TurnPlace) => void) | undefined;
  /** Told what a model read and wrote, with each turn that is answered: of this one and of a team's members. */
  onUsage?: ((usage: readonly ModelUsage[]) => void) | undefined;
}

/** Where a turn stands. */
export interface TurnPlace {
  database: Database;
  /** Its question's row. */
  question: NonNullable<WorkflowStepRow["turn"]>;
}

/** How a turn goes on that stopped. */
interface GoesOn {
  /** What a person answered to its question. */
  answer?: StoredAnswer | undefined;
  /** The `approvalId`s of the calls which that is the answer to, as a workflow's question has them. */
  answeredCalls?: readonly (string | undefined)[] | undefined;
  /** The same calls, as the caller of `approve` or `reject` names them. */
  calls?: readonly AnsweredCall[] | undefined;
}

/** A workflow's step that is an agent or a team. */
export interface StepParent extends RunContext {
  onEvent(event: { type: string }): void;
}

/** Throws `invalid_options` for an id that can't name anything. */
export function checkId(option: string, value: string | undefined): void {
  if (value === undefined || (typeof value === "string" && value !== "")) return;
  throw new MinutierError(
    "invalid_options",
    `${option} is ${JSON.stringify(value)}. Give a text that is not empty, or leave it out.`,
  );
}
