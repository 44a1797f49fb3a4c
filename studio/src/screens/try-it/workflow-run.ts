/** A workflow's run as the events of its stream tell it. */
import type { StreamEvent } from "../../api/event-stream.ts";

/** A step, in the order in which the steps began. */
export interface LiveStep {
  path: string;
  type: string;
  status: "running" | "success" | "error";
  startedAt: number;
  endedAt?: number;
  /** What an agent or a team in it has said so far. */
  text: string;
  output?: unknown;
  error?: string;
}

export interface LiveRun {
  runId: string;
  sessionId: string;
  status: "running" | "waiting" | "success" | "error" | "cancelled";
  steps: LiveStep[];
  output?: unknown;
  error?: string;
  /** What it waits for. */
  reasons: string[];
}

export const emptyRun: LiveRun = { runId: "", sessionId: "", status: "running", steps: [], reasons: [] };

interface WorkflowEvent extends StreamEvent {
  run_id?: string;
  session_id?: string;
  parent_run_id?: string;
  step_id?: string;
  step_type?: string;
  content?: unknown;
  error?: unknown;
  step_requirements?: { confirmation_message?: string }[];
}

/** The run after this event. */
export function withEvent(run: LiveRun, given: StreamEvent): LiveRun {
  const event = given as WorkflowEvent;
  const { event: name, step_id: path = "" } = event;
  // What an agent, a team or a workflow inside a step tells has the run as its parent.
  if (event.parent_run_id !== undefined && event.parent_run_id !== null) {
    if (name !== "RunContent" && name !== "TeamRunContent") return run;
    return withStep(run, path, (step) => ({ ...step, text: step.text + textOf(event.content) }));
  }
  if (name === "StepError")
    return withStep(run, path, (step) => ({
      ...step,
      status: "error",
      endedAt: Date.now(),
      error: textOf(event.error),
    }));
  if (name.startsWith("Workflow")) return withWorkflowEvent(run, event);
  if (name.endsWith("Started")) {
    const step: LiveStep = { path, type: event.step_type ?? "", status: "running", startedAt: Date.now(), text: "" };
    return { ...run, steps: [...run.steps.filter((each) => each.path !== path), step] };
  }
  if (name.endsWith("Completed"))
    return withStep(run, path, (step) => ({ ...step, status: "success", endedAt: Date.now(), output: event.content }));
  return run;
}

function withWorkflowEvent(run: LiveRun, event: WorkflowEvent): LiveRun {
  switch (event.event) {
    case "WorkflowStarted":
      return { ...run, runId: event.run_id ?? "", sessionId: event.session_id ?? "" };
    case "WorkflowPaused": {
      const reasons = (event.step_requirements ?? []).map(({ confirmation_message }) => confirmation_message ?? "");
      return { ...run, status: "waiting", reasons };
    }
    case "WorkflowCompleted":
      return { ...run, status: "success", output: event.content };
    case "WorkflowCancelled":
      return { ...run, status: "cancelled", error: textOf(event.content) };
    case "WorkflowError":
      return { ...run, status: "error", error: textOf(event.error) };
    default:
      return run;
  }
}

function withStep(run: LiveRun, path: string, change: (step: LiveStep) => LiveStep): LiveRun {
  return { ...run, steps: run.steps.map((step) => (step.path === path ? change(step) : step)) };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
