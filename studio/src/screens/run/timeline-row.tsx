/** A step in the waterfall. */
import { Badge, Text } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../locales/formats.ts";
import classes from "./run.module.css";
import { kindIcons, statusIcons } from "./step-look.tsx";
import type { TimelineNode } from "./step-tree.ts";
import { barOf, type TimeScale } from "./time-scale.ts";
import type { TimelineRow } from "./timeline-rows.ts";

export interface TimelineRowProps {
  row: TimelineRow;
  index: number;
  top: number;
  height: number;
  scale: TimeScale;
  now: number;
  /** When the run began. */
  begin: number;
  /** The one that the keyboard is on. */
  isActive: boolean;
  isSelected: boolean;
  onToggle: (id: string) => void;
  onSelect: (id: string) => void;
}

export function TimelineRowView(props: TimelineRowProps): React.JSX.Element {
  const { row, index, top, height, scale, now, begin, isActive, isSelected, onToggle, onSelect } = props;
  const { t } = useTranslation();
  const formats = useFormats();
  const { node, level } = row;
  const StatusIcon = statusIcons[node.status];
  const KindIcon = kindIcons[node.kind];
  const ms = Math.max(0, (node.to ?? now) - node.from);
  const isOpenEnded = node.to === undefined;
  return (
    <div
      role="row"
      className={classes.row}
      style={{ top, height, "--level": level - 1 } as React.CSSProperties}
      data-index={index}
      data-id={node.id}
      data-selected={isSelected || undefined}
      tabIndex={isActive ? 0 : -1}
      aria-level={level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      {...(node.children.length > 0 ? { "aria-expanded": row.isOpen } : {})}
      onClick={() => onSelect(node.id)}
    >
      <span role="gridcell" className={classes.nameCell}>
        {node.children.length > 0 ? (
          // The keyboard has the arrows for it.
          <span
            className={classes.chevron}
            data-open={row.isOpen || undefined}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(node.id);
            }}
          >
            <IconChevronRight size={14} aria-hidden />
          </span>
        ) : (
          <span className={classes.chevron} />
        )}
        <StatusIcon size={14} className={classes.status} data-status={node.status} aria-hidden />
        <KindIcon size={14} className={classes.kind} aria-hidden />
        <Text span size="sm" truncate title={node.step?.path ?? node.label} fw={node.children.length > 0 ? 600 : 400}>
          {labelOf(node, t("run.iteration", { number: Number(node.label) + 1 }))}
        </Text>
        <span className={classes.hidden}>{`${t(`run.kinds.${node.kind}`)}, ${t(`run.statuses.${node.status}`)}`}</span>
        {node.step?.choice !== undefined && (
          <Badge size="xs" radius="sm" variant="default" className={classes.mark} title={t("run.choice")}>
            {node.step.choice}
          </Badge>
        )}
        {(node.step?.attempt ?? 1) > 1 && (
          <Badge size="xs" radius="sm" variant="default" className={classes.mark}>
            {t("run.attempt", { number: node.step?.attempt })}
          </Badge>
        )}
        {node.step?.items !== undefined && (
          <Badge size="xs" radius="sm" variant="default" className={classes.mark}>
            {t("run.items", { count: node.step.items.length })}
          </Badge>
        )}
      </span>
      <span role="gridcell" className={classes.barCell}>
        <span className={classes.hidden}>
          {t("run.startsAfter", { duration: formats.duration(Math.max(0, node.from - begin)) })}
        </span>
        <Bars node={node} scale={scale} now={now} />
      </span>
      <span role="gridcell" className={classes.durationCell} data-open={isOpenEnded || undefined}>
        {formats.duration(ms)}
        {isOpenEnded && "…"}
      </span>
    </div>
  );
}

function labelOf(node: TimelineNode, iteration: string): string {
  if (node.kind === "iteration") return iteration;
  // An unnamed step of an iteration stands at the iteration's path.
  const number = /\[(\d+)\]$/.exec(node.step?.path ?? "")?.[1];
  return number === undefined ? node.label : `${node.label} ${Number(number) + 1}`;
}

function Bars({ node, scale, now }: { node: TimelineNode; scale: TimeScale; now: number }): React.JSX.Element {
  const styleOf = ({ left, width }: { left: number; width: number }): React.CSSProperties => ({
    left: `${left * 100}%`,
    width: `${width * 100}%`,
  });
  return (
    <span className={classes.bars} aria-hidden>
      {scale.gaps.map(({ from, to }) => (
        <span key={from} className={classes.gap} style={styleOf({ left: from, width: to - from })} />
      ))}
      <span
        className={classes.bar}
        data-status={node.status}
        data-group={node.children.length > 0 || undefined}
        data-open={node.to === undefined || undefined}
        style={styleOf(barOf(scale, node, now))}
      />
      {node.waits.map((wait) => (
        <span
          key={wait.from}
          className={classes.bar}
          data-status="waiting"
          data-open={wait.to === undefined || undefined}
          style={styleOf(barOf(scale, wait, now))}
        />
      ))}
    </span>
  );
}
