/** The charts: how many, how long, how many tokens, over time. */
import "@mantine/core/styles/ColorSwatch.layer.css";
import "@mantine/charts/styles.layer.css";

import { BarChart, LineChart } from "@mantine/charts";
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../locales/formats.ts";
import { ChartCard } from "./chart-card.tsx";
import type { TimePoint } from "./over-time.ts";
import { durationText } from "./statistic-tiles.tsx";
import type { Bucket } from "./statistics-answers.ts";
import classes from "./statistics.module.css";

export interface StatisticChartsProps {
  points: readonly TimePoint[];
  bucket: Bucket;
}

export default function StatisticCharts({ points, bucket }: StatisticChartsProps): React.JSX.Element {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const [short, long] = timeWriters(i18n.language, bucket);
  const data = [...points];
  const time = t(`statistics.buckets.${bucket}`);
  const common = {
    h: 240,
    data,
    dataKey: "at",
    withLegend: true,
    legendProps: { itemSorter: null },
    tooltipAnimationDuration: 0,
    tickLine: "none",
    xAxisProps: { tickFormatter: short, minTickGap: 24 },
    // Without a point under the pointer there is no label.
    tooltipProps: { labelFormatter: (at: unknown) => (typeof at === "number" ? long(at) : "") },
  } as const;
  const hasTokens = points.some(({ input, output }) => input + output > 0);
  return (
    <div className={classes.charts}>
      <ChartCard
        title={t("statistics.executionsOverTime")}
        header={[time, t("status.success"), t("status.error"), t("status.running"), t("status.waiting")]}
        rows={points.map(({ at, ...point }) => [
          long(at),
          ...[point.successes, point.errors, point.running, point.waiting].map(formats.number),
        ])}
      >
        <BarChart
          {...common}
          type="stacked"
          valueFormatter={formats.number}
          barProps={{ isAnimationActive: false }}
          series={[
            { name: "successes", label: t("status.success"), color: "teal.7" },
            { name: "errors", label: t("status.error"), color: "red.7" },
            { name: "running", label: t("status.running"), color: "blue.6" },
            { name: "waiting", label: t("status.waiting"), color: "yellow.7" },
          ]}
        />
      </ChartCard>
      <ChartCard
        title={t("statistics.durationsOverTime")}
        header={[time, t("statistics.p50"), t("statistics.p95")]}
        rows={points.map(({ at, p50, p95 }) => [
          long(at),
          durationText(p50, formats.duration),
          durationText(p95, formats.duration),
        ])}
      >
        <LineChart
          {...common}
          connectNulls={false}
          curveType="linear"
          dotProps={{ r: points.length > 40 ? 2 : 3 }}
          // The axis would break its texts at ordinary spaces.
          valueFormatter={(ms) => formats.duration(ms).replaceAll(" ", "\u00A0")}
          yAxisProps={{ width: 84 }}
          lineProps={{ isAnimationActive: false }}
          series={[
            { name: "p50", label: t("statistics.p50"), color: "cyan.7" },
            { name: "p95", label: t("statistics.p95"), color: "orange.7", strokeDasharray: "6 3" },
          ]}
        />
      </ChartCard>
      <ChartCard
        title={t("statistics.tokensOverTime")}
        header={[time, t("statistics.tokensIn"), t("statistics.tokensOut")]}
        rows={points.map(({ at, input, output }) => [long(at), formats.number(input), formats.number(output)])}
      >
        {hasTokens ? (
          <BarChart
            {...common}
            type="stacked"
            valueFormatter={formats.compact}
            barProps={{ isAnimationActive: false }}
            series={[
              { name: "input", label: t("statistics.tokensIn"), color: "cyan.7" },
              { name: "output", label: t("statistics.tokensOut"), color: "grape.6" },
            ]}
          />
        ) : (
          <Text size="sm" c="dimmed">
            {t("statistics.noTokens")}
          </Text>
        )}
      </ChartCard>
    </div>
  );
}

/** Times on the axis, and in full; days and weeks are UTC's, since the server counts by those. */
function timeWriters(language: string, bucket: Bucket): [(at: number) => string, (at: number) => string] {
  const writer = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const format = new Intl.DateTimeFormat(language, options);
    return (at) => format.format(at);
  };
  if (bucket === "hour")
    return [
      writer({ hour: "numeric", minute: "2-digit" }),
      writer({ weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" }),
    ];
  return [
    writer({ day: "numeric", month: "short", timeZone: "UTC" }),
    writer({ weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  ];
}
