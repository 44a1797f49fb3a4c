import { Group, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { CopyButton } from "../../components/copy-button.tsx";
import { JsonTree } from "../../components/json-tree.tsx";

/** A value with its name, and the whole to copy. */
export function ValueSection({ label, value }: { label: string; value: unknown }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <section aria-label={label}>
      <Group justify="space-between" mb={4} gap="xs">
        <Title order={3} size="h6">
          {label}
        </Title>
        <CopyButton
          value={() => JSON.stringify(value, undefined, 2) ?? ""}
          label={t("run.copyJson", { name: label })}
        />
      </Group>
      <JsonTree value={value} label={label} />
    </section>
  );
}
