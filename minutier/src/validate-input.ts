/** Checks a value against a Standard Schema (zod, valibot, arktype…). */
import type { StandardSchemaV1 } from "@standard-schema/spec";

import { InvalidInputError } from "./errors.ts";

/** The value as the schema gives it back; throws `InvalidInputError` with every issue and its path. */
export async function validateInput<Output>(
  what: string,
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
): Promise<Output> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  throw new InvalidInputError(
    what,
    result.issues.map((issue) => ({
      message: issue.message,
      path: (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part)),
    })),
  );
}
