/** What stands where nothing is: why, and what to do. */
import { Stack, Text, Title } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  icon: TablerIcon;
  title: string;
  help: string;
  /** A button, or an example. */
  children?: ReactNode;
}

export function EmptyState({ icon: Icon, title, help, children }: EmptyStateProps): React.JSX.Element {
  return (
    <Stack align="center" py="xl" gap="sm">
      <Icon size={40} stroke={1.3} aria-hidden />
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text ta="center">{help}</Text>
      {children}
    </Stack>
  );
}
