/** SurrealQL on the record's tables, read-only, where the operator offers it. */
import "@mantine/core/styles/Kbd.layer.css";
import "./query.css";

import { Alert, Button, Code, Group, Kbd, Menu, Stack, Text, Title } from "@mantine/core";
import { IconDatabaseOff, IconDatabaseSearch, IconHistory, IconList, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";

import { ask } from "../../api/client.ts";
import { mayDo, useServerInfo } from "../../api/server-info.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Failure } from "../../shell/failure.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { examples } from "./examples.ts";
import { QueryEditor } from "./query-editor.tsx";
import { useQueryHistory } from "./query-history.ts";
import { type QueryAnswer, QueryResults } from "./query-results.tsx";

export default function QueryScreen(): React.JSX.Element {
  const { t } = useTranslation();
  const { data: info, error, refetch } = useServerInfo();
  return (
    <Screen title={t("query.title")}>
      {error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : info === undefined ? (
        <ScreenLoading />
      ) : info.query !== true ? (
        <NoQuery title={t("query.off")}>
          <Text ta="center">{t("query.offHelp")}</Text>
          <Code block maw="100%" tabIndex={0} role="region" aria-label={t("query.offExample")}>
            {"await serve({ db, query: true, … });"}
          </Code>
        </NoQuery>
      ) : mayDo(info, "admin") ? (
        <QueryDesk />
      ) : (
        <NoQuery title={t("query.notAdmin")} />
      )}
    </Screen>
  );
}

function NoQuery({ title, children }: { title: string; children?: ReactNode }): React.JSX.Element {
  return (
    <Stack align="center" py="xl" gap="sm">
      <IconDatabaseOff size={40} stroke={1.3} aria-hidden />
      <Title order={2} size="h4" ta="center">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** An address is no place for long texts. */
const maxAddressLength = 2000;

function QueryDesk(): React.JSX.Element {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [history, addToHistory, clearHistory] = useQueryHistory();
  const [text, setText] = useState(() => search.get("surql") ?? history[0] ?? examples[0].text);
  const [ran, setRan] = useState<string>();
  const query = useMutation<QueryAnswer, Error, string>({
    mutationFn: (surql) => ask<QueryAnswer>("query", { method: "POST", body: { surql } }),
  });
  const run = (): void => {
    if (text.trim() === "" || query.isPending) return;
    setRan(text);
    addToHistory(text);
    setSearch(text.length > maxAddressLength ? {} : { surql: text }, { replace: true });
    query.mutate(text);
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("query.readOnly")}
      </Text>
      <QueryEditor
        label={t("query.editor")}
        hint="SELECT … FROM workflow_runs"
        text={text}
        onChange={setText}
        onRun={run}
        error={text === ran ? query.error?.message : undefined}
      />
      <Group gap="xs">
        <Button
          size="xs"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={run}
          loading={query.isPending}
          disabled={text.trim() === ""}
        >
          {t("query.run")}
        </Button>
        <Kbd visibleFrom="sm">{t("query.runHelp")}</Kbd>
        <Examples onChoose={setText} />
        <History texts={history} onChoose={setText} onClear={clearHistory} />
      </Group>
      {query.error !== null ? (
        <Alert color="red" role="alert" title={t("query.refused")}>
          {/* Focusable, because it scrolls; the engine points to a place with spaces. */}
          <Code block tabIndex={0} role="region" aria-label={t("query.refused")}>
            {query.error.message}
          </Code>
        </Alert>
      ) : query.data !== undefined ? (
        <QueryResults key={query.submittedAt} query={ran ?? ""} {...query.data} />
      ) : query.isPending ? (
        <ScreenLoading />
      ) : (
        <EmptyState icon={IconDatabaseSearch} title={t("query.empty")} help={t("query.emptyHelp")} />
      )}
    </Stack>
  );
}

function Examples({ onChoose }: { onChoose: (text: string) => void }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-start" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconList size={16} aria-hidden />}>
          {t("query.examples")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {examples.map(({ name, text }) => (
          <Menu.Item key={name} onClick={() => onChoose(text)}>
            {t(`query.example.${name}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface HistoryProps {
  texts: readonly string[];
  onChoose: (text: string) => void;
  onClear: () => void;
}

function History({ texts, onChoose, onClear }: HistoryProps): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-start" transitionProps={{ duration: 0 }} width={360}>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconHistory size={16} aria-hidden />}>
          {t("query.history")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className="query-history">
        <Menu.Label>{t(texts.length === 0 ? "query.noHistory" : "query.historyHelp")}</Menu.Label>
        {texts.map((text) => (
          <Menu.Item key={text} onClick={() => onChoose(text)} title={text}>
            <Text ff="monospace" fz="xs" truncate>
              {text.replaceAll(/\s+/g, " ")}
            </Text>
          </Menu.Item>
        ))}
        {texts.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={onClear}>{t("query.clearHistory")}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
