/** Failed calls. The errors that the server itself makes have the codes, kinds and texts of SurrealDB 3.0. */
import { MalformedFrame } from "./cbor-frame.ts";

/** An error as the RPC protocol carries it. The SDK picks its error class by `kind`. */
export interface RpcError {
  code: number;
  kind: string;
  message: string;
  details?: { kind: string; details?: Record<string, unknown> };
}

/** A call that the engine failed, or that the server refused without asking the engine. */
export class RpcFailure extends Error {
  override readonly name: string = "RpcFailure";
  readonly error: RpcError;

  constructor(error: RpcError) {
    super(error.message);
    this.error = error;
  }
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

/** What the engine throws, rather than answers, it throws for a message that it can't read. */
export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcFailure) return error.error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof MalformedFrame)) return { code: -32000, kind: "Internal", message };
  return { code: -32700, kind: "Validation", message: `Parse error: ${message}`, details: { kind: "Parse" } };
}
