/** The runs of a workflow's session, newest first. */
import "@mantine/core/styles/Table.layer.css";

import { Anchor, Button, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { Run, RunPage } from "../../api/answers.ts";
import { ask } from "../../api/client.ts";
import { useLiveRuns } from "../../api/live-runs.ts";
import { RunStatusBadge } from "../../components/run-status.tsx";
import { useNow } from "../../components/use-now.ts";
import { useFormats } from "../../locales/formats.ts";
import { Failure } from "../../shell/failure.tsx";
import { toAddress } from "../../shell/path-parts.ts";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import type { SessionKey } from "../../api/sessions.ts";
import classes from "./sessions.module.css";

export function WorkflowSessionRuns({ name, sessionId }: SessionKey): React.JSX.Element {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const queryKey = ["session", "workflow", name, sessionId, "runs"];
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ workflow: name, session_id: sessionId, limit: "50" });
      if (pageParam !== "") query.set("cursor", pageParam);
      return ask<RunPage>("runs", { query, signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  useLiveRuns(({ runs, hasGap }) => {
    const isMine = [...runs.values()].some((run) => run.session_id === sessionId && run.workflow_name === name);
    if (isMine || hasGap) void queries.invalidateQueries({ queryKey });
  });
  if (error !== null) return <Failure title={t("runs.failed")} error={error} onRetry={() => void refetch()} />;
  if (isPending) return <ScreenLoading />;
  const runs = data.pages.flatMap((page) => page.runs);
  if (runs.length === 0) return <Text>{t("sessions.noRuns")}</Text>;
  return (
    <div className={classes.scrolled} tabIndex={0} role="region" aria-label={t("sessions.runs")}>
      <Stack gap="md">
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("runs.status")}</Table.Th>
              <Table.Th>{t("sessions.run")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("runs.duration")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("runs.detail")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </Table.Tbody>
        </Table>
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} w="fit-content">
            {t("sessions.olderRuns")}
          </Button>
        )}
      </Stack>
    </div>
  );
}

function RunRow({ run }: { run: Run }): React.JSX.Element {
  const formats = useFormats();
  const now = useNow();
  const end = run.completed_at === undefined ? now : Date.parse(run.completed_at);
  return (
    <Table.Tr>
      <Table.Td>
        <RunStatusBadge status={run.status} isWaiting={run.waiting_for !== undefined} />
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} href={toAddress("runs", run.id)} size="sm" title={run.id}>
          <time dateTime={run.created_at}>{formats.time(run.created_at)}</time>
        </Anchor>
      </Table.Td>
      <Table.Td visibleFrom="sm">{formats.duration(Math.max(0, end - Date.parse(run.created_at)))}</Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="xs" lineClamp={2}>
          {run.error_message ?? run.waiting_for?.[0]?.reason ?? ""}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
