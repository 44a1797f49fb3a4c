/** Sends questions to an agent or a team, and tells the turn that goes on. */
import { useCallback, useEffect, useRef, useState } from "react";

import { ApiError, ask } from "../../api/client.ts";
import { streamEvents } from "../../api/event-stream.ts";
import { type LiveTurn, newTurn, withError, withEvent } from "./live-turn.ts";

export interface Chat {
  /** The last turn that was begun here. */
  turn: LiveTurn | undefined;
  isBusy: boolean;
  /** Resolves when the turn has ended; false when the server did not take the question. */
  send: (question: { text: string; files: readonly File[]; sessionId: string | undefined }) => Promise<boolean>;
  /** Cancels the run: its end is told by the stream. */
  stop: () => Promise<void>;
  /** Forgets the turn. */
  clear: () => void;
}

export function useChat(kind: "agent" | "team", name: string): Chat {
  const [turn, setTurn] = useState<LiveTurn>();
  const [isBusy, setIsBusy] = useState(false);
  const leave = useRef<AbortController>(undefined);
  const latest = useRef<LiveTurn>(undefined);
  // When the page is left, the server cancels the run.
  useEffect(() => () => leave.current?.abort(), []);
  const path = `${kind}s/${encodeURIComponent(name)}/runs`;

  const tell = useCallback((changed: LiveTurn | undefined) => {
    latest.current = changed;
    setTurn(changed);
  }, []);
  const send = useCallback<Chat["send"]>(
    async ({ text, files, sessionId }) => {
      const left = new AbortController();
      leave.current = left;
      let current = newTurn(text, files, sessionId);
      tell(current);
      setIsBusy(true);
      try {
        const body = toBody(text, files, sessionId);
        for await (const event of streamEvents(path, { method: "POST", body, signal: left.signal })) {
          current = withEvent(current, event);
          tell(current);
        }
        // A stream that ends in the middle of a turn has lost its server.
        if (current.status === "running" && current.waiting_for === undefined) tell(withError(current, "", "cut"));
        return true;
      } catch (error) {
        // A question that the server has not taken stays written: it may have asked for a key, and this screen is gone.
        const isRefused = current.run_id === "";
        if (left.signal.aborted) return !isRefused;
        tell(withError(current, (error as Error).message, error instanceof ApiError ? "failed" : "cut"));
        return !isRefused;
      } finally {
        setIsBusy(false);
      }
    },
    [path, tell],
  );
  const stop = useCallback(async () => {
    const { run_id = "", sessionId } = latest.current ?? {};
    if (run_id === "" || sessionId === undefined) {
      leave.current?.abort();
      tell(undefined);
      return;
    }
    await ask(`${path}/${encodeURIComponent(run_id)}/cancel`, {
      method: "POST",
      query: new URLSearchParams({ session_id: sessionId }),
    });
  }, [path, tell]);
  return { turn, isBusy, send, stop, clear: useCallback(() => tell(undefined), [tell]) };
}

function toBody(text: string, files: readonly File[], sessionId: string | undefined): unknown {
  if (files.length === 0) return { message: text, stream: true, session_id: sessionId ?? "" };
  const form = new FormData();
  form.set("message", text);
  form.set("stream", "true");
  form.set("session_id", sessionId ?? "");
  for (const file of files) form.append("files", file, file.name);
  return form;
}
