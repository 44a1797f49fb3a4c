/** Answers to the questions of workflows' runs. */
import type { Context } from "hono";

import { RunError, type Workflow, type WorkflowEvent, type WorkflowRunRow } from "../index.ts";
import { type AgentOsEvent, fromWorkflowEvent, toSeconds } from "./agentos-events.ts";
import { AsyncQueue } from "../async-queue.ts";
import { answererOf, ownerOf, type ServerEnv } from "./authentication.ts";
import { beginEvents, boundedEvents } from "./event-stream.ts";
import { HttpError } from "./http-error.ts";
import type { RequestFields } from "./request-fields.ts";
import { findRun, toWorkflowRunOutput } from "./run-access.ts";
import { runTime } from "./run-time.ts";
import type { ServerContext } from "./server-context.ts";
import { toJson } from "./to-json.ts";

/** One answer to one question. */
export interface RunAnswer {
  step: string | undefined;
  /** The question that was seen: when another one is asked by now, the answer is refused. */
  since?: Date | undefined;
  approved: boolean;
  payload: unknown;
  note: string | undefined;
}

/** Gives the answers one after the other, and goes on with the run in the way that the client asks for. */
export async function answerAndGoOn(
  c: Context<ServerEnv>,
  server: ServerContext,
  workflow: Workflow,
  {
    run,
    answers,
    fields,
    streams,
  }: { run: WorkflowRunRow; answers: RunAnswer[]; fields: RequestFields; streams: boolean },
): Promise<Response> {
  const { settings, live } = server;
  const identity = c.get("identity");
  const runId = run.id.id;
  const background = fields.flag("background", false);
  if (background) live.checkRoom();
  const controller = new AbortController();
  live.add(runId, {
    kind: "workflow",
    name: workflow.name,
    sessionId: run.session_id,
    owner: ownerOf(identity, settings),
    isBackground: background,
    controller,
  });
  const by = answererOf(identity, fields.text("by") ?? fields.text("user_id"));
  const time = runTime(controller, settings.limits, background);
  const events = new AsyncQueue<WorkflowEvent>(() => controller.abort());
  const recorded = Promise.withResolvers<void>();
  const work = giveAnswers(workflow, runId, answers, {
    by,
    signal: time.signal,
    onEvent: (event) => events.push(event),
    onRecorded: recorded.resolve,
  });
  work
    .then(
      () => events.end(),
      (cause: unknown) => events.end({ cause }),
    )
    .finally(() => live.remove(runId));
  if (background) {
    live.finish(runId, work);
    // Nobody is left to be told later that the answer was refused.
    await Promise.race([recorded.promise, work]);
    return c.json({ run_id: runId, session_id: run.session_id, status: "RUNNING" }, 202);
  }
  if (!streams) {
    await work.catch((error: unknown) => {
      // How the run itself ended stands on its row, which is the answer.
      if (!(error instanceof RunError)) throw error;
      time.check();
    });
    const ended = await findRun(server, identity, runId);
    return c.body(toJson(toWorkflowRunOutput(ended)), 200, { "Content-Type": "application/json" });
  }
  const begun = await beginEvents(events);
  return server.streams.answer(c, (left) => {
    const onEnd = (): void => undefined;
    const rest = boundedEvents(begun, fromWorkflowEvent, { maxBytes: settings.limits.maxUnsentBytes, left, onEnd });
    return withContinued(run, answers, rest);
  });
}

async function giveAnswers(
  workflow: Workflow,
  runId: string,
  answers: readonly RunAnswer[],
  caller: { by: string; signal: AbortSignal; onEvent: (event: WorkflowEvent) => void; onRecorded: () => void },
): Promise<void> {
  for (const { step, since, approved, payload, note } of answers) {
    const options = {
      ...caller,
      ...(step === undefined ? {} : { step }),
      ...(since === undefined ? {} : { since }),
      ...(note === undefined ? {} : { note }),
    };
    if (approved) await workflow.approve(runId, payload, options);
    else await workflow.reject(runId, options);
  }
}

async function* withContinued(
  run: WorkflowRunRow,
  answers: readonly RunAnswer[],
  rest: AsyncIterable<AgentOsEvent>,
): AsyncGenerator<AgentOsEvent> {
  for (const { step = run.waiting_for?.[0]?.step ?? "" } of answers) {
    yield {
      event: "StepContinued",
      created_at: toSeconds(new Date()),
      run_id: run.id.id,
      session_id: run.session_id,
      workflow_id: run.workflow_name,
      workflow_name: run.workflow_name,
      step_id: step,
      step_name: step,
    };
  }
  yield* rest;
}

/** The answers in `step_requirements`, as `WorkflowPaused` asked for them. */
export function toRunAnswers(fields: RequestFields): RunAnswer[] {
  const list = fields.list("step_requirements");
  if (list === undefined || list.length === 0) throw new HttpError(422, "step_requirements is missing.");
  return list.map((entry) => {
    const own = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : {};
    const step = own["step_id"] ?? own["step_name"];
    const { confirmed } = own;
    if (typeof confirmed !== "boolean")
      throw new HttpError(422, 'Each of step_requirements needs "confirmed": true or false.');
    const note = own["confirmation_note"] ?? own["rejection_feedback"];
    return {
      step: typeof step === "string" ? step : undefined,
      approved: confirmed,
      payload: own["user_input"] ?? own["payload"],
      note: typeof note === "string" && note !== "" ? note : undefined,
    };
  });
}
