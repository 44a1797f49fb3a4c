/** The steps of a run as they happen, and where to go when it has ended or waits. */
import "@mantine/core/styles/Timeline.layer.css";

import { Alert, Anchor, Box, Group, Stack, Text, Timeline, Title } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconHourglassHigh,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { JsonTree } from "../../components/json-tree.tsx";
import { RunStatusBadge } from "../../components/run-status.tsx";
import { useNow } from "../../components/use-now.ts";
import { Markdown } from "../../conversation/markdown.tsx";
import { useFormats } from "../../locales/formats.ts";
import { toAddress } from "../../shell/path-parts.ts";
import type { LiveRun, LiveStep } from "./workflow-run.ts";
import classes from "./try-it.module.css";

const icons = { running: IconPlayerPlayFilled, success: IconCircleCheckFilled, error: IconCircleXFilled } as const;
const colors = { running: "blue.8", success: "teal.9", error: "red.9" } as const;

export function WorkflowProgress({ run }: { run: LiveRun }): React.JSX.Element {
  const { t } = useTranslation();
  const { status } = run;
  const isError = status === "error" || status === "cancelled";
  return (
    <Stack gap="sm" component="section" aria-label={t("tryIt.run")}>
      <Group gap="sm">
        <Title order={2} size="h4">
          {t("tryIt.run")}
        </Title>
        <span role="status">
          <RunStatusBadge
            status={isError ? "error" : status === "waiting" ? "running" : status}
            isWaiting={status === "waiting"}
          />
        </span>
        {run.runId !== "" && (
          <Anchor component={Link} href={toAddress("runs", run.runId)} size="sm">
            {t("tryIt.openRun")}
          </Anchor>
        )}
      </Group>
      <Timeline bulletSize={22} lineWidth={2} active={run.steps.length}>
        {run.steps.map((step) => {
          const Icon = icons[step.status];
          return (
            <Timeline.Item
              key={step.path}
              bullet={<Icon size={12} aria-hidden />}
              color={colors[step.status]}
              // A step inside another one stands further in.
              ml={step.path.split("/").length * 16 - 16}
              title={<StepTitle step={step} isWaiting={status === "waiting"} />}
            >
              <StepDetail step={step} />
            </Timeline.Item>
          );
        })}
      </Timeline>
      {status === "waiting" && (
        <Alert variant="default" icon={<IconHourglassHigh aria-hidden />} title={t("status.waiting")}>
          {run.reasons.map((reason) => (
            <Text key={reason} size="sm">
              {reason}
            </Text>
          ))}
          <Anchor component={Link} href="/waiting" size="sm" underline="always">
            {t("tryIt.openWaiting")}
          </Anchor>
        </Alert>
      )}
      {isError && (
        <Alert
          color={status === "cancelled" ? "gray" : "red"}
          icon={<IconAlertTriangle aria-hidden />}
          title={t(status === "cancelled" ? "tryIt.cancelled" : "tryIt.runFailed")}
        >
          {run.error}
        </Alert>
      )}
      {status === "success" && (
        <Box>
          <Text size="sm" fw={600}>
            {t("tryIt.output")}
          </Text>
          <JsonTree value={run.output ?? null} label={t("tryIt.output")} />
        </Box>
      )}
    </Stack>
  );
}

function StepTitle({ step, isWaiting }: { step: LiveStep; isWaiting: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  return (
    <Group gap="xs">
      <Text span size="sm" fw={600} ff="monospace">
        {step.path}
      </Text>
      <Text span size="xs" c="dimmed">
        {isWaiting && step.status === "running"
          ? t("status.waiting")
          : `${t(`status.${step.status}`)} · ${formats.duration(Math.max(0, (step.endedAt ?? now) - step.startedAt))}`}
      </Text>
    </Group>
  );
}

function StepDetail({ step }: { step: LiveStep }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <>
      {step.error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)">
          {step.error}
        </Text>
      )}
      {step.text !== "" && step.output === undefined && <Markdown text={step.text} />}
      {step.output !== undefined && step.output !== null && (
        <details className={classes.output}>
          <summary>{t("tryIt.output")}</summary>
          <JsonTree value={step.output} label={t("tryIt.stepOutput", { step: step.path })} />
        </details>
      )}
    </>
  );
}
