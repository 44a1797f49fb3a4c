/** Structured output: the schema's JSON form for the model, its own validation for the answer. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type FlexibleSchema, Output, type OutputInterface, type Schema } from "ai";

import { errorMessage, MinutierError } from "../errors.ts";
import { checkedSchema } from "./checked-schema.ts";

/**
 * Any Standard Schema that can say its JSON Schema (zod and arktype do; wrap a valibot schema with
 * `toStandardJsonSchema` of `@valibot/to-json-schema`), or the AI SDK's own `jsonSchema()`.
 */
export type OutputSchema<Output> = StandardSchemaV1<unknown, Output> | Schema<Output>;

/** A structured output as the AI SDK takes it. */
export type OutputSpecification<Value> = OutputInterface<Value, string, never>;

/** Throws `invalid_definition` for a schema that has no JSON form. */
export function defineOutput<Value>(owner: string, schema: OutputSchema<Value>): OutputSpecification<Value> {
  try {
    const checked = checkedSchema(schema as FlexibleSchema<Value>);
    const { responseFormat, parseCompleteOutput } = Output.object<Value>({ schema: checked });
    return {
      name: "object",
      responseFormat,
      parseCompleteOutput,
      // The SDK's own parses the whole text again at each delta.
      parsePartialOutput: async ({ text }) => ({ partial: text }),
      createElementStreamTransform: () => undefined,
    };
  } catch (cause) {
    throw new MinutierError(
      "invalid_definition",
      `The output schema of the ${owner} can't be shown to a model: ${errorMessage(cause)} Give a schema that has a JSON form, such as zod's, or wrap it (valibot: toStandardJsonSchema of @valibot/to-json-schema).`,
      { cause },
    );
  }
}
