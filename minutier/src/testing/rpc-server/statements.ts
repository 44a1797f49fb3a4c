/** The statements in the answer to a query, where a server would have answered one otherwise than the engine did. */
import { decodeValue, encodeValue } from "./cbor-frame.ts";
import type { Answer, StatementResult } from "./datastore.ts";
import type { RpcError } from "./rpc-error.ts";

/** One statement's outcome, with what it was and, when it failed, of which kind the error is. */
export interface Statement extends StatementResult {
  time: string;
  type?: string | undefined;
  kind?: string;
  details?: RpcError["details"];
}

/** Where a session stands though it isn't there. */
export interface Missing {
  kind: "Namespace" | "Database";
  name: string;
}

const READS_NOTHING =
  /^There was a problem with the key-value store: Couldn't write to a read only|^The table '.*' does not/;

/** Says of a namespace or a database that it is missing, where the embedded engine only fails to read from it. */
export function sayMissing(answer: Answer, { kind, name }: Missing): Answer {
  const told = {
    kind: "NotFound",
    details: { kind, details: { name } },
  };
  const message = `The ${kind.toLowerCase()} '${name}' does not exist`;
  const [field, value] = answer;
  const decoded = decodeValue(value);
  if (field === "error") {
    const error = decoded as RpcError;
    return READS_NOTHING.test(error.message) ? [field, encodeValue({ ...error, ...told, message })] : answer;
  }
  return mapStatements(answer, (statement) => {
    const isSilent = statement.status === "ERR" && READS_NOTHING.test(String(statement.result));
    return isSilent ? { ...statement, ...told, result: message } : statement;
  });
}

/** HTTP has no connection that a live query could be heard on. */
export function refuseLive(answer: Answer): Answer {
  return mapStatements(answer, (statement) => {
    if (statement.type !== "live" && statement.type !== "kill") return statement;
    return {
      ...statement,
      status: "ERR",
      kind: "Configuration",
      details: { kind: "LiveQueryNotSupported" },
      result: "Unable to perform the realtime query",
    };
  });
}

/** Leaves the bytes as they are when nothing changes: decoded and encoded again, a float may become an integer. */
function mapStatements(answer: Answer, map: (statement: Statement) => Statement): Answer {
  if (answer[0] === "error") return answer;
  const before = decodeValue(answer[1]);
  if (!Array.isArray(before)) return answer;
  const after = (before as Statement[]).map((each) => (isStatement(each) ? map(each) : each));
  return after.every((statement, index) => statement === before[index]) ? answer : ["result", encodeValue(after)];
}

function isStatement(value: unknown): value is Statement {
  return typeof value === "object" && value !== null && "status" in value && "time" in value;
}
