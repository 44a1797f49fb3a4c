/** The list's filters. */
import { ActionIcon, Button, Collapse, Group, Select, TextInput } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconFilter, IconFilterOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useWorkflowNames } from "../../api/workflow-names.ts";
import { MetadataFilter } from "../../components/metadata-filter.tsx";
import { filterAttribute } from "../../shell/shortcut-keys.ts";
import { hasFilters, type ListStatus, type RangeName, type RunFilters, statuses } from "./run-filters.ts";
import classes from "./runs.module.css";

export interface RunFilterBarProps {
  filters: RunFilters;
  onChange: (filters: RunFilters) => void;
}

export function RunFilterBar({ filters, onChange }: RunFilterBarProps): React.JSX.Element {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [isOpen, { toggle }] = useDisclosure(false);
  const fields = (
    <Group gap="xs" align="flex-end" mb="sm" className={classes.filters}>
      <WorkflowFilter filters={filters} onChange={onChange} />
      <StatusFilter filters={filters} onChange={onChange} />
      <RangeFilter filters={filters} onChange={onChange} />
      <MetadataFilter metadata={filters.metadata} onChange={(metadata) => onChange({ ...filters, metadata })} />
      <SessionFilter key={filters.session} filters={filters} onChange={onChange} />
      {hasFilters(filters) && (
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t("runs.clear")}
          title={t("runs.clear")}
          onClick={() => onChange({ metadata: [] })}
        >
          <IconFilterOff size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
  if (isNarrow !== true) return fields;
  return (
    <>
      <Button
        variant={hasFilters(filters) ? "light" : "default"}
        size="xs"
        mb="sm"
        className={classes.filterToggle}
        w="fit-content"
        leftSection={<IconFilter size={16} aria-hidden />}
        aria-expanded={isOpen}
        aria-controls="run-filters"
        onClick={toggle}
        {...filterAttribute}
      >
        {t("runs.filters")}
      </Button>
      <Collapse expanded={isOpen} id="run-filters">
        {fields}
      </Collapse>
    </>
  );
}

/** The filters without one of them, or with it. */
function withFilter<Name extends "workflow" | "status" | "session" | "from" | "to" | "range">(
  filters: RunFilters,
  name: Name,
  value: RunFilters[Name] | null,
): RunFilters {
  const changed = { ...filters };
  delete changed[name];
  if (value) changed[name] = value;
  return changed;
}

function WorkflowFilter({ filters, onChange }: RunFilterBarProps): React.JSX.Element {
  const { t } = useTranslation();
  const [isAsked, setIsAsked] = useState(false);
  const { data = [], isFetching } = useWorkflowNames(isAsked);
  const names = filters.workflow === undefined || data.includes(filters.workflow) ? data : [...data, filters.workflow];
  return (
    <Select
      size="xs"
      label={t("runs.workflow")}
      placeholder={t("runs.any")}
      data={names}
      value={filters.workflow ?? null}
      onChange={(value) => onChange(withFilter(filters, "workflow", value))}
      onFocus={() => setIsAsked(true)}
      nothingFoundMessage={isFetching ? t("connection.loading") : t("runs.nothingFound")}
      clearable
      clearButtonProps={{ "aria-label": t("runs.clearOne", { name: t("runs.workflow") }) }}
      searchable
      w={{ base: "100%", sm: 190 }}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      {...filterAttribute}
    />
  );
}

function StatusFilter({ filters, onChange }: RunFilterBarProps): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Select
      size="xs"
      label={t("runs.status")}
      placeholder={t("runs.any")}
      data={statuses.map((value) => ({ value, label: t(`status.${value}`) }))}
      value={filters.status ?? null}
      onChange={(value) => onChange(withFilter(filters, "status", value as ListStatus | null))}
      clearable
      clearButtonProps={{ "aria-label": t("runs.clearOne", { name: t("runs.status") }) }}
      w={{ base: "100%", sm: 130 }}
      comboboxProps={{ transitionProps: { duration: 0 } }}
    />
  );
}

function RangeFilter({ filters, onChange }: RunFilterBarProps): React.JSX.Element {
  const { t } = useTranslation();
  const hasBounds = filters.from !== undefined || filters.to !== undefined;
  const [isCustom, setIsCustom] = useState(hasBounds);
  const showsBounds = (isCustom || hasBounds) && filters.range === undefined;
  const choose = (value: string | null): void => {
    setIsCustom(value === "custom");
    const { from: _from, to: _to, range: _range, ...others } = filters;
    if (value !== "custom")
      onChange(value === null || value === "all" ? others : { ...others, range: value as RangeName });
    else onChange(others);
  };
  const bound = (name: "from" | "to"): React.JSX.Element => (
    <TextInput
      size="xs"
      type="datetime-local"
      label={t(`runs.${name}`)}
      value={toLocalInput(filters[name])}
      onChange={({ currentTarget: { value } }) =>
        onChange(withFilter(filters, name, value === "" ? null : new Date(value).toISOString()))
      }
    />
  );
  return (
    <>
      <Select
        size="xs"
        label={t("runs.range")}
        data={[
          { value: "all", label: t("runs.rangeAll") },
          { value: "1h", label: t("runs.range1h") },
          { value: "24h", label: t("runs.range24h") },
          { value: "7d", label: t("runs.range7d") },
          { value: "30d", label: t("runs.range30d") },
          { value: "custom", label: t("runs.rangeCustom") },
        ]}
        value={filters.range ?? (showsBounds ? "custom" : "all")}
        onChange={choose}
        allowDeselect={false}
        w={{ base: "100%", sm: 150 }}
        comboboxProps={{ transitionProps: { duration: 0 } }}
      />
      {showsBounds && bound("from")}
      {showsBounds && bound("to")}
    </>
  );
}

/** A time as the browser's input has it: local, to the minute. */
function toLocalInput(iso: string | undefined): string {
  if (iso === undefined) return "";
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function SessionFilter({ filters, onChange }: RunFilterBarProps): React.JSX.Element {
  const { t } = useTranslation();
  const [text, setText] = useState(filters.session ?? "");
  const apply = (): void => {
    const session = text.trim();
    if (session !== (filters.session ?? "")) onChange(withFilter(filters, "session", session));
  };
  return (
    <TextInput
      size="xs"
      label={t("runs.session")}
      placeholder={t("runs.sessionPlaceholder")}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={apply}
      onKeyDown={({ key }) => {
        if (key === "Enter") apply();
      }}
      w={{ base: "100%", sm: 170 }}
    />
  );
}
