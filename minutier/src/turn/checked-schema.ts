/** Schemas as the AI SDK takes them, with the validation that the Standard Schema specification asks for. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { asSchema, type FlexibleSchema, jsonSchema, type Schema } from "ai";

/** A value that its schema refused. */
class SchemaIssues extends Error {
  override readonly name = "SchemaIssues";
  readonly issues: readonly StandardSchemaV1.Issue[];

  constructor(issues: readonly StandardSchemaV1.Issue[]) {
    super(describeIssues(issues));
    this.issues = issues;
  }
}

/**
 * The SDK (7.0) takes every result that has a `value` for a success; valibot's failures have one too, so that a wrong
 * value would pass. Throws when the schema has no JSON form.
 */
export function checkedSchema<Value>(schema: FlexibleSchema<Value>): Schema<Value> {
  const known = asSchema(schema);
  if (!isStandardSchema(schema) || schema["~standard"].vendor === "zod") return known;
  const { validate } = schema["~standard"];
  return jsonSchema<Value>(known.jsonSchema, {
    validate: async (value) => {
      const result = await validate(value);
      return result.issues === undefined
        ? { success: true, value: result.value as Value }
        : { success: false, error: new SchemaIssues(result.issues) };
    },
  });
}

/** What is wrong with a model's text, from the errors that wrap each other: the schema's issues, or the JSON's fault. */
export function describeInvalid(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if ("issues" in each && Array.isArray(each.issues)) return describeIssues(each.issues as StandardSchemaV1.Issue[]);
    if (each instanceof SyntaxError) return `it is not JSON (${each.message})`;
    if (Array.isArray(each.cause)) return describeIssues(each.cause as StandardSchemaV1.Issue[]);
  }
  return error instanceof Error ? error.message : String(error);
}

function describeIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  const texts = issues.slice(0, 10).map(({ path = [], message }) => {
    const keys = path.map((key) => String(typeof key === "object" ? key.key : key));
    return `${keys.join(".") || "(root)"}: ${message}`;
  });
  return [...texts, ...(issues.length > 10 ? [`and ${issues.length - 10} more`] : [])].join("; ");
}

function isStandardSchema(schema: unknown): schema is StandardSchemaV1 {
  return (typeof schema === "object" || typeof schema === "function") && schema !== null && "~standard" in schema;
}
