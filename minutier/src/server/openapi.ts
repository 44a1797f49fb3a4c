/** The routes as an OpenAPI 3.1 document. */

import { answerSchemas, sharedSchemas } from "./answer-schemas.ts";
import { type Operation, operations } from "./operations.ts";
import { packageVersion } from "./package-version.ts";

/** By the beginning of their paths; the others say what the server is. */
const groups = ["agents", "teams", "workflows", "sessions", "metrics", "runs", "query"];

/** The document; `isProtected` says that requests bring a key. */
export function openApiDocument(title: string, isProtected: boolean): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const of = (paths[operation.path] ??= {});
    of[operation.method] = toOperation(operation);
  }
  return {
    openapi: "3.1.0",
    info: { title, version: packageVersion },
    paths,
    components: {
      schemas: sharedSchemas,
      ...(isProtected ? { securitySchemes: { key: { type: "http", scheme: "bearer" } } } : {}),
    },
    ...(isProtected ? { security: [{ key: [] }] } : {}),
  };
}

function toOperation({ path, method, summary, body, query = {}, status = "200", streams }: Operation): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name ?? "", "path", undefined));
  const inQuery = Object.entries(query).map(([name, description]) => parameter(name, "query", description));
  const schema = answerSchemas[`${method.toUpperCase()} ${path}`];
  const json = { "application/json": schema === undefined ? {} : { schema } };
  const content = status === "204" ? {} : { content: streams === true ? { ...json, "text/event-stream": {} } : json };
  const failure = {
    description: "refused",
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  };
  return {
    tags: [groups.find((group) => path.startsWith(`/${group}`)) ?? "server"],
    summary,
    ...(path === "/health" ? { security: [] } : {}),
    parameters: [...inPath, ...inQuery],
    ...(body === undefined ? {} : { requestBody: { content: toBody(body) } }),
    responses: { [status]: { description: "done", ...content }, default: failure },
  };
}

function parameter(name: string, place: "path" | "query", description: string | undefined): object {
  const about = description === undefined ? {} : { description };
  return { name, in: place, required: place === "path", schema: { type: "string" }, ...about };
}

function toBody(fields: Record<string, string>): object {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, description]) => [name, { description }]));
  const schema = { type: "object", properties };
  return { "multipart/form-data": { schema }, "application/json": { schema } };
}
