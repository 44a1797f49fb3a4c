/** A text that has to be JSON. */
import { JsonInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** A text as JSON: its value, or why it is none. An empty text is no value. */
export function parseJsonText(text: string): { value: unknown } | { error: string } {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: (error as SyntaxError).message };
  }
}

export interface JsonEditorProps {
  label: ReactNode;
  description?: ReactNode;
  text: string;
  onChange: (text: string) => void;
  isDisabled?: boolean;
  /** What else is wrong with the value than that it is no JSON. */
  error?: ReactNode;
}

export function JsonEditor({
  label,
  description,
  text,
  onChange,
  isDisabled,
  error,
}: JsonEditorProps): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <JsonInput
      label={label}
      description={description}
      value={text}
      onChange={onChange}
      disabled={isDisabled ?? false}
      error={error}
      validationError={t("jsonSchemaForm.notJson")}
      formatOnBlur
      autosize
      minRows={4}
      maxRows={20}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
    />
  );
}
