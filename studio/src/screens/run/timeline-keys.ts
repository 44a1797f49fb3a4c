/** The keys of a tree of rows: https://www.w3.org/WAI/ARIA/apg/patterns/treegrid/ */
import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";

import type { TimelineRow } from "./timeline-rows.ts";

export interface TimelineKeysOptions {
  rows: readonly TimelineRow[];
  active: number;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  scroller: RefObject<HTMLDivElement | null>;
  onActive: (id: string) => void;
  onToggle: (id: string) => void;
  onSelect: (id: string) => void;
}

export function useTimelineKeys(options: TimelineKeysOptions): (event: KeyboardEvent) => void {
  const { rows, active, virtualizer, scroller, onActive, onToggle, onSelect } = options;
  const wantsFocus = useRef(false);
  useEffect(() => {
    // After the drawing, because the row may not have been there before.
    if (!wantsFocus.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (row === null || row === undefined) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  const moveTo = (index: number): void => {
    const target = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (target === undefined) return;
    wantsFocus.current = true;
    virtualizer.scrollToIndex(rows.indexOf(target));
    onActive(target.node.id);
  };
  const parentOf = (index: number): number =>
    rows.findLastIndex(({ level }, place) => place < index && level === (rows[index]?.level ?? 1) - 1);
  return (event) => {
    const row = rows[active];
    const isOnRow = (event.target as Element).getAttribute("role") === "row";
    if (row === undefined || !isOnRow || event.ctrlKey || event.metaKey || event.altKey) return;
    const hasChildren = row.node.children.length > 0;
    const moves: Record<string, () => void> = {
      ArrowDown: () => moveTo(active + 1),
      ArrowUp: () => moveTo(active - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      PageDown: () => moveTo(active + 10),
      PageUp: () => moveTo(active - 10),
      ArrowRight: () => (hasChildren && !row.isOpen ? onToggle(row.node.id) : hasChildren && moveTo(active + 1)),
      ArrowLeft: () => (row.isOpen ? onToggle(row.node.id) : parentOf(active) >= 0 && moveTo(parentOf(active))),
      Enter: () => onSelect(row.node.id),
      " ": () => onSelect(row.node.id),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
}
