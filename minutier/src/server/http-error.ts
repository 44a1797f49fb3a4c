/** What a request is refused with: a status and a sentence for whoever sent it. */
import type { ContentfulStatusCode } from "hono/utils/http-status";

import { errorMessage } from "../errors.ts";
import { type ErrorCode, MinutierError, RunError } from "../index.ts";

/** An answer other than success; its message is the `detail` that the client reads. */
export class HttpError extends Error {
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ContentfulStatusCode, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** The body of every refusal, as AgentOS has it. */
export interface ErrorBody {
  detail: string;
  error_code?: ErrorCode;
  run_id?: string;
  session_id?: string;
}

const statuses: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  invalid_options: 400,
  invalid_input: 422,
  invalid_value: 422,
  not_found: 404,
  already_answered: 409,
  run_finished: 409,
  run_busy: 409,
  run_waiting: 409,
  definition_changed: 409,
  session_busy: 409,
  key_reused: 409,
  rejected: 409,
  cancelled: 409,
  timeout: 504,
};

/** What is wrong with the database is told to its owner, not to the network. */
const unavailable: readonly ErrorCode[] = [
  "connection_failed",
  "connection_timeout",
  "authentication_failed",
  "database_locked",
  "database_read_only",
  "database_path_invalid",
  "database_closed",
  "call_timeout",
  "storage_full",
  "not_recorded",
];

/** The answer to a request that threw; never a stack, and of an unknown error not even the message. */
export function toErrorAnswer(error: unknown): {
  status: ContentfulStatusCode;
  body: ErrorBody;
  headers: Readonly<Record<string, string>>;
} {
  if (error instanceof HttpError)
    return { status: error.status, body: { detail: error.message }, headers: error.headers };
  if (!MinutierError.isInstance(error))
    return { status: 500, body: { detail: "The server could not answer this request." }, headers: {} };
  const { code } = error;
  if (unavailable.includes(code))
    return { status: 503, body: { detail: "The database is not available.", error_code: code }, headers: {} };
  if (code === "query_failed")
    return { status: 500, body: { detail: "The database refused a statement.", error_code: code }, headers: {} };
  const run = error instanceof RunError ? { run_id: error.runId } : {};
  const session = error instanceof RunError && error.sessionId !== undefined ? { session_id: error.sessionId } : {};
  const body = { detail: errorMessage(error), error_code: code, ...run, ...session };
  return { status: statuses[code] ?? 500, body, headers: {} };
}
