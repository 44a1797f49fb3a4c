/** One open question, and its answer's form when it is opened. */
import { Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconAlarm, IconTool } from "@tabler/icons-react";
import { useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { JsonTree } from "../../components/json-tree.tsx";
import { metadataText } from "../../components/metadata-text.ts";
import { useNow } from "../../components/use-now.ts";
import { useFormats } from "../../locales/formats.ts";
import { AnswerForm } from "./answer-form.tsx";
import type { Outcome } from "./answer-notice.tsx";
import type { WaitingQuestion } from "./use-questions.ts";

export interface QuestionCardProps {
  question: WaitingQuestion;
  mayAnswer: boolean;
  /** Whether the server knows who answers. */
  knowsUser: boolean;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  onFilter: (key: string, value: string) => void;
  onAnswered: (outcome: Outcome) => void;
}

export function QuestionCard({
  question,
  mayAnswer,
  knowsUser,
  isOpen,
  onToggle,
  onFilter,
  onAnswered,
}: QuestionCardProps): React.JSX.Element {
  const { t } = useTranslation();
  const id = useId();
  const card = useRef<HTMLElement>(null);
  const { run, reason, calls = [] } = question;
  useEffect(() => {
    if (isOpen) card.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <Paper component="article" ref={card} withBorder p="md" radius="sm" aria-labelledby={id}>
      <Group justify="space-between" align="flex-start" gap="xs" mb={6}>
        <Title order={2} size="h5" id={id} flex="1 1 260px">
          {reason}
        </Title>
        <Deadline question={question} />
      </Group>
      <Facts question={question} />
      <Metadata run={run} onFilter={onFilter} />
      {calls.length > 0 && (
        <Stack gap={6} mt="sm">
          <Text size="sm" fw={600}>
            {t("waiting.calls", { count: calls.length })}
          </Text>
          {calls.map(({ approvalId, toolName, input }, index) => (
            <div key={approvalId ?? index}>
              <Group gap={6} mb={4}>
                <IconTool size={16} aria-hidden />
                <Text size="sm" ff="monospace">
                  {toolName}
                </Text>
              </Group>
              <JsonTree value={input} label={t("waiting.callInput", { tool: toolName })} />
            </div>
          ))}
        </Stack>
      )}
      {mayAnswer && !isOpen && (
        <Button mt="md" size="xs" onClick={() => onToggle(true)} aria-expanded={false} aria-describedby={id}>
          {t("waiting.answer")}
        </Button>
      )}
      {mayAnswer && isOpen && (
        <AnswerForm question={question} knowsUser={knowsUser} onClose={() => onToggle(false)} onAnswered={onAnswered} />
      )}
    </Paper>
  );
}

function Facts({ question: { run, step, since, who } }: { question: WaitingQuestion }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  return (
    <Text size="sm" c="dimmed" component="div">
      <Anchor
        component={Link}
        href={`/runs/${encodeURIComponent(run.id)}`}
        size="sm"
        underline="always"
        title={t("waiting.openRun", { id: run.id, workflow: run.workflow_name })}
      >
        {run.workflow_name}
      </Anchor>
      {` · ${step} · ${t("waiting.asks").toLowerCase()} `}
      <time dateTime={since} title={formats.time(since)}>
        {formats.ago(since, now)}
      </time>
      {` · ${t("waiting.askedOf").toLowerCase()} `}
      <Text span size="sm" c="var(--mantine-color-text)">
        {who === undefined || who.length === 0 ? t("waiting.anyone") : who.join(", ")}
      </Text>
    </Text>
  );
}

function Deadline({ question: { deadline, on_deadline } }: { question: WaitingQuestion }): React.JSX.Element | null {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  if (deadline === undefined) return null;
  const leftMs = Date.parse(deadline) - now;
  const isOverdue = leftMs <= 0;
  const duration = formats.duration(Math.max(1000, Math.round(Math.abs(leftMs) / 1000) * 1000));
  const consequence = t(`waiting.atDeadline.${on_deadline ?? "fail"}`);
  return (
    <Badge
      className="run-status"
      data-color={isOverdue ? "red" : "yellow"}
      variant="light"
      color={isOverdue ? "red" : "yellow"}
      radius="sm"
      leftSection={<IconAlarm size={13} aria-hidden />}
      title={`${formats.time(deadline)}. ${consequence}`}
    >
      <time dateTime={deadline}>{t(isOverdue ? "waiting.overdue" : "waiting.due", { duration })}</time>
    </Badge>
  );
}

function Metadata({
  run,
  onFilter,
}: {
  run: WaitingQuestion["run"];
  onFilter: QuestionCardProps["onFilter"];
}): React.JSX.Element | null {
  const { t } = useTranslation();
  const pairs = Object.entries(run.metadata ?? {}).map(([key, value]) => [key, metadataText(value)] as const);
  if (pairs.length === 0) return null;
  return (
    <Group gap={4} mt={8}>
      {pairs.map(([key, value]) => (
        <Badge
          key={key}
          component="button"
          type="button"
          variant="default"
          radius="sm"
          maw="100%"
          fw={500}
          tt="none"
          style={{ cursor: "pointer" }}
          title={t("waiting.filterBy", { pair: `${key}=${value}` })}
          onClick={() => onFilter(key, value)}
        >
          <Text span inherit c="dimmed">
            {key}
          </Text>{" "}
          {value}
        </Badge>
      ))}
    </Group>
  );
}
