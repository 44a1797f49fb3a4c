/** A value of the record as a tree, for the mouse, the keyboard and readers of the screen. */
import "@mantine/core/styles/Tree.layer.css";
import "./json-tree.css";

import { Box, Group, Text, Tree, type TreeNodeData, useTree } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { memo, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../locales/formats.ts";
import { CopyButton } from "./copy-button.tsx";
import { base64Of, canOpen, entriesOf, firstOpen, type JsonNode, shortLength } from "./json-nodes.ts";

export interface JsonTreeProps {
  value: unknown;
  /** What the value is, for readers of the screen. */
  label: string;
}

export const JsonTree = memo(function JsonTree({ value, label }: JsonTreeProps): React.JSX.Element {
  if (typeof value === "string") return <TextValue text={value} />;
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    return (
      <Box className="json-tree">
        <JsonValue value={value} />
      </Box>
    );
  }
  return <ObjectTree value={value} label={label} />;
});

function ObjectTree({ value, label }: JsonTreeProps): React.JSX.Element {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(() => new Set(firstOpen(value)));
  const [current, setCurrent] = useState<string>();
  const [data, nodes] = useMemo(() => treeData(value, opened), [value, opened]);
  const tree = useTree({
    initialExpandedState: Object.fromEntries([...opened].map((path) => [path, true])),
    onNodeExpand: (path) => setOpened((before) => new Set(before).add(path)),
  });
  const node = current === undefined ? undefined : nodes.get(current);
  return (
    <Box className="json-tree">
      <Tree
        data={data}
        tree={tree}
        aria-label={label}
        levelOffset="md"
        allowRangeSelection={false}
        onFocus={({ target }) =>
          setCurrent((target as Element).closest<HTMLElement>("[role=treeitem]")?.dataset["value"])
        }
        renderNode={({ node: { value: path }, expanded, hasChildren, elementProps }) => {
          const shown = nodes.get(path);
          return (
            <div {...elementProps} className={`${elementProps.className} json-row`}>
              <IconChevronRight
                size={14}
                aria-hidden
                className="json-chevron"
                data-open={expanded || undefined}
                visibility={hasChildren ? undefined : "hidden"}
              />
              {shown === undefined ? (
                <span className="json-text">{String(textOf(path, nodes))}</span>
              ) : (
                <span className="json-pair">
                  <span className="json-label">{shown.key}</span> <JsonValue value={shown.value} isOpen={expanded} />
                </span>
              )}
            </div>
          );
        }}
      />
      {node !== undefined && !node.isPart && (
        <Group gap={4} className="json-path" wrap="nowrap">
          <Text span size="xs" ff="monospace" c="dimmed" className="json-path-text">
            {node.path}
          </Text>
          <CopyButton value={node.path} label={t("json.copyPath")} withText />
          <CopyButton value={() => copyText(node.value)} label={t("json.copyValue")} withText />
        </Group>
      )}
    </Box>
  );
}

/** Below this a long text stands whole. */
const textSuffix = "\u0000";

/** The nodes as the tree takes them, and each by its path. */
function treeData(value: unknown, opened: ReadonlySet<string>): [TreeNodeData[], ReadonlyMap<string, JsonNode>] {
  const nodes = new Map<string, JsonNode>();
  const toData = (node: JsonNode): TreeNodeData => {
    nodes.set(node.path, node);
    const data: TreeNodeData = { value: node.path, label: node.key };
    if (!canOpen(node)) return data;
    if (!opened.has(node.path)) return { ...data, hasChildren: true };
    if (typeof node.value === "string") return { ...data, children: [{ value: node.path + textSuffix, label: "" }] };
    return { ...data, children: (node.entries ?? entriesOf(node.value, node.path)).map(toData) };
  };
  return [entriesOf(value, "").map(toData), nodes];
}

function textOf(path: string, nodes: ReadonlyMap<string, JsonNode>): unknown {
  return nodes.get(path.slice(0, -textSuffix.length))?.value;
}

function copyText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, undefined, 2) ?? "");
}

/** A text by itself: folded when it is long. */
function TextValue({ text }: { text: string }): React.JSX.Element {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const isLong = canOpen({ value: text });
  return (
    <Box className="json-tree">
      {isLong && isOpen ? <span className="json-text">{text}</span> : <JsonValue value={text} />}
      {isLong && (
        <button type="button" className="json-more" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {t(isOpen ? "json.collapse" : "json.expand")}
        </button>
      )}
    </Box>
  );
}

/** A value on one line. */
function JsonValue({ value, isOpen = false }: { value: unknown; isOpen?: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const count = (key: "json.items" | "json.fields" | "json.characters", number: number): string =>
    t(key, { count: number, formatted: formats.number(number) });
  if (typeof value === "string") {
    const file = base64Of(value);
    if (file !== undefined) {
      const type = file.type === "" ? "" : ` ${file.type}`;
      const size = t("json.base64", { type, size: formats.bytes(file.bytes) });
      return <span className="json-punctuation">{`${value.slice(0, 24)}… (${size})`}</span>;
    }
    if (value.length <= shortLength) return <span className="json-string">{value === "" ? '""' : value}</span>;
    return (
      <>
        {!isOpen && <span className="json-string">{value.slice(0, shortLength)}…</span>}{" "}
        <span className="json-punctuation">({count("json.characters", value.length)})</span>
      </>
    );
  }
  if (typeof value === "number" || typeof value === "bigint")
    return <span className="json-number">{String(value)}</span>;
  if (typeof value !== "object" || value === null) return <span className="json-word">{String(value)}</span>;
  const length = Object.keys(value).length;
  if (length === 0) return <span className="json-punctuation">{Array.isArray(value) ? "[]" : "{}"}</span>;
  return <span className="json-punctuation">{count(Array.isArray(value) ? "json.items" : "json.fields", length)}</span>;
}
