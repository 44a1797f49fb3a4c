import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Screen } from "../../shell/screen.tsx";

export default function QueryScreen(): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Screen title={t("shell.query")}>
      <Text>{t("soon")}</Text>
    </Screen>
  );
}
