/** What an HTTP route answers, and how it says that it can't. */
import { RpcFailure } from "./rpc-error.ts";

export interface Reply {
  status: number;
  /** Undefined for a body that has none. */
  type?: string | undefined;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** Thrown by a route; answered as it says. */
export class HttpFailure extends Error {
  override readonly name: string = "HttpFailure";
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`HTTP ${reply.status}`);
    this.reply = reply;
  }
}

export const JSON_TYPE = "application/json";
export const CBOR_TYPE = "application/cbor";
export const TEXT_TYPE = "text/plain; charset=utf-8";

/** A text that no route of SurrealDB's own has written. */
export function plainFailure(status: number, text: string): HttpFailure {
  return new HttpFailure({ status, type: TEXT_TYPE, body: text });
}

export function notSignedInReply(text: string): HttpFailure {
  return new HttpFailure({ status: 401, body: text });
}

export function requestProblem(information: string): HttpFailure {
  return failure(400, "Request problems detected", problem, information);
}

export function forbidden(information: string): HttpFailure {
  return failure(403, "Forbidden", "Not allowed to do this.", information);
}

export function unsupportedType(): HttpFailure {
  return failure(415, "Unsupported media type", constraints);
}

const problem = "There is a problem with your request. Refer to the documentation for further information.";
const constraints =
  "The request needs to adhere to certain constraints. Refer to the documentation for supported content types.";
const invalidAuth = "Your authentication details are invalid. Reauthenticate using valid authentication parameters.";

const SIGN_IN_PROBLEMS = new Set([
  ...["InvalidAuth", "TokenExpired", "SessionExpired", "UnexpectedAuth", "MissingUserOrPass", "NoSigninTarget"],
  ...["InvalidPass", "TokenMakingFailed", "InvalidSignup"],
]);

/** Of whatever a route has thrown. */
export function toReply(error: unknown): Reply {
  if (error instanceof HttpFailure) return error.reply;
  if (!(error instanceof RpcFailure))
    return requestProblem(error instanceof Error ? error.message : String(error)).reply;
  const { kind, message, details } = error.error;
  if (kind === "NotFound") return failure(404, "Not found", "The requested resource was not found.", message).reply;
  if (kind !== "NotAllowed") return requestProblem(message).reply;
  const auth = (details?.details as { kind?: string } | undefined)?.kind ?? "";
  if (!SIGN_IN_PROBLEMS.has(auth)) return forbidden(message).reply;
  return failure(401, "Authentication failed", invalidAuth, "There was a problem with authentication").reply;
}

function failure(code: number, details: string, description: string, information?: string): HttpFailure {
  return new HttpFailure({
    status: code,
    type: JSON_TYPE,
    body: JSON.stringify({ code, details, description, information }),
  });
}
