/** Where the theme's templates do not serve: names that are no headings, and errors of lists, which it hides. */
import { Group, Text } from "@mantine/core";
import Templates from "@rjsf/mantine/lib/templates/index.js";
import {
  type ArrayFieldTitleProps,
  errorId,
  type FieldErrorProps,
  getUiOptions,
  type TemplatesType,
  titleId,
  type TitleFieldProps,
} from "@rjsf/utils";

function Title({ id, title, optionalDataControl }: TitleFieldProps<unknown>): React.JSX.Element {
  return (
    <Group justify="space-between" id={id}>
      <Text size="sm" fw={600} component="span">
        {title}
      </Text>
      {optionalDataControl}
    </Group>
  );
}

function ArrayTitle({
  fieldPathId,
  title = "",
  uiSchema,
  registry,
  optionalDataControl,
  schema,
}: ArrayFieldTitleProps<unknown>): React.JSX.Element | null {
  const { label = true } = getUiOptions(uiSchema, registry.globalUiOptions);
  if (title === "" || label === false) return null;
  return (
    <Title
      id={titleId(fieldPathId)}
      title={title}
      schema={schema}
      registry={registry}
      optionalDataControl={optionalDataControl}
    />
  );
}

/** The input of a single value shows its errors itself; here they are for readers of the screen. */
function FieldErrors({ errors = [], fieldPathId, schema }: FieldErrorProps<unknown>): React.JSX.Element | null {
  if (errors.length === 0) return null;
  const isShown = schema.type === "object" || (schema.type === "array" && schema.uniqueItems !== true);
  return (
    <div id={errorId(fieldPathId)} hidden={!isShown}>
      {errors.map((error) => (
        <Text key={String(error)} size="xs" c="var(--mantine-color-error)">
          {error}
        </Text>
      ))}
    </div>
  );
}

export const formTemplates: Partial<TemplatesType<unknown>> = {
  ...Templates,
  TitleFieldTemplate: Title,
  ArrayFieldTitleTemplate: ArrayTitle,
  FieldErrorTemplate: FieldErrors,
};
