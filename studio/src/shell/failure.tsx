/** What a screen shows instead of what the server refused to give. */
import { Alert, Button, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export interface FailureProps {
  title?: string;
  error: Error;
  onRetry?: () => void;
}

export function Failure({ title, error, onRetry }: FailureProps): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} title={title ?? t("failure.title")}>
      <Text mb={onRetry === undefined ? 0 : "md"}>{error.message}</Text>
      {onRetry !== undefined && (
        <Button variant="default" onClick={onRetry}>
          {t("connection.retry")}
        </Button>
      )}
    </Alert>
  );
}
