import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { Screen } from "./screen.tsx";

/** What an address shows that leads nowhere. */
export function NotFound(): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Screen title={t("notFound.title")}>
      <Text mb="md">{t("notFound.explanation")}</Text>
      <Anchor component={Link} href="/runs">
        {t("notFound.back")}
      </Anchor>
    </Screen>
  );
}
