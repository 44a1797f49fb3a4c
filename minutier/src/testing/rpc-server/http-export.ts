/** `/export`: a database as SurrealQL, whole or as the body says. */
import { decodeValue, encodeValue } from "./cbor-frame.ts";
import { MalformedFrame } from "./cbor-reader.ts";
import { assertSelected, type HttpCall } from "./http-call.ts";
import { forbidden, type Reply, requestProblem } from "./http-reply.ts";
import { NOT_ENOUGH } from "./http-sql.ts";
import { readContentType, toFormat } from "./http-types.ts";
import { readMessage } from "./wire-format.ts";

const sections = [
  ...["users", "accesses", "params", "functions", "analyzers", "apis", "buckets", "modules", "configs"],
  ...["records", "sequences"],
];
const everything = Object.fromEntries(sections.map((section) => [section, true]));

export async function exportAll(call: HttpCall): Promise<Reply> {
  return await exportDatabase(call, {});
}

export async function exportAsAsked(call: HttpCall): Promise<Reply> {
  return await exportDatabase(call, readConfig(call));
}

async function exportDatabase(call: HttpCall, config: Record<string, unknown>): Promise<Reply> {
  const { principal, selected } = await call.connection.main;
  const { namespace, database } = assertSelected(selected);
  // The engine exports as the owner.
  if (principal === undefined || principal.isRecord) throw forbidden(NOT_ENOUGH);
  const encoded = encodeValue({ tables: true, versions: false, ...everything, ...config });
  const body = await call.backend.datastore.export(namespace, database, encoded);
  return { status: 200, body };
}

function readConfig({ headers, body }: HttpCall): Record<string, unknown> {
  const type = readContentType(headers);
  if (type === "text/plain" || type === "application/octet-stream") throw requestProblem("unsupported body format");
  const format = toFormat(type);
  const config = decoded(() => decodeValue(readMessage(format, body)));
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw requestProblem(`Expected object, got ${kindOf(config)}`);
  }
  const { tables = true, versions } = config as Record<string, unknown>;
  for (const section of [...sections, "versions"]) {
    const value = (config as Record<string, unknown>)[section] ?? true;
    if (typeof value !== "boolean") throw wrongField(section, `Expected bool, got ${kindOf(value)}`);
  }
  if (versions === true) {
    throw requestProblem("Versioned export is not supported: a dump carries the current state of each record only");
  }
  if (!isTables(tables)) throw wrongField("tables", "Failed to decode TableConfig, no variants matched");
  return config as Record<string, unknown>;
}

function isTables(tables: unknown): boolean {
  const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((name) => typeof name === "string");
  return typeof tables === "boolean" || isNames(tables) || isNames((tables as { exclude?: unknown } | null)?.exclude);
}

function wrongField(name: string, why: string): Error {
  return requestProblem(`Failed to deserialize field '${name}' on type 'Config': ${why}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array<any>" : typeof value;
}

function decoded(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof MalformedFrame)) throw error;
    throw requestProblem(`Parse error: ${error.message}`);
  }
}
