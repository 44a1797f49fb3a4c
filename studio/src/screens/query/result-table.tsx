/** Rows as a table, a page of them at a time. */
import "@mantine/core/styles/Pagination.layer.css";
import "@mantine/core/styles/Table.layer.css";

import { Anchor, Group, Pagination, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useFormats } from "../../locales/formats.ts";
import { columnsOf, type Row } from "./result-rows.ts";

/** Rows that a page draws at once. */
const pageSize = 100;
/** Characters of a cell; the whole stands in its title, and in the tree. */
const cellLength = 120;

export interface ResultTableProps {
  rows: readonly Row[];
  label: string;
  /** The text that gave the rows. */
  query: string;
}

export function ResultTable({ rows, label, query }: ResultTableProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const [page, setPage] = useState(1);
  const columns = columnsOf(rows, query);
  const pages = Math.ceil(rows.length / pageSize);
  return (
    <>
      {/* Focusable, because it scrolls. */}
      <div className="query-table" tabIndex={0} role="region" aria-label={label}>
        <Table striped withColumnBorders fz="xs" horizontalSpacing={8} verticalSpacing={4} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} scope="col">
                  {column}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice((page - 1) * pageSize, page * pageSize).map((row, index) => (
              <Table.Tr key={index}>
                {columns.map((column) => (
                  <Table.Td key={column}>
                    <Cell value={row[column]} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {pages > 1 && (
        <Group mt="xs" component="nav" aria-label={t("query.page")}>
          <Pagination
            size="sm"
            total={pages}
            value={page}
            onChange={setPage}
            getItemProps={(item) => ({ "aria-label": formats.number(item) })}
            withControls={false}
          />
        </Group>
      )}
    </>
  );
}

function Cell({ value }: { value: unknown }): React.JSX.Element | null {
  if (value === undefined) return null;
  if (value === null)
    return (
      <Text span inherit c="dimmed">
        null
      </Text>
    );
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const run = typeof value === "string" ? /^workflow_runs:([0-9A-Z]{26})$/.exec(value)?.[1] : undefined;
  if (run !== undefined)
    return (
      <Anchor component={Link} href={`/runs/${run}`} inherit underline="always">
        {text}
      </Anchor>
    );
  return <span title={text}>{text.length <= cellLength ? text : `${text.slice(0, cellLength)}…`}</span>;
}
