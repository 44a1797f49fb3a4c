/** The server's OpenAPI document, as far as the page shows it. */

/** A route of the page. */
export interface Route {
  /** `post-runs-id-approve`: it stands in the page's address, and in the ids of its elements. */
  key: string;
  method: string;
  path: string;
  group: string;
  summary: string;
  isOpen: boolean;
  parameters: readonly Parameter[];
  /** Fields of the body, with what they are. */
  body: readonly (readonly [name: string, description: string])[];
  answers: readonly { status: string; description: string; types: readonly string[] }[];
}

interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  description?: string;
}

interface MediaTypes {
  [type: string]: { schema?: { properties?: Record<string, { description?: string }> } };
}

interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { content: MediaTypes };
  responses: Record<string, { description: string; content?: MediaTypes }>;
}

/** `GET /openapi.json`. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  security?: unknown[];
}

/** The document's routes, in its order. */
export function routesOf({ paths, security = [] }: OpenApiDocument): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      key: `${method}${path}`.replaceAll(/\W+/g, "-").replace(/-$/, ""),
      method: method.toUpperCase(),
      path,
      group: operation.tags?.[0] ?? path.split("/")[1] ?? "",
      summary: operation.summary ?? "",
      isOpen: security.length > 0 && operation.security?.length === 0,
      parameters: operation.parameters ?? [],
      body: fieldsOf(operation),
      answers: Object.entries(operation.responses).map(([status, { description, content = {} }]) => ({
        status,
        description,
        types: Object.keys(content),
      })),
    })),
  );
}

function fieldsOf({ requestBody }: Operation): [string, string][] {
  const properties = requestBody?.content["application/json"]?.schema?.properties ?? {};
  return Object.entries(properties).map(([name, { description = "" }]) => [name, description]);
}

/** The routes by their groups, both in the document's order. */
export function grouped(routes: readonly Route[]): Map<string, Route[]> {
  const groups = new Map<string, Route[]>();
  for (const route of routes) groups.set(route.group, [...(groups.get(route.group) ?? []), route]);
  return groups;
}

/** Whether all words stand in the route's method, path or summary. */
export function matches({ method, path, summary }: Route, words: string): boolean {
  const text = `${method} ${path} ${summary}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** A command that asks this route; its first field stands for the others. */
export function curlOf(route: Route, server: string, isProtected: boolean): string {
  const path = route.path.replace(/^\//, "");
  const lines = [`curl ${route.method === "GET" ? "" : `-X ${route.method} `}'${new URL(server).href}${path}'`];
  if (isProtected && !route.isOpen) lines.push(`-H "authorization: Bearer $KEY"`);
  const [field] = route.body;
  if (field !== undefined) {
    lines.push(`-H 'content-type: application/json'`, `-d '${JSON.stringify({ [field[0]]: "…" })}'`);
  }
  return lines.join(" \\\n  ");
}
