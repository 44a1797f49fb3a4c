/** Failed calls. The errors that the server itself makes have the codes, kinds and texts of SurrealDB 3.3. */

/** An error as the RPC protocol carries it. The SDK picks its error class by `kind`. */
export interface RpcError {
  code: number;
  kind: string;
  message: string;
  details?: { kind: string; details?: Record<string, unknown> };
  /** Sent although there is none. */
  cause: undefined;
}

/** A call that the engine failed, or that the server refused without asking the engine. */
export class RpcFailure extends Error {
  override readonly name: string = "RpcFailure";
  readonly error: RpcError;

  constructor(error: Omit<RpcError, "cause">, cause?: unknown) {
    super(error.message, { cause });
    this.error = { ...error, cause: undefined };
  }
}

/** A message that can't be read: its answer has no id, because the id couldn't be read either. */
export class ParseFailure extends RpcFailure {
  override readonly name: string = "ParseFailure";

  constructor(cause: unknown) {
    super({ code: -32700, kind: "Validation", message: "Parse error", details: { kind: "Parse" } }, cause);
  }
}

/** A message that can be read, but is no request: its answer has no id. */
export class RequestFailure extends RpcFailure {
  override readonly name: string = "RequestFailure";

  constructor() {
    super({ code: -32600, kind: "Validation", message: "Invalid request", details: { kind: "InvalidRequest" } });
  }
}

export function invalidRequest(): RpcFailure {
  return new RequestFailure();
}

export function notSignedIn(): RpcFailure {
  return new RpcFailure({
    code: -32002,
    kind: "NotAllowed",
    message: "Anonymous access not allowed: Not enough permissions to perform this action",
    details: {
      kind: "Auth",
      details: { kind: "NotAllowed", details: { actor: "anonymous", action: "process", resource: "query" } },
    },
  });
}

/** Of a selection that the signed-in user's own namespace or database doesn't hold. */
export function selectionNotAllowed(what: "namespace" | "database", name: string): RpcFailure {
  return new RpcFailure({
    code: -32000,
    kind: "NotAllowed",
    message: `You don't have permission to change to the ${name} ${what}`,
  });
}

export function invalidParams(message: string): RpcFailure {
  return new RpcFailure({ code: -32603, kind: "Validation", message, details: { kind: "InvalidParams" } });
}

export function methodNotFound(name: string): RpcFailure {
  return new RpcFailure({
    code: -32601,
    kind: "NotFound",
    message: "Method not found",
    details: { kind: "Method", details: { name } },
  });
}

export function methodNotAllowed(name: string): RpcFailure {
  return new RpcFailure({
    code: -32602,
    kind: "NotAllowed",
    message: "Method not allowed",
    details: { kind: "Method", details: { name } },
  });
}

export function liveNotSupported(): RpcFailure {
  return new RpcFailure({
    code: -32604,
    kind: "Configuration",
    message: "Unable to perform the realtime query",
    details: { kind: "LiveQueryNotSupported" },
  });
}

export function sessionNotFound(id: string): RpcFailure {
  return new RpcFailure({
    code: -32000,
    kind: "NotFound",
    message: `Session not found: ${id}`,
    details: { kind: "Session", details: { id } },
  });
}

export function sessionExists(id: string): RpcFailure {
  return new RpcFailure({
    code: -32000,
    kind: "AlreadyExists",
    message: `Session already exists: ${id}`,
    details: { kind: "Session", details: { id } },
  });
}

export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcFailure) return error.error;
  const message = error instanceof Error ? error.message : String(error);
  return { code: -32000, kind: "Internal", message, cause: undefined };
}
