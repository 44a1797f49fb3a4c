/** What the list shows when it is empty: what to do. */
import { Button, Code } from "@mantine/core";
import { IconFilterOff, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "../../components/empty-state.tsx";

const firstRun = `import { step, SurrealDb, Workflow } from "minutier";

const db = new SurrealDb();
const hello = new Workflow({ name: "hello", db, steps: [step("greet", (name) => \`Hello, \${name}\`)] });
await hello.run("Ana", { metadata: { dossier_id: "dossier:abc123" } });`;

/** No run was ever recorded. */
export function NoRuns(): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconPlayerPlay} title={t("runs.empty")} help={t("runs.emptyHelp")}>
      {/* Focusable, because it scrolls where it is wider than the screen. */}
      <Code block maw="100%" tabIndex={0} role="region" aria-label={t("runs.example")}>
        {firstRun}
      </Code>
    </EmptyState>
  );
}

/** There are runs, but none that fits. */
export function NoMatch({ onClear }: { onClear: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconFilterOff} title={t("runs.noMatch")} help={t("runs.noMatchHelp")}>
      <Button variant="default" onClick={onClear}>
        {t("runs.clear")}
      </Button>
    </EmptyState>
  );
}
