/** How the runs of each workflow went. */
import "@mantine/core/styles/ColorSwatch.layer.css";
import "@mantine/charts/styles.layer.css";

import { BarChart } from "@mantine/charts";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ask } from "../../api/client.ts";
import { Failure } from "../../shell/failure.tsx";
import { Screen } from "../../shell/screen.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";

interface WorkflowStat {
  workflow_name: string;
  executions: number;
  successes: number;
  errors: number;
}

export default function StatisticsScreen(): React.JSX.Element {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["runs", "stats"],
    queryFn: ({ signal }) => ask<{ workflows: WorkflowStat[] }>("runs/stats", { signal }),
  });
  return (
    <Screen title={t("shell.statistics")}>
      {error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <ScreenLoading />
      ) : (
        <BarChart
          h={320}
          data={[...data.workflows]}
          dataKey="workflow_name"
          type="stacked"
          withLegend
          series={[
            { name: "successes", label: t("status.success"), color: "teal.8" },
            { name: "errors", label: t("status.error"), color: "red.7" },
          ]}
        />
      )}
    </Screen>
  );
}
