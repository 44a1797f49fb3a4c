import type { RJSFSchema } from "@rjsf/utils";
import { expect, test } from "vitest";
import { z } from "zod";

import { createValidator } from "../src/json-schema-form/interpreted-validator.ts";

const validator = createValidator((keyword, limit) => `${keyword} ${JSON.stringify(limit)}`);

const schema = z.toJSONSchema(
  z.object({
    client: z.string().min(1),
    type: z.enum(["vente", "mandat"]),
    pages: z.number().int().min(1).optional(),
    "acte/notarié": z.object({ "lot no.": z.string() }).optional(),
    parties: z.array(z.object({ nom: z.string() })).min(1),
  }),
) as RJSFSchema;

function problems(value: unknown): Record<string, string> {
  const { errors } = validator.validateFormData(value, schema);
  return Object.fromEntries(errors.map(({ property, message }) => [property ?? "", message ?? ""]));
}

test("a value that fits its schema has no errors", () => {
  expect(problems({ client: "Ana", type: "vente", parties: [{ nom: "Luc" }] })).toEqual({});
});

test("each error stands at its field, absent fields too", () => {
  expect(problems({ client: "", type: "bail", pages: 0, "acte/notarié": {}, parties: [{ nom: "Luc" }, {}] })).toEqual({
    ".client": "minLength 1",
    ".type": 'enum ["vente","mandat"]',
    ".pages": "minimum 1",
    ".acte/notarié.lot no.": 'required ["lot no."]',
    ".parties.1.nom": 'required ["nom"]',
  });
  const { errorSchema } = validator.validateFormData({ "acte/notarié": {} }, schema);
  expect(Object.keys(errorSchema).toSorted()).toEqual(["acte/notarié", "client", "parties", "type"]);
});

test("a part of a schema finds the definitions of the whole", () => {
  const root: RJSFSchema = { $defs: { lot: { type: "string", minLength: 3 } } };
  expect(validator.isValid({ $ref: "#/$defs/lot" }, "1 234", root)).toBe(true);
  expect(validator.isValid({ $ref: "#/$defs/lot" }, "1", root)).toBe(false);
  const whole = { ...root, type: "object", properties: { lot: { $ref: "#/$defs/lot" } } } as RJSFSchema;
  expect(validator.validateFormData({ lot: "1" }, whole).errors.map(({ message }) => message)).toEqual(["minLength 3"]);
});
