/** Follows a workflow's run by its rows, from any process: what is there, then what comes. */

import { RecordId, type SurrealDb, type WorkflowRunRow, type WorkflowStepRow } from "../index.ts";
import type { AgentOsEvent } from "./agentos-events.ts";
import { recordedRunEvents } from "./recorded-run-events.ts";

/** A step's row tells of no change of the run's row: between those, the steps are looked at so often. */
const lookEveryMs = 250;

/**
 * The run's events after number `after`, until it ends or waits for a person. The run's own changes come by
 * `db.runs.watch`, its steps are read when one has come and every 250 ms.
 */
export async function* followRun(
  db: SurrealDb,
  runId: string,
  { after, left }: { after: number; left: AbortSignal },
): AsyncGenerator<AgentOsEvent> {
  const stop = new AbortController();
  const signal = AbortSignal.any([left, stop.signal]);
  const bell = new Bell();
  const watching = ringOnChange(db, runId, bell, signal);
  try {
    const steps = new Map<number, WorkflowStepRow>();
    let told = after;
    while (!signal.aborted) {
      const rung = bell.next(lookEveryMs, signal);
      const run = await readRun(db, runId, steps);
      if (run === undefined) return;
      const { events, paused, isEnded } = recordedRunEvents(run, [...steps.values()]);
      for (const event of events.slice(told + 1)) {
        told = event.event_index ?? told;
        yield event;
      }
      if (isEnded) return;
      if (paused !== undefined) {
        yield { ...paused, event_index: Math.max(told, events.length - 1) };
        return;
      }
      await rung;
    }
  } finally {
    stop.abort();
    await watching;
  }
}

/** Rings when the run's row changes; the looks at its steps go on without it when the table can't be watched. */
async function ringOnChange(db: SurrealDb, runId: string, bell: Bell, signal: AbortSignal): Promise<void> {
  try {
    for await (const { run } of db.runs.watch({}, { signal, maxUnread: 100 })) if (run.id.id === runId) bell.ring();
  } catch {
    // The next look says so itself when the database is away.
  }
}

/** Wakes whoever waits; a ring with nobody there is kept for the next one. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, after so many milliseconds, or when the signal aborts. */
  async next(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#wake = wake;
      signal.addEventListener("abort", wake, { once: true });
      if (this.#rung || signal.aborted) wake();
    });
    this.#rung = false;
  }
}

/** Reads the run, and those of its steps that may have changed: what has ended is not read again. */
async function readRun(
  db: SurrealDb,
  runId: string,
  steps: Map<number, WorkflowStepRow>,
): Promise<WorkflowRunRow | undefined> {
  const run = new RecordId("workflow_runs", runId);
  // The run's row first: the steps read after it are at least those of its end.
  const [[row]] = await db.query<[WorkflowRunRow[]]>("SELECT * FROM $run", { run });
  if (row === undefined) return undefined;
  const [rows] = await db.query<[WorkflowStepRow[]]>("SELECT * FROM workflow_steps:[$runId, $from]..=[$runId, ..]", {
    runId,
    from: firstOpen(steps),
  });
  for (const step of rows) steps.set(step.id.id[1], step);
  return row;
}

/** The lowest number that is not known to have ended. */
function firstOpen(steps: ReadonlyMap<number, WorkflowStepRow>): number {
  for (let number = 0; ; number++) {
    const step = steps.get(number);
    if (step === undefined || step.status === "running") return number;
  }
}
