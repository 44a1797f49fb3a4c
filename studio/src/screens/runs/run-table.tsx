/** The list as a table of which only the rows in sight exist. */
import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { RunRow } from "./run-row.tsx";
import classes from "./runs.module.css";
import { useColumns } from "./use-columns.ts";
import type { RunList } from "./use-run-list.ts";

const headerHeight = 36;

export interface RunTableProps {
  list: RunList;
  scroller: RefObject<HTMLDivElement | null>;
  /** Told which rows are in sight. */
  onVisible: (first: number, last: number) => void;
  onFilter: (key: string, value: string) => void;
}

export function RunTable({ list, scroller, onVisible, onFilter }: RunTableProps): React.JSX.Element {
  const { t } = useTranslation();
  const { columns, isNarrow } = useColumns();
  const rowHeight = isNarrow ? 58 : 44;
  const rows = useVirtualizer({
    count: list.rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: headerHeight,
    paddingStart: 0,
  });
  useEffect(() => rows.measure(), [rows, rowHeight]);
  const items = rows.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onVisible(first, last), [onVisible, first, last]);
  const onKeyDown = useRowKeys(rows, list.rowCount, scroller);

  const before = items[0]?.start ?? 0;
  const after = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className={classes.listFrame}>
      {(list.pendingCount > 0 || list.isStale) && (
        <Button
          className={classes.newRuns}
          size="compact-sm"
          radius="xl"
          leftSection={<IconArrowUp size={14} aria-hidden />}
          onClick={() => {
            list.showPending();
            scroller.current?.scrollTo({ top: 0 });
          }}
        >
          {list.isStale ? t("runs.reload") : t("runs.newRuns", { count: list.pendingCount })}
        </Button>
      )}
      {/* Focusable, so that the keyboard scrolls it. */}
      <div
        ref={scroller}
        className={classes.scroller}
        tabIndex={0}
        role="region"
        aria-label={t("runs.title")}
        onKeyDown={onKeyDown}
      >
        <table className={classes.table} aria-rowcount={list.rowCount + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <th key={column} scope="col" className={classes[column]}>
                  {t(`runs.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Spacer height={before} span={columns.length} />
            {items.map(({ index }) => (
              <RunRow
                key={index}
                index={index}
                height={rowHeight}
                run={list.runAt(index)}
                columns={columns}
                onFilter={onFilter}
              />
            ))}
            <Spacer height={after} span={columns.length} />
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** The place of the rows that don't exist. */
function Spacer({ height, span }: { height: number; span: number }): React.JSX.Element | null {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={classes.spacer}>
      <td colSpan={span} style={{ height }} />
    </tr>
  );
}

/** Arrows, Home and End move from row to row, also to rows that don't exist yet. */
function useRowKeys(
  rows: Virtualizer<HTMLDivElement, Element>,
  count: number,
  scroller: RefObject<HTMLDivElement | null>,
): (event: React.KeyboardEvent) => void {
  const waitsFor = useRef<number>(undefined);
  useEffect(() => {
    // After each drawing: the row may have come, or its run.
    if (waitsFor.current === undefined) return;
    const link = scroller.current?.querySelector<HTMLElement>(`tr[data-index="${waitsFor.current}"] [data-row-link]`);
    if (link === null || link === undefined) return;
    waitsFor.current = undefined;
    link.focus({ preventScroll: true });
  });
  return (event) => {
    if (count === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const current = Number((event.target as Element).closest("tr[data-index]")?.getAttribute("data-index") ?? -1);
    const targets: Record<string, number> = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: count - 1 };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(count - 1, target));
    waitsFor.current = index;
    rows.scrollToIndex(index);
    scroller.current
      ?.querySelector<HTMLElement>(`tr[data-index="${index}"] [data-row-link]`)
      ?.focus({ preventScroll: true });
  };
}
