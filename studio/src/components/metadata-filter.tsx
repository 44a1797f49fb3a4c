/** A field for pairs of metadata that what is listed has to have. */
import { TagsInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Pairs by key; of a key that is written twice, the last one counts. */
type MetadataPairs = readonly (readonly [key: string, value: string])[];

export interface MetadataFilterProps {
  metadata: MetadataPairs;
  onChange: (metadata: MetadataPairs) => void;
}

const pair = /^([A-Za-z_][A-Za-z0-9_]{0,63})=(.+)$/s;

export function MetadataFilter({ metadata, onChange }: MetadataFilterProps): React.JSX.Element {
  const { t } = useTranslation();
  const [isInvalid, setIsInvalid] = useState(false);
  const change = (texts: string[]): void => {
    const found = texts.map((text) => pair.exec(text));
    setIsInvalid(found.includes(null));
    const pairs = new Map(found.filter((match) => match !== null).map(([, key = "", value = ""]) => [key, value]));
    onChange([...pairs]);
  };
  return (
    <TagsInput
      size="xs"
      label={t("runs.metadataFilter")}
      placeholder={metadata.length === 0 ? t("runs.metadataPlaceholder") : ""}
      value={metadata.map(([key, value]) => `${key}=${value}`)}
      onChange={change}
      onSearchChange={() => setIsInvalid(false)}
      error={isInvalid ? t("runs.metadataInvalid") : undefined}
      splitChars={[]}
      w={{ base: "100%", sm: 260 }}
    />
  );
}
