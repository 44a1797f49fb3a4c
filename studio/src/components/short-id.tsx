/** An id that nobody reads whole: its end, which tells it from others, with the whole to see and to copy. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { CopyButton } from "./copy-button.tsx";

const shownLength = 10;

export function ShortId({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <>
      <Text span size="sm" ff="monospace" title={id}>
        {shortened(id)}
      </Text>
      <CopyButton value={id} label={t("copy.id")} />
    </>
  );
}

/** `…7Q2ZK4M1XB` */
export function shortened(id: string): string {
  return id.length <= shownLength + 4 ? id : `…${id.slice(-shownLength)}`;
}
