/** A tool call: its name, state and time, and, when it is opened, what went in and came out. */
import { Box, Group, Stack, Text } from "@mantine/core";
import { IconTool } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { JsonTree } from "../components/json-tree.tsx";
import { RunStatusBadge } from "../components/run-status.tsx";
import { useFormats } from "../locales/formats.ts";
import type { ToolCall } from "./turns.ts";

export function ToolCallView({ call }: { call: ToolCall }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const { approval } = call;
  const duration = call.ended_at === undefined ? undefined : Date.parse(call.ended_at) - Date.parse(call.started_at);
  return (
    <details className="tool-call">
      <summary>
        <IconTool size={15} aria-hidden />
        <Text span ff="monospace" size="sm" fw={600}>
          {call.tool_name}
        </Text>
        <RunStatusBadge status={call.status} />
        {duration !== undefined && (
          <Text span size="xs" c="dimmed">
            {formats.duration(Math.max(0, duration))}
          </Text>
        )}
        {approval !== undefined && (
          <Text span size="xs" c="dimmed">
            {t(approval.approved ? "conversation.allowedBy" : "conversation.refusedBy", { name: approval.by })}
          </Text>
        )}
      </summary>
      <Stack gap="xs" className="tool-call-body">
        <Part label={t("conversation.toolInput")} value={call.input ?? null} />
        {call.output !== undefined && <Part label={t("conversation.toolOutput")} value={call.output} />}
        {call.error_message !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)">
            {call.error_message}
          </Text>
        )}
        {approval !== undefined && (
          <Group gap="xs">
            <Text size="xs" c="dimmed">
              {formats.time(approval.at)}
            </Text>
            {approval.note !== undefined && <Text size="sm">{approval.note}</Text>}
          </Group>
        )}
      </Stack>
    </details>
  );
}

/** One side of a call. */
export function Part({ label, value }: { label: string; value: unknown }): React.JSX.Element {
  return (
    <Box>
      <Text size="xs" c="dimmed" fw={600}>
        {label}
      </Text>
      <JsonTree value={value} label={label} />
    </Box>
  );
}
