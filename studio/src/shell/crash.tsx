/** Keeps a screen's failure to that screen, and says what to do. */
import { Alert, Button, Code, Text } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface CrashBoundaryProps {
  /** Another address starts anew. */
  address: string;
  children: ReactNode;
}

/** React knows error boundaries as classes alone. */
export class CrashBoundary extends Component<CrashBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidUpdate(previous: CrashBoundaryProps): void {
    if (previous.address !== this.props.address && this.state.error !== null) this.setState({ error: null });
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <Crash error={this.state.error} />;
  }
}

function Crash({ error }: { error: Error }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Alert color="red" title={t("crash.title")} role="alert">
      <Text mb="xs">{t("crash.explanation")}</Text>
      <Code block mb="md">
        {error.message}
      </Code>
      <Button onClick={() => window.location.reload()}>{t("crash.reload")}</Button>
    </Alert>
  );
}
