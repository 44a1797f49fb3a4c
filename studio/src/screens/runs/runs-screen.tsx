/** The runs of all workflows: found, watched and opened. */
import { Group, Switch, Text, Tooltip } from "@mantine/core";
import { useDebouncedValue, useLocalStorage } from "@mantine/hooks";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useIsLive } from "../../api/live-runs.ts";
import { useFormats } from "../../locales/formats.ts";
import { Failure } from "../../shell/failure.tsx";
import { Screen } from "../../shell/screen.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { hasFilters, useRunFilters, withMetadata } from "./run-filters.ts";
import { RunFilterBar } from "./run-filter-bar.tsx";
import { RunTable } from "./run-table.tsx";
import { NoMatch, NoRuns } from "./no-runs.tsx";
import { useRunList } from "./use-run-list.ts";

/** While somebody drags the scroll bar, the pages that pass by are not asked for. */
const settleMs = 60;

export function RunsScreen(): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const [filters, setFilters] = useRunFilters();
  const [wantsLive, setWantsLive] = useLocalStorage({
    key: "minutier-live",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const isConnected = useIsLive();
  const scroller = useRef<HTMLDivElement>(null);
  const [visible, setVisible] = useState<readonly [number, number]>([0, 0]);
  const [settled] = useDebouncedValue(visible, settleMs);
  const isAtTop = useCallback(() => (scroller.current?.scrollTop ?? 0) <= 0, []);
  const list = useRunList({ filters, isLive: wantsLive, isAtTop, visible: settled });
  const onVisible = useCallback((first: number, last: number) => setVisible([first, last]), []);
  const onFilter = useCallback(
    (key: string, value: string) => setFilters(withMetadata(filters, key, value)),
    [filters, setFilters],
  );
  const { total } = list;
  // Another list begins at its top.
  useEffect(() => {
    // In newer browsers it gives a promise, which React would take for a function to clean up.
    scroller.current?.scrollTo({ top: 0 });
  }, [filters]);

  return (
    <Screen
      title={t("runs.title")}
      fills
      aside={
        <Group gap="md">
          <Text size="sm" c="dimmed" role="status" className="count">
            {total === undefined ? "" : t("runs.count", { count: total, formatted: formats.number(total) })}
          </Text>
          <Tooltip label={t("runs.liveOff")} disabled={wantsLive}>
            <Switch
              label={t("runs.live")}
              checked={wantsLive}
              color={isConnected ? "teal.8" : "gray"}
              onChange={({ currentTarget: { checked } }) => {
                setWantsLive(checked);
                // What happened while it was off is not known.
                if (checked) list.refresh();
              }}
            />
          </Tooltip>
        </Group>
      }
    >
      <RunFilterBar filters={filters} onChange={setFilters} />
      {list.isCut && (
        <Text size="xs" c="dimmed" mb="xs">
          {t("runs.depth", { count: list.rowCount, formatted: formats.number(list.rowCount) })}
        </Text>
      )}
      {list.error !== null ? (
        <Failure title={t("runs.failed")} error={list.error} onRetry={list.refresh} />
      ) : list.isLoading ? (
        <ScreenLoading />
      ) : list.rowCount > 0 ? (
        <RunTable list={list} scroller={scroller} onVisible={onVisible} onFilter={onFilter} />
      ) : hasFilters(filters) ? (
        <NoMatch onClear={() => setFilters({ metadata: [] })} />
      ) : (
        <NoRuns />
      )}
    </Screen>
  );
}
