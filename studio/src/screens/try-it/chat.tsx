/** A conversation with an agent or a team, streamed. */
import { Group, Text, VisuallyHidden } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { ConversationView } from "../../conversation/conversation-view.tsx";
import { Composer } from "./composer.tsx";
import type { LiveTurn } from "./live-turn.ts";
import { SessionPicker } from "./session-picker.tsx";
import classes from "./try-it.module.css";
import { useChat } from "./use-chat.ts";

export interface ChatProps {
  kind: "agent" | "team";
  name: string;
  sessionId: string | undefined;
  onSession: (sessionId: string | undefined, replace?: boolean) => void;
}

export function Chat({ kind, name, sessionId, onSession }: ChatProps): React.JSX.Element {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const chat = useChat(kind, name);
  const { turn, isBusy, send } = chat;
  // A new session has its id from the server, with the first event.
  const told = turn?.sessionId;
  const isNew = sessionId === undefined && told !== undefined;
  const announce = useRef(onSession);
  useEffect(() => {
    announce.current = onSession;
  });
  useEffect(() => {
    if (isNew) announce.current(told, true);
  }, [isNew, told]);

  const live = turn !== undefined && (turn.sessionId ?? "") === (sessionId ?? turn.sessionId ?? "") ? turn : undefined;
  const key = { kind, name, sessionId: sessionId ?? "" };
  return (
    <div className={classes.chat}>
      <Group gap="sm" mb="sm" align="flex-end" className={classes.fixed}>
        <SessionPicker
          kind={kind}
          name={name}
          sessionId={sessionId}
          isDisabled={isBusy}
          onChange={(changed) => {
            chat.clear();
            onSession(changed);
          }}
        />
      </Group>
      <ConversationView
        key={sessionId ?? "new"}
        conversation={key}
        isNew={sessionId === undefined}
        live={live}
        empty={<Text className={classes.empty}>{t("tryIt.askSomething", { name })}</Text>}
      />
      <VisuallyHidden role="status" aria-live="polite">
        {announcement(live, isBusy, t("conversation.working"), t("conversation.failed"))}
      </VisuallyHidden>
      <Composer
        id={`${kind}/${name}`}
        isBusy={isBusy}
        onStop={chat.stop}
        onSend={async (text, files) => {
          const wasTaken = await send({ text, files, sessionId });
          void queries.invalidateQueries({ queryKey: ["session", kind, name] });
          void queries.invalidateQueries({ queryKey: ["sessions"] });
          return wasTaken;
        }}
      />
    </div>
  );
}

/** What a reader of the screen hears: that it works, and the whole answer at its end. */
function announcement(turn: LiveTurn | undefined, isBusy: boolean, working: string, failed: string): string {
  if (isBusy) return working;
  if (turn?.status === "error") return `${failed} ${turn.error_message ?? ""}`;
  return turn?.answer?.content ?? "";
}
