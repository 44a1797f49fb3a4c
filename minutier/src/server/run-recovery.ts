/** Going on with runs whose process died: one, or all that this server has definitions of. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Context } from "hono";

import { AsyncQueue } from "../async-queue.ts";
import { errorMessage } from "../errors.ts";
import { Recovery, type RecoveryEvent, type WorkflowRunRow } from "../index.ts";
import { ownerOf, type ServerEnv } from "./authentication.ts";
import { findComponent } from "./components.ts";
import type { StreamedEvent } from "./event-stream.ts";
import { HttpError } from "./http-error.ts";
import type { ServerContext } from "./server-context.ts";

/** Rounds of one recovery: each takes some of the runs, and one that is never taken must not keep it going. */
const maxRounds = 1000;

/** For the transaction that takes the run. */
const claimMs = 5000;

/** Claims the run and goes on with it in the background; throws what keeps it from going on. */
export async function resumeInBackground(
  c: Context<ServerEnv>,
  { settings, components, live }: ServerContext,
  run: WorkflowRunRow,
): Promise<Response> {
  const runId = run.id.id;
  if (run.status !== "running") throw new HttpError(409, `The run has ended with ${run.status}.`);
  const workflow = findComponent(components, "workflow", run.workflow_name);
  live.checkRoom();
  const controller = new AbortController();
  live.add(runId, {
    kind: "workflow",
    name: workflow.name,
    sessionId: run.session_id,
    owner: ownerOf(c.get("identity"), settings),
    isBackground: true,
    controller,
  });
  const { promise: resumed, resolve } = Promise.withResolvers<void>();
  const work = workflow.resume(runId, {
    signal: controller.signal,
    onEvent: ({ type }) => {
      if (type === "run-resumed") resolve();
    },
  });
  live.finish(runId, work);
  // What keeps it from going on shows at once; it may then wait for its session, which another run is at work in.
  await Promise.race([resumed, work, sleep(claimMs, undefined, { ref: false })]);
  return c.json({ run_id: runId, session_id: run.session_id, status: "RUNNING" }, 202);
}

/**
 * What a `Recovery` does, until it finds nothing more: `RunRecovery` for each thing that happens to a run, then
 * `RecoveryCompleted`. When the client leaves, the runs that it goes on with are left to another process.
 */
export async function* recoverRuns(
  { settings: { db }, components }: ServerContext,
  left: AbortSignal,
): AsyncGenerator<StreamedEvent> {
  const events = new AsyncQueue<RecoveryEvent>(() => undefined);
  const workflows = [...components.workflow.values()];
  const failed = new Set<string>();
  const recovery = new Recovery({
    db,
    workflows,
    onEvent: (event) => {
      // It would be tried again in every round, and told each time.
      if (event.type === "run-left" && failed.has(event.runId)) return;
      if (event.type === "run-left") failed.add(event.runId);
      events.push(event);
    },
  });
  const close = (): void => void recovery.close();
  left.addEventListener("abort", close, { once: true });
  const counts = { resumed: 0, interrupted: 0, left: 0 };
  const work = (async () => {
    for (let round = 0; round < maxRounds && !left.aborted; round++) {
      await recovery.round();
      const stale = await db.runs.recover();
      if (!stale.some(({ id, workflow_name: name }) => components.workflow.has(name) && !failed.has(id.id))) break;
    }
  })();
  work.then(
    () => events.end(),
    (cause: unknown) => events.end({ cause }),
  );
  try {
    for await (const event of events) {
      if (event.type === "run-resumed") counts.resumed++;
      if (event.type === "run-interrupted") counts.interrupted++;
      if (event.type === "run-left") counts.left++;
      yield toEvent(event);
    }
    for (const { id, workflow_name: name } of await db.runs.recover()) {
      if (components.workflow.has(name)) continue;
      counts.left++;
      const detail = `There is no workflow ${JSON.stringify(name)} here to go on with it.`;
      yield { event: "RunRecovery", type: "run-left", run_id: id.id, workflow_name: name, detail };
    }
    yield { event: "RecoveryCompleted", ...counts };
  } finally {
    left.removeEventListener("abort", close);
    close();
  }
}

function toEvent(event: RecoveryEvent): StreamedEvent {
  if (event.type === "round-failed") throw event.error;
  const { type, runId, workflowName } = event;
  const base = { event: "RunRecovery", type, run_id: runId, workflow_name: workflowName };
  switch (type) {
    case "run-settled":
      return { ...base, status: event.status };
    case "run-interrupted":
      return { ...base, detail: event.reason };
    case "deadline-passed":
      return { ...base, step: event.step };
    case "run-left":
      return { ...base, detail: errorMessage(event.error) };
    default:
      return base;
  }
}
