/** Starts a workflow's run, and tells it as it goes on. */
import { useEffect, useRef, useState } from "react";

import { ask } from "../../api/client.ts";
import { streamEvents } from "../../api/event-stream.ts";
import { emptyRun, type LiveRun, withEvent } from "./workflow-run.ts";

interface WorkflowRunStart {
  input: unknown;
  metadata: Record<string, unknown>;
  sessionId: string | undefined;
}

export interface WorkflowRunner {
  run: LiveRun | undefined;
  isBusy: boolean;
  /** Why the server did not start it, or why nothing more is known of it. */
  error: Error | undefined;
  start: (request: WorkflowRunStart) => Promise<void>;
  stop: () => Promise<void>;
}

export function useWorkflowRun(name: string): WorkflowRunner {
  const [run, setRun] = useState<LiveRun>();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const leave = useRef<AbortController>(undefined);
  useEffect(() => () => leave.current?.abort(), []);
  const path = `workflows/${encodeURIComponent(name)}/runs`;

  const start = async ({ input, metadata, sessionId }: WorkflowRunStart): Promise<void> => {
    const left = new AbortController();
    leave.current = left;
    let current = emptyRun;
    setRun(undefined);
    setError(undefined);
    setIsBusy(true);
    const body = {
      message: input ?? null,
      stream: true,
      session_id: sessionId ?? "",
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    };
    try {
      for await (const event of streamEvents(path, { method: "POST", body, signal: left.signal })) {
        current = withEvent(current, event);
        setRun(current);
      }
    } catch (failure) {
      if (!left.signal.aborted) setError(failure as Error);
    } finally {
      setIsBusy(false);
    }
  };
  const stop = async (): Promise<void> => {
    const id = run?.runId ?? "";
    if (id === "") leave.current?.abort();
    else await ask(`${path}/${encodeURIComponent(id)}/cancel`, { method: "POST" }).catch(setError);
  };
  return { run, isBusy, error, start, stop };
}
