/** What the statements gave: one tab for each. */
import "@mantine/core/styles/SegmentedControl.layer.css";
import "@mantine/core/styles/Tabs.layer.css";

import { Button, Group, SegmentedControl, Stack, Tabs, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { CopyButton } from "../../components/copy-button.tsx";
import { downloadCsv } from "../../components/download-csv.ts";
import { JsonTree } from "../../components/json-tree.tsx";
import { useFormats } from "../../locales/formats.ts";
import { ResultTable } from "./result-table.tsx";
import { rowsOf, toTable } from "./result-rows.ts";

/** What `POST /query` answers. */
export interface QueryAnswer {
  results: { result: unknown }[];
  time_ms?: number;
}

/** Rows that the server gives at most. */
const maxRows = 1000;

export function QueryResults({ results, time_ms, query }: QueryAnswer & { query: string }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const time = time_ms === undefined ? undefined : t("query.time", { duration: formats.duration(time_ms) });
  const [only] = results;
  if (results.length === 1 && only !== undefined)
    return <StatementResult result={only.result} number={1} time={time} query={query} />;
  return (
    <Tabs defaultValue="0">
      <Tabs.List aria-label={t("query.statements")} mb="sm">
        {results.map((_, index) => (
          <Tabs.Tab key={index} value={String(index)}>
            {t("query.statement", { number: index + 1 })}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {results.map(({ result }, index) => (
        <Tabs.Panel key={index} value={String(index)}>
          <StatementResult result={result} number={index + 1} time={time} query={query} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

interface StatementResultProps {
  result: unknown;
  number: number;
  time: string | undefined;
  /** The text, which says in what order its writer thinks of the fields. */
  query: string;
}

function StatementResult({ result, number, time, query }: StatementResultProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const [view, setView] = useLocalStorage<"table" | "tree">({
    key: "minutier-query-view",
    defaultValue: "table",
    getInitialValueInEffect: false,
  });
  const rows = rowsOf(result);
  const count = Array.isArray(result) ? result.length : undefined;
  const size = count === undefined ? t("query.value") : t("query.rows", { count, formatted: formats.number(count) });
  const label = t("query.statement", { number });
  return (
    <Stack gap="xs">
      <Group gap="xs" justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {time === undefined ? size : `${size} · ${time}`}
        </Text>
        <Group gap="xs">
          {rows !== undefined && rows.length > 0 && (
            <SegmentedControl
              size="xs"
              aria-label={t("query.view")}
              value={view}
              onChange={(value) => setView(value === "tree" ? "tree" : "table")}
              data={[
                { value: "table", label: t("query.asTable") },
                { value: "tree", label: t("query.asTree") },
              ]}
              transitionDuration={0}
            />
          )}
          <CopyButton value={() => JSON.stringify(result, null, 2)} label={t("query.copy")} withText />
          {rows !== undefined && rows.length > 0 && (
            <Button
              variant="default"
              size="compact-xs"
              leftSection={<IconDownload size={14} aria-hidden />}
              onClick={() => downloadCsv(`minutier-${number}.csv`, ...toTable(rows, query))}
            >
              {t("query.csv")}
            </Button>
          )}
        </Group>
      </Group>
      {count === maxRows && (
        <Text size="sm" c="dimmed">
          {t("query.limit")}
        </Text>
      )}
      {count === 0 ? (
        <Text>{t("query.noRows")}</Text>
      ) : rows !== undefined && view === "table" ? (
        <ResultTable rows={rows} label={label} query={query} />
      ) : (
        <JsonTree value={result} label={label} />
      )}
    </Stack>
  );
}
