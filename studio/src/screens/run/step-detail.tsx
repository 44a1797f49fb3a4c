/** All that is known of one step. */
import { Alert, Anchor, CloseButton, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { CopyButton } from "../../components/copy-button.tsx";
import { shortened } from "../../components/short-id.tsx";
import { useFormats } from "../../locales/formats.ts";
import { Fact, Facts } from "./facts.tsx";
import type { Answer, Step } from "./run-answers.ts";
import classes from "./run.module.css";
import { kindIcons, statusIcons } from "./step-look.tsx";
import type { TimelineNode } from "./step-tree.ts";
import { TokenCount } from "./token-count.tsx";
import { ValueSection } from "./value-section.tsx";

export interface StepDetailProps {
  node: TimelineNode;
  /** When the run began. */
  begin: number;
  now: number;
  onClose: () => void;
}

export function StepDetail({ node, begin, now, onClose }: StepDetailProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const { step } = node;
  const KindIcon = kindIcons[node.kind];
  const StatusIcon = statusIcons[node.status];
  const path = step?.path ?? node.id;
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2} size="h4">
            {node.kind === "iteration" ? t("run.iteration", { number: Number(node.label) + 1 }) : node.label}
          </Title>
          <Group gap={2} wrap="nowrap">
            <Text size="xs" ff="monospace" c="dimmed">
              {path}
            </Text>
            <CopyButton value={path} label={t("json.copyPath")} />
          </Group>
        </div>
        <CloseButton onClick={onClose} aria-label={t("run.closeStep")} title={t("run.closeStep")} />
      </Group>
      <Facts>
        <Fact label={t("run.status")}>
          <StatusIcon size={15} className={classes.status} data-status={node.status} aria-hidden />
          {t(`run.statuses.${node.status}`)}
        </Fact>
        <Fact label={t("run.kind")}>
          <KindIcon size={15} aria-hidden />
          {t(`run.kinds.${node.kind}`)}
        </Fact>
        <Fact label={t("run.start")}>
          {t("run.after", { duration: formats.duration(Math.max(0, node.from - begin)) })}
        </Fact>
        <Fact label={t("run.duration")}>
          {formats.duration(Math.max(0, (node.to ?? now) - node.from))}
          {node.to === undefined && "…"}
        </Fact>
        {step !== undefined && <StepFacts step={step} />}
      </Facts>
      {step?.error_message !== undefined && (
        <Alert color="red" title={t("run.stepFailed")} p="xs">
          <Text size="sm" ff="monospace" className={classes.code}>
            {step.error_message}
          </Text>
        </Alert>
      )}
      {step !== undefined && <Asked step={step} />}
      {step?.items !== undefined && <ValueSection label={t("run.itemList")} value={step.items} />}
      {step?.output !== undefined && <ValueSection label={t("run.output")} value={step.output} />}
      {step?.state !== undefined && <ValueSection label={t("run.state")} value={step.state} />}
    </Stack>
  );
}

function StepFacts({ step }: { step: Step }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <>
      {step.attempt > 1 && <Fact label={t("run.attempts")}>{step.attempt}</Fact>}
      {step.choice !== undefined && <Fact label={t("run.choice")}>{step.choice}</Fact>}
      {step.usage !== undefined && (
        <Fact label={t("run.tokens")}>
          <TokenCount usage={step.usage} />
        </Fact>
      )}
      {step.turn !== undefined && (
        <Fact label={t("run.conversation")}>
          <Anchor component={Link} href={conversationAddress(step.turn)} size="sm">
            {step.turn.name}
          </Anchor>
        </Fact>
      )}
      {step.child_run !== undefined && (
        <Fact label={t("run.nestedRun")}>
          <Anchor
            component={Link}
            href={`/runs/${encodeURIComponent(step.child_run)}`}
            size="sm"
            title={step.child_run}
          >
            {shortened(step.child_run)}
          </Anchor>
        </Fact>
      )}
    </>
  );
}

function conversationAddress({ kind, name, session_id, run_id }: NonNullable<Step["turn"]>): string {
  const turn = run_id === null ? "" : `?${new URLSearchParams({ run: run_id })}`;
  return `/sessions/${kind}/${encodeURIComponent(name)}/${encodeURIComponent(session_id)}${turn}`;
}

/** What was asked, of whom, and what they answered. */
function Asked({ step: { question, answer } }: { step: Step }): React.JSX.Element | null {
  const { t } = useTranslation();
  if (question === undefined) return null;
  return (
    <section aria-label={t("run.question")}>
      <Title order={3} size="h6" mb={4}>
        {t("run.question")}
      </Title>
      <Text size="sm">{question.reason}</Text>
      {question.who !== undefined && (
        <Text size="xs" c="dimmed">
          {t("run.asked", { who: question.who.join(", ") })}
        </Text>
      )}
      {question.calls?.map((call, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <ValueSection
          key={call.approvalId ?? index}
          label={t("run.call", { tool: call.toolName })}
          value={call.input}
        />
      ))}
      {answer !== undefined && <Answered answer={answer} />}
    </section>
  );
}

function Answered({ answer }: { answer: Answer }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const said = answer.overdue === true ? "run.overdue" : answer.approved ? "run.approvedBy" : "run.rejectedBy";
  return (
    <Stack gap={4} mt={6}>
      <Text size="sm" fw={600}>
        {t(said, { by: answer.by, time: formats.time(answer.at) })}
      </Text>
      {answer.note !== undefined && <Text size="sm">{t("run.note", { note: answer.note })}</Text>}
      {answer.payload !== undefined && answer.payload !== null && (
        <ValueSection label={t("run.payload")} value={answer.payload} />
      )}
    </Stack>
  );
}
