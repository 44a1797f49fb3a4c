/** What a route takes and answers, and a command that asks it. */
import { Code, Group, Stack, Table, Text } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";

import { apiUrl } from "../../api/base.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { curlOf, type Route } from "./open-api.ts";

export function RouteDetail({ route, isProtected }: { route: Route; isProtected: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      {route.parameters.length > 0 && (
        <Fields
          title={t("api.parameters")}
          head={[t("api.name"), t("api.place"), t("api.meaning")]}
          rows={route.parameters.map(({ name, in: place, description = "" }) => [name, t(`api.${place}`), description])}
        />
      )}
      {route.body.length > 0 && (
        <Fields title={t("api.body")} head={[t("api.name"), t("api.meaning")]} rows={route.body} />
      )}
      <div>
        <Text size="sm" fw={600}>
          {t("api.answers")}
        </Text>
        {route.answers.map(({ status, description, types }) => (
          <Text key={status} size="sm" lang="en">
            <Code>{status}</Code> {description}
            {types.length > 0 && (
              <Text span inherit c="dimmed">
                {` · ${types.join(", ")}`}
              </Text>
            )}
          </Text>
        ))}
      </div>
      <Command text={curlOf(route, apiUrl(""), isProtected)} />
    </Stack>
  );
}

interface FieldsProps {
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

function Fields({ title, head, rows }: FieldsProps): React.JSX.Element {
  const id = useId();
  return (
    <div>
      <Text size="sm" fw={600} id={id}>
        {title}
      </Text>
      <Table fz="sm" aria-labelledby={id} horizontalSpacing={6} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([name = "", ...others]) => (
            <Table.Tr key={name}>
              <Table.Td ff="monospace">{name}</Table.Td>
              {others.map((text, index) => (
                <Table.Td key={index} {...(index === others.length - 1 ? { lang: "en" } : {})}>
                  {text}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Command({ text }: { text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {t("api.curl")}
        </Text>
        <CopyButton value={text} label={t("api.copy")} />
      </Group>
      {/* Focusable, because it scrolls. */}
      <Code block tabIndex={0} role="region" aria-label={t("api.curl")}>
        {text}
      </Code>
    </div>
  );
}
