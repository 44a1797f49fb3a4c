/** The routes that run SurrealQL: `/sql` any, `/import` what `/export` has written. */
import { encodeValue } from "./cbor-frame.ts";
import { type HttpCall, readText, replyWith, runStatements } from "./http-call.ts";
import { forbidden, type Reply, requestProblem } from "./http-reply.ts";
import { readAccept } from "./http-types.ts";

const PROTECTED = ["access", "auth", "event", "input", "parent", "request", "session", "this", "token", "value"];
const NO_IMPORT =
  "Invalid statement: Import requires `OPTION IMPORT;` as the first statement. This disables events, live queries, field processing, and result output for optimal import performance. To execute queries with full side effects, use the /sql endpoint instead.";

export async function runQuery(call: HttpCall): Promise<Reply> {
  readAccept(call.headers);
  const variables = Object.fromEntries(call.url.searchParams);
  if ((await call.connection.main).principal === undefined) throw anonymous();
  const text = readText(call);
  const forbiddenName = PROTECTED.find((name) => Object.hasOwn(variables, name));
  if (forbiddenName !== undefined) throw requestProblem(`'${forbiddenName}' is a protected variable and cannot be set`);
  const { encoded } = await runStatements(call, text, variables);
  return await replyWith(call, encoded);
}

/** Answers with the statements that failed, which the others have not waited for. */
export async function importDatabase(call: HttpCall): Promise<Reply> {
  const accept = readAccept(call.headers);
  const { principal } = await call.connection.main;
  if (principal === undefined || principal.isRecord) throw forbidden(NOT_ENOUGH);
  const text = readText(call);
  const isImport = /^(\s|--[^\n]*\n|#[^\n]*\n|\/\*[^]*?\*\/)*OPTION\s+IMPORT\s*;/i.test(text);
  if (!isImport) throw requestProblem(NO_IMPORT);
  const { statements } = await runStatements(call, text, {});
  const failed = statements.filter(({ status }) => status === "ERR");
  const status = failed.length > 0 ? 422 : 200;
  if (accept !== "application/octet-stream") return await replyWith(call, encodeValue(failed), status);
  if (failed.length === 0) return { status };
  return { status, type: accept, body: failed.map(({ result }) => String(result)).join("\n") };
}

export const NOT_ENOUGH = "IAM error: Not enough permissions to perform this action";

export function anonymous(): Error {
  return forbidden("Anonymous access not allowed: Not enough permissions to perform this action");
}
