/** The numbers that matter most. */
import { Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../locales/formats.ts";
import { type RunStat, successShare } from "./statistics-answers.ts";
import classes from "./statistics.module.css";

export function StatisticTiles({ total }: { total: RunStat }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const share = successShare(total);
  const underWay = total.running + total.waiting;
  return (
    <dl className={classes.tiles}>
      <Tile
        label={t("statistics.executions")}
        value={formats.number(total.executions)}
        detail={
          underWay === 0
            ? undefined
            : t("statistics.underWay", { count: underWay, formatted: formats.number(underWay) })
        }
      />
      <Tile
        label={t("statistics.successRate")}
        value={share === null ? "–" : formats.percent(share)}
        detail={t("statistics.errorCount", { count: total.errors, formatted: formats.number(total.errors) })}
      />
      <Tile label={t("statistics.p50")} value={durationText(total.p50_ms, formats.duration)} />
      <Tile label={t("statistics.p95")} value={durationText(total.p95_ms, formats.duration)} />
      <Tile
        label={t("statistics.tokens")}
        value={formats.compact(total.total_tokens)}
        detail={
          total.total_tokens === 0
            ? undefined
            : t("statistics.inOut", {
                input: formats.compact(total.input_tokens),
                output: formats.compact(total.output_tokens),
              })
        }
      />
      {total.cost !== null && <Tile label={t("statistics.cost")} value={formats.money(total.cost)} />}
    </dl>
  );
}

/** A duration, or a dash where no run has ended. */
export function durationText(ms: number | null, write: (ms: number) => string): string {
  return ms === null ? "–" : write(ms);
}

interface TileProps {
  label: string;
  value: string;
  detail?: string | undefined;
}

function Tile({ label, value, detail }: TileProps): React.JSX.Element {
  return (
    <Paper withBorder p="sm">
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="dd" size="xl" fw={700} m={0} className={classes.number}>
        {value}
      </Text>
      {detail !== undefined && (
        <Text component="dd" size="xs" c="dimmed" m={0}>
          {detail}
        </Text>
      )}
    </Paper>
  );
}
