/** The time and the workflows that are counted. */
import "@mantine/core/styles/SegmentedControl.layer.css";

import { Group, Input, MultiSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useWorkflowNames } from "../../api/workflow-names.ts";
import { filterAttribute } from "../../shell/shortcut-keys.ts";
import { rangeLengths, type StatisticsFilters } from "./statistics-filters.ts";
import classes from "./statistics.module.css";

export interface StatisticsFilterBarProps {
  filters: StatisticsFilters;
  /** Names that are known already. */
  names: readonly string[];
  onChange: (filters: StatisticsFilters) => void;
}

export function StatisticsFilterBar({ filters, names, onChange }: StatisticsFilterBarProps): React.JSX.Element {
  const { t } = useTranslation();
  const [isAsked, setIsAsked] = useState(false);
  const { data: others = [], isFetching } = useWorkflowNames(isAsked);
  const all = [...new Set([...names, ...others, ...filters.workflows])].toSorted();
  const choose = (range: string): void => {
    const { from: _from, to: _to, ...kept } = filters;
    onChange({ ...kept, range: range as StatisticsFilters["range"] });
  };
  const day = (name: "from" | "to"): React.JSX.Element => (
    <TextInput
      type="date"
      size="xs"
      label={t(`statistics.${name}`)}
      value={filters[name] ?? ""}
      onChange={({ currentTarget: { value } }) => {
        const { [name]: _, ...kept } = filters;
        onChange(value === "" ? kept : { ...kept, [name]: value });
      }}
    />
  );
  return (
    <Group gap="sm" mb="md" align="flex-end">
      <Input.Wrapper label={t("statistics.range")} size="xs" labelElement="div" className={classes.range}>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={t("statistics.range")}
          value={filters.range}
          onChange={choose}
          transitionDuration={0}
          data={[
            ...Object.keys(rangeLengths).map((value) => ({
              value,
              label: t(`statistics.ranges.${value as keyof typeof rangeLengths}`),
            })),
            { value: "custom", label: t("statistics.ranges.custom") },
          ]}
        />
      </Input.Wrapper>
      {filters.range === "custom" && day("from")}
      {filters.range === "custom" && day("to")}
      <MultiSelect
        size="xs"
        label={t("statistics.workflows")}
        placeholder={filters.workflows.length === 0 ? t("statistics.all") : ""}
        data={all}
        value={[...filters.workflows]}
        onChange={(workflows) => onChange({ ...filters, workflows })}
        onFocus={() => setIsAsked(true)}
        nothingFoundMessage={isFetching ? t("connection.loading") : t("runs.nothingFound")}
        searchable
        clearable
        hidePickedOptions
        clearButtonProps={{ "aria-label": t("runs.clearOne", { name: t("statistics.workflows") }) }}
        comboboxProps={{ transitionProps: { duration: 0 } }}
        className={classes.workflows}
        {...filterAttribute}
      />
    </Group>
  );
}
