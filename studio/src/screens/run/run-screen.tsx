/** One run. */
import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { Screen } from "../../shell/screen.tsx";

export default function RunScreen({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Screen title={t("run.title")}>
      <Anchor component={Link} href="/runs" size="sm">
        {t("run.back")}
      </Anchor>
      <Text ff="monospace" my="sm">
        {id}
      </Text>
      <Text>{t("soon")}</Text>
    </Screen>
  );
}
