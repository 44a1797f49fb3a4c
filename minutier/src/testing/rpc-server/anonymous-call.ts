/**
 * What a session that hasn't signed in is told about a call that it may not make: what is wrong with its parameters, and
 * only if nothing is, that it has to sign in. The engine can't be asked: to it nobody is the owner.
 */
import { decodeValue } from "./cbor-frame.ts";
import { describeValue } from "./describe-value.ts";
import { invalidParams, notSignedIn, type RpcFailure } from "./rpc-error.ts";

interface Expected {
  least: number;
  most: number;
  text: string;
}

const WHAT_AND_DATA = { least: 1, most: 2, text: "Expected (what:Value, data:Value)" };
const WHAT = { least: 1, most: 1, text: "Expected (what:Value)" };
const EXPECTED: Record<string, Expected> = {
  select: WHAT,
  delete: WHAT,
  insert: { ...WHAT_AND_DATA, least: 2 },
  create: WHAT_AND_DATA,
  upsert: WHAT_AND_DATA,
  update: { ...WHAT_AND_DATA, text: "Expected (what, data)" },
  merge: WHAT_AND_DATA,
  patch: { least: 1, most: 3, text: "Expected (what:Value, data:Value, diff:Value)" },
  relate: { least: 3, most: 4, text: "Expected (from:Value, kind:Value, with:Value, data:Value)" },
  insert_relation: { least: 2, most: 2, text: "Expected (what, data)" },
  live: { least: 1, most: 2, text: "Expected (what, diff)" },
  kill: { least: 1, most: 1, text: "Expected (id)" },
  query: { least: 1, most: 2, text: "Expected (query:string, vars:object)" },
  run: { least: 1, most: 3, text: "Expected (name:string, version:string, args:array)" },
};

/** The refusal of a call. */
export function refuseAnonymous(method: string, encodedParams: Uint8Array, hasTransaction: boolean): RpcFailure {
  const params = decodeValue(encodedParams) as unknown[];
  const expected = EXPECTED[method];
  if (expected && (params.length < expected.least || params.length > expected.most))
    return invalidParams(expected.text);
  const fault = method === "query" ? faultOfQuery(params) : method === "run" ? faultOfRun(params) : undefined;
  if (fault !== undefined) return invalidParams(fault);
  // Nobody has one open that statements could run in.
  const isUnknown = hasTransaction && expected !== undefined && method !== "run";
  return isUnknown ? invalidParams("Transaction not found") : notSignedIn();
}

function faultOfQuery([query, vars]: unknown[]): string | undefined {
  if (typeof query !== "string") return "Expected query to be string";
  const isMap = typeof vars === "object" && !Array.isArray(vars);
  if (vars === undefined || isMap) return undefined;
  return `Expected vars to be object, got Some(${describeValue(vars)})`;
}

function faultOfRun([name, version, args]: unknown[]): string | undefined {
  if (typeof name !== "string") return `Expected name to be string, got ${describeValue(name)}`;
  if (typeof version !== "string" && version !== null && version !== undefined) {
    return `Expected version to be string, got Some(${describeValue(version)})`;
  }
  if (!Array.isArray(args) && args !== null && args !== undefined) {
    return `Expected args to be array, got Some(${describeValue(args)})`;
  }
  const isModel = name.startsWith("ml::");
  return isModel && typeof version !== "string" ? "Expected version to be set for model function" : undefined;
}
