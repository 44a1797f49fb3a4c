/** The form's own words, and what is wrong with a value, in the chosen language. */
import { TranslatableString } from "@rjsf/utils";
import type { TFunction } from "i18next";

import type { ErrorWords } from "./interpreted-validator.ts";

/** Keywords that say how far a value may go. */
const limits = [
  "const",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "pattern",
  "format",
] as const;

/** What a person reads at a field whose value does not fit. */
export function errorWordsOf(t: TFunction): ErrorWords {
  return (keyword, limit) => {
    const name = limits.find((each) => each === keyword);
    if (name === "minLength" && limit === 1) return t("jsonSchemaForm.errors.required");
    if (name !== undefined) return t(`jsonSchemaForm.errors.${name}`, { limit: textOf(limit) });
    switch (keyword) {
      case "required":
      case "uniqueItems":
        return t(`jsonSchemaForm.errors.${keyword}`);
      case "type":
        return t("jsonSchemaForm.errors.type", { limit: typesOf(limit, t) });
      case "enum":
        return t("jsonSchemaForm.errors.enum", {
          limit: (limit as unknown[] | undefined)?.map(textOf).join(", ") ?? "",
        });
      case "anyOf":
      case "oneOf":
        return t("jsonSchemaForm.errors.choice");
      default:
        return t("jsonSchemaForm.errors.other", { keyword });
    }
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

const typeNames = ["string", "number", "integer", "boolean", "array", "object", "null"] as const;

function typesOf(limit: unknown, t: TFunction): string {
  const names = [limit].flat().map((type) => {
    const name = typeNames.find((each) => each === type);
    return name === undefined ? textOf(type) : t(`jsonSchemaForm.types.${name}`);
  });
  return names.join(` ${t("jsonSchemaForm.or")} `);
}

/** The words of the form's buttons and placeholders. */
export function translateStringOf(t: TFunction): (text: TranslatableString, parameters?: string[]) => string {
  return (text, [first = "", second = ""] = []) => {
    switch (text) {
      case TranslatableString.ArrayItemTitle:
        return t("jsonSchemaForm.words.item");
      case TranslatableString.EmptyArray:
        return t("jsonSchemaForm.words.emptyList");
      case TranslatableString.YesLabel:
        return t("jsonSchemaForm.words.yes");
      case TranslatableString.NoLabel:
        return t("jsonSchemaForm.words.no");
      case TranslatableString.AddButton:
        return t("jsonSchemaForm.words.add");
      case TranslatableString.AddItemButton:
        return t("jsonSchemaForm.words.addItem");
      case TranslatableString.CopyButton:
        return t("jsonSchemaForm.words.copy");
      case TranslatableString.RemoveButton:
        return t("jsonSchemaForm.words.remove");
      case TranslatableString.MoveUpButton:
        return t("jsonSchemaForm.words.moveUp");
      case TranslatableString.MoveDownButton:
        return t("jsonSchemaForm.words.moveDown");
      case TranslatableString.ClearLabel:
      case TranslatableString.ClearButton:
        return t("jsonSchemaForm.words.clear");
      case TranslatableString.NewStringDefault:
        return t("jsonSchemaForm.words.newKey");
      case TranslatableString.KeyLabel:
        return t("jsonSchemaForm.words.key", { name: first });
      case TranslatableString.OptionPrefix:
        return t("jsonSchemaForm.words.option", { number: first });
      case TranslatableString.TitleOptionPrefix:
        return t("jsonSchemaForm.words.titledOption", { name: first, number: second });
      case TranslatableString.UnsupportedField:
      case TranslatableString.UnsupportedFieldWithId:
      case TranslatableString.UnsupportedFieldWithReason:
      case TranslatableString.UnsupportedFieldWithIdAndReason:
      case TranslatableString.UnknownFieldType:
        return t("jsonSchemaForm.words.unsupported");
      default:
        return text.replace("%1", first).replace("%2", second);
    }
  };
}
