/** One turn: the question, the tool calls, the answer, or why there is none. */
import { Alert, Anchor, Badge, Box, Group, Loader, Spoiler, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconPaperclip } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { JsonTree } from "../components/json-tree.tsx";
import { useNow } from "../components/use-now.ts";
import { useFormats } from "../locales/formats.ts";
import { toAddress } from "../shell/path-parts.ts";
import { Markdown } from "./markdown.tsx";
import { PendingCalls } from "./pending-calls.tsx";
import { ToolCallView } from "./tool-call-view.tsx";
import type { ConversationKey, MemberTurn, Turn } from "./turns.ts";

/** A text that is higher than this, in pixels, is folded. */
const foldedHeight = 320;

export interface TurnViewProps {
  conversation: ConversationKey;
  turn: Turn;
  onAnswered: () => void;
}

export const TurnView = memo(function TurnView({ conversation, turn, onAnswered }: TurnViewProps): React.JSX.Element {
  const { waiting_for } = turn;
  return (
    <Stack gap="xs" component="article" className="turn">
      <Question turn={turn} />
      {turn.members.map((member) => (
        <Member key={member.run_id} member={member} sessionId={conversation.sessionId} />
      ))}
      {turn.tool_calls.map((call) => (
        <ToolCallView key={call.tool_call_id} call={call} />
      ))}
      <Answer turn={turn} />
      {turn.status === "error" && <Failed turn={turn} />}
      {turn.status === "running" && waiting_for !== undefined && (
        <PendingCalls conversation={conversation} turn={{ ...turn, waiting_for }} onAnswered={onAnswered} />
      )}
    </Stack>
  );
});

function Folded({ children }: { children: React.ReactNode }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Spoiler
      maxHeight={foldedHeight}
      showLabel={t("conversation.more")}
      hideLabel={t("conversation.less")}
      transitionDuration={0}
    >
      {children}
    </Spoiler>
  );
}

function Question({ turn }: { turn: Turn }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  const { workflow_run, team_run, files = [] } = turn;
  return (
    <Box className="bubble bubble-question">
      <Group gap="xs" className="bubble-head">
        <Text span size="xs" fw={600}>
          {turn.user_id ?? t("conversation.question")}
        </Text>
        <Text
          span
          size="xs"
          c="dimmed"
          component="time"
          dateTime={turn.created_at}
          title={formats.time(turn.created_at)}
        >
          {formats.ago(turn.created_at, now)}
        </Text>
        {workflow_run !== undefined && (
          <Anchor component={Link} size="xs" href={toAddress("runs", workflow_run)}>
            {t("conversation.ofRun", { step: turn.workflow_step ?? "" })}
          </Anchor>
        )}
        {team_run !== undefined && (
          <Text span size="xs" c="dimmed">
            {t("conversation.ofTeam")}
          </Text>
        )}
      </Group>
      <Folded>
        <Text className="plain-text">{turn.content}</Text>
      </Folded>
      {files.length > 0 && (
        <Group gap={6} mt={6}>
          {files.map((file, index) => (
            <Badge
              // Two files may have one name.
              key={`${index} ${file.name ?? ""}`}
              variant="default"
              radius="sm"
              className="file-badge"
              leftSection={<IconPaperclip size={13} aria-hidden />}
            >
              {file.name ?? file.media_type ?? t("conversation.file")}
            </Badge>
          ))}
        </Group>
      )}
    </Box>
  );
}

/** What a member of a team was asked for: its turn stands in a session of its own. */
function Member({ member, sessionId }: { member: MemberTurn; sessionId: string }): React.JSX.Element {
  const { t } = useTranslation();
  const address = `${toAddress("sessions", member.kind, member.name, sessionId)}?run=${encodeURIComponent(member.run_id)}`;
  return (
    <Stack gap={4} className="member">
      <Group gap="xs">
        <Badge variant="default" radius="sm" className="file-badge">
          {member.name}
        </Badge>
        <Anchor component={Link} href={address} size="xs">
          {t("conversation.memberTurn", { name: member.name })}
        </Anchor>
      </Group>
      {member.tool_calls?.map((call) => (
        <ToolCallView key={call.tool_call_id} call={call} />
      ))}
      {member.text !== undefined && <Markdown text={member.text} />}
    </Stack>
  );
}

function Answer({ turn }: { turn: Turn }): React.JSX.Element | null {
  const { t } = useTranslation();
  const { answer, text } = turn;
  if (answer === undefined) {
    if (turn.status !== "running" || turn.waiting_for !== undefined)
      return text === undefined || text === "" ? null : <Bubble text={text} />;
    return (
      <Box className="bubble bubble-answer" aria-busy>
        {text !== undefined && text !== "" && <Markdown text={text} />}
        <Group gap="xs">
          <Loader size="xs" type="dots" aria-hidden />
          <Text span size="xs" c="dimmed">
            {t("conversation.working")}
          </Text>
        </Group>
      </Box>
    );
  }
  return (
    <Box className="bubble bubble-answer">
      <Folded>
        {answer.output === undefined ? (
          <Markdown text={answer.content} />
        ) : (
          <JsonTree value={answer.output} label={t("conversation.answer")} />
        )}
      </Folded>
      <Figures answer={answer} />
    </Box>
  );
}

function Bubble({ text }: { text: string }): React.JSX.Element {
  return (
    <Box className="bubble bubble-answer">
      <Folded>
        <Markdown text={text} />
      </Folded>
    </Box>
  );
}

/** What an answer has used. */
function Figures({ answer }: { answer: NonNullable<Turn["answer"]> }): React.JSX.Element | null {
  const { t } = useTranslation();
  const formats = useFormats();
  const { usage, duration_ms, model, finish_reason } = answer;
  const figures = [
    ...(usage === undefined
      ? []
      : [t("conversation.tokens", { count: usage.total_tokens, formatted: formats.number(usage.total_tokens) })]),
    ...(duration_ms === undefined ? [] : [formats.duration(duration_ms)]),
    ...(model === undefined ? [] : [model]),
    ...(finish_reason === undefined || finish_reason === "stop" || finish_reason === "tool-calls"
      ? []
      : [finish_reason]),
  ];
  if (figures.length === 0) return null;
  const detail =
    usage === undefined
      ? {}
      : {
          title: t("conversation.tokenDetail", {
            input: formats.number(usage.input_tokens),
            output: formats.number(usage.output_tokens),
          }),
        };
  return (
    <Text size="xs" c="dimmed" mt={6} {...detail}>
      {figures.join(" · ")}
    </Text>
  );
}

function Failed({ turn }: { turn: Turn }): React.JSX.Element {
  const { t } = useTranslation();
  const isCancelled = turn.error_code === "cancelled";
  return (
    <Alert
      color={isCancelled ? "gray" : "red"}
      icon={<IconAlertTriangle aria-hidden />}
      title={t(isCancelled ? "conversation.cancelled" : "conversation.failed")}
    >
      {!isCancelled && (
        <Text size="sm" className="plain-text">
          {turn.error_code === "cut" ? t("conversation.cut") : (turn.error_message ?? turn.error_code)}
        </Text>
      )}
    </Alert>
  );
}
