/** A chart, or the table of what it shows. */
import { Group, Paper, ScrollArea, SegmentedControl, Table, Title } from "@mantine/core";
import "@mantine/core/styles/Table.layer.css";
import { IconChartHistogram, IconTable } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import classes from "./statistics.module.css";

export interface ChartCardProps {
  title: string;
  /** The table's columns, and its rows as texts. */
  header: readonly string[];
  rows: readonly (readonly string[])[];
  children: ReactNode;
}

export function ChartCard({ title, header, rows, children }: ChartCardProps): React.JSX.Element {
  const { t } = useTranslation();
  const [shown, setShown] = useState("chart");
  const id = useId();
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby={id} className={classes.card}>
      <Group justify="space-between" mb="xs" gap="xs" wrap="nowrap">
        <Title order={2} size="h5" id={id}>
          {title}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t("statistics.shownAs", { title })}
          value={shown}
          onChange={setShown}
          transitionDuration={0}
          data={[
            { value: "chart", label: <IconChartHistogram size={15} role="img" aria-label={t("statistics.chart")} /> },
            { value: "table", label: <IconTable size={15} role="img" aria-label={t("statistics.table")} /> },
          ]}
        />
      </Group>
      {shown === "chart" ? (
        <figure className={classes.figure} aria-label={t("statistics.chartHint", { title })}>
          {children}
        </figure>
      ) : (
        <ScrollArea.Autosize mah={280} type="auto" viewportProps={{ tabIndex: 0, role: "group", "aria-label": title }}>
          <Table stickyHeader aria-labelledby={id}>
            <Table.Thead>
              <Table.Tr>
                {header.map((name, column) => (
                  <Table.Th key={name} scope="col" ta={column === 0 ? "left" : "right"}>
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(([first = "", ...others]) => (
                <Table.Tr key={first}>
                  <Table.Th scope="row" fw={400}>
                    {first}
                  </Table.Th>
                  {others.map((text, column) => (
                    <Table.Td key={header[column + 1]} ta="right" className={classes.number}>
                      {text}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </Paper>
  );
}
