/**
 * A form made from a JSON Schema, for a workflow's input or an approval's payload. A value that it can't ask for by
 * fields is written as JSON, and checked against the same schema.
 */
import "@mantine/core/styles/Checkbox.layer.css";
import "@mantine/core/styles/Fieldset.layer.css";
import "@mantine/core/styles/Grid.layer.css";
import "@mantine/core/styles/NumberInput.layer.css";
import "@mantine/core/styles/PasswordInput.layer.css";
import "@mantine/core/styles/Radio.layer.css";
import "@mantine/core/styles/SimpleGrid.layer.css";
import "@mantine/core/styles/Slider.layer.css";
import "./json-schema-form.css";

import { Anchor, Stack } from "@mantine/core";
import { withTheme } from "@rjsf/core";
import CheckboxesWidget from "@rjsf/mantine/lib/widgets/CheckboxesWidget.js";
import CheckboxWidget from "@rjsf/mantine/lib/widgets/CheckboxWidget.js";
import PasswordWidget from "@rjsf/mantine/lib/widgets/PasswordWidget.js";
import RadioWidget from "@rjsf/mantine/lib/widgets/RadioWidget.js";
import RangeWidget from "@rjsf/mantine/lib/widgets/RangeWidget.js";
import SelectWidget from "@rjsf/mantine/lib/widgets/SelectWidget.js";
import TextareaWidget from "@rjsf/mantine/lib/widgets/TextareaWidget.js";
import type { RJSFSchema } from "@rjsf/utils";
import { type FormEvent, type ReactNode, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { formTemplates } from "./form-templates.tsx";
import { errorWordsOf, translateStringOf } from "./form-words.ts";
import { createValidator } from "./interpreted-validator.ts";
import { JsonEditor, parseJsonText } from "./json-editor.tsx";

// Dates are left to the browser's own inputs, which know the person's language and keyboard.
const ThemedForm = withTheme<unknown>({
  templates: formTemplates,
  widgets: {
    CheckboxWidget,
    CheckboxesWidget,
    PasswordWidget,
    RadioWidget,
    RangeWidget,
    SelectWidget,
    TextareaWidget,
  },
});

export interface JsonSchemaFormProps {
  /** A JSON Schema; anything else is as good as none, and any JSON is taken. */
  schema: unknown;
  /** The value that the form begins with. */
  initial?: unknown;
  isDisabled?: boolean;
  /** Told the value once it fits the schema. */
  onSubmit: (value: unknown) => void;
  /** The buttons, of which one has the type `submit`. */
  children: ReactNode;
}

export function JsonSchemaForm(props: JsonSchemaFormProps): React.JSX.Element {
  const { t, i18n } = useTranslation();
  const [value, setValue] = useState(props.initial);
  const fields = toFieldSchema(props.schema, t("jsonSchemaForm.value"));
  const [isJson, setIsJson] = useState(fields === undefined);
  const validator = useMemo(() => createValidator(errorWordsOf(i18n.t)), [i18n.t, i18n.language]);
  const translateString = useMemo(() => translateStringOf(i18n.t), [i18n.t]);
  const [wasRefused, setWasRefused] = useState(false);
  const id = useId();

  const change = fields !== undefined && (
    <Anchor component="button" type="button" size="xs" onClick={() => setIsJson(!isJson)} w="fit-content">
      {isJson ? t("jsonSchemaForm.asForm") : t("jsonSchemaForm.asJson")}
    </Anchor>
  );
  if (isJson || fields === undefined)
    return (
      <JsonForm
        {...props}
        value={value}
        onValue={setValue}
        errorsOf={(given) =>
          fields === undefined ? [] : validator.validateFormData(given, fields).errors.map(({ stack }) => stack)
        }
      >
        {change}
        {props.children}
      </JsonForm>
    );
  return (
    <ThemedForm
      key={i18n.language}
      idPrefix={id}
      className="json-schema-form"
      schema={fields}
      validator={validator}
      translateString={translateString}
      formData={value}
      disabled={props.isDisabled ?? false}
      onChange={({ formData }) => setValue(formData)}
      onSubmit={({ formData }) => props.onSubmit(formData)}
      onError={() => setWasRefused(true)}
      // What was refused is checked again as it is mended.
      liveValidate={wasRefused ? "onChange" : false}
      noHtml5Validate
      showErrorList={false}
      focusOnFirstError
    >
      <Stack gap="sm">
        {change}
        {props.children}
      </Stack>
    </ThemedForm>
  );
}

/** The schema as the fields need it, or `undefined` when there are none to show. */
function toFieldSchema(schema: unknown, title: string): RJSFSchema | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  const { $schema: _, ...fields } = schema as RJSFSchema;
  const isKnown = ["type", "properties", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"].some(
    (key) => key in fields,
  );
  if (!isKnown) return undefined;
  // A field needs a name; the fields of an object have theirs.
  const hasFields = fields.type === "object" || fields.properties !== undefined;
  return hasFields || fields.title !== undefined ? fields : { ...fields, title };
}

interface JsonFormProps extends JsonSchemaFormProps {
  value: unknown;
  onValue: (value: unknown) => void;
  errorsOf: (value: unknown) => string[];
}

function JsonForm({ value, onValue, errorsOf, isDisabled, onSubmit, children }: JsonFormProps): React.JSX.Element {
  const { t } = useTranslation();
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const [errors, setErrors] = useState<string[]>([]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = parseJsonText(text);
    // The editor says that it is no JSON.
    if ("error" in parsed) return;
    const found = errorsOf(parsed.value);
    setErrors(found);
    if (found.length === 0) onSubmit(parsed.value);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <JsonEditor
          label={t("jsonSchemaForm.json")}
          description={t("jsonSchemaForm.jsonHelp")}
          text={text}
          onChange={(changed) => {
            setText(changed);
            setErrors([]);
            const parsed = parseJsonText(changed);
            if ("value" in parsed) onValue(parsed.value);
          }}
          isDisabled={isDisabled ?? false}
          error={
            errors.length === 0 ? undefined : (
              <>
                {errors.map((error) => (
                  <span key={error} className="json-schema-form-error">
                    {error}
                  </span>
                ))}
              </>
            )
          }
        />
        {children}
      </Stack>
    </form>
  );
}
