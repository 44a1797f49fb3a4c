/** What the list shows when it is empty: what to do. */
import { Button, Code, Stack, Text, Title } from "@mantine/core";
import { IconFilterOff, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

const firstRun = `import { step, SurrealDb, Workflow } from "minutier";

const db = new SurrealDb();
const hello = new Workflow({ name: "hello", db, steps: [step("greet", (name) => \`Hello, \${name}\`)] });
await hello.run("Ana", { metadata: { dossier_id: "dossier:abc123" } });`;

/** No run was ever recorded. */
export function NoRuns(): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Stack align="center" py="xl" gap="sm">
      <IconPlayerPlay size={40} stroke={1.3} aria-hidden />
      <Title order={2} size="h4">
        {t("runs.empty")}
      </Title>
      <Text ta="center">{t("runs.emptyHelp")}</Text>
      {/* Focusable, because it scrolls where it is wider than the screen. */}
      <Code block maw="100%" tabIndex={0} role="region" aria-label={t("runs.example")}>
        {firstRun}
      </Code>
    </Stack>
  );
}

/** There are runs, but none that fits. */
export function NoMatch({ onClear }: { onClear: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Stack align="center" py="xl" gap="sm">
      <IconFilterOff size={40} stroke={1.3} aria-hidden />
      <Title order={2} size="h4">
        {t("runs.noMatch")}
      </Title>
      <Text ta="center">{t("runs.noMatchHelp")}</Text>
      <Button variant="default" onClick={onClear}>
        {t("runs.clear")}
      </Button>
    </Stack>
  );
}
