/** The SurrealQL that shows the run's row and its steps. */
import { Anchor, Code, Group, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useServerInfo } from "../../api/server-info.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { surqlOf } from "./run-surql.ts";

export function RunQuery({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { data: info } = useServerInfo();
  const surql = surqlOf(id);
  return (
    <section aria-labelledby="run-query">
      <Group justify="space-between" mb={4} gap="xs">
        <Title order={2} size="h6" id="run-query">
          {t("run.surql")}
        </Title>
        <Group gap="xs">
          {info?.query === true && (
            <Anchor component={Link} href={`/query?${new URLSearchParams({ surql })}`} size="xs">
              {t("run.openQuery")}
            </Anchor>
          )}
          <CopyButton value={surql} label={t("run.copySurql")} withText />
        </Group>
      </Group>
      <Text size="xs" c="dimmed" mb={4}>
        {t("run.surqlExplanation")}
      </Text>
      <Code block tabIndex={0} aria-label={t("run.surql")} role="region">
        {surql}
      </Code>
    </section>
  );
}
