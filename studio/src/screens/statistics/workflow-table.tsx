/** The same numbers for each workflow. */
import { Anchor, ScrollArea, Table, Title, UnstyledButton } from "@mantine/core";
import "@mantine/core/styles/Table.layer.css";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useFormats } from "../../locales/formats.ts";
import { durationText } from "./statistic-tiles.tsx";
import { successShare, type WorkflowStat } from "./statistics-answers.ts";
import { runsAddress, type StatisticsFilters } from "./statistics-filters.ts";
import classes from "./statistics.module.css";

const columns = ["workflow", "executions", "successRate", "errors", "p50", "p95", "tokens", "cost"] as const;
type Column = (typeof columns)[number];

/** What a column is sorted by; what has no number comes last. */
const values: Record<Column, (stat: WorkflowStat) => string | number | null> = {
  workflow: ({ workflow_name: name }) => name,
  executions: ({ executions }) => executions,
  successRate: successShare,
  errors: ({ errors }) => errors,
  p50: ({ p50_ms: ms }) => ms,
  p95: ({ p95_ms: ms }) => ms,
  tokens: ({ total_tokens: tokens }) => tokens,
  cost: ({ cost }) => cost?.amount ?? null,
};

interface Sorting {
  column: Column;
  isDescending: boolean;
}

export interface WorkflowTableProps {
  workflows: readonly WorkflowStat[];
  filters: StatisticsFilters;
  asOf: number;
}

export function WorkflowTable({ workflows, filters, asOf }: WorkflowTableProps): React.JSX.Element {
  const { t, i18n } = useTranslation();
  const [sorting, setSorting] = useState<Sorting>({ column: "executions", isDescending: true });
  const hasCost = workflows.some(({ cost }) => cost !== null);
  const shown = columns.filter((column) => column !== "cost" || hasCost);
  const sorted = useMemo(() => sortedBy(workflows, sorting, i18n.language), [workflows, sorting, i18n.language]);
  return (
    <section aria-labelledby="by-workflow">
      <Title order={2} size="h5" id="by-workflow" mb="xs">
        {t("statistics.byWorkflow")}
      </Title>
      <ScrollArea
        type="auto"
        className={classes.card}
        viewportProps={{ tabIndex: 0, role: "group", "aria-label": t("statistics.byWorkflow") }}
      >
        <Table highlightOnHover aria-labelledby="by-workflow" className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              {shown.map((column) => (
                <Heading
                  key={column}
                  column={column}
                  sorting={sorting}
                  onSort={() =>
                    setSorting({
                      column,
                      // Names begin at A, numbers with the largest.
                      isDescending: sorting.column === column ? !sorting.isDescending : column !== "workflow",
                    })
                  }
                />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map((stat) => (
              <WorkflowRow key={stat.workflow_name} stat={stat} filters={filters} asOf={asOf} hasCost={hasCost} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </section>
  );
}

function sortedBy(
  workflows: readonly WorkflowStat[],
  { column, isDescending }: Sorting,
  language: string,
): WorkflowStat[] {
  const valueOf = values[column];
  return workflows.toSorted((a, b) => {
    const [first, second] = [valueOf(a), valueOf(b)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    const order = typeof first === "string" ? first.localeCompare(String(second), language) : first - Number(second);
    return isDescending ? -order : order;
  });
}

interface HeadingProps {
  column: Column;
  sorting: Sorting;
  onSort: () => void;
}

function Heading({ column, sorting, onSort }: HeadingProps): React.JSX.Element {
  const { t } = useTranslation();
  const isSorted = sorting.column === column;
  const Icon = !isSorted ? IconSelector : sorting.isDescending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th
      scope="col"
      ta={column === "workflow" ? "left" : "right"}
      aria-sort={!isSorted ? "none" : sorting.isDescending ? "descending" : "ascending"}
    >
      <UnstyledButton onClick={onSort} className={classes.heading}>
        {t(`statistics.${column}`)}
        <Icon size={14} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}

interface WorkflowRowProps {
  stat: WorkflowStat;
  filters: StatisticsFilters;
  asOf: number;
  hasCost: boolean;
}

function WorkflowRow({ stat, filters, asOf, hasCost }: WorkflowRowProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const workflow = stat.workflow_name;
  const share = successShare(stat);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <Anchor component={Link} href={runsAddress(filters, { workflow }, asOf)} size="sm">
          {workflow}
        </Anchor>
      </Table.Th>
      <NumberCell text={formats.number(stat.executions)} />
      <NumberCell text={share === null ? "–" : formats.percent(share)} />
      <Table.Td ta="right" className={classes.number}>
        {stat.errors === 0 ? (
          formats.number(0)
        ) : (
          <Anchor
            component={Link}
            href={runsAddress(filters, { workflow, status: "error" }, asOf)}
            size="sm"
            aria-label={t("statistics.showErrors", {
              workflow,
              count: stat.errors,
              formatted: formats.number(stat.errors),
            })}
          >
            {formats.number(stat.errors)}
          </Anchor>
        )}
      </Table.Td>
      <NumberCell text={durationText(stat.p50_ms, formats.duration)} />
      <NumberCell text={durationText(stat.p95_ms, formats.duration)} />
      <NumberCell text={formats.number(stat.total_tokens)} />
      {hasCost && <NumberCell text={stat.cost === null ? "–" : formats.money(stat.cost)} />}
    </Table.Tr>
  );
}

function NumberCell({ text }: { text: string }): React.JSX.Element {
  return (
    <Table.Td ta="right" className={classes.number}>
      {text}
    </Table.Td>
  );
}
