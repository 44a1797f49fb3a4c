/** One run: what it is, what its steps did and when, what went in and came out. */
import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "wouter";

import { ApiError } from "../../api/client.ts";
import { mayDo, useServerInfo } from "../../api/server-info.ts";
import { RunStatusBadge } from "../../components/run-status.tsx";
import { useNowWhile } from "../../components/use-now.ts";
import { Failure } from "../../shell/failure.tsx";
import { Screen } from "../../shell/screen.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { CancelRun } from "./run-actions.tsx";
import type { WholeRun } from "./run-answers.ts";
import { RunFacts } from "./run-facts.tsx";
import { RunNotices } from "./run-notices.tsx";
import { RunQuery } from "./run-query.tsx";
import classes from "./run.module.css";
import { StepDetail } from "./step-detail.tsx";
import { failedIn, findNode, stepTree, type TimelineNode } from "./step-tree.ts";
import { Timeline } from "./timeline.tsx";
import { useRun } from "./use-run.ts";
import { ValueSection } from "./value-section.tsx";

export default function RunScreen({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { data: run, error, refetch } = useRun(id);
  const { data: info } = useServerInfo();
  const isMissing = error instanceof ApiError && error.status === 404;
  return (
    <Screen
      title={run === undefined ? t("run.title") : t("run.titleOf", { workflow: run.workflow_name })}
      aside={
        run !== undefined && (
          <Group gap="sm">
            <RunStatusBadge status={run.status} isWaiting={run.waiting_for !== undefined} />
            {run.status === "running" && mayDo(info, "run") && <CancelRun run={run} />}
          </Group>
        )
      }
    >
      <Anchor component={Link} href="/runs" size="sm" display="inline-flex" mb="sm">
        <IconArrowLeft size={16} aria-hidden className={classes.back} />
        {t("run.back")}
      </Anchor>
      {error !== null && run === undefined ? (
        <Failure
          title={t(isMissing ? "run.missing" : "run.unreadable")}
          error={error}
          {...(isMissing ? {} : { onRetry: () => void refetch() })}
        />
      ) : run === undefined ? (
        <ScreenLoading />
      ) : (
        <RunView run={run} />
      )}
    </Screen>
  );
}

function RunView({ run }: { run: WholeRun }): React.JSX.Element {
  const { t } = useTranslation();
  const now = useNowWhile(run.status === "running");
  const [search, setSearch] = useSearchParams();
  const nodes = useMemo(() => stepTree(run), [run]);
  const selected = search.get("step") ?? undefined;
  const node = selected === undefined ? undefined : findNode(nodes, selected)?.at(-1);
  const select = (step: string | undefined): void => {
    setSearch(step === undefined ? {} : { step }, { replace: true });
  };
  return (
    <Stack gap="md">
      <div>
        <RunNotices run={run} now={now} onSelect={(path) => select(failedAt(nodes, path))} />
        <Paper withBorder p="sm">
          <RunFacts run={run} now={now} />
        </Paper>
      </div>
      <div className={classes.columns}>
        <div className={classes.main}>
          {nodes.length === 0 ? (
            <Text c="dimmed" size="sm">
              {t(run.status === "running" ? "run.noStepsYet" : "run.noSteps")}
            </Text>
          ) : (
            <Timeline run={run} nodes={nodes} selected={node?.id} now={now} onSelect={select} />
          )}
        </div>
        <Detail run={run} node={node} now={now} onClose={() => select(undefined)} />
        <div className={classes.query}>
          <RunQuery id={run.id} />
        </div>
      </div>
    </Stack>
  );
}

/** The step that a failure names may be a nested run, in which another one failed. */
function failedAt(nodes: readonly TimelineNode[], path: string): string {
  const node = findNode(nodes, path)?.at(-1);
  return node === undefined ? path : failedIn(node).id;
}

interface DetailProps {
  run: WholeRun;
  node: TimelineNode | undefined;
  now: number;
  onClose: () => void;
}

/** The selected step, or else the run's own input and output. */
function Detail({ run, node, now, onClose }: DetailProps): React.JSX.Element {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const id = node?.id;
  useEffect(() => {
    // Where there is no room beside the timeline, the detail is below it and out of sight.
    if (id !== undefined && !window.matchMedia("(min-width: 75em)").matches)
      place.current?.scrollIntoView({ block: "nearest" });
  }, [id]);
  return (
    <div ref={place} className={classes.detail} role="region" aria-label={t("run.detail")} tabIndex={0}>
      <Paper withBorder p="sm">
        {node === undefined ? (
          <Stack gap="sm">
            <ValueSection order={2} label={t("run.input")} value={run.input ?? null} />
            {run.status === "success" && <ValueSection order={2} label={t("run.output")} value={run.output ?? null} />}
          </Stack>
        ) : (
          <StepDetail key={node.id} node={node} begin={Date.parse(run.created_at)} now={now} onClose={onClose} />
        )}
      </Paper>
    </div>
  );
}
