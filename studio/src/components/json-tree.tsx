/** A value of the record as a tree, for the mouse, the keyboard and readers of the screen. */
import "react-json-view-lite/dist/index.css";
import "./json-tree.css";

import { Box } from "@mantine/core";
import { collapseAllNested, defaultStyles, JsonView } from "react-json-view-lite";
import { useTranslation } from "react-i18next";

export interface JsonTreeProps {
  value: unknown;
  /** What the value is, for readers of the screen. */
  label: string;
}

export function JsonTree({ value, label }: JsonTreeProps): React.JSX.Element {
  const { t } = useTranslation();
  if (typeof value !== "object" || value === null) {
    return (
      <Box ff="monospace" fz="sm" className="json-tree">
        {typeof value === "string" ? value : JSON.stringify(value)}
      </Box>
    );
  }
  return (
    <JsonView
      data={value}
      aria-label={label}
      clickToExpandNode
      shouldExpandNode={collapseAllNested}
      style={{
        ...defaultStyles,
        container: "json-tree",
        label: "json-label",
        clickableLabel: "json-label json-clickable",
        stringValue: "json-string",
        numberValue: "json-number",
        booleanValue: "json-word",
        nullValue: "json-word",
        undefinedValue: "json-word",
        otherValue: "json-word",
        punctuation: "json-punctuation",
        collapsedContent: "json-collapsed",
        quotesForFieldNames: false,
        ariaLables: { expandJson: t("json.expand"), collapseJson: t("json.collapse") },
      }}
    />
  );
}
