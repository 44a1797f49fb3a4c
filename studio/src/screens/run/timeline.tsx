/** The steps of a run as a waterfall: a tree of rows, each with its bar on one axis of time. */
import { Button, Group, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../locales/formats.ts";
import type { WholeRun } from "./run-answers.ts";
import classes from "./run.module.css";
import { findNode, type TimelineNode } from "./step-tree.ts";
import { createScale, type TimeScale } from "./time-scale.ts";
import { useTimelineKeys } from "./timeline-keys.ts";
import { countSteps, rowsOf, toggledWith, withOpen } from "./timeline-rows.ts";
import { TimelineRowView } from "./timeline-row.tsx";

export interface TimelineProps {
  run: WholeRun;
  nodes: readonly TimelineNode[];
  /** The row whose detail is shown. */
  selected: string | undefined;
  /** The end of what is under way. */
  now: number;
  onSelect: (id: string) => void;
}

export function Timeline({ run, nodes, selected, now, onSelect }: TimelineProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const isNarrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false }) === true;
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [activeId, setActiveId] = useState(selected);
  const rows = useMemo(() => rowsOf(nodes, toggled), [nodes, toggled]);
  const active = Math.max(
    0,
    rows.findIndex(({ node }) => node.id === activeId),
  );
  const scroller = useRef<HTMLDivElement>(null);
  const wantsSight = useRef<string>(undefined);
  const rowHeight = isNarrow ? 52 : 32;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  useEffect(() => {
    // An address, or the failure's button, may lead to a row that is closed away.
    if (selected === undefined) return;
    setToggled((before) => withOpen(nodes, findNode(nodes, selected)?.slice(0, -1) ?? [], before));
    setActiveId(selected);
    wantsSight.current = selected;
    // Not when the rows change: somebody may have scrolled on.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);
  useEffect(() => {
    if (wantsSight.current === undefined || rows[active]?.node.id !== wantsSight.current) return;
    wantsSight.current = undefined;
    virtualizer.scrollToIndex(active, { align: "auto" });
  });

  const scale = useMemo(() => createScale(nodes, boundsOf(run, nodes, now)), [nodes, run, now]);
  const toggle = (id: string): void => {
    setActiveId(id);
    setToggled(toggledWith(toggled, id));
  };
  const select = (id: string): void => {
    setActiveId(id);
    onSelect(id);
  };
  const onKeyDown = useTimelineKeys({
    rows,
    active,
    virtualizer,
    scroller,
    onActive: setActiveId,
    onToggle: toggle,
    onSelect: select,
  });
  const total = useMemo(() => countSteps(nodes), [nodes]);
  const parents = rows.filter(({ node }) => node.children.length > 0);
  return (
    <section aria-labelledby="timeline-title">
      <Group justify="space-between" mb={6} gap="xs">
        <Title order={2} size="h4" id="timeline-title">
          {t("run.timeline")}{" "}
          <Text span size="sm" c="dimmed" fw={400}>
            {t("run.steps", { count: total, formatted: formats.number(total) })}
          </Text>
        </Title>
        {parents.length > 0 && (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => {
              // Those that are open are closed; when none is, all in sight are opened.
              const open = parents.filter(({ isOpen }) => isOpen);
              let changed = toggled;
              for (const { node } of open.length > 0 ? open : parents) changed = toggledWith(changed, node.id);
              setToggled(changed);
            }}
          >
            {t(parents.some(({ isOpen }) => isOpen) ? "run.collapseAll" : "run.expandAll")}
          </Button>
        )}
      </Group>
      <div
        role="treegrid"
        aria-labelledby="timeline-title"
        aria-rowcount={rows.length + 1}
        aria-colcount={3}
        className={classes.timeline}
        onKeyDown={onKeyDown}
      >
        <Header scale={scale} isNarrow={isNarrow} />
        <div ref={scroller} className={classes.scroller} role="presentation">
          <div role="rowgroup" className={classes.rows} style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map(({ index, start }) => {
              const row = rows[index];
              if (row === undefined) return null;
              return (
                <TimelineRowView
                  key={row.node.id}
                  row={row}
                  index={index}
                  top={start}
                  height={rowHeight}
                  scale={scale}
                  now={now}
                  begin={Date.parse(run.created_at)}
                  isActive={index === active}
                  isSelected={row.node.id === selected}
                  onToggle={toggle}
                  onSelect={select}
                />
              );
            })}
          </div>
        </div>
      </div>
    </section>
  );
}

/** From the run's beginning to its end; the clocks of a process and the database may differ. */
function boundsOf(run: WholeRun, nodes: readonly TimelineNode[], now: number): { from: number; to: number } {
  const begin = Date.parse(run.created_at);
  const end = run.completed_at === undefined ? now : Date.parse(run.completed_at);
  return {
    from: nodes.reduce((first, { from }) => Math.min(first, from), begin),
    to: nodes.reduce((last, { to }) => Math.max(last, to ?? last), end),
  };
}

function Header({ scale, isNarrow }: { scale: TimeScale; isNarrow: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <div role="rowgroup" className={classes.header}>
      <div role="row" aria-rowindex={1} className={classes.headerRow}>
        <span role="columnheader" className={classes.nameCell}>
          {t("run.step")}
        </span>
        <span role="columnheader" className={classes.axis} data-narrow={isNarrow || undefined}>
          <span className={classes.hidden}>{t("run.time")}</span>
          {scale.ticks.map(({ place, ms }) => (
            <span key={place} className={classes.tick} style={{ left: `${place * 100}%` }} aria-hidden>
              {formats.duration(ms)}
            </span>
          ))}
        </span>
        <span role="columnheader" className={classes.durationCell}>
          {t("run.duration")}
        </span>
      </div>
    </div>
  );
}
