/**
 * What a session that hasn't signed in is told about a call that it may not make: what is wrong with its parameters, and
 * only if nothing is, that it has to sign in.
 *
 * The engine has to say the former, though to it nobody is the owner. So it gets the call in a way that can't run.
 */
import { Uuid } from "surrealdb";

import { decodeValue, encodeValue } from "./cbor-frame.ts";
import type { Answer, Datastore } from "./datastore.ts";
import { notSignedIn } from "./rpc-error.ts";

const INSIDE_TRANSACTION = new Set([
  ...["query", "live", "kill", "select", "insert", "create", "upsert", "update", "merge", "patch", "delete"],
  ...["relate", "insert_relation"],
]);

/** Answers with the error that the parameters deserve; throws {@link RpcFailure} when they deserve none. */
export async function answerAnonymous(
  datastore: Datastore,
  method: string,
  params: Uint8Array,
  transaction: Uuid | undefined,
): Promise<Answer> {
  if (INSIDE_TRANSACTION.has(method)) {
    // The parameters are checked before the transaction, and there is none of this id.
    const answer = await datastore.call({ method, params, transaction: encodeValue(Uuid.v4()) });
    const isParamsFault = answer[0] === "error" && !isTransactionNotFound(answer[1]);
    if (isParamsFault || transaction !== undefined) return answer;
    throw notSignedIn();
  }
  if (method === "run" && !mayRun(decodeValue(params) as unknown[])) return await datastore.call({ method, params });
  throw notSignedIn();
}

function isTransactionNotFound(error: Uint8Array): boolean {
  return (decodeValue(error) as { message?: string }).message === "Transaction not found";
}

/** Whether the engine would call a function; a call that isn't one it refuses before it runs anything. */
function mayRun([name, version, args, ...more]: unknown[]): boolean {
  const isText = typeof version === "string" || version === null || version === undefined;
  const isList = Array.isArray(args) || args === null || args === undefined;
  if (typeof name !== "string" || !isText || !isList || more.length > 0) return false;
  return !name.startsWith("ml::") || typeof version === "string";
}
