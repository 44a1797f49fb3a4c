/** One run of the list. */
import { Anchor, Badge, Group, Skeleton, Text } from "@mantine/core";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";

import type { Run } from "../../api/answers.ts";
import { metadataText } from "../../components/metadata-text.ts";
import { RunStatusBadge } from "../../components/run-status.tsx";
import { useNow } from "../../components/use-now.ts";
import { useFormats } from "../../locales/formats.ts";
import classes from "./runs.module.css";
import type { RunColumn } from "./use-columns.ts";

export interface RunRowProps {
  /** From 0. */
  index: number;
  height: number;
  run: Run | undefined;
  columns: readonly RunColumn[];
  onFilter: (key: string, value: string) => void;
}

export const RunRow = memo(function RunRow({ index, height, run, columns, onFilter }: RunRowProps): React.JSX.Element {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  // The header is row 1.
  const place = { "aria-rowindex": index + 2, "data-index": index, style: { height } };
  if (run === undefined) {
    return (
      <tr {...place} className={classes.row} aria-busy>
        <td colSpan={columns.length}>
          <span className={classes.hidden}>{t("runs.loadingRow")}</span>
          <Skeleton height={14} radius="sm" animate={false} />
        </td>
      </tr>
    );
  }
  const open = (event: React.MouseEvent<HTMLElement>): void => {
    const isOnControl = (event.target as Element).closest("a, button") !== null;
    const isSelecting = window.getSelection()?.isCollapsed === false;
    if (!isOnControl && !isSelecting && event.button === 0) navigate(addressOf(run));
  };
  return (
    // The link in the row is what the keyboard opens it by; the rest of the row is for the mouse.
    <tr {...place} className={classes.row} onClick={open}>
      {columns.map((column) => (
        <td key={column} className={classes[column]}>
          {cells[column]({ run, onFilter, isNarrow: !columns.includes("started") })}
        </td>
      ))}
    </tr>
  );
});

interface CellProps {
  run: Run;
  onFilter: RunRowProps["onFilter"];
  isNarrow: boolean;
}

const cells: Record<RunColumn, (props: CellProps) => React.JSX.Element> = {
  status: ({ run }) => <RunStatusBadge status={run.status} isWaiting={run.waiting_for !== undefined} />,
  workflow: ({ run, isNarrow }) => (
    <>
      <Anchor component={Link} href={addressOf(run)} fw={600} size="sm" truncate display="block" data-row-link>
        {run.workflow_name}
      </Anchor>
      {isNarrow && (
        <div className={classes.narrow}>
          <Started run={run} /> · <Duration run={run} />
        </div>
      )}
    </>
  ),
  started: ({ run }) => <Started run={run} />,
  duration: ({ run }) => <Duration run={run} />,
  metadata: ({ run, onFilter }) => <Metadata run={run} onFilter={onFilter} />,
  session: ({ run }) => (
    <Text size="xs" ff="monospace" truncate title={run.session_id}>
      {run.session_id}
    </Text>
  ),
  detail: ({ run }) => <Detail run={run} />,
};

function addressOf(run: Run): string {
  return `/runs/${encodeURIComponent(run.id)}`;
}

function Started({ run }: { run: Run }): React.JSX.Element {
  const formats = useFormats();
  const now = useNow();
  return (
    <time dateTime={run.created_at} title={formats.time(run.created_at)}>
      {formats.ago(run.created_at, now)}
    </time>
  );
}

function Duration({ run }: { run: Run }): React.JSX.Element {
  const formats = useFormats();
  const now = useNow();
  const end = run.completed_at === undefined ? now : Date.parse(run.completed_at);
  const isOpen = run.completed_at === undefined;
  return (
    <span className={isOpen ? classes.open : undefined}>
      {formats.duration(Math.max(0, end - Date.parse(run.created_at)))}
      {isOpen && "…"}
    </span>
  );
}

const shownPairs = 2;

function Metadata({ run, onFilter }: Pick<RunRowProps, "onFilter"> & { run: Run }): React.JSX.Element {
  const { t } = useTranslation();
  const pairs = Object.entries(run.metadata ?? {}).map(([key, value]) => [key, metadataText(value)] as const);
  const rest = pairs.slice(shownPairs);
  return (
    <Group gap={4} wrap="nowrap">
      {pairs.slice(0, shownPairs).map(([key, value]) => (
        <Badge
          key={key}
          component="button"
          type="button"
          variant="default"
          radius="sm"
          className={classes.pair}
          title={t("runs.filterBy", { pair: `${key}=${value}` })}
          onClick={() => onFilter(key, value)}
        >
          <span className={classes.key}>{key}</span> {value}
        </Badge>
      ))}
      {rest.length > 0 && (
        <Text
          span
          size="xs"
          c="dimmed"
          title={rest.map(([key, value]) => `${key}=${value}`).join("\n")}
          className={classes.more}
        >
          +{rest.length}
          <span className={classes.hidden}>{t("runs.moreMetadata", { count: rest.length })}</span>
        </Text>
      )}
    </Group>
  );
}

function Detail({ run }: { run: Run }): React.JSX.Element {
  const { t } = useTranslation();
  const question = run.waiting_for?.[0];
  if (run.error_message !== undefined)
    return (
      <Text size="xs" c="var(--mantine-color-error)" truncate title={run.error_message}>
        {run.error_message}
      </Text>
    );
  if (question === undefined) return <></>;
  const text = t("runs.waitingFor", { reason: question.reason });
  return (
    <Text size="xs" truncate title={text}>
      {text}
    </Text>
  );
}
