/** A conversation of any length: only the turns in sight exist. It begins at its end, or at the run in the address. */
import "@mantine/core/styles/Spoiler.layer.css";
import "./conversation.css";

import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconArrowBarToDown, IconArrowBarToUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../locales/formats.ts";
import { Failure } from "../shell/failure.tsx";
import { ScreenLoading } from "../shell/screen-loading.tsx";
import { TurnView } from "./turn-view.tsx";
import type { ConversationKey, Turn } from "./turns.ts";
import { useConversation } from "./use-conversation.ts";

export interface ConversationViewProps {
  conversation: ConversationKey;
  /** The run to begin at. */
  runId?: string | undefined;
  /** A turn that goes on in this page, told faster than the record is read. */
  live?: Turn | undefined;
  /** The session has no id yet, and nothing on record. */
  isNew?: boolean;
  /** What is shown when nothing was said yet. */
  empty: React.ReactNode;
}

export function ConversationView({
  conversation,
  runId,
  live,
  isNew = false,
  empty,
}: ConversationViewProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const scroller = useRef<HTMLDivElement>(null);
  const [visible, setVisible] = useState<readonly [number, number]>([-1, -1]);
  const turns = useConversation(conversation, { runId, visible, isEnabled: !isNew });
  const { total, isLoading, error, place, refresh } = turns;

  const recorded = live === undefined ? undefined : turns.turnOf(live.run_id);
  // Once it has ended, what is on record is shown.
  const shownLive = recorded !== undefined && recorded.status !== "running" ? undefined : live;
  const count = total + (shownLive !== undefined && recorded === undefined ? 1 : 0);
  const turnAt = (index: number): Turn | null | undefined => {
    const turn = index < total ? turns.turnAt(index) : shownLive;
    if (live === undefined || turn?.run_id !== live.run_id) return turn;
    // What members said stays where it was read, though it is on record elsewhere.
    return shownLive ?? { ...turn, members: live.members.length > 0 ? live.members : turn.members };
  };

  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => 220,
    getItemKey: (index) => index,
    overscan: 4,
    anchorTo: "end",
    followOnAppend: true,
    // Whoever is nearly at the end reads along while the answer grows.
    scrollEndThreshold: 100,
    paddingStart: 8,
    paddingEnd: 8,
  });
  const items = rows.getVirtualItems();
  const [first, last] = [items[0]?.index ?? -1, items.at(-1)?.index ?? -1];
  useEffect(() => setVisible([first, last]), [first, last]);

  const hasBegun = useRef(false);
  useEffect(() => {
    if (count === 0 || hasBegun.current) return;
    hasBegun.current = true;
    if (place === undefined) rows.scrollToIndex(count - 1, { align: "end" });
    else rows.scrollToIndex(place, { align: "start" });
  }, [count, place, rows]);

  if (error !== null) return <Failure title={t("conversation.unread")} error={error} onRetry={refresh} />;
  if (isLoading && shownLive === undefined) return <ScreenLoading />;
  if (count === 0) return <>{empty}</>;
  return (
    <div className="conversation">
      {total > 10 && (
        <Group gap="xs" mb="xs" justify="space-between">
          <Text size="xs" c="dimmed">
            {t("conversation.turns", { count: total, formatted: formats.number(total) })}
          </Text>
          <Group gap="xs">
            <Button
              variant="default"
              size="compact-xs"
              leftSection={<IconArrowBarToUp size={14} aria-hidden />}
              onClick={() => rows.scrollToIndex(0, { align: "start" })}
            >
              {t("conversation.toStart")}
            </Button>
            <Button
              variant="default"
              size="compact-xs"
              leftSection={<IconArrowBarToDown size={14} aria-hidden />}
              onClick={() => rows.scrollToIndex(count - 1, { align: "end" })}
            >
              {t("conversation.toEnd")}
            </Button>
          </Group>
        </Group>
      )}
      {/* Focusable, so that the keyboard scrolls it. */}
      <div
        ref={scroller}
        className="conversation-scroller"
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("conversation.label")}
        onKeyDown={(event) => {
          // The browser's own would stop where the heights are still guessed.
          if (event.target !== scroller.current || (event.key !== "Home" && event.key !== "End")) return;
          event.preventDefault();
          if (event.key === "Home") rows.scrollToIndex(0, { align: "start" });
          else rows.scrollToIndex(count - 1, { align: "end" });
        }}
      >
        <div className="conversation-turns" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, key, start }) => (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className="conversation-place"
              style={{ transform: `translateY(${start}px)` }}
            >
              <Place turn={turnAt(index)} conversation={conversation} onAnswered={refresh} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Place({
  turn,
  conversation,
  onAnswered,
}: {
  turn: Turn | null | undefined;
  conversation: ConversationKey;
  onAnswered: () => void;
}): React.JSX.Element {
  const { t } = useTranslation();
  if (turn === null)
    return (
      <Text size="xs" c="dimmed" ta="center" py="xs">
        {t("conversation.deleted")}
      </Text>
    );
  if (turn === undefined) return <Skeleton height={180} my="xs" animate={false} />;
  return <TurnView turn={turn} conversation={conversation} onAnswered={onAnswered} />;
}
