/** How the runs of each workflow went. */
import { Button, Center, Group, Loader, Stack, Text } from "@mantine/core";
import { IconChartHistogram, IconRefresh } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "../../components/empty-state.tsx";
import { useFormats } from "../../locales/formats.ts";
import { Failure } from "../../shell/failure.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { timePoints } from "./over-time.ts";
import { StatisticTiles } from "./statistic-tiles.tsx";
import type { RunStats } from "./statistics-answers.ts";
import { StatisticsExport } from "./statistics-export.tsx";
import { StatisticsFilterBar } from "./statistics-filter-bar.tsx";
import { boundsOf, type StatisticsFilters, useStatisticsFilters } from "./statistics-filters.ts";
import classes from "./statistics.module.css";
import { useStatistics } from "./use-statistics.ts";
import { WorkflowTable } from "./workflow-table.tsx";

/** The chart library is large: the numbers are there before it. */
const StatisticCharts = lazy(() => import("./statistic-charts.tsx"));

export default function StatisticsScreen(): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const [filters, setFilters] = useStatisticsFilters();
  const [asOf, setAsOf] = useState(() => Date.now());
  const { data: stats, error, isFetching, refetch } = useStatistics(filters, asOf);
  return (
    <Screen
      title={t("shell.statistics")}
      aside={
        stats !== undefined && (
          <Group gap="xs">
            <Text size="xs" c="dimmed" role="status">
              {isFetching
                ? t("connection.loading")
                : t("statistics.asOf", { time: formats.time(new Date(asOf).toISOString()) })}
            </Text>
            <Button
              variant="default"
              size="xs"
              loading={isFetching}
              leftSection={<IconRefresh size={15} aria-hidden />}
              onClick={() => setAsOf(Date.now())}
            >
              {t("statistics.refresh")}
            </Button>
            <StatisticsExport stats={stats} />
          </Group>
        )
      }
    >
      <StatisticsFilterBar
        filters={filters}
        names={stats?.workflows.map(({ workflow_name: name }) => name) ?? []}
        onChange={setFilters}
      />
      {error !== null ? (
        <Failure title={t("statistics.failed")} error={error} onRetry={() => void refetch()} />
      ) : stats === undefined ? (
        <ScreenLoading />
      ) : stats.total.executions === 0 ? (
        <NoStatistics onReset={() => setFilters({ range: "90d", workflows: [] })} />
      ) : (
        <div aria-busy={isFetching} className={isFetching ? classes.old : undefined}>
          <Numbers stats={stats} filters={filters} asOf={asOf} />
        </div>
      )}
    </Screen>
  );
}

interface NumbersProps {
  stats: RunStats;
  filters: StatisticsFilters;
  asOf: number;
}

function Numbers({ stats, filters, asOf }: NumbersProps): React.JSX.Element {
  const { t } = useTranslation();
  const points = useMemo(() => timePoints(stats, boundsOf(filters, asOf)), [stats, filters, asOf]);
  return (
    <Stack gap="md">
      <StatisticTiles total={stats.total} />
      {stats.unpriced_models !== undefined && (
        <Text size="sm" c="dimmed">
          {t("statistics.unpriced", { models: stats.unpriced_models.join(", ") })}
        </Text>
      )}
      <Suspense
        fallback={
          <Center h={300} role="status" aria-label={t("connection.loading")}>
            <Loader />
          </Center>
        }
      >
        <StatisticCharts points={points} bucket={stats.bucket} />
      </Suspense>
      <WorkflowTable workflows={stats.workflows} filters={filters} asOf={asOf} />
      <Text size="xs" c="dimmed">
        {t("statistics.counting")}
      </Text>
    </Stack>
  );
}

function NoStatistics({ onReset }: { onReset: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconChartHistogram} title={t("statistics.empty")} help={t("statistics.emptyHelp")}>
      <Button variant="default" onClick={onReset}>
        {t("statistics.showMore")}
      </Button>
    </EmptyState>
  );
}
