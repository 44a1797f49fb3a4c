/** `/key/:table` and `/key/:table/:id`: rows without SurrealQL. */
import { decodeValue } from "./cbor-frame.ts";
import { assertSelected, type HttpCall, readText, replyWith, type Route, runStatements } from "./http-call.ts";
import { plainFailure, type Reply, requestProblem } from "./http-reply.ts";
import { anonymous } from "./http-sql.ts";
import { readAccept } from "./http-types.ts";
import { jsonToCbor } from "./json-to-cbor.ts";

const NO_VALUE =
  "Invalid /key request body: expected a single SurrealQL value (literal, object, array, or $param), not a statement or function call";

const TABLE: Record<string, string> = {
  GET: "SELECT * FROM type::table($table) LIMIT $limit START $start",
  POST: "CREATE type::table($table) CONTENT $data",
  PUT: "UPDATE type::table($table) CONTENT $data",
  PATCH: "UPDATE type::table($table) MERGE $data",
  DELETE: "DELETE type::table($table) RETURN BEFORE",
};
const RECORD: Record<string, string> = {
  GET: "SELECT * FROM type::record($table, $id)",
  POST: "CREATE type::record($table, $id) CONTENT $data",
  PUT: "UPSERT type::record($table, $id) CONTENT $data",
  PATCH: "UPSERT type::record($table, $id) MERGE $data",
  DELETE: "DELETE type::record($table, $id) RETURN BEFORE",
};

/** The routes of a path by their methods. */
export function keyRoutes(kind: "table" | "record"): Record<string, Route> {
  const statements = Object.entries(kind === "table" ? TABLE : RECORD);
  return Object.fromEntries(
    statements.map(([method, statement]) => [method, (call: HttpCall) => answer(call, method, statement)]),
  );
}

async function answer(call: HttpCall, method: string, statement: string): Promise<Reply> {
  readAccept(call.headers);
  const { principal, selected } = await call.connection.main;
  const [table = "", id] = call.path;
  const parameters = call.url.searchParams;
  const fields = parameters.getAll("fields");
  const isRead = method === "GET";
  const variables = isRead ? readBounds(parameters, id !== undefined) : readParameters(parameters);
  assertSelected(selected);
  const data = isRead || method === "DELETE" ? {} : { data: readValue(readText(call), variables) };
  if (principal === undefined) throw anonymous();
  const text = isRead && fields.length > 0 ? statement.replace("*", "type::fields($fields)") : statement;
  const named = { table, ...(id !== undefined && { id: parseOr(id) }), ...(isRead && { fields }) };
  const { encoded } = await runStatements(call, text, { ...variables, ...named, ...data });
  return await replyWith(call, encoded);
}

/** A hundred rows, unless the request says how many. */
function readBounds(parameters: URLSearchParams, isOne: boolean): Record<string, unknown> {
  const bound = (name: string, otherwise: number): number => {
    const text = parameters.get(name) ?? String(otherwise);
    if (/^[+-]?\d+$/.test(text)) return Number(text);
    throw plainFailure(400, `Failed to deserialize query string: ${name}: invalid digit found in string`);
  };
  const bounds = { limit: bound("limit", 100), start: bound("start", 0) };
  return isOne ? {} : bounds;
}

function readParameters(parameters: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries([...parameters].map(([name, text]) => [name, parseOr(text)]));
}

/** The body's value, which may be a parameter's; throws {@link HttpFailure}: statements are for `/sql`. */
function readValue(text: string, variables: Record<string, unknown>): unknown {
  const name = /^\s*\$(\w+)\s*$/.exec(text)?.[1];
  if (name !== undefined) return variables[name];
  try {
    return decodeValue(jsonToCbor(text, { isWhole: true, hasLegacyTexts: false }));
  } catch {
    throw requestProblem(NO_VALUE);
  }
}

function parseOr(text: string): unknown {
  try {
    return decodeValue(jsonToCbor(text, { isWhole: true, hasLegacyTexts: true }));
  } catch {
    return text;
  }
}
