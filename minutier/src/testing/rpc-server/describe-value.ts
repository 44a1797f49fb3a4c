/** A value as SurrealDB's own messages print it, such as `Number(Int(5))`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "None";
  if (value === null) return "Null";
  if (typeof value === "boolean") return `Bool(${value})`;
  if (typeof value === "bigint" || Number.isInteger(value)) return `Number(Int(${String(value)}))`;
  if (typeof value === "number") return `Number(Float(${value}))`;
  if (typeof value === "string") return `String(${JSON.stringify(value)})`;
  if (Array.isArray(value)) return `Array(Array([${value.map(describeValue).join(", ")}]))`;
  if (typeof value !== "object") return typeof value;
  const entries = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${describeValue(entry)}`);
  return `Object(Object({${entries.join(", ")}}))`;
}
