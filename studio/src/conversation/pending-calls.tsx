/** The tool calls that a turn waits for, and the answer to them. */
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconHourglassHigh } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ask } from "../api/client.ts";
import { mayDo, useServerInfo } from "../api/server-info.ts";
import { useNow } from "../components/use-now.ts";
import { useFormats } from "../locales/formats.ts";
import { Part } from "./tool-call-view.tsx";
import type { ConversationKey, Turn } from "./turns.ts";

export interface PendingCallsProps {
  conversation: ConversationKey;
  turn: Turn & Required<Pick<Turn, "waiting_for">>;
  /** Told when an answer was given, or when somebody else gave one. */
  onAnswered: () => void;
}

export function PendingCalls({ conversation, turn, onAnswered }: PendingCallsProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  const { data: info } = useServerInfo();
  const [note, setNote] = useState("");
  const { waiting_for: waiting } = turn;
  const answer = useMutation({
    mutationFn: (isAllowed: boolean) =>
      ask(`agents/${encodeURIComponent(conversation.name)}/runs/${encodeURIComponent(turn.run_id)}/continue`, {
        method: "POST",
        body: {
          session_id: conversation.sessionId,
          background: true,
          tools: waiting.calls.map(({ approvalId, toolCallId, toolName, input }) => ({
            tool_call_id: toolCallId,
            approval_id: approvalId,
            tool_name: toolName,
            tool_args: input,
            confirmed: isAllowed,
            ...(note.trim() === "" ? {} : { confirmation_note: note.trim() }),
          })),
        },
      }),
    onSettled: onAnswered,
  });
  return (
    <Alert
      variant="default"
      icon={<IconHourglassHigh aria-hidden />}
      title={t("conversation.waits", { count: waiting.calls.length })}
    >
      <Stack gap="sm">
        <Text size="sm" component="time" dateTime={waiting.since} title={formats.time(waiting.since)}>
          {formats.ago(waiting.since, now)}
        </Text>
        {waiting.calls.map((call) => (
          <Part key={call.approvalId} label={call.toolName} value={call.input} />
        ))}
        {mayDo(info, "approve") ? (
          <>
            <TextInput
              label={t("conversation.note")}
              value={note}
              onChange={({ currentTarget }) => setNote(currentTarget.value)}
            />
            <Group gap="sm">
              <Button onClick={() => answer.mutate(true)} loading={answer.isPending}>
                {t("conversation.allow")}
              </Button>
              <Button variant="default" onClick={() => answer.mutate(false)} disabled={answer.isPending}>
                {t("conversation.refuse")}
              </Button>
            </Group>
          </>
        ) : (
          <Text size="sm">{t("conversation.mayNotAllow")}</Text>
        )}
        {answer.error !== null && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {answer.error.message}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
