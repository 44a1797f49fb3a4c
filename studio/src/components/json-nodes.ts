/** A value of the record as nodes of a tree: what is not open has no nodes yet, and a long list is in parts. */

/** A node: a value, or a part of a long list. */
export interface JsonNode {
  /** Where it stands: `documents[0].pages`. */
  path: string;
  /** Its name in the value around it; a part of a list has its bounds. */
  key: string;
  value: unknown;
  /** Values below it; a long text has itself below it. */
  entries: readonly JsonNode[] | undefined;
  isPart: boolean;
}

/** A list is in parts of this many. */
const partSize = 100;
/** Texts up to this length stand in one place. */
export const shortLength = 160;

/** The nodes below a value. */
export function entriesOf(value: unknown, path: string): JsonNode[] {
  if (Array.isArray(value)) return listEntries(value, path);
  if (!isObject(value)) return [];
  const entries = Object.entries(value).map(([key, each]) => nodeOf(key, each, memberPath(path, key)));
  return entries.length > partSize ? partsOf(entries, path) : entries;
}

function listEntries(list: readonly unknown[], path: string): JsonNode[] {
  const entries = list.map((each, index) => nodeOf(String(index), each, `${path}[${index}]`));
  return entries.length > partSize ? partsOf(entries, path) : entries;
}

function partsOf(entries: readonly JsonNode[], path: string): JsonNode[] {
  const size = partSize ** Math.max(1, Math.ceil(Math.log(entries.length) / Math.log(partSize)) - 1);
  const parts: JsonNode[] = [];
  for (let from = 0; from < entries.length; from += size) {
    const part = entries.slice(from, from + size);
    const bounds = `${from} … ${from + part.length - 1}`;
    const partPath = `${path}[${bounds}]`;
    parts.push({
      path: partPath,
      key: bounds,
      value: part.map(({ value }) => value),
      entries: part.length > partSize ? partsOf(part, partPath) : part,
      isPart: true,
    });
  }
  return parts;
}

function nodeOf(key: string, value: unknown, path: string): JsonNode {
  return { path, key, value, entries: undefined, isPart: false };
}

function memberPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Whether there is something to open below it. */
export function canOpen({ value }: Pick<JsonNode, "value">): boolean {
  if (typeof value === "string") return value.length > shortLength && base64Of(value) === undefined;
  return isObject(value) && Object.keys(value).length > 0;
}

/** A file in a text: its kind and its size, since nobody reads it. */
export function base64Of(text: string): { type: string; bytes: number } | undefined {
  if (text.length < 128) return undefined;
  const [prefix = "", type = ""] = /^data:([\w.+/-]*)[^,]{0,64};base64,/.exec(text) ?? [];
  const body = text.length - prefix.length;
  // The beginning is enough to tell it from prose; a whole file would be read at each drawing.
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text.slice(prefix.length, prefix.length + 512))) return undefined;
  return { type, bytes: Math.floor((body * 3) / 4) };
}

/** The paths that are open at first: level by level, as long as they are few. */
export function firstOpen(value: unknown, limit = 40): string[] {
  const open: string[] = [];
  let level = entriesOf(value, "");
  let count = level.length;
  while (level.length > 0 && count <= limit) {
    const next: JsonNode[] = [];
    for (const node of level) {
      if (typeof node.value !== "object" || !canOpen(node)) continue;
      const below = node.entries ?? entriesOf(node.value, node.path);
      if (count + below.length > limit) continue;
      count += below.length;
      open.push(node.path);
      next.push(...below);
    }
    level = next;
  }
  return open;
}
