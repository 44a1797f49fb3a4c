/** Keys and values to find a run by. */
import "@mantine/core/styles/Fieldset.layer.css";

import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** A pair as it is written; `id` keeps a row's place while it changes. */
export interface MetadataPair {
  id: number;
  key: string;
  value: string;
}

const keyForm = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Whether a key can be filtered by later; an empty row is none. */
export function isMetadataKey(key: string): boolean {
  return keyForm.test(key);
}

/** The pairs as metadata; rows without a key are left out. */
export function toMetadata(pairs: readonly MetadataPair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter(({ key }) => key.trim() !== "").map(({ key, value }) => [key.trim(), value]));
}

export interface MetadataFieldsProps {
  pairs: readonly MetadataPair[];
  onChange: (pairs: MetadataPair[]) => void;
  isDisabled: boolean;
}

export function MetadataFields({ pairs, onChange, isDisabled }: MetadataFieldsProps): React.JSX.Element {
  const { t } = useTranslation();
  const change = (id: number, changes: Partial<MetadataPair>): void =>
    onChange(pairs.map((pair) => (pair.id === id ? { ...pair, ...changes } : pair)));
  return (
    <Fieldset legend={t("tryIt.metadata")}>
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {t("tryIt.metadataHelp")}
        </Text>
        {pairs.map(({ id, key, value }, index) => (
          <Group key={id} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={t("tryIt.metadataKey", { number: index + 1 })}
              placeholder="dossier_id"
              value={key}
              onChange={({ currentTarget }) => change(id, { key: currentTarget.value })}
              error={key === "" || isMetadataKey(key) ? undefined : t("tryIt.metadataInvalid")}
              disabled={isDisabled}
              style={{ flex: "1 1 0" }}
            />
            <TextInput
              aria-label={t("tryIt.metadataValue", { number: index + 1 })}
              placeholder="dossier:abc123"
              value={value}
              onChange={({ currentTarget }) => change(id, { value: currentTarget.value })}
              disabled={isDisabled}
              style={{ flex: "1 1 0" }}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t("tryIt.removePair", { number: index + 1 })}
              onClick={() => onChange(pairs.filter((pair) => pair.id !== id))}
              disabled={isDisabled}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Button
          type="button"
          variant="default"
          size="compact-sm"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...pairs, { id: (pairs.at(-1)?.id ?? 0) + 1, key: "", value: "" }])}
          disabled={isDisabled}
        >
          {t("tryIt.addPair")}
        </Button>
      </Stack>
    </Fieldset>
  );
}
