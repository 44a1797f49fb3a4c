/** The numbers as files. */
import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { type CsvValue, downloadCsv } from "../../components/download-csv.ts";
import { type RunStat, type RunStats, successShare } from "./statistics-answers.ts";

const header = [
  "executions",
  "successes",
  "errors",
  "running",
  "waiting",
  "success_rate",
  "p50_ms",
  "p95_ms",
  "mean_ms",
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "cost",
  "currency",
];

function valuesOf(stat: RunStat): CsvValue[] {
  const { executions, successes, errors, running, waiting, p50_ms, p95_ms, mean_ms, cost } = stat;
  const tokens = [stat.input_tokens, stat.output_tokens, stat.total_tokens];
  const durations = [p50_ms, p95_ms, mean_ms];
  const share = successShare(stat);
  return [
    executions,
    successes,
    errors,
    running,
    waiting,
    share === null ? null : Number(share.toFixed(4)),
    ...durations,
    ...tokens,
    cost?.amount ?? null,
    cost?.currency ?? null,
  ];
}

export function StatisticsExport({ stats }: { stats: RunStats }): React.JSX.Element {
  const { t } = useTranslation();
  const byWorkflow = (): void =>
    downloadCsv(
      "minutier-workflows.csv",
      ["workflow_name", ...header],
      stats.workflows.map((stat) => [stat.workflow_name, ...valuesOf(stat)]),
    );
  const overTime = (): void =>
    downloadCsv(
      "minutier-over-time.csv",
      [stats.bucket, ...header],
      stats.total_over_time.map((stat) => [stat.from, ...valuesOf(stat)]),
    );
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconDownload size={15} aria-hidden />}>
          {t("statistics.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={byWorkflow}>{t("statistics.exportWorkflows")}</Menu.Item>
        <Menu.Item onClick={overTime}>{t("statistics.exportOverTime")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
