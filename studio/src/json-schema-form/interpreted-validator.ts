/**
 * Checks a form's value against its schema. The usual validator compiles schemas into functions, which the studio's
 * content security policy refuses; this one reads them.
 */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import {
  ErrorSchemaBuilder,
  type FormContextType,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
} from "@rjsf/utils";

/** Says what is wrong: the schema's keyword, and what the schema has there. */
export type ErrorWords = (keyword: string, limit: unknown) => string;

/** These only say that something below them is wrong, which is told by itself. */
const containers = new Set([
  "properties",
  "patternProperties",
  "additionalProperties",
  "items",
  "prefixItems",
  "additionalItems",
  "allOf",
  "$ref",
  "if",
  "dependentSchemas",
]);

/** An error, and the names that lead to its field. */
interface Found extends RJSFValidationError {
  place: readonly string[];
}

/** A validator whose errors are in these words; validators and transformers of the form's own have no use here. */
export function createValidator(words: ErrorWords): ValidatorType<unknown, RJSFSchema, FormContextType> {
  const known = new WeakMap<object, WeakMap<object, Validator>>();
  const validatorOf = (schema: RJSFSchema, root: RJSFSchema): Validator => {
    const ofRoot = known.get(root) ?? new WeakMap<object, Validator>();
    known.set(root, ofRoot);
    const found = ofRoot.get(schema) ?? new Validator(withDefinitions(schema, root), "2020-12", false);
    ofRoot.set(schema, found);
    return found;
  };
  const errorsOf = (schema: RJSFSchema, value: unknown): Found[] => {
    const { errors } = validatorOf(schema, schema).validate(value ?? null);
    return errors
      .filter(({ keyword }) => !containers.has(keyword))
      .flatMap((error) => toFormErrors(error, schema, value, words));
  };
  return {
    validateFormData(value, schema) {
      const errors = errorsOf(schema, value);
      const builder = new ErrorSchemaBuilder<unknown>();
      for (const { message = "", place } of errors) builder.addErrors(message, [...place]);
      return { errors, errorSchema: builder.ErrorSchema };
    },
    isValid: (schema, value, root) => validatorOf(schema, root).validate(value ?? null).valid,
    rawValidation: <Result>(schema: RJSFSchema, value?: unknown): { errors?: Result[] } => ({
      errors: errorsOf(schema, value) as Result[],
    }),
  };
}

/** A part of a schema refers to the definitions of the whole. */
function withDefinitions(schema: RJSFSchema, { $defs, definitions }: RJSFSchema): Schema {
  return {
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
    ...schema,
  } as Schema;
}

function toFormErrors(
  { keyword, keywordLocation, instanceLocation }: OutputUnit,
  schema: RJSFSchema,
  value: unknown,
  words: ErrorWords,
): Found[] {
  const limit = at(schema, keywordLocation, schema);
  const path = pathOf(instanceLocation);
  const toError = (place: readonly string[]): Found => {
    const message = words(keyword, limit);
    const property = place.map((name) => `.${name}`).join("");
    return { name: keyword, message, property, place, stack: `${place.join(".")} ${message}`.trim() };
  };
  if (keyword !== "required" || !Array.isArray(limit)) return [toError(path)];
  // It is told once for each absent field, at the object: the person looks for it at the field.
  const owner = (at(value, instanceLocation) ?? {}) as object;
  const absent = (limit as string[]).filter((name) => !Object.hasOwn(owner, name));
  return absent.map((name) => toError([...path, name]));
}

function pathOf(pointer: string): string[] {
  const parts = pointer.replace(/^#?\/?/, "").split("/");
  return parts.filter((part) => part !== "").map((part) => decode(part));
}

function decode(part: string): string {
  return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
}

/** What stands at a place of a value; in a schema, `root` is where its references lead. */
function at(value: unknown, pointer: string, root?: unknown): unknown {
  return pathOf(pointer).reduce<unknown>((part, name) => {
    if (typeof part !== "object" || part === null) return undefined;
    const next = (part as Record<string, unknown>)[name];
    return root !== undefined && name === "$ref" && typeof next === "string" ? at(root, next) : next;
  }, value);
}
