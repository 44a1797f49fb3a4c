import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Screen } from "../../shell/screen.tsx";

export default function WaitingScreen(): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Screen title={t("shell.waiting")}>
      <Text>{t("soon")}</Text>
    </Screen>
  );
}
