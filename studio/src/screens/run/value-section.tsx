import { Group, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { CopyButton } from "../../components/copy-button.tsx";
import { JsonTree } from "../../components/json-tree.tsx";

interface ValueSectionProps {
  label: string;
  value: unknown;
  /** The level of its heading. @default 3 */
  order?: 2 | 3;
}

/** A value with its name, and the whole to copy. */
export function ValueSection({ label, value, order = 3 }: ValueSectionProps): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <section aria-label={label}>
      <Group justify="space-between" mb={4} gap="xs">
        <Title order={order} size="h6">
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
