import { Center, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** While a screen's code or first data come. */
export function ScreenLoading(): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Center h="40vh" role="status" aria-label={t("connection.loading")}>
      <Loader />
    </Center>
  );
}
