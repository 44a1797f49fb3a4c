/** What somebody has to know, or to do, before the run's steps: it failed, it waits, or its process died. */
import { Alert, Anchor, Button, Group, List, Text } from "@mantine/core";
import "@mantine/core/styles/List.layer.css";
import { IconAlertTriangle, IconHourglassHigh, IconPlayerPlay, IconPlugConnectedX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { Question, Run } from "../../api/answers.ts";
import { ApiError, ask } from "../../api/client.ts";
import { mayDo, useServerInfo } from "../../api/server-info.ts";
import { useFormats } from "../../locales/formats.ts";
import { Failure } from "../../shell/failure.tsx";
import { en } from "./en.ts";
import type { WholeRun } from "./run-answers.ts";
import classes from "./run.module.css";

export interface RunNoticesProps {
  run: WholeRun;
  now: number;
  /** Shows a step's detail. */
  onSelect: (path: string) => void;
}

export function RunNotices({ run, now, onSelect }: RunNoticesProps): React.JSX.Element | null {
  if (run.status === "error") return <FailedNotice run={run} onSelect={onSelect} />;
  if (run.status !== "running") return null;
  if (run.waiting_for !== undefined) return <WaitingNotice run={run} questions={run.waiting_for} now={now} />;
  return <StaleNotice run={run} now={now} />;
}

type AdviceCode = keyof typeof en.advice;

function FailedNotice({ run, onSelect }: Omit<RunNoticesProps, "now">): React.JSX.Element {
  const { t } = useTranslation();
  const { error_code: code, error_message: message, error_step: step } = run;
  const wasCancelled = code === "cancelled";
  const advice =
    code !== undefined && Object.hasOwn(en.advice, code) ? t(`run.advice.${code as AdviceCode}`) : undefined;
  const title =
    step === undefined
      ? t(wasCancelled ? "run.cancelled" : "run.failed")
      : t(wasCancelled ? "run.cancelledAt" : "run.failedAt", { step });
  return (
    <Alert
      color={wasCancelled ? "gray" : "red"}
      role="alert"
      mb="md"
      icon={<IconAlertTriangle aria-hidden />}
      title={title}
    >
      {message !== undefined && (
        <Text size="sm" ff="monospace" className={classes.code}>
          {message}
        </Text>
      )}
      {advice !== undefined && (
        <Text size="sm" mt={6}>
          {advice}
        </Text>
      )}
      <Group gap="sm" mt="xs">
        {step !== undefined && (
          <Button variant="default" size="compact-sm" onClick={() => onSelect(step)}>
            {t("run.showStep")}
          </Button>
        )}
        {code !== undefined && (
          <Text size="xs" c="dimmed">
            {t("run.code")} <span className={classes.mono}>{code}</span>
          </Text>
        )}
      </Group>
    </Alert>
  );
}

/** The question in the list of those that wait, which knows it by its run, its step and its time. */
function answerAddress(run: WholeRun, [question]: readonly Question[]): string {
  if (question === undefined) return "/waiting";
  const open = `${run.id}/${question.step}/${Date.parse(question.since)}`;
  return `/waiting?${new URLSearchParams({ open })}`;
}

interface WaitingNoticeProps {
  run: WholeRun;
  questions: readonly Question[];
  now: number;
}

function WaitingNotice({ run, questions, now }: WaitingNoticeProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const detailOf = ({ who, since, deadline }: Question): string =>
    [
      who === undefined ? undefined : t("run.asked", { who: who.join(", ") }),
      t("run.since", { duration: formats.duration(Math.max(0, now - Date.parse(since))) }),
      deadline === undefined ? undefined : t("run.deadline", { time: formats.time(deadline) }),
    ]
      .filter((part) => part !== undefined)
      .join(" · ");
  return (
    // Not a status, which would be read out each second.
    <Alert
      color="yellow"
      mb="md"
      role="region"
      classNames={{ title: classes.noticeTitle }}
      icon={<IconHourglassHigh aria-hidden />}
      title={t("run.waits")}
    >
      <List size="sm" mb="xs" listStyleType="none">
        {questions.map((question) => (
          <List.Item key={`${question.run}.${question.number}`}>
            <strong>{question.reason}</strong>
            <Text size="xs">{detailOf(question)}</Text>
          </List.Item>
        ))}
      </List>
      <Anchor component={Link} href={answerAddress(run, questions)} size="sm" fw={600}>
        {t("run.goToWaiting")}
      </Anchor>
    </Alert>
  );
}

/** Its process may be dead when nothing was heard of it for this long. */
const silentMs = 30_000;

function StaleNotice({ run, now }: Omit<RunNoticesProps, "onSelect">): React.JSX.Element | null {
  const { t } = useTranslation();
  const { data: info } = useServerInfo();
  const queries = useQueryClient();
  const heard = run.steps.reduce(
    (last, step) => Math.max(last, Date.parse(step.completed_at ?? step.started_at)),
    Date.parse(run.updated_at),
  );
  const { data: isStale = false } = useQuery({
    queryKey: ["runs", "stale", run.id],
    queryFn: ({ signal }) => askWhetherStale(run.id, signal),
    enabled: now - heard > silentMs,
    refetchInterval: silentMs,
  });
  const resume = useMutation({
    mutationFn: () => ask(`runs/${encodeURIComponent(run.id)}/resume`, { method: "POST" }),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["runs", "stale", run.id] });
      await queries.invalidateQueries({ queryKey: ["runs", "one", run.id] });
    },
  });
  if (!isStale) return null;
  return (
    <Alert
      color="orange"
      mb="md"
      role="status"
      classNames={{ title: classes.noticeTitle }}
      icon={<IconPlugConnectedX aria-hidden />}
      title={t("run.stale")}
    >
      <Text size="sm" mb="xs">
        {t(mayDo(info, "run") ? "run.staleExplanation" : "run.staleForbidden")}
      </Text>
      {resume.error !== null && <Failure error={resume.error} />}
      {mayDo(info, "run") && (
        <Button
          size="xs"
          mt="xs"
          loading={resume.isPending}
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          onClick={() => resume.mutate()}
        >
          {t("run.resume")}
        </Button>
      )}
    </Alert>
  );
}

async function askWhetherStale(id: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { runs } = await ask<{ runs: Run[] }>("runs/stale", { signal });
    return runs.some((run) => run.id === id);
  } catch (error) {
    // A server without the route can't tell, and can't go on with a run either.
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
