/** The list of sessions. */
import "@mantine/core/styles/Pagination.layer.css";
import "@mantine/core/styles/SegmentedControl.layer.css";
import "@mantine/core/styles/Table.layer.css";

import {
  Anchor,
  Button,
  Group,
  Pagination,
  SegmentedControl,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { IconFilterOff, IconMessages, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { type ComponentKind, componentKinds, useComponents } from "../../api/components.ts";
import {
  componentOf,
  nameOf,
  type Session,
  type SessionFilters,
  useSessionFilters,
  useSessions,
} from "../../api/sessions.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { useNow } from "../../components/use-now.ts";
import { useFormats } from "../../locales/formats.ts";
import { Failure } from "../../shell/failure.tsx";
import { toAddress } from "../../shell/path-parts.ts";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { filterAttribute } from "../../shell/shortcut-keys.ts";

export function SessionList(): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const [filters, setFilters] = useSessionFilters();
  const { data, error, isPending, refetch } = useSessions(filters);
  const isNarrowed = filters.component !== undefined || filters.search !== undefined;
  return (
    <Screen
      title={t("sessions.title")}
      aside={
        <Text size="sm" c="dimmed" role="status">
          {data === undefined ? "" : t("sessions.count", { count: data.total, formatted: formats.number(data.total) })}
        </Text>
      }
    >
      <Filters filters={filters} onChange={setFilters} />
      {error !== null ? (
        <Failure title={t("sessions.failed")} error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <ScreenLoading />
      ) : data.total > 0 ? (
        <Stack gap="md">
          <SessionTable sessions={data.sessions} />
          {data.pages > 1 && (
            <Pagination
              value={filters.page}
              total={data.pages}
              onChange={(page) => setFilters({ ...filters, page })}
              getControlProps={(control) => ({ "aria-label": t(`sessions.${control}Page`) })}
              getItemProps={(page) => ({ "aria-label": t("sessions.page", { page }) })}
              size="sm"
              siblings={1}
            />
          )}
        </Stack>
      ) : isNarrowed ? (
        <NoMatch onClear={() => setFilters({ type: filters.type, page: 1 })} />
      ) : (
        <NoSessions kind={filters.type} />
      )}
    </Screen>
  );
}

interface FiltersProps {
  filters: SessionFilters;
  onChange: (filters: SessionFilters) => void;
}

function Filters({ filters, onChange }: FiltersProps): React.JSX.Element {
  const { t } = useTranslation();
  const { data: components = [] } = useComponents();
  const names = components.filter(({ kind }) => kind === filters.type).map(({ name }) => name);
  const { component } = filters;
  const shown = component === undefined || names.includes(component) ? names : [...names, component];
  return (
    <Group gap="xs" align="flex-end" mb="md">
      <SegmentedControl
        size="xs"
        aria-label={t("sessions.type")}
        data={componentKinds.map((kind) => ({ value: kind, label: t(`sessions.${kind}s`) }))}
        value={filters.type}
        onChange={(type) => onChange({ type: type as ComponentKind, page: 1 })}
        transitionDuration={0}
      />
      <Select
        size="xs"
        label={t(`sessions.${filters.type}`)}
        placeholder={t("sessions.any")}
        data={shown}
        value={component ?? null}
        onChange={(value) => {
          const { component: _, ...others } = filters;
          onChange(value === null ? { ...others, page: 1 } : { ...others, component: value, page: 1 });
        }}
        clearable
        clearButtonProps={{ "aria-label": t("sessions.clearComponent") }}
        searchable
        nothingFoundMessage={t("sessions.nothingFound")}
        w={{ base: "100%", sm: 190 }}
        comboboxProps={{ transitionProps: { duration: 0 } }}
      />
      <Search key={filters.search} filters={filters} onChange={onChange} />
    </Group>
  );
}

function Search({ filters, onChange }: FiltersProps): React.JSX.Element {
  const { t } = useTranslation();
  const [text, setText] = useState(filters.search ?? "");
  const apply = (): void => {
    const search = text.trim();
    if (search === (filters.search ?? "")) return;
    const { search: _, ...others } = filters;
    onChange(search === "" ? { ...others, page: 1 } : { ...others, search, page: 1 });
  };
  return (
    <TextInput
      size="xs"
      type="search"
      label={t("sessions.search")}
      placeholder={t("sessions.searchPlaceholder")}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={apply}
      onKeyDown={({ key }) => {
        if (key === "Enter") apply();
      }}
      w={{ base: "100%", sm: 240 }}
      {...filterAttribute}
    />
  );
}

function SessionTable({ sessions }: { sessions: readonly Session[] }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  return (
    <Table highlightOnHover verticalSpacing="xs" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("sessions.name")}</Table.Th>
          <Table.Th visibleFrom="sm" w="16%">
            {t("sessions.with")}
          </Table.Th>
          <Table.Th visibleFrom="md" w="14%">
            {t("sessions.user")}
          </Table.Th>
          <Table.Th visibleFrom="md" w="18%">
            {t("sessions.id")}
          </Table.Th>
          <Table.Th w={130}>{t("sessions.changed")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sessions.map((session) => {
          const component = componentOf(session);
          return (
            <Table.Tr key={JSON.stringify([component, session.session_id])}>
              <Table.Td>
                <Anchor
                  component={Link}
                  href={toAddress("sessions", session.session_type, component, session.session_id)}
                  fw={600}
                  size="sm"
                  truncate
                  display="block"
                  title={nameOf(session)}
                >
                  {nameOf(session)}
                </Anchor>
                <Text size="xs" c="dimmed" hiddenFrom="sm" truncate>
                  {component} · {session.session_id}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm" truncate>
                  {component}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md">
                <Text size="sm" truncate>
                  {session.user_id ?? "—"}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md">
                <Text size="xs" ff="monospace" truncate title={session.session_id}>
                  {session.session_id}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" component="time" dateTime={session.updated_at} title={formats.time(session.updated_at)}>
                  {formats.ago(session.updated_at, now)}
                </Text>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function NoSessions({ kind }: { kind: ComponentKind }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconMessages} title={t("sessions.empty")} help={t(`sessions.${kind}Help`)}>
      <Button component={Link} href="/try" variant="default">
        {t("shell.tryIt")}
      </Button>
    </EmptyState>
  );
}

function NoMatch({ onClear }: { onClear: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconFilterOff} title={t("sessions.noMatch")} help={t("sessions.noMatchHelp")}>
      <Button variant="default" onClick={onClear}>
        {t("sessions.clear")}
      </Button>
    </EmptyState>
  );
}
