/** Values of the record as JSON: bytes as base64, sets as lists, integers past 2^53 as texts. */

/** The JSON text of any value that the database gives. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, replace) ?? "null";
}

function replace(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64");
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

/** JSON from outside. `__proto__` as a key is refused: some reader of the record might copy it into an object. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key === "__proto__") throw new SyntaxError('The key "__proto__" is not allowed.');
    return value;
  });
}
