/** Every error that Minutier raises, with its code. */

/** What went wrong, for programs; docs/errors.md explains each one. */
export type ErrorCode =
  // Wrong use: thrown before anything happens.
  | "invalid_options"
  | "invalid_definition"
  | "invalid_input"
  | "invalid_value"
  // The connection and the engine.
  | "unsupported_engine"
  | "connection_failed"
  | "connection_timeout"
  | "authentication_failed"
  | "database_locked"
  | "database_read_only"
  | "database_path_invalid"
  | "database_closed"
  | "call_timeout"
  | "storage_full"
  | "query_failed"
  // A run.
  | "not_recorded"
  | "result_not_recorded"
  | "run_finished"
  | "step_failed"
  | "commit_failed"
  | "model_failed"
  | "invalid_output"
  | "redaction_failed"
  | "timeout"
  | "cancelled"
  | "session_busy"
  | "not_found"
  // A run that another process went on with, or that waits.
  | "interrupted"
  | "lease_lost"
  | "run_busy"
  | "run_waiting"
  | "definition_changed"
  | "already_answered"
  | "rejected"
  | "deadline_passed"
  | "key_reused";

const marker = Symbol.for("minutier.error");

/** Plain facts about an error: ids and names, never a secret. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** The base of every error that Minutier raises. */
export class MinutierError extends Error {
  override readonly name: string = "MinutierError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for an error of Minutier, also across two copies of the package. */
  static isInstance(error: unknown): error is MinutierError {
    return typeof error === "object" && error !== null && marker in error;
  }
}

/** One problem of an input, as its schema reports it. */
export interface InputIssue {
  readonly message: string;
  /** Keys and indexes from the input's root: `["documents", 0, "name"]`. */
  readonly path: readonly PropertyKey[];
}

/** The input does not satisfy its schema; nothing was written. */
export class InvalidInputError extends MinutierError {
  override readonly name = "InvalidInputError";
  readonly issues: readonly InputIssue[];

  constructor(what: string, issues: readonly InputIssue[]) {
    const list = issues.map((issue) => `${issue.path.map(String).join(".") || "(root)"}: ${issue.message}`);
    super("invalid_input", `The input of ${what} is invalid, nothing was written: ${list.join("; ")}`, {
      details: { issues },
    });
    this.issues = issues;
  }
}

/** A tool call that waits for a person. */
export interface PendingCall {
  /** Names the question that was asked, once: a provider may use a tool call's id again. */
  approvalId: string;
  toolCallId: string;
  toolName: string;
  input: unknown;
}

/** What a failed run knows of itself. */
export interface RunErrorOptions {
  runId: string;
  sessionId?: string | undefined;
  /** The failed step's path in its workflow, `analyser/parties`. */
  step?: string | undefined;
  /** The tool calls that a person has to allow, of a run that waits. */
  pendingCalls?: readonly PendingCall[] | undefined;
  /** What the run had produced when it could not be recorded: the work is not thrown away. */
  output?: unknown;
  cause?: unknown;
}

/**
 * A run that failed, was cancelled or went past its time, thrown after its row says so. `runId` finds the row;
 * `cause` is the original error.
 */
export class RunError extends MinutierError {
  override readonly name = "RunError";
  readonly runId: string;
  readonly sessionId: string | undefined;
  readonly step: string | undefined;
  readonly output: unknown;
  /** The tool calls for which the run waits: `approve` and `reject` are told which ones they answer. */
  readonly pendingCalls: readonly PendingCall[] | undefined;

  constructor(code: ErrorCode, message: string, options: RunErrorOptions) {
    super(code, message, {
      cause: options.cause,
      details: { runId: options.runId, sessionId: options.sessionId, step: options.step },
    });
    this.runId = options.runId;
    this.sessionId = options.sessionId;
    this.step = options.step;
    this.output = options.output;
    this.pendingCalls = options.pendingCalls;
  }
}

/** The message of anything that can be thrown. */
export function errorMessage(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  if (typeof error === "string") return error;
  try {
    return `A value that is not an error was thrown: ${String(error)}`;
  } catch {
    return "A value that is not an error was thrown, and it has no text.";
  }
}
