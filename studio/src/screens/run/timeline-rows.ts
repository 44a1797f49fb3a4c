/** Which rows of the tree are shown, in their order. */
import type { TimelineNode } from "./step-tree.ts";

/** A row in sight, and its place in the tree. */
export interface TimelineRow {
  node: TimelineNode;
  /** From 1. */
  level: number;
  /** The place among its siblings, from 1, and how many there are. */
  position: number;
  siblings: number;
  isOpen: boolean;
}

/** A tree of up to this many rows is open at first. */
const openUpTo = 150;

/** The rows that are shown; `toggled` are those that are not as they are at first. */
export function rowsOf(nodes: readonly TimelineNode[], toggled: ReadonlySet<string>): TimelineRow[] {
  const total = countAll(nodes);
  const rows: TimelineRow[] = [];
  const add = (siblings: readonly TimelineNode[], level: number): void => {
    for (const [index, node] of siblings.entries()) {
      const isOpenAtFirst = total <= openUpTo || (level === 1 && node.children.length <= 50);
      const isOpen = node.children.length > 0 && isOpenAtFirst !== toggled.has(node.id);
      rows.push({ node, level, position: index + 1, siblings: siblings.length, isOpen });
      if (isOpen) add(node.children, level + 1);
    }
  };
  add(nodes, 1);
  return rows;
}

/** All rows of the tree, shown or not. */
function countAll(nodes: readonly TimelineNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + countAll(children), 0);
}

/** The steps of the tree, without the rows that only hold others together. */
export function countSteps(nodes: readonly TimelineNode[]): number {
  return nodes.reduce((sum, { step, children }) => sum + (step === undefined ? 0 : 1) + countSteps(children), 0);
}

/** `toggled` with what it takes for a row to be shown. */
export function withOpen(
  nodes: readonly TimelineNode[],
  around: readonly TimelineNode[],
  toggled: ReadonlySet<string>,
): ReadonlySet<string> {
  let changed = toggled;
  for (const { id } of around) {
    const row = rowsOf(nodes, changed).find(({ node }) => node.id === id);
    if (row === undefined || row.isOpen || row.node.children.length === 0) continue;
    changed = toggledWith(changed, id);
  }
  return changed;
}

/** The set with the id, or without it when it was there. */
export function toggledWith(toggled: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const changed = new Set(toggled);
  if (!changed.delete(id)) changed.add(id);
  return changed;
}
